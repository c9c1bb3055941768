// Which state messages an event makes necessary: made from live rows, so that however long a
// backlog is, each user, team and membership costs one message of it.
//
// Of what the event is about the row is read, in one snapshot for a page of events:
//
//   the row was left so by this event          it is told
//   by a later event                           nothing: the later one will tell it
//   there is no row, and this event ended it   a tombstone
//   there is no row, another event ended it    nothing: that one will send the tombstone
//
// @pre of the rule: the snapshot was taken after the page was read, and every event in it is
// published after this one with this snapshot or a later one. Then who keeps the last message of
// each key has what is so, also if the events from anywhere on are published once more.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/store.hpp"
#include "projections/told/message.hpp"
#include "projections/told/names.hpp"

#include <string>
#include <vector>

namespace rollcall::told {

/// Appends what `e` makes necessary; for a change of members up to one message for each of them and
/// one for the team. Facts about anything but users, teams and members append nothing. `log` is
/// read where people are told sealed. An event that is withheld in the lifecycle topic, such as a
/// password, moves its user's version all the same.
void append_state_messages(std::vector<message>& out, const telling& how,
                           const eventlog::store& log, const eventlog::row_reader& rows,
                           names& known, const eventlog::read_event& e);

/// The sealed part with this hash, from the subject's newest event at or before `at` that has it;
/// empty if there is none, or it was removed. Reads the subject's events backwards.
std::string find_sealed(const eventlog::store& log, eventlog::tenant_no tenant,
                        const eventlog::subject_id& subject, eventlog::position at,
                        const eventlog::digest& hash);

} // namespace rollcall::told
