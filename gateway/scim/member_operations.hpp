// The operations of a PATCH on the members of a group, folded in their order into one change.
// Private to this folder, as json_input.hpp is.
#pragma once

#include "gateway/scim/json_input.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/path.hpp"
#include "gateway/scim/team_members.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollcall::scim {

/// The ids in a value of `members`: a list of elements, or one. null is a list of nothing. Errors
/// as read_listed_members().
result<std::vector<std::string_view>> read_member_ids(json_value from);

class member_operations {
  public:
    /// Takes the next operation, whose path leads to the members. 400 for a path to a part of a
    /// member or of one that is to be changed; 413 when the message names more than
    /// limits::members_per_patch_max. A refused operation may have been taken in part.
    result<void> read(patch_verb verb, const path& where, std::optional<json_value> what);

    /// What all of them come to.
    [[nodiscard]] member_wish wish() const;

  private:
    /// The last word on somebody, and how often all had been taken away before it was said.
    struct word {
        bool in = false;
        std::uint32_t round = 0;
    };

    result<void> say(std::string_view id, bool in);

    std::unordered_map<std::string, word> said_;
    std::uint32_t round_ = 0;
};

} // namespace rollcall::scim
