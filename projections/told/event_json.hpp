// One event as a JSON object: the only spelling of events, for operators (the API, `log tail`,
// `log show` and `log export`, with a server and without) and for subscribers (lifecycle.hpp).
#pragma once

#include "eventlog/base/json_writer.hpp"
#include "eventlog/cursor.hpp"
#include "projections/told/names.hpp"

#include <string>

namespace rollcall::told {

enum class event_detail : std::uint8_t {
    // For operators: whose ids are whose today is looked up.
    line,  ///< what a list shows: clear facts and the person's user name
    whole, ///< also all attributes of the person and the hashes
    // For subscribers: what the event says and nothing that is looked up.
    full,    ///< clear facts and all attributes of the person
    minimal, ///< ids, states, names of what changed: nothing from the sealed part, no free text
};

/// Appends the object. `e` was decoded with content_mode::open, or content is shown as absent.
void append_event(std::string& out, const eventlog::read_event& e, names& known,
                  event_detail detail);

/// The members of that object but the hashes, into one that is open.
void write_event(base::json_writer& json, const eventlog::read_event& e, names& known,
                 event_detail detail);

} // namespace rollcall::told
