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

constexpr int level_critical = 2; // as syslog counts

} // namespace

void tell(rd_kafka_event_t* line) {
    const char* kind = nullptr;
    const char* text = nullptr;
    int level = 0;
    if (rd_kafka_event_log(line, &kind, &text, &level) != 0) return;
    const std::string_view word = kind == nullptr ? "" : kind;
    auto& note = notes()[std::hash<std::string_view>()(word) % notes().size()];
    const auto times = note.count(std::chrono::steady_clock::now());
    if (!times) return;
    base::log(level <= level_critical ? base::log_level::error : base::log_level::warn,
              "kafka: the client library says",
              {{"kind", word},
               {"text", text == nullptr ? std::string_view() : std::string_view(text)},
               {"times", *times}});
}

} // namespace rollcall::kafka
