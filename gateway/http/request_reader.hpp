// Turns the bytes of one connection into requests, one after another. Pure: no socket, no clock.
// All guards of this room against ambiguous, oversized or malformed input are here.
//
// The dialogue for each request, driven by whoever owns the connection:
//
//     advance() -> need_bytes   put bytes into room(), add(n), again
//               -> head         checked and readable; stamp() it; then advance() for its body
//               -> complete     asked() has everything; when it is answered: finish()
//               -> refused      why() tells; the connection is of no further use
//
// Guards: lines end with CRLF only; no folded lines; exactly one Host in 1.1, at most one in 1.0;
// at most one Content-Length, digits only; Transfer-Encoding once, exactly `chunked`, never in 1.0
// and never with Content-Length; origin form only. The head is copied before the body is looked at,
// and trailer fields are counted against limits::chunk_overhead_bytes_max and thrown away. A body
// with Content-Encoding gzip is handed on unpacked, and unpacking stops at limits::body_bytes_max.
// A larger body is taken only if allow_body() says so between its head and its body.
#pragma once

#include "eventlog/base/time.hpp"
#include "gateway/http/fault.hpp"
#include "gateway/http/input_buffer.hpp"
#include "gateway/http/limits.hpp"
#include "gateway/http/request.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::http {

class request_reader {
  public:
    /// Both arguments outlive the reader.
    request_reader(const http::limits& bounds, input_budget& budget, std::string peer);
    ~request_reader();

    enum class step : std::uint8_t { need_bytes, head, complete, refused };

    /// Goes as far as the bytes at hand allow.
    step advance();

    /// Where the next bytes belong; never empty after need_bytes.
    std::span<char> room() { return input_.room(); }

    /// `n` bytes were written into room().
    void add(std::size_t n) { input_.add(n); }

    /// After `head`: records the time and gives the request an id, if it did not bring one. After
    /// `refused` too, if the head was read.
    void stamp(base::moment arrived);

    /// Whether the present request's header fields can be trusted: its head is complete and framed
    /// without doubt, whatever else is wrong with the request.
    [[nodiscard]] bool head_read() const { return head_read_; }

    /// The id that the present request brought: of its head if that was read and stamped, else of
    /// the lines that are complete. Empty if it brought no good one there.
    [[nodiscard]] std::string_view request_id_seen() const;

    /// The target as sent, as far as it has come: of the head if that was read, else what the first
    /// line says. Empty if there is none.
    [[nodiscard]] std::string_view target_seen() const;

    /// The request in the making: readable after `head`, with its body after `complete`.
    [[nodiscard]] const request& asked() const { return asked_; }

    /// After `head`: whether a body of at least one byte, or in chunks, is announced.
    [[nodiscard]] bool body_announced() const { return chunked_ || body_bytes_ > 0; }

    /// After `head`: whether the body may be larger than limits::body_bytes_max, so that it matters
    /// what the request is allowed.
    [[nodiscard]] bool body_may_be_large() const {
        return chunked_ || body_bytes_ > bounds_.body_bytes_max;
    }

    /// After `head`: a body of up to so many bytes is taken, instead of limits::body_bytes_max.
    void allow_body(std::size_t bytes_max);

    /// After `head`: whether the next advance() refuses the body for what the head says of it: it
    /// is larger than is allowed, or in a coding that is not understood.
    [[nodiscard]] bool body_unwanted() const { return bad_coding_ || body_bytes_ > allowed_bytes_; }

    /// After `head`: whose share the body counts in until finish() or discard().
    void charge_to(std::shared_ptr<input_share> share);

    /// After `head`: whether the client waits for `100 Continue`; false if body bytes are here.
    [[nodiscard]] bool continue_expected() const { return expects_continue_ && input_.size() == 0; }

    /// After `head`: whether the whole body is here already.
    [[nodiscard]] bool body_at_hand() const { return !chunked_ && input_.size() >= body_bytes_; }

    /// After `complete`, or after `head` if body_at_hand(): forgets the request and turns to the
    /// bytes behind it.
    void finish();

    /// Whether any byte of an unfinished request is here.
    [[nodiscard]] bool under_way() const { return phase_ != phase::head || input_.size() > 0; }

    /// After `refused`.
    [[nodiscard]] fault why() const { return why_; }

    /// Throws away all input and makes room: for a connection that only waits for its end.
    void discard();

    /// Size of the current request's head in bytes; after `head`.
    [[nodiscard]] std::size_t head_bytes() const { return head_bytes_; }

  private:
    struct parser_place;
    enum class phase : std::uint8_t { head, body, complete, refused };

    step read_head();
    step accept_head(std::size_t size);
    step read_body();
    step read_chunks();
    step need(std::size_t useful_bytes);
    step refuse(fault what);
    step refuse_for_room(const input_buffer& full);
    step refuse_unwanted();
    std::optional<fault> read_target();
    bool read_coding();
    void take_trace();
    step complete(std::string_view body);

    const http::limits& bounds_;
    input_budget& budget_;
    input_buffer input_;
    request asked_;
    std::unique_ptr<parser_place> parser_;
    std::unique_ptr<input_buffer> assembled_; // the body of a chunked request
    std::unique_ptr<input_buffer> unpacked_;  // the body of one with Content-Encoding gzip
    std::shared_ptr<input_share> share_;      // in which the present body counts

    phase phase_ = phase::head;
    fault why_ = fault::malformed;
    bool blank_line_skipped_ = false;
    bool head_read_ = false;
    bool chunked_ = false;
    bool gzip_ = false;
    bool bad_coding_ = false;
    bool expects_continue_ = false;
    std::size_t scanned_ = 0;    // bytes of the head already searched for line ends
    std::size_t line_begin_ = 0; // of the head's line that is not complete
    std::size_t lines_ = 0;      // complete ones
    std::size_t head_bytes_ = 0;
    std::size_t body_bytes_ = 0; // announced by Content-Length
    std::size_t allowed_bytes_ = 0;
    std::size_t chunk_input_ = 0; // body bytes and overhead taken in
};

} // namespace rollcall::http
