#include "eventlog/base/random.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>

namespace rollcall::base {

void fill_random(std::span<std::uint8_t> out) {
    // One system call serves many small requests; bytes are wiped as they are handed out.
    struct pool {
        std::array<std::uint8_t, 1024> bytes{};
        std::size_t used = sizeof bytes;
    };

    thread_local pool local;
    if (out.size() > local.bytes.size() / 4) {
        randombytes_buf(out.data(), out.size());
        return;
    }
    if (local.bytes.size() - local.used < out.size()) {
        randombytes_buf(local.bytes.data(), local.bytes.size());
        local.used = 0;
    }
    std::copy_n(local.bytes.begin() + static_cast<std::ptrdiff_t>(local.used), out.size(),
                out.begin());
    sodium_memzero(local.bytes.data() + local.used, out.size());
    local.used += out.size();
}

} // namespace rollcall::base
