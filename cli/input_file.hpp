// A file that a verb sends to the server.
#pragma once

#include "eventlog/base/result.hpp"

#include <filesystem>
#include <string>

namespace rollcall::cli {

/// All of it. The failure names the file and says what to check.
base::result<std::string> read_input_file(const std::filesystem::path& path);

} // namespace rollcall::cli
