#include "bench/response.hpp"

#include <charconv>
#include <strings.h>

namespace rollcall::bench {
namespace {

constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::string_view length_name = "\r\nContent-Length:";
constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();

template <class T>
bool read_number(std::string_view text, T& number) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

std::size_t find_length(std::string_view head) {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
         at = head.find("\r\n", at + 2)) {
        if (head.size() - at > length_name.size() &&
            ::strncasecmp(head.data() + at, length_name.data(), length_name.size()) == 0) {
            return at + length_name.size();
        }
    }
    return std::string_view::npos;
}

} // namespace

void response_counter::add(std::string_view bytes) {
    if (!head_read_) {
        // Nearly always the whole head is in the first bytes: no copy then.
        const bool in_pieces = !head_.empty();
        if (in_pieces) head_ += bytes;
        const std::string_view seen = in_pieces ? std::string_view(head_) : bytes;
        const std::size_t end = seen.find(blank_line);
        if (end == std::string_view::npos) {
            if (!in_pieces) head_ = bytes;
            return;
        }
        read_head(seen.substr(0, end + 2));
        if (what_ == state::malformed) return;
        head_read_ = true;
        bytes = seen.substr(end + blank_line.size());
    }
    if (bytes.size() > body_left_) {
        what_ = state::malformed;
        return;
    }
    body_left_ -= bytes.size();
    if (body_left_ == 0) what_ = state::complete;
}

void response_counter::read_head(std::string_view head) {
    body_left_ = 0;
    const bool has_status = head.size() > status_at && read_number(head.substr(status_at), status_);
    const std::size_t length = find_length(head);
    const bool good_length =
        length == std::string_view::npos || read_number(head.substr(length), body_left_);
    if (!has_status || !good_length) what_ = state::malformed;
}

void response_counter::reset() {
    what_ = state::under_way;
    head_read_ = false;
    head_.clear();
}

} // namespace rollcall::bench
