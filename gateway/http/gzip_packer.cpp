#include "gateway/http/gzip_packer.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <new>
#include <zlib.h>

namespace rollcall::http {
namespace {

constexpr int raw = -MAX_WBITS; // no header, no checksum: those are written here
constexpr int memory_level = 8; // 256 KiB for each thread that packs
constexpr std::size_t step_bytes = std::size_t{16} * 1024; // of output made at a time

/// Magic, deflate, no flags, no time, fastest, Unix (RFC 1952 section 2.3).
constexpr std::array<char, 10> header{'\x1f', '\x8b', 8, 0, 0, 0, 0, 0, 4, 3};

/// What a thread needs to pack, made once.
class deflater {
  public:
    deflater() {
        // The fastest level: what answers hold is so alike that the better ones save little.
        if (::deflateInit2(&stream_, Z_BEST_SPEED, Z_DEFLATED, raw, memory_level,
                           Z_DEFAULT_STRATEGY) != Z_OK) {
            throw std::bad_alloc();
        }
    }

    ~deflater() { ::deflateEnd(&stream_); }

    deflater(const deflater&) = delete;
    deflater& operator=(const deflater&) = delete;

    void run(std::string& out, std::string_view piece, bool last) {
        ::deflateReset(&stream_);
        // zlib does not write to its input.
        stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(piece.data()));
        stream_.avail_in = static_cast<uInt>(piece.size());
        // In steps: room for the worst case would be as much as the body, and stay with the answer.
        do {
            const std::size_t begin = out.size();
            out.resize(begin + step_bytes);
            stream_.next_out = reinterpret_cast<Bytef*>(out.data() + begin);
            stream_.avail_out = static_cast<uInt>(step_bytes);
            ::deflate(&stream_, last ? Z_FINISH : Z_SYNC_FLUSH);
            out.resize(out.size() - stream_.avail_out);
        } while (stream_.avail_out == 0);
    }

  private:
    z_stream stream_{};
};

void append_number(std::string& out, std::uint32_t number) {
    for (unsigned shift = 0; shift < 32; shift += 8)
        out += static_cast<char>(number >> shift & 0xffu);
}

} // namespace

void gzip_packer::append(std::string& out, std::string_view piece, bool last) {
    static thread_local deflater mine;
    constexpr std::size_t run_bytes_max = std::numeric_limits<std::uint32_t>::max() / 2;

    if (!begun_) out.append(header.data(), header.size());
    begun_ = true;
    do {
        const std::string_view part = piece.substr(0, run_bytes_max);
        piece.remove_prefix(part.size());
        const bool end = last && piece.empty();
        if (part.empty() && !end) return;
        if (!part.empty()) { // of no bytes at no address zlib would begin a new checksum
            checksum_ = static_cast<std::uint32_t>(
                ::crc32_z(checksum_, reinterpret_cast<const Bytef*>(part.data()), part.size()));
        }
        size_ += static_cast<std::uint32_t>(part.size());
        mine.run(out, part, end);
    } while (!piece.empty());
    if (!last) return;
    append_number(out, checksum_);
    append_number(out, size_);
}

} // namespace rollcall::http
