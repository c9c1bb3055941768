// A secret from a person: typed at a terminal without being shown, or piped in. Never an argument,
// which everybody on the machine can read.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/secret_text.hpp"

#include <ostream>
#include <string_view>

namespace rollcall::cli {

/// The longest line that is read, in bytes.
inline constexpr std::size_t secret_line_bytes_max = 4096;

/// One line from the file descriptor `from`, without its end. If that is a terminal, `prompt` is
/// shown on `to` first and what is typed is not.
base::result<base::secret_text> read_secret(int from, std::ostream& to, std::string_view prompt);

} // namespace rollcall::cli
