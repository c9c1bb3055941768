// Packs a body with gzip (RFC 1952), whole or piece by piece: one member, whose pieces each end on
// a byte, so that the client can unpack whatever has come.
//
// Each piece is compressed by itself, with what the thread keeps for that; between two pieces a
// body holds nothing but its checksum. So a thousand bodies that are sent slowly take no memory.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::http {

class gzip_packer {
  public:
    /// Appends the next piece, packed, to `out`; `last` ends the body. Throws std::bad_alloc.
    void append(std::string& out, std::string_view piece, bool last);

  private:
    std::uint32_t checksum_ = 0;
    std::uint32_t size_ = 0; // modulo 2^32, as gzip has it
    bool begun_ = false;
};

} // namespace rollcall::http
