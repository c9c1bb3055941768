// Structured logging to standard error: one JSON object a line, or plain text on a terminal.
// Lines are bounded, never block the caller (a full buffer drops the oldest line and counts it) and
// must carry no secret and no personal data: ids, counts and words only.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace rollcall::base {

enum class log_level : std::uint8_t { debug, info, warn, error };
enum class log_format : std::uint8_t { automatic, json, text };

/// One named figure or word of a log line.
struct log_field {
    std::string_view name;
    std::variant<std::string_view, std::int64_t, std::uint64_t, double, bool> value;
};

/// Starts logging; `automatic` means text if standard error is a terminal, else JSON. Called once,
/// from main; before it, and in tests that do not call it, nothing below `warn` is written.
void start_logging(log_level least, log_format format);

/// Writes out what is buffered. Called on the way out.
void flush_logging();

/// Logs `message` (a constant sentence) with its fields. Thread-safe.
void log(log_level level, std::string_view message, std::initializer_list<log_field> fields = {});

inline void log_info(std::string_view message, std::initializer_list<log_field> fields = {}) {
    log(log_level::info, message, fields);
}

inline void log_warn(std::string_view message, std::initializer_list<log_field> fields = {}) {
    log(log_level::warn, message, fields);
}

inline void log_error(std::string_view message, std::initializer_list<log_field> fields = {}) {
    log(log_level::error, message, fields);
}

} // namespace rollcall::base
