#include "eventlog/kafka/library_log.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/base/rare_note.hpp"

#include <array>
#include <chrono>
#include <functional>
#include <string_view>

namespace rollcall::kafka {
namespace {

/// Kinds of lines are words of the library, about forty. Two that share a place share its rate.
std::array<base::rare_note, 128>& notes() {
    static std::array<base::rare_note, 128> all;
    return all;
}

// As syslog counts.
constexpr int level_critical = 2;
constexpr int level_notice = 5;

base::log_level level_of(int level) {
    if (level <= level_critical) return base::log_level::error;
    // Connections that end because nobody used them, and the like.
    return level <= level_notice ? base::log_level::warn : base::log_level::debug;
}

} // namespace

void tell(rd_kafka_event_t* line) {
    const char* kind = nullptr;
    const char* text = nullptr;
    int level = 0;
    if (rd_kafka_event_log(line, &kind, &text, &level) != 0) return;
    if (level > level_notice) kind = "INFO"; // takes no turn away from what is worse
    const std::string_view word = kind == nullptr ? "" : kind;
    auto& note = notes()[std::hash<std::string_view>()(word) % notes().size()];
    const auto times = note.count(std::chrono::steady_clock::now());
    if (!times) return;
    base::log(level_of(level), "kafka: the client library says",
              {{"kind", word},
               {"text", text == nullptr ? std::string_view() : std::string_view(text)},
               {"times", *times}});
}

} // namespace rollcall::kafka
