// RapidCheck's arbitrary events: a header of its own, because it costs every file that includes it.
#pragma once

#include "eventlog/event.hpp"

#include <rapidcheck.h>

#include <string>

namespace rollcall::support {

/// While one lives, all that is made below can be told in JSON: text is UTF-8, and moments are in
/// the years 1970 to 9999.
class tame_values {
  public:
    tame_values();
    ~tame_values();
    tame_values(const tame_values&) = delete;
    tame_values& operator=(const tame_values&) = delete;
};

/// Any text of up to `most` bytes, including zero bytes and none.
rc::Gen<std::string> any_text(int most = 40);
rc::Gen<eventlog::user_content> any_content();
rc::Gen<eventlog::team_content> any_team_content();
/// A body of any type; facts about users and teams come with empty content, which travels sealed.
rc::Gen<eventlog::event_body> any_body();
rc::Gen<eventlog::event> any_event();

} // namespace rollcall::support
