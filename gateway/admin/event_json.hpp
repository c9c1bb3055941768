// One event as a JSON object: the only spelling of events for operators, used by the API, by
// `log tail`, `log show` and `log export`, with a server and without.
#pragma once

#include "eventlog/cursor.hpp"
#include "gateway/admin/names.hpp"

#include <string>

namespace rollcall::admin {

enum class event_detail : std::uint8_t {
    line,  ///< what a list shows: clear facts and the person's user name
    whole, ///< also all attributes of the person and the hashes
};

/// Appends the object. `e` was decoded with content_mode::open, or content is shown as absent.
void append_event(std::string& out, const eventlog::read_event& e, names& known,
                  event_detail detail);

} // namespace rollcall::admin
