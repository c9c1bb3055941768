// One answer as a handler fills it in, and its bytes on the wire. The object belongs to the
// connection and is used again for its next request, so filling it seldom allocates.
//
// What every answer gets without being asked: Content-Length (except 204 and 304, and what goes in
// pieces), X-Request-Id,
// `Cache-Control: no-store` and `X-Content-Type-Options: nosniff`. There is no Date: an origin
// server may leave it out when nothing that it sends may be cached (RFC 9110 section 6.6.1).
#pragma once

#include "gateway/http/body_source.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace rollcall::http {

/// reply::content_encoding of a body that is packed (gzip_packer).
inline constexpr std::string_view gzip_coding = "gzip";

class reply {
  public:
    /// The status code, 200 to 599.
    unsigned status = 200;
    /// Media type of the body. Text that lives as long as the program; empty: no Content-Type.
    std::string_view content_type;
    /// Of what `body` or the pieces hold; empty: as it is. Text that lives as long as the program.
    std::string_view content_encoding;
    /// Text that lives as long as the program.
    std::string_view cache_control = "no-store";
    /// The body. For HEAD it counts for Content-Length and is not sent.
    std::string body;

    /// `application/json` with that body.
    void json(unsigned code, std::string_view text);
    /// `text/plain; charset=utf-8` with that body.
    void text(unsigned code, std::string_view words);
    /// No body.
    void empty(unsigned code);

    /// Adds a field. `name` must be a token that this class does not write by itself. Control
    /// characters of `value` become spaces: nothing that came from a client can start a new line.
    void add_header(std::string_view name, std::string_view value);

    /// Asks for the connection to be closed after this answer.
    void close_after() { close_ = true; }

    [[nodiscard]] bool closes() const { return close_; }

    /// Sends a body in pieces from `source`, behind whatever is in `body`. It has no length, so it
    /// goes in chunks, or to an HTTP/1.0 client until the connection ends.
    void stream(std::shared_ptr<body_source> source) { source_ = std::move(source); }

    [[nodiscard]] bool streams() const { return source_ != nullptr; }

    /// Hands it over to the connection.
    [[nodiscard]] std::shared_ptr<body_source> take_source() { return std::move(source_); }

    /// Of a piece: it is not the last one.
    void more_follows() { more_follows_ = true; }

    /// Of a piece: there is none, and the body cannot be finished. The client sees that it is cut.
    void break_off() { broken_off_ = true; }

    [[nodiscard]] bool has_more() const { return more_follows_; }

    [[nodiscard]] bool is_broken_off() const { return broken_off_; }

    /// Appends `body` as one piece of a streamed body; `last` ends it.
    void append_piece_to(std::string& out, bool chunked, bool last) const;

    /// Keeps `what` until the last byte of this answer has gone to the client, or the connection
    /// has ended: for who counts the memory of answers.
    void keep_until_sent(std::shared_ptr<const void> what) { kept_ = std::move(what); }

    /// Hands it over to the connection.
    [[nodiscard]] std::shared_ptr<const void> take_kept() { return std::move(kept_); }

    /// Back to an empty 200; keeps the buffers' memory unless one exceeds `kept_bytes_max`.
    void clear(std::size_t kept_bytes_max);

    /// What the status line and framing of one answer depend on besides the reply itself.
    struct framing {
        std::string_view request_id; ///< echoed if not empty
        unsigned version = 11;       ///< of the request: 10 or 11
        bool head_only = false;      ///< answers HEAD
        bool keep_alive = true;      ///< the connection goes on
    };

    /// Appends the answer to `out` as HTTP/1.1 bytes.
    void append_to(std::string& out, const framing& how) const;

  private:
    std::string fields_; // lines of added header fields, each with its CRLF
    std::shared_ptr<const void> kept_;
    std::shared_ptr<body_source> source_;
    bool close_ = false;
    bool more_follows_ = false;
    bool broken_off_ = false;
};

/// The phrase of a status line; empty for codes that this product does not use.
std::string_view reason_phrase(unsigned status);

} // namespace rollcall::http
