// A profile as JSON, for the admin API and `rollcall profile`.
#pragma once

#include "gateway/profiles/file_fault.hpp"
#include "gateway/profiles/profile.hpp"

#include <string>
#include <string_view>

namespace rollcall::profiles {

/// What one has to know of it; `whole`: with the text of its file.
void append_profile(std::string& out, const profile& what, bool whole);

/// What `profile check` found: `{"file":…,"holds":false,"faults":[…]}`.
std::string check_report(std::string_view file, const profile* read, const file_faults& faults);

} // namespace rollcall::profiles
