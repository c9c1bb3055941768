#include "projections/told/message.hpp"

#include <cassert>

namespace rollcall::told {

std::string_view topic_word(topic_kind kind) {
    switch (kind) {
    case topic_kind::lifecycle: return "lifecycle";
    case topic_kind::state: return "state";
    case topic_kind::checkpoints: return "checkpoints";
    case topic_kind::dead_letters: return "dead-letters";
    }
    return {};
}

std::string topic_name(std::string_view prefix, topic_kind kind) {
    return std::string(prefix) + std::string(topic_word(kind)) + ".v1";
}

std::uint32_t partition_of(eventlog::tenant_no tenant, std::uint32_t partitions) {
    assert(partitions > 0);
    return tenant.value % partitions;
}

std::string_view event_mode_name(event_mode mode) {
    return mode == event_mode::binary ? "binary" : "structured";
}

std::optional<event_mode> parse_event_mode(std::string_view word) {
    for (const event_mode mode : {event_mode::binary, event_mode::structured})
        if (event_mode_name(mode) == word) return mode;
    return std::nullopt;
}

std::size_t message_bytes(const message& m) {
    std::size_t sum = m.key.size() + (m.value ? m.value->size() : 0);
    for (const header& h : m.headers)
        sum += h.name.size() + h.value.size();
    return sum;
}

} // namespace rollcall::told
