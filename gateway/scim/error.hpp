// What SCIM says when it refuses: an HTTP status, a word for programs, a sentence for a person.
// Every fallible function of this folder returns result<T>; gateway/replies turns an error into an
// answer.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::scim {

/// The `scimType` words of RFC 7644 table 9; `none` is left out of the body. The numbers may be
/// kept in records: never reused.
enum class scim_type : std::uint8_t {
    none = 0,
    invalid_filter = 1,
    too_many = 2,
    uniqueness = 3,
    mutability = 4,
    invalid_syntax = 5,
    invalid_path = 6,
    no_target = 7,
    invalid_value = 8,
    invalid_vers = 9,
    sensitive = 10,
};

/// The word on the wire, e.g. `invalidFilter`; empty for `none`.
std::string_view word(scim_type type);

/// A refusal. `detail` names the attribute path and the reason, never a password.
struct error {
    int status = 400;
    scim_type type = scim_type::none;
    std::string detail;

    friend bool operator==(const error&, const error&) = default;
};

template <class T>
using result = base::result<T, error>;

/// An error with the status that belongs to its type: 409 for uniqueness, 403 for sensitive, else
/// 400.
error fault(scim_type type, std::string detail);

/// fault() as a result of any type.
tl::unexpected<error> refuse(scim_type type, std::string detail);

/// Appends the error body (RFC 7644 section 3.12); `status` is a JSON string there.
void append_error(std::string& out, const error& what);

} // namespace rollcall::scim
