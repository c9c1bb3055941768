#include "gateway/http/request_reader.hpp"

#include "eventlog/base/trace_context.hpp"
#include "eventlog/base/uuid.hpp"
#include "gateway/http/head_parser.hpp"
#include "gateway/http/inflate.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>

namespace rollcall::http {
namespace {

constexpr std::size_t request_id_chars_max = 64;

// What a request line may hold besides its target before we give up on it without having seen its
// end: a method of any length is legal, but no more than this is worth waiting for.
constexpr std::size_t request_line_slack_bytes = 64;

// "0", two line ends: a chunked body never ends in less. Beast must not be called with less either:
// it asserts that so many bytes are there once it has seen the last chunk's size.
constexpr std::size_t shortest_chunk_end = 5;

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= request_id_chars_max && request_id_chars.holds_all(text);
}

bool is_origin_form(std::string_view target) {
    bool visible = true;
    for (const char c : target) {
        visible &= static_cast<bool>((c > 0x20) & (c < 0x7f) & (c != '#'));
    }
    return visible && target.starts_with('/');
}

} // namespace

// One parser after another in the same place: Beast's cannot be used twice.
struct request_reader::parser_place {
    std::optional<head_parser> now;
};

request_reader::request_reader(const http::limits& bounds, input_budget& budget, std::string peer)
    : bounds_(bounds),
      budget_(budget),
      input_(bounds.input_bytes_start, budget),
      parser_(std::make_unique<parser_place>()) {
    asked_.peer_ = std::move(peer);
}

request_reader::~request_reader() = default;

request_reader::step request_reader::advance() {
    switch (phase_) {
    case phase::head: return read_head();
    case phase::body: return chunked_ ? read_chunks() : read_body();
    case phase::complete: return step::complete;
    case phase::refused: return step::refused;
    }
    return step::refused;
}

request_reader::step request_reader::refuse(fault what) {
    phase_ = phase::refused;
    why_ = what;
    return step::refused;
}

request_reader::step request_reader::need(std::size_t useful_bytes) {
    return input_.make_room(useful_bytes) ? step::need_bytes : refuse_for_room(input_);
}

request_reader::step request_reader::refuse_for_room(const input_buffer& full) {
    return refuse(full.over_share() ? fault::input_share_used_up : fault::no_memory);
}

request_reader::step request_reader::refuse_unwanted() {
    return refuse(bad_coding_ ? fault::unsupported_coding : fault::body_too_large);
}

request_reader::step request_reader::read_head() {
    if (scanned_ == 0 && !blank_line_skipped_) {
        // Some old clients send a line end behind a body (RFC 9112 section 2.2).
        if (input_.bytes() == "\r") return need(bounds_.head_bytes_max);
        if (input_.bytes().starts_with("\r\n")) {
            input_.consume(2);
            blank_line_skipped_ = true;
        }
    }
    const std::string_view all = input_.bytes();
    if (!all.empty() && !token_chars.holds(all.front())) return refuse(fault::malformed);
    std::size_t size = 0;
    while (size == 0) {
        const bool line_begun = line_begin_ > 0 && line_begin_ < all.size();
        if (line_begun && contains(" \t", all[line_begin_])) return refuse(fault::malformed);
        const std::size_t end = all.find('\n', scanned_);
        if (end == std::string_view::npos) break;
        if (end == line_begin_ || all[end - 1] != '\r') return refuse(fault::malformed);
        const bool blank = end == line_begin_ + 1;
        scanned_ = line_begin_ = end + 1;
        if (blank) size = end + 1;
        if (!blank && lines_++ > bounds_.head_fields_max) return refuse(fault::head_too_large);
    }
    if (size > bounds_.head_bytes_max) return refuse(fault::head_too_large);
    if (size > 0) return accept_head(size);
    scanned_ = all.size();
    if (lines_ == 0 && all.size() > bounds_.target_bytes_max + request_line_slack_bytes) {
        return refuse(fault::target_too_long);
    }
    if (all.size() >= bounds_.head_bytes_max) return refuse(fault::head_too_large);
    return need(bounds_.head_bytes_max);
}

request_reader::step request_reader::accept_head(std::size_t size) {
    asked_.clear();
    head_read_ = false;
    head_parser& parser = parser_->now.emplace(asked_);
    beast::error_code ec;
    const std::size_t used = parser.put({input_.bytes().data(), size}, ec);
    if (ec || used != size || !parser.is_header_done()) return refuse(fault::malformed);
    if (const auto bad = parser.check_framing()) return refuse(*bad);
    head_read_ = true;
    if (const auto bad = read_target()) return refuse(*bad);

    chunked_ = parser.chunked();
    const std::uint64_t announced = parser.content_length().value_or(0);
    body_bytes_ = static_cast<std::size_t>(announced);
    asked_.announces_body_ = body_announced();
    allowed_bytes_ = bounds_.body_bytes_max;
    expects_continue_ = parser.expects_continue();
    bad_coding_ = body_announced() && !read_coding();
    if (chunked_) {
        if (!assembled_) {
            assembled_ = std::make_unique<input_buffer>(bounds_.input_bytes_start, budget_);
        }
        parser.collect_into(*assembled_, allowed_bytes_);
    }
    input_.consume(size);
    head_bytes_ = size;
    phase_ = phase::body;
    return step::head;
}

void request_reader::allow_body(std::size_t bytes_max) {
    allowed_bytes_ = bytes_max;
    if (chunked_) parser_->now->collect_into(*assembled_, bytes_max);
}

void request_reader::charge_to(std::shared_ptr<input_share> share) {
    share_ = std::move(share);
    input_.charge_to(share_);
    if (assembled_) assembled_->charge_to(share_);
    if (unpacked_) unpacked_->charge_to(share_);
}

/// False if it is none that is understood.
bool request_reader::read_coding() {
    const std::string_view coding = asked_.header("content-encoding");
    // Twice is one coding over another.
    if (coding.data() != asked_.last_header("content-encoding").data()) return false;
    gzip_ = equal_without_case(coding, "gzip") || equal_without_case(coding, "x-gzip");
    return gzip_ || coding.empty() || equal_without_case(coding, "identity");
}

/// The body is here as it was sent.
request_reader::step request_reader::complete(std::string_view body) {
    if (gzip_) {
        if (!unpacked_) {
            unpacked_ = std::make_unique<input_buffer>(bounds_.input_bytes_start, budget_);
            unpacked_->charge_to(share_);
        }
        switch (inflate_gzip(body, bounds_.body_bytes_max, *unpacked_)) {
        case inflate_outcome::done: break;
        case inflate_outcome::damaged: return refuse(fault::bad_coding);
        case inflate_outcome::too_large: return refuse(fault::body_too_large);
        case inflate_outcome::out_of_memory: return refuse_for_room(*unpacked_);
        }
        body = unpacked_->bytes();
    }
    asked_.body_ = body;
    phase_ = phase::complete;
    return step::complete;
}

std::string_view request_reader::target_seen() const {
    if (head_read_) return asked_.target();
    std::string_view line = input_.bytes();
    line = line.substr(0, line.find_first_of("\r\n"));
    const std::size_t blank = line.find(' ');
    if (blank == std::string_view::npos) return {};
    line.remove_prefix(blank + 1);
    return line.substr(0, line.find(' '));
}

std::string_view request_reader::request_id_seen() const {
    constexpr std::string_view name = "x-request-id:";
    if (head_read_) return asked_.request_id();
    std::string_view lines = input_.bytes().substr(0, line_begin_);
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        if (!equal_without_case(line.substr(0, name.size()), name)) continue;
        const std::string_view id = trim(line.substr(name.size(), line.size() - name.size() - 1));
        return is_request_id(id) ? id : std::string_view();
    }
    return {};
}

std::optional<fault> request_reader::read_target() {
    const std::string_view target = asked_.target();
    if (target.size() > bounds_.target_bytes_max) return fault::target_too_long;
    if (!is_origin_form(target)) return fault::bad_target;
    const std::size_t mark = std::min(target.find('?'), target.size());
    const auto path = asked_.path_.parse(target.substr(0, mark), bounds_.path_segments_max);
    const auto query =
        path && mark < target.size()
            ? asked_.query_.parse(target.substr(mark + 1), bounds_.query_parameters_max)
            : base::result<void>();
    if (path && query) return std::nullopt;
    const std::error_code code = path ? query.error().code : path.error().code;
    const bool too_many =
        code == target_errc::too_many_segments || code == target_errc::too_many_parameters;
    return too_many ? fault::target_too_long : fault::bad_target;
}

void request_reader::stamp(base::moment arrived) {
    asked_.arrived_ = arrived;
    const std::string_view id = asked_.header("x-request-id");
    if (is_request_id(id)) {
        asked_.request_id_ = asked_.find("x-request-id")->value;
    } else {
        asked_.request_id_.begin = static_cast<std::uint32_t>(asked_.text_.size());
        base::uuid::make_v7(arrived.unix_ms).append_to(asked_.text_);
        asked_.request_id_.size =
            static_cast<std::uint32_t>(asked_.text_.size()) - asked_.request_id_.begin;
    }
    take_trace();
}

void request_reader::take_trace() {
    constexpr std::string_view name = "traceparent";
    const request::field* trace = asked_.find(name);
    if (trace == nullptr) return;
    const std::string_view value = asked_.view(trace->value);
    // With two of them nobody can say which one is meant.
    const bool alone = asked_.last_header(name).data() == value.data();
    if (!alone || !base::parse_traceparent(value)) return;
    asked_.traceparent_ = {trace->value.begin, base::traceparent_chars};
}

request_reader::step request_reader::read_body() {
    if (body_unwanted()) return refuse_unwanted();
    if (input_.size() < body_bytes_) return need(body_bytes_);
    return complete(input_.bytes().substr(0, body_bytes_));
}

request_reader::step request_reader::read_chunks() {
    assert(parser_->now.has_value());
    if (body_unwanted()) return refuse_unwanted();
    head_parser& parser = *parser_->now;
    if (input_.size() >= shortest_chunk_end) {
        beast::error_code ec;
        const std::string_view all = input_.bytes();
        const std::size_t used = parser.put({all.data(), all.size()}, ec);
        input_.consume(used);
        chunk_input_ += used;
        if (parser.out_of_memory()) return refuse_for_room(*assembled_);
        if (ec == beast::http::error::body_limit) return refuse(fault::body_too_large);
        if (ec && ec != beast::http::error::need_more) return refuse(fault::malformed);
    }
    // While the body goes on, what the parser leaves is the beginning of a chunk head or trailer.
    const std::size_t left = parser.is_done() ? 0 : input_.size();
    const std::size_t overhead = chunk_input_ - assembled_->size() + left;
    if (overhead > bounds_.chunk_overhead_bytes_max) return refuse(fault::body_too_large);
    if (!parser.is_done()) return need(bounds_.chunk_overhead_bytes_max);
    return complete(assembled_->bytes());
}

void request_reader::finish() {
    assert(phase_ == phase::complete || (phase_ == phase::body && body_at_hand()));
    if (!chunked_) input_.consume(body_bytes_);
    charge_to(nullptr);
    input_.shrink(bounds_.idle_buffer_bytes_max);
    if (assembled_) {
        assembled_->clear();
        assembled_->shrink(bounds_.idle_buffer_bytes_max);
    }
    if (unpacked_) {
        unpacked_->clear();
        unpacked_->shrink(bounds_.idle_buffer_bytes_max);
    }
    asked_.body_ = {};
    phase_ = phase::head;
    blank_line_skipped_ = chunked_ = gzip_ = bad_coding_ = expects_continue_ = head_read_ = false;
    scanned_ = line_begin_ = lines_ = head_bytes_ = body_bytes_ = chunk_input_ = 0;
}

void request_reader::discard() {
    charge_to(nullptr);
    assembled_.reset();
    unpacked_.reset();
    input_.clear();
    input_.shrink(0);
}

} // namespace rollcall::http
