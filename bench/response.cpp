#include "bench/response.hpp"

#include <algorithm>
#include <charconv>
#include <strings.h>

namespace rollcall::bench {
namespace {

constexpr std::string_view blank_line = "\r\n\r\n";
constexpr std::string_view length_name = "\r\nContent-Length:";
constexpr std::string_view chunked_line = "\r\nTransfer-Encoding: chunked\r\n";
constexpr std::size_t status_at = std::string_view("HTTP/1.1 ").size();

template <class T>
bool read_number(std::string_view text, T& number) {
    while (text.starts_with(' '))
        text.remove_prefix(1);
    return std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc();
}

/// Where the text behind `wanted`, in any case, begins.
std::size_t find_behind(std::string_view head, std::string_view wanted) {
    for (std::size_t at = head.find("\r\n"); at != std::string_view::npos;
         at = head.find("\r\n", at + 2)) {
        if (head.size() - at >= wanted.size() &&
            ::strncasecmp(head.data() + at, wanted.data(), wanted.size()) == 0) {
            return at + wanted.size();
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
        bytes = bytes.substr(bytes.size() - (seen.size() - end - blank_line.size()));
        head_.clear();
    }
    count(bytes);
}

void response_counter::count(std::string_view bytes) {
    if (chunked_) return read_chunks(bytes);
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
    chunked_ = find_behind(head, chunked_line) != std::string_view::npos;
    const std::size_t length = find_behind(head, length_name);
    const bool good_length =
        length == std::string_view::npos || read_number(head.substr(length), body_left_);
    if (!has_status || !good_length) what_ = state::malformed;
}

void response_counter::read_chunks(std::string_view bytes) {
    while (!bytes.empty() && what_ == state::under_way) {
        if (body_left_ > 0) {
            const std::size_t here = std::min(body_left_, bytes.size());
            body_left_ -= here;
            bytes.remove_prefix(here);
            continue;
        }
        const std::size_t end = bytes.find('\n');
        head_ += bytes.substr(0, end);
        if (end == std::string_view::npos) return;
        bytes.remove_prefix(end + 1);
        read_chunk_line(head_);
        head_.clear();
    }
    if (!bytes.empty()) what_ = state::malformed;
}

void response_counter::read_chunk_line(std::string_view line) {
    if (last_chunk_read_) {
        what_ = line == "\r" ? state::complete : state::malformed;
        return;
    }
    std::size_t size = 0;
    const auto read = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    if (read.ec != std::errc() || std::string_view(read.ptr, line.data() + line.size()) != "\r") {
        what_ = state::malformed;
    } else if (size == 0) {
        last_chunk_read_ = true;
    } else {
        body_left_ = size + 2;
    }
}

void response_counter::reset() {
    what_ = state::under_way;
    head_read_ = false;
    chunked_ = false;
    last_chunk_read_ = false;
    head_.clear();
}

} // namespace rollcall::bench
