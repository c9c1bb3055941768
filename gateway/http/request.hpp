// One request, complete and checked: what a handler reads. Only request_reader writes it.
//
// The head is a copy of its own, made before a body byte is looked at, so chunk trailers can never
// become header fields. The object belongs to the connection and is used again for its next request
// (no allocation per request); every view handed out dies when the exchange ends.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/base/trace_context.hpp"
#include "gateway/http/query.hpp"
#include "gateway/http/text.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::http {

/// Methods by name; any other token is `other`, and request::method_text() tells which.
enum class method : std::uint8_t { get, head, post, put, patch, del, options, other };

class request {
  public:
    [[nodiscard]] http::method method() const { return method_; }

    /// As sent; methods are case-sensitive (RFC 9110 section 9.1).
    [[nodiscard]] std::string_view method_text() const { return view(method_text_); }

    /// The whole target as sent: origin form, ASCII.
    [[nodiscard]] std::string_view target() const { return view(target_); }

    [[nodiscard]] const path_segments& path() const { return path_; }

    [[nodiscard]] const query_parameters& query() const { return query_; }

    /// The value of the first field of that name, name compared without case, blanks around the
    /// value cut off; empty if there is none. Bytes above 0x7f pass as they came.
    [[nodiscard]] std::string_view header(std::string_view name) const;

    /// The same of the last field of that name: what the nearest proxy added stands there.
    [[nodiscard]] std::string_view last_header(std::string_view name) const;

    [[nodiscard]] bool has_header(std::string_view name) const;

    /// Calls `use` with the value of each field of that name, in their order.
    template <class F>
    void each_header(std::string_view name, F use) const {
        for (const field& f : fields_) {
            if (equal_without_case(view(f.name), name)) use(view(f.value));
        }
    }

    /// The body with its chunks put together; empty if there is none. At least
    /// `body_padding_bytes` readable bytes follow it.
    [[nodiscard]] std::string_view body() const { return body_; }

    /// Overwrites the body with zeros: it held a secret, and nobody needs it any more.
    void wipe_body() const;

    /// Whether a body of at least one byte, or in chunks, was announced.
    [[nodiscard]] bool announces_body() const { return announces_body_; }

    /// The client's `X-Request-Id` if it has 1 to 64 characters of [A-Za-z0-9._-], else a new
    /// UUIDv7. The answer carries it too.
    [[nodiscard]] std::string_view request_id() const { return view(request_id_); }

    /// The W3C Trace Context of the caller: a `traceparent` that base::parse_traceparent takes,
    /// what all versions of it share; empty if there is none, several, or a malformed one.
    [[nodiscard]] std::string_view traceparent() const { return view(traceparent_); }

    /// The same, read; nothing likewise.
    [[nodiscard]] std::optional<base::trace_context> trace() const {
        return base::parse_traceparent(traceparent());
    }

    /// Its trace id, 32 hexadecimal digits; empty likewise.
    [[nodiscard]] std::string_view trace_id() const {
        return traceparent_.size == 0 ? std::string_view() : traceparent().substr(3, 32);
    }

    /// The other side of the connection: an IP address without port, or `unix`.
    [[nodiscard]] std::string_view peer() const { return peer_; }

    /// When the head was complete.
    [[nodiscard]] base::moment arrived() const { return arrived_; }

    /// Whether the client wants to go on using the connection.
    [[nodiscard]] bool keep_alive() const { return keep_alive_; }

    /// 10 or 11, for HTTP/1.0 and HTTP/1.1.
    [[nodiscard]] unsigned version() const { return version_; }

  private:
    friend class request_reader;
    friend class head_parser;

    struct range {
        std::uint32_t begin = 0, size = 0;
    };

    struct field {
        range name, value;
    };

    [[nodiscard]] std::string_view view(range r) const { return {text_.data() + r.begin, r.size}; }

    range keep(std::string_view part);
    [[nodiscard]] const field* find(std::string_view name) const;
    void clear();

    std::string text_; // the head's parts one after another; ranges point into it
    std::vector<field> fields_;
    path_segments path_;
    query_parameters query_;
    range method_text_, target_, request_id_, traceparent_;
    std::string_view body_;
    std::string peer_;
    base::moment arrived_;
    http::method method_ = method::other;
    unsigned version_ = 11;
    bool keep_alive_ = true;
    bool announces_body_ = false;
};

} // namespace rollcall::http
