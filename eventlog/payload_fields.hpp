// How the fields of a payload are written and read: number (varint), size (varint), bytes. What the
// numbers mean stands in event_codec.cpp. For the sources of the codec only.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/base/wire.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::eventlog {

class field_writer {
  public:
    void bytes(std::uint32_t number, std::string_view value) {
        base::put_varint(out_, number);
        base::put_varint(out_, value.size());
        out_ += value;
    }

    void number(std::uint32_t number, std::uint64_t value) {
        std::string coded;
        base::put_varint(coded, value);
        bytes(number, coded);
    }

    void flag(std::uint32_t number_, bool value) { number(number_, value ? 1 : 0); }

    std::string take() { return std::move(out_); }

  private:
    std::string out_;
};

/// Calls `field(number, bytes)` for each field; false when the bytes are not a list of fields or
/// `field` returns false.
template <class F>
bool each_field(std::string_view in, F&& field) {
    while (!in.empty()) {
        std::uint64_t number = 0;
        std::uint64_t size = 0;
        if (!base::get_varint(in, number) || !base::get_varint(in, size) || size > in.size()) {
            return false;
        }
        if (!field(number, in.substr(0, size))) return false;
        in.remove_prefix(size);
    }
    return true;
}

inline bool read_number(std::string_view bytes, std::uint64_t& value) {
    return base::get_varint(bytes, value) && bytes.empty();
}

/// A number that fits into T.
template <class T>
bool read_small(std::string_view bytes, T& value) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number) || number > std::numeric_limits<T>::max()) return false;
    value = static_cast<T>(number);
    return true;
}

inline bool read_flag(std::string_view bytes, bool& value) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number) || number > 1) return false;
    value = number == 1;
    return true;
}

inline bool read_moment(std::string_view bytes, std::optional<base::moment>& value) {
    std::uint64_t number = 0;
    if (!read_number(bytes, number)) return false;
    value = base::moment{static_cast<std::int64_t>(number)};
    return true;
}

} // namespace rollcall::eventlog
