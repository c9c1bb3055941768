// Finds the end of an HTTP response with as little work as possible: status and length of the head,
// then bytes are only counted, in chunks or as a whole. Enough for servers of our own; not a
// client's parser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::bench {

class response_counter {
  public:
    enum class state : std::uint8_t {
        under_way,
        complete,
        malformed, ///< no status, a length that is no number, or bytes past the end; a trailer
    };

    /// Takes in the next bytes of the response.
    void add(std::string_view bytes);

    /// Makes ready for the next response.
    void reset();

    [[nodiscard]] state what() const { return what_; }

    /// Meaningful once the head is in.
    [[nodiscard]] unsigned status() const { return status_; }

    /// True once a byte has come.
    [[nodiscard]] bool begun() const { return head_read_ || !head_.empty(); }

  private:
    void read_head(std::string_view head);
    void count(std::string_view bytes);
    void read_chunks(std::string_view bytes);
    void read_chunk_line(std::string_view line);

    state what_ = state::under_way;
    bool head_read_ = false;
    unsigned status_ = 0;
    bool chunked_ = false;
    bool last_chunk_read_ = false;
    std::size_t body_left_ = 0; ///< of the body, or of this chunk and the line end behind it
    std::string head_; ///< only of a head, or of a chunk's first line, that comes in pieces
};

} // namespace rollcall::bench
