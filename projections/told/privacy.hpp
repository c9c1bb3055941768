// What subscribers may see: how much of a person, and which facts they hear of at all.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/event.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::told {

/// Set for each topic.
enum class privacy : std::uint8_t {
    full,    ///< names and attributes of people and teams, as they are stored
    minimal, ///< ids, states, names of what changed, values that are not personal
    sealed,  ///< as minimal, and the sealed part of the record, which dies with the person's key
};

/// `full` and so on.
std::string_view privacy_name(privacy how);
std::optional<privacy> parse_privacy(std::string_view word);

/// How an event has to be decoded to be told so: only `full` needs the keys of people.
eventlog::content_mode content_needed(privacy how);

/// Whether subscribers learn nothing of the event but its place in the order: keys, admins, single
/// sign-on, passwords and mappings, of which an attacker would learn how to come in; and whatever
/// happens in the system tenant but the making of plans.
bool is_withheld(eventlog::tenant_no tenant, eventlog::event_type type);

} // namespace rollcall::told
