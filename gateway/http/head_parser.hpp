// The part of request reading that Beast does: it splits a finished head into fields and puts
// chunks together. Private to request_reader.cpp, the only file that includes it, so that Beast is
// compiled once.
//
// Beast's own message type is not used: it allocates for every field and merges trailers into the
// header. Its framing is not trusted alone either: version 1.81 takes an unknown Transfer-Encoding
// for "no body", two equal Content-Lengths for one, and misses Host altogether; check_framing()
// does not.
#pragma once

#include "gateway/http/fault.hpp"
#include "gateway/http/input_buffer.hpp"
#include "gateway/http/request.hpp"
#include "gateway/http/text.hpp"

#include <boost/beast/http/basic_parser.hpp>

#include <algorithm>
#include <cstring>
#include <limits>
#include <optional>

namespace rollcall::http {

namespace beast = boost::beast;

/// Reads one message: the head into a request, then the chunks into a buffer.
class head_parser final : public beast::http::basic_parser<true> {
  public:
    explicit head_parser(request& asked) : asked_(asked) {
        // The reader has checked the head's size before and checks Content-Length after.
        header_limit(std::numeric_limits<std::uint32_t>::max());
        body_limit(boost::none);
    }

    /// What is wrong with the framing of a parsed head, if anything.
    [[nodiscard]] std::optional<fault> check_framing() const {
        const bool chunked_field = transfer_encodings_ > 0;
        if (hosts_ > 1 || (hosts_ == 0 && asked_.version_ == 11)) return fault::malformed;
        if (content_lengths_ > 1 || transfer_encodings_ > 1) return fault::malformed;
        if (chunked_field && (content_lengths_ > 0 || asked_.version_ == 10)) {
            return fault::malformed;
        }
        if (!well_formed_) return fault::malformed;
        if (!expectation_known_ && asked_.version_ == 11) return fault::bad_expectation;
        return std::nullopt;
    }

    /// HTTP/1.0 knows no such thing and has it ignored (RFC 9110 section 10.1.1).
    [[nodiscard]] bool expects_continue() const {
        return expects_continue_ && asked_.version_ == 11;
    }

    /// From here on chunks go into `body`, and past `bytes_max` of them parsing fails.
    void collect_into(input_buffer& body, std::size_t bytes_max) {
        body_ = &body;
        bytes_max_ = bytes_max;
        body_limit(bytes_max);
        eager(true);
    }

    /// Whether parsing failed because the input budget is used up.
    [[nodiscard]] bool out_of_memory() const { return out_of_memory_; }

  private:
    static http::method name_of(beast::http::verb verb) {
        switch (verb) {
        case beast::http::verb::get: return method::get;
        case beast::http::verb::head: return method::head;
        case beast::http::verb::post: return method::post;
        case beast::http::verb::put: return method::put;
        case beast::http::verb::patch: return method::patch;
        case beast::http::verb::delete_: return method::del;
        case beast::http::verb::options: return method::options;
        default: return method::other;
        }
    }

    static bool is_text(char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\t';
    }

    static std::string_view text_of(beast::string_view text) { return {text.data(), text.size()}; }

    void on_request_impl(beast::http::verb verb, beast::string_view method,
                         beast::string_view target, int version, beast::error_code&) override {
        asked_.method_ = name_of(verb);
        asked_.method_text_ = asked_.keep(text_of(method));
        asked_.target_ = asked_.keep(text_of(target));
        asked_.version_ = static_cast<unsigned>(version);
    }

    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}

    void on_field_impl(beast::http::field name, beast::string_view name_text,
                       beast::string_view value_text, beast::error_code&) override {
        if (head_done_) return; // a trailer
        const std::string_view value = text_of(value_text);
        note(name, value);
        const request::range kept_name = asked_.keep(text_of(name_text));
        const request::range kept_value = asked_.keep(value);
        asked_.fields_.push_back({kept_name, kept_value});
    }

    void note(beast::http::field name, std::string_view value) {
        using beast::http::field;
        if (name == field::host) {
            ++hosts_;
            well_formed_ = well_formed_ && host_chars.holds_all(value);
        } else if (name == field::content_length) {
            ++content_lengths_; // Beast itself would take a list of equal numbers
            well_formed_ = well_formed_ && !value.empty() &&
                           std::all_of(value.begin(), value.end(), http::is_digit);
        } else if (name == field::transfer_encoding) {
            ++transfer_encodings_;
            well_formed_ = well_formed_ && equal_without_case(value, "chunked");
        } else if (name == field::expect) {
            expects_continue_ = equal_without_case(value, "100-continue");
            expectation_known_ = expectation_known_ && expects_continue_;
        }
    }

    void on_header_impl(beast::error_code&) override {
        head_done_ = true;
        asked_.keep_alive_ = keep_alive();
    }

    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast::error_code&) override {}

    std::size_t on_body_impl(beast::string_view body, beast::error_code&) override {
        return body.size();
    }

    /// Beast takes any byte between quotes. A proxy that ends such a line at a lone line feed would
    /// read another request than we do (RFC 9112 section 7.1.1, RFC 9110 section 5.6.4).
    void on_chunk_header_impl(std::uint64_t, beast::string_view extensions,
                              beast::error_code& ec) override {
        if (!std::all_of(extensions.begin(), extensions.end(), is_text)) {
            ec = beast::http::make_error_code(beast::http::error::bad_chunk_extension);
        }
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view piece,
                                   beast::error_code& ec) override {
        std::string_view rest = text_of(piece);
        while (!rest.empty()) {
            if (!body_->make_room(bytes_max_)) {
                out_of_memory_ = true;
                ec = beast::http::make_error_code(beast::http::error::body_limit);
                return piece.size();
            }
            const std::span<char> room = body_->room();
            const std::size_t n = std::min(room.size(), rest.size());
            std::memcpy(room.data(), rest.data(), n);
            body_->add(n);
            rest.remove_prefix(n);
        }
        return piece.size();
    }

    void on_finish_impl(beast::error_code&) override {}

    request& asked_;
    input_buffer* body_ = nullptr;
    std::size_t bytes_max_ = 0;
    unsigned hosts_ = 0;
    unsigned content_lengths_ = 0;
    unsigned transfer_encodings_ = 0;
    bool well_formed_ = true;
    bool expects_continue_ = false;
    bool expectation_known_ = true;
    bool head_done_ = false;
    bool out_of_memory_ = false;
};

} // namespace rollcall::http
