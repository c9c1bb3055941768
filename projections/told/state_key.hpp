// The keys of the state topic. Slugs have no '/', so a key comes apart again.
//
//   TENANT/user/ID     TENANT/team/ID     TENANT/member/TEAM/USER     TENANT/seats
#pragma once

#include "eventlog/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::told {

enum class state_kind : std::uint8_t { user, team, member, seats };

/// `user`, `team`, `member`, `seats`: also the `type` of a value.
std::string_view state_word(state_kind kind);

std::string user_key(std::string_view slug, const eventlog::subject_id& user);
std::string team_key(std::string_view slug, const eventlog::subject_id& team);
std::string member_key(std::string_view slug, const eventlog::subject_id& team,
                       const eventlog::subject_id& user);
std::string seats_key(std::string_view slug);

struct state_key {
    std::string_view slug; ///< into the text that was parsed
    state_kind kind = state_kind::user;
    eventlog::subject_id id{};   ///< the user; of a membership the team; nil for seats
    eventlog::subject_id user{}; ///< of a membership
    friend bool operator==(const state_key&, const state_key&) = default;
};

/// Nothing for what none of the above makes.
std::optional<state_key> parse_state_key(std::string_view text);

} // namespace rollcall::told
