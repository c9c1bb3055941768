// Any bytes as a record, as a clear payload of any type, and as content: never a crash, and what is
// read holds what its reader promises.
#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::eventlog;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto r = read_record(bytes, record_check::crc_and_hashes)) {
        check(r->request_id.size() + r->clear.size() + r->sealed.size() + record_fixed_size + 4 ==
              size);
        static_cast<void>(decode_clear(r->type, r->schema, r->clear));
        static_cast<void>(decode_content(r->sealed));
    }
    for (std::uint16_t type = 0; type < 80; ++type) {
        const auto body = decode_clear(type, 1, bytes);
        if (!body) continue;
        check(static_cast<std::uint16_t>(type_of(*body)) == type);
        const auto again = decode_clear(type, schema_of(*body), encode_clear(*body));
        check(again && *again == *body);
    }
    if (const auto trace = read_trace(bytes); trace && *trace) {
        std::string clear;
        append_trace(clear, **trace);
        const auto again = read_trace(clear);
        check(again && *again == *trace);
    }
    if (const auto content = decode_content(bytes)) {
        const auto again = decode_content(encode_content(*content));
        check(again && *again == *content);
    }
    return 0;
}
