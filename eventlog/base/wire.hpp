// Integers as bytes. Little-endian inside values, big-endian inside keys (so that they sort), and
// variable-length integers (7 bits a byte, low first, at most 10 bytes).
// put_… appends; get_… consumes from the front of a view and says whether it could.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace rollcall::base {

template <class T>
void put_le(std::string& out, T value) {
    static_assert(std::is_unsigned_v<T> && std::endian::native == std::endian::little);
    char bytes[sizeof(T)];
    std::memcpy(bytes, &value, sizeof(T));
    out.append(bytes, sizeof(T));
}

template <class T>
void put_be(std::string& out, T value) {
    static_assert(std::is_unsigned_v<T>);
    for (std::size_t i = sizeof(T); i-- > 0;) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(value >> (8 * i))));
    }
}

template <class T>
bool get_le(std::string_view& in, T& value) {
    static_assert(std::is_unsigned_v<T> && std::endian::native == std::endian::little);
    if (in.size() < sizeof(T)) return false;
    std::memcpy(&value, in.data(), sizeof(T));
    in.remove_prefix(sizeof(T));
    return true;
}

template <class T>
bool get_be(std::string_view& in, T& value) {
    static_assert(std::is_unsigned_v<T>);
    if (in.size() < sizeof(T)) return false;
    value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value = static_cast<T>(value << 8 | static_cast<std::uint8_t>(in[i]));
    }
    in.remove_prefix(sizeof(T));
    return true;
}

/// Writes over bytes that are there already.
template <class T>
void set_le(char* at, T value) {
    static_assert(std::is_unsigned_v<T> && std::endian::native == std::endian::little);
    std::memcpy(at, &value, sizeof(T));
}

template <class T>
T load_le(const char* at) {
    static_assert(std::is_unsigned_v<T> && std::endian::native == std::endian::little);
    T value;
    std::memcpy(&value, at, sizeof(T));
    return value;
}

inline void put_varint(std::string& out, std::uint64_t value) {
    while (value >= 0x80) {
        out.push_back(static_cast<char>(static_cast<std::uint8_t>(value | 0x80)));
        value >>= 7;
    }
    out.push_back(static_cast<char>(value));
}

inline bool get_varint(std::string_view& in, std::uint64_t& value) {
    value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
        if (in.empty()) return false;
        const auto byte = static_cast<std::uint8_t>(in.front());
        in.remove_prefix(1);
        if (shift == 63 && byte > 1) return false;
        value |= static_cast<std::uint64_t>(byte & 0x7f) << shift;
        if (byte < 0x80) return true;
    }
    return false;
}

inline void put_bytes(std::string& out, std::span<const std::uint8_t> bytes) {
    out.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

template <std::size_t N>
bool get_bytes(std::string_view& in, std::array<std::uint8_t, N>& bytes) {
    if (in.size() < N) return false;
    std::memcpy(bytes.data(), in.data(), N);
    in.remove_prefix(N);
    return true;
}

} // namespace rollcall::base
