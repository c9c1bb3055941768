// The trace of the request that caused a fact: a field that facts of every type may have.
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/payload_fields.hpp"

namespace rollcall::eventlog {
namespace {

constexpr std::uint32_t trace_number = 100;
constexpr std::uint8_t sampled_flag = 1;

bool read_value(std::string_view bytes, base::trace_context& trace) {
    if (!base::get_bytes(bytes, trace.trace_id) || !base::get_bytes(bytes, trace.parent_id) ||
        bytes.size() != 1) {
        return false;
    }
    // Flags that are added one day mean nothing here.
    trace.sampled = (static_cast<std::uint8_t>(bytes[0]) & sampled_flag) != 0;
    return true;
}

} // namespace

void append_trace(std::string& clear, const base::trace_context& trace) {
    std::string value;
    base::put_bytes(value, trace.trace_id);
    base::put_bytes(value, trace.parent_id);
    value.push_back(static_cast<char>(trace.sampled ? sampled_flag : 0));
    field_writer field;
    field.bytes(trace_number, value);
    clear += field.take();
}

base::result<std::optional<base::trace_context>> read_trace(std::string_view clear) {
    std::optional<base::trace_context> trace;
    const bool ok = each_field(clear, [&](std::uint64_t number, std::string_view value) {
        return number != trace_number || read_value(value, trace.emplace());
    });
    if (!ok) return base::fail(log_errc::damaged_payload, "the trace of an event is not readable");
    return trace;
}

} // namespace rollcall::eventlog
