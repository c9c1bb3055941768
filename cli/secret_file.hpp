// A secret in a file that belongs to one user alone, such as a token or a password.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/secret_text.hpp"

#include <cstddef>
#include <filesystem>
#include <string_view>

namespace rollcall::cli {

inline constexpr std::size_t secret_file_bytes_max = 4096;

/// `text` without what an editor or `echo` puts around a line.
std::string_view without_blanks(std::string_view text);

/// What the file holds, blanks around it cut off. `what` names it in messages: `a token`. Refused
/// with std::errc::invalid_argument: what cannot be read, is no file, can be read by others, or is
/// larger than secret_file_bytes_max.
base::result<base::secret_text> read_secret_file(const std::filesystem::path& file,
                                                 std::string_view what);

} // namespace rollcall::cli
