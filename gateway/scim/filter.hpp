// Filters (RFC 7644 section 3.4.2.2) as a tree: attributes resolved, operands prepared. A filter is
// a plain value: copied, compared, printed, and walked by a planner.
//
//     filter    = term *( "or" term )                     lowest precedence
//     term      = factor *( "and" factor )
//     factor    = ["not"] "(" filter ")" / element / compare
//     element   = attribute "[" filter "]" [ "." sub compare-rest ]
//     compare   = attribute ( "pr" / operator operand )
//     operand   = JSON string / number / "true" / "false" / "null" / word, after eq only
//
// Names and operators in any case. `a[f].s eq x`, which is not in the RFC, reads as `a[f and s eq
// x]`. Inside brackets the names are sub-attributes, and there are no further brackets.
//
// An attribute that is kept apart (members of a group) is never looked through: it can only be
// asked for an element by its value, or for any. `members eq "id"`, `members.value eq "id"`,
// `members[value eq "id"]` (several joined with `or`), `members pr`; with and, or, not around them.
#pragma once

#include "eventlog/base/time.hpp"
#include "gateway/scim/attribute_path.hpp"
#include "gateway/scim/error.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::scim {

enum class comparator : std::uint8_t { eq, ne, co, sw, ew, gt, ge, lt, le, pr };

std::string_view word(comparator op);

/// An operand as it stood in the text; monostate is `null` (and the operand of `pr`).
using literal = std::variant<std::monostate, bool, std::int64_t, double, std::string>;

/// `attribute operator operand`. For a multi-valued target: some element satisfies it (`ne`: none
/// is equal). A complex target with a `value` sub-attribute was resolved to that sub-attribute.
struct comparison {
    attribute_path target;
    comparator op = comparator::pr;
    literal operand;
    /// Text operands under the target's rule: folded, prepared as a user name, or as they are.
    /// Empty for a userName that can be nobody's.
    std::string key;
    /// For dateTime targets.
    base::moment instant;

    friend bool operator==(const comparison&, const comparison&) = default;
};

struct filter;

/// A filter held by value inside another one.
class nested_filter {
  public:
    nested_filter(filter inner);
    nested_filter(const nested_filter& other);
    nested_filter(nested_filter&& other) noexcept;
    nested_filter& operator=(nested_filter other) noexcept;
    ~nested_filter();

    const filter& operator*() const { return *inner_; }

    const filter* operator->() const { return inner_.get(); }

    friend bool operator==(const nested_filter& a, const nested_filter& b);

  private:
    std::unique_ptr<filter> inner_;
};

/// `attribute[filter]`: some element satisfies the whole of it. Targets inside have `sub` set.
struct element_match {
    attribute_path target;
    nested_filter within;

    friend bool operator==(const element_match&, const element_match&) = default;
};

struct negation {
    nested_filter of;

    friend bool operator==(const negation&, const negation&) = default;
};

/// All must hold; two or more.
struct conjunction {
    std::vector<filter> terms;

    friend bool operator==(const conjunction& a, const conjunction& b);
};

/// One must hold; two or more.
struct disjunction {
    std::vector<filter> terms;

    friend bool operator==(const disjunction& a, const disjunction& b);
};

struct filter {
    std::variant<comparison, element_match, negation, conjunction, disjunction> node;

    friend bool operator==(const filter&, const filter&) = default;
};

/// Reads a filter over resources of `type`. 400 invalidFilter, with the place and what was
/// expected, for a text outside the grammar, an unknown attribute, an operator that its type does
/// not have, an operand of the wrong kind, or a limit of limits.hpp.
result<filter> parse_filter(const resource_type& type, std::string_view text);

/// Reads the inside of `attribute[…]`; names are sub-attributes of `of`. Errors as parse_filter().
result<filter> parse_element_filter(const attribute_path& of, std::string_view text);

/// The values that a filter names one by one: `value eq "a"`, or several of these joined with `or`.
/// Nothing for any other filter.
std::optional<std::vector<std::string_view>> listed_values(const filter& what);

/// Writes a filter so that reading it again gives an equal tree.
std::string print(const filter& what);

} // namespace rollcall::scim
