// RapidCheck's arbitrary events: a header of its own, because it costs every file that includes it.
#pragma once

#include "eventlog/event.hpp"

#include <rapidcheck.h>

#include <string>

namespace rollcall::support {

/// Any text of up to `most` bytes, including zero bytes and none.
rc::Gen<std::string> any_text(int most = 40);
rc::Gen<eventlog::user_content> any_content();
rc::Gen<eventlog::team_content> any_team_content();
/// A body of any type; facts about users and teams come with empty content, which travels sealed.
rc::Gen<eventlog::event_body> any_body();
rc::Gen<eventlog::event> any_event();

} // namespace rollcall::support
