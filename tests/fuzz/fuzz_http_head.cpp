// Any bytes, as a client might send them on one connection: whatever they are, the reader must stay
// within its limits and must read the same requests however the network cuts the bytes.
#include "gateway/http/request_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace rollcall;
using step = http::request_reader::step;

http::limits small_limits() {
    http::limits bounds;
    bounds.head_bytes_max = 2048;
    bounds.target_bytes_max = 512;
    bounds.head_fields_max = 16;
    bounds.body_bytes_max = 1024;
    bounds.chunk_overhead_bytes_max = 256;
    bounds.input_bytes_start = 32;
    return bounds;
}

void require(bool holds) {
    if (!holds) std::abort();
}

// What is read from the bytes when they come in pieces of at most `piece`.
std::vector<std::string> read_all(std::string_view bytes, std::size_t piece) {
    static const http::limits bounds = small_limits();
    http::input_budget budget(bounds.input_bytes_total_max);
    http::request_reader reader(bounds, budget, "");
    std::vector<std::string> seen;
    for (;;) {
        const step reached = reader.advance();
        if (reached == step::head) {
            reader.stamp(base::moment{});
        } else if (reached == step::complete) {
            const http::request& asked = reader.asked();
            require(asked.target().starts_with('/'));
            require(asked.target().size() <= bounds.target_bytes_max);
            require(asked.body().size() <= bounds.body_bytes_max);
            require(asked.version() == 10 || asked.has_header("host"));
            seen.push_back(std::string(asked.method_text()) + ' ' + std::string(asked.target()) +
                           ' ' + std::string(asked.body()));
            reader.finish();
        } else {
            // Cut differently, bytes that will be refused may still be waiting for more.
            if (reached == step::refused || bytes.empty()) return seen;
            const auto room = reader.room();
            require(!room.empty());
            const std::size_t n = std::min({room.size(), bytes.size(), piece});
            std::memcpy(room.data(), bytes.data(), n);
            reader.add(n);
            bytes.remove_prefix(n);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto whole = read_all(bytes, size + 1);
    require(read_all(bytes, 1) == whole);
    require(read_all(bytes, 17) == whole);
    return 0;
}
