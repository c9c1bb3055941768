// Turns the bytes that a server sends into answers, one after another: for our own clients, which
// talk to our own server. Pure. Takes bodies with Content-Length or in chunks; anything else is a
// bad answer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollcall::http {

class response_reader {
  public:
    /// No answer may be larger, head and body together.
    explicit response_reader(std::size_t answer_bytes_max) : bytes_max_(answer_bytes_max) {}

    enum class step : std::uint8_t { need_bytes, complete, bad };

    void add(std::string_view bytes) { input_ += bytes; }

    /// Goes as far as the bytes at hand allow. `head_only`: the answer to HEAD.
    step advance(bool head_only);

    // Of the complete answer, until finish() or add():
    [[nodiscard]] unsigned status() const { return status_; }

    [[nodiscard]] std::string_view body() const;

    [[nodiscard]] bool keep_alive() const { return keep_alive_; }

    /// Header fields in the order sent.
    [[nodiscard]] std::vector<std::pair<std::string_view, std::string_view>> fields() const;

    /// Turns to the bytes behind the answer.
    void finish();

    /// Bytes that belong to no complete answer.
    [[nodiscard]] std::string_view rest() const { return std::string_view(input_).substr(begin_); }

    void clear();

  private:
    bool read_head(bool head_only);
    step read_chunks();

    std::size_t bytes_max_;
    std::string input_;
    std::size_t begin_ = 0;      // of the answer in input_
    std::size_t head_bytes_ = 0; // 0: not complete
    std::size_t body_bytes_ = 0; // as sent; in chunks: those that are read already
    std::string joined_;         // of a body in chunks
    bool chunked_ = false;
    bool joined_whole_ = false;
    unsigned status_ = 0;
    bool keep_alive_ = true;
};

} // namespace rollcall::http
