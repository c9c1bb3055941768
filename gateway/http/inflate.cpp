#include "gateway/http/inflate.hpp"

#include <algorithm>
#include <limits>
#include <zlib.h>

namespace rollcall::http {
namespace {

constexpr int gzip_only = 16; // added to the window size: no zlib header, no bare stream

class unpacker {
  public:
    unpacker() : ready_(::inflateInit2(&stream_, gzip_only + MAX_WBITS) == Z_OK) {}

    ~unpacker() {
        if (ready_) ::inflateEnd(&stream_);
    }

    unpacker(const unpacker&) = delete;
    unpacker& operator=(const unpacker&) = delete;

    [[nodiscard]] bool ready() const { return ready_; }

    z_stream& stream() { return stream_; }

  private:
    z_stream stream_{};
    bool ready_;
};

uInt chunk(std::size_t bytes) {
    return static_cast<uInt>(std::min<std::size_t>(bytes, std::numeric_limits<uInt>::max()));
}

} // namespace

inflate_outcome inflate_gzip(std::string_view packed, std::size_t bytes_max, input_buffer& out) {
    unpacker unpack;
    if (!unpack.ready()) return inflate_outcome::out_of_memory;
    z_stream& z = unpack.stream();
    // zlib does not write to its input.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
    z.avail_in = chunk(packed.size());
    for (;;) {
        // One byte more than may be, to see whether it comes.
        if (!out.make_room(bytes_max + 1)) return inflate_outcome::out_of_memory;
        const auto room = out.room();
        z.next_out = reinterpret_cast<Bytef*>(room.data());
        z.avail_out = chunk(room.size());
        const uInt before = z.avail_out;
        const int said = ::inflate(&z, Z_NO_FLUSH);
        out.add(before - z.avail_out);
        if (out.size() > bytes_max) return inflate_outcome::too_large;
        if (said == Z_STREAM_END) {
            return z.avail_in == 0 ? inflate_outcome::done : inflate_outcome::damaged;
        }
        if (said == Z_MEM_ERROR) return inflate_outcome::out_of_memory;
        const bool goes_on = said == Z_OK && (z.avail_in > 0 || z.avail_out == 0);
        if (!goes_on) return inflate_outcome::damaged;
    }
}

} // namespace rollcall::http
