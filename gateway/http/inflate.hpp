// Unpacks a body that was sent with `Content-Encoding: gzip` (RFC 9110 section 8.4.1.3). Pure.
#pragma once

#include "gateway/http/input_buffer.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rollcall::http {

enum class inflate_outcome : std::uint8_t {
    done,
    damaged,       ///< not gzip, cut off, a wrong checksum, or bytes behind its end
    too_large,     ///< more than the limit when unpacked; unpacking stopped there
    out_of_memory, ///< the budget of `out`
};

/// Appends what `packed`, one gzip member (RFC 1952), holds: at most `bytes_max` bytes.
inflate_outcome inflate_gzip(std::string_view packed, std::size_t bytes_max, input_buffer& out);

} // namespace rollcall::http
