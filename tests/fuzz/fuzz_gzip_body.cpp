// Any bytes as a packed body: unpacking ends, within its limit, and says what it came to.
#include "gateway/http/inflate.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace rollcall::http;
    constexpr std::size_t bytes_max = 4'096;
    input_budget budget(2 * bytes_max);
    input_buffer out(64, budget);
    const auto came_to = inflate_gzip({reinterpret_cast<const char*>(data), size}, bytes_max, out);
    if (came_to == inflate_outcome::done && out.size() > bytes_max) std::abort();
    if (out.size() > bytes_max + 1) std::abort();
    return 0;
}
