// Finds the end of an HTTP response with as little work as possible: status and Content-Length of
// the head, then bytes are only counted. Enough for servers of our own; not a client's parser.
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
        malformed, ///< no status, a length that is no number, or bytes past the end
    };

    /// Takes in the next bytes of the response.
    void add(std::string_view bytes);

    /// Makes ready for the next response.
    void reset();

    [[nodiscard]] state what() const { return what_; }

    /// Meaningful once the head is in.
    [[nodiscard]] unsigned status() const { return status_; }

  private:
    void read_head(std::string_view head);

    state what_ = state::under_way;
    bool head_read_ = false;
    unsigned status_ = 0;
    std::size_t body_left_ = 0;
    std::string head_; ///< only of a head that comes in pieces
};

} // namespace rollcall::bench
