#include "eventlog/base/uuid.hpp"

#include "eventlog/base/random.hpp"

#include <cstring>

namespace rollcall::base {
namespace {

constexpr char hex_digits[] = "0123456789abcdef";

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

constexpr bool is_dash(std::size_t i) {
    return i == 8 || i == 13 || i == 18 || i == 23;
}

} // namespace

void uuid::append_to(std::string& out) const {
    const std::size_t start = out.size();
    out.resize(start + 36);
    char* p = out.data() + start;
    std::size_t i = 0;
    for (const std::uint8_t byte : bytes) {
        if (is_dash(i)) p[i++] = '-';
        p[i++] = hex_digits[byte >> 4];
        p[i++] = hex_digits[byte & 15];
    }
}

std::string uuid::text() const {
    std::string out;
    append_to(out);
    return out;
}

std::optional<uuid> uuid::parse(std::string_view text) {
    if (text.size() != 36) return std::nullopt;
    uuid id;
    std::size_t byte = 0;
    for (std::size_t i = 0; i < 36;) {
        if (is_dash(i)) {
            if (text[i++] != '-') return std::nullopt;
            continue;
        }
        const int high = hex_value(text[i]);
        const int low = hex_value(text[i + 1]);
        if (high < 0 || low < 0) return std::nullopt;
        id.bytes[byte++] = static_cast<std::uint8_t>(high << 4 | low);
        i += 2;
    }
    return id;
}

uuid uuid::make_v7(std::int64_t unix_ms) {
    // RFC 9562 section 6.2, method 2: the random field is counted up within one millisecond.
    thread_local std::int64_t last_ms = -1;
    thread_local std::array<std::uint8_t, 10> tail{};
    if (unix_ms > last_ms) {
        last_ms = unix_ms;
        fill_random(tail);
        tail[0] &= 0x07; // room to count up without a carry out of the field
    } else {
        std::array<std::uint8_t, 4> step{};
        fill_random(step);
        std::uint32_t carry = 0;
        std::memcpy(&carry, step.data(), sizeof carry);
        carry = (carry & 0x00ffffff) + 1;
        for (std::size_t i = tail.size(); i-- > 0 && carry != 0;) {
            carry += tail[i];
            tail[i] = static_cast<std::uint8_t>(carry);
            carry >>= 8;
        }
    }
    uuid id;
    const auto ms = static_cast<std::uint64_t>(last_ms);
    for (std::size_t i = 0; i < 6; ++i) {
        id.bytes[i] = static_cast<std::uint8_t>(ms >> (40 - 8 * i));
    }
    std::memcpy(id.bytes.data() + 6, tail.data(), tail.size());
    id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0f) | 0x70);
    id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

} // namespace rollcall::base

std::size_t
std::hash<rollcall::base::uuid>::operator()(const rollcall::base::uuid& id) const noexcept {
    std::size_t low = 0; // the low half is random in every version that we make or accept
    std::memcpy(&low, id.bytes.data() + 8, sizeof low);
    return low;
}
