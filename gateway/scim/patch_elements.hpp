// The elements of one multi-valued attribute while a PATCH step changes them. Private to the
// folder.
//
// What makes two elements the same: for complex ones with a `value`, value and `type` together (RFC
// 7643 section 2.4 wants each pair once); else everything that the new element says. For plain
// values the attribute's case rule. Members of a group are not kept like this: team_members.hpp.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/value.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::scim {

class elements {
  public:
    /// `row` must outlive it.
    elements(const attribute& row, array all);

    [[nodiscard]] array& all() { return all_; }

    /// Adds an element, or merges it into the one that is the same.
    void add(const value& one);

    /// Adds an element that was made for this step.
    void append(value one);

    /// Puts these in place of all.
    void replace(const array& these);

    /// Removes the elements that are the same as a listed one, by `value` if it has one.
    void remove(const array& listed);

    /// Tells that the step gave `given` (or its part `sub`) to the element at `at`.
    void touched(std::size_t at, const attribute* sub, const value& given);

    /// Ends the step: if it made one element primary no other is; 400 invalidValue if it made
    /// several primary or there are more than `most` elements.
    result<void> settle(std::size_t most);

    [[nodiscard]] array take() { return std::move(all_); }

  private:
    /// What elements that are the same have in common; nothing for one without a `value`.
    [[nodiscard]] std::optional<std::string> identity(const value& element) const;
    [[nodiscard]] std::string comparable(const attribute& row, const std::string& text) const;
    [[nodiscard]] std::optional<std::size_t> find_same(const value& one);
    [[nodiscard]] bool is_primary(const value& element) const;

    const attribute& row_;
    const attribute* value_;
    const attribute* type_;
    const attribute* primary_;
    array all_;
    std::vector<std::size_t> made_primary_;
    std::unordered_map<std::string, std::size_t> by_identity_;
    bool indexed_ = false;
};

} // namespace rollcall::scim
