// JSON beside the table: one JSON value becomes a value of one attribute's type, or is refused with
// the path to the culprit. Private to this folder, as json_input.hpp is.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/value.hpp"

#include <cstddef>
#include <optional>
#include <string_view>

namespace rollcall::scim {

struct coercion {
    /// PATCH values may be one element where several are meant, or the other way round, or a bare
    /// text where an object with `value` is meant.
    bool any_shape = false;
    /// Most elements of a multi-valued attribute.
    std::size_t elements_max = 0;
};

/// Turns JSON into a value of `what`; nothing for null, [], {}, and for "", which is a value only
/// of texts that are required, immutable or elements themselves. Left out are unknown and read-only
/// members, and elements with a `value` of "" that have nothing else but `type` and `primary`.
/// Elements with one value and type that do not contradict each other become one. An error is 400
/// invalidValue and begins with `path`, extended to the culprit.
result<std::optional<value>> coerce(const attribute& what, json_value from, std::string_view path,
                                    const coercion& how);

/// The same for one element of a multi-valued attribute.
result<std::optional<value>> coerce_element(const attribute& what, json_value from,
                                            std::string_view path, const coercion& how);

/// `true`, `false`, or the same as text in any case, with or without blanks around.
std::optional<bool> as_flag(json_value from);

/// What is said about an attribute that deprovisions: a flag, a list of one, or an object whose
/// only member is `value` or the attribute itself. In every kind of message, because who is not
/// understood here stays active.
std::optional<bool> as_lifecycle_switch(const attribute& what, json_value from);

/// True if at most one element has `primary` true.
bool has_one_primary(const attribute& what, const array& elements);

} // namespace rollcall::scim
