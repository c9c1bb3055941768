// Who is in a group, as clients say it. Members are kept beside the document, so a message never
// makes a new list of all of them: what it says is a change, whom to add and whom to remove, that
// comes to the same whoever the members are by then and costs what it names.
//
// Ids are as they were sent: whose they are is not known here.
#pragma once

#include "gateway/scim/error.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

/// What a message says of a group's members. Both lists are sorted, no id is there twice or in
/// both.
struct member_wish {
    /// Whoever is not in `add` leaves; `remove` is empty then.
    bool only_added = false;
    std::vector<std::string> add;
    std::vector<std::string> remove;

    /// True if the members stay as they are.
    [[nodiscard]] bool empty() const { return !only_added && add.empty() && remove.empty(); }

    friend bool operator==(const member_wish&, const member_wish&) = default;
};

/// The `members` in the body of a POST or PUT that read_new() or replacement::read() took: ids,
/// sorted, each once; empty for `[]` and null; nothing if the body does not speak of them. An
/// element is an object with `value` or the id alone; `display` and `$ref` are not looked at. 400
/// invalidValue, naming its place, for an element without an id or of another kind than User, and
/// for more than limits::group_elements_max; 400 invalidSyntax for two lists in one body.
result<std::optional<std::vector<std::string>>> read_listed_members(std::string_view body);

} // namespace rollcall::scim
