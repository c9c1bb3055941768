#include "gateway/http/response_reader.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <charconv>

namespace rollcall::http {
namespace {

constexpr std::string_view line_end = "\r\n";

// Takes the first line off `text`, without its end.
std::string_view take_line(std::string_view& text) {
    const std::size_t end = std::min(text.find(line_end), text.size());
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(std::min(end + line_end.size(), text.size()));
    return line;
}

} // namespace

response_reader::step response_reader::advance(bool head_only) {
    if (head_bytes_ == 0) {
        const std::size_t blank = rest().find("\r\n\r\n");
        if (blank == std::string_view::npos) {
            return rest().size() > bytes_max_ ? step::bad : step::need_bytes;
        }
        head_bytes_ = blank + 4;
        if (!read_head(head_only)) return step::bad;
    }
    if (chunked_) return read_chunks();
    if (body_bytes_ > bytes_max_ || head_bytes_ > bytes_max_ - body_bytes_) return step::bad;
    return rest().size() - head_bytes_ < body_bytes_ ? step::need_bytes : step::complete;
}

/// RFC 9112 section 7.1. Trailers are passed over.
response_reader::step response_reader::read_chunks() {
    while (!joined_whole_) {
        const std::string_view left = rest().substr(head_bytes_ + body_bytes_);
        const std::size_t line = left.find(line_end);
        if (line == std::string_view::npos) {
            return left.size() > bytes_max_ ? step::bad : step::need_bytes;
        }
        std::size_t size = 0;
        const auto number = std::from_chars(left.data(), left.data() + line, size, 16);
        const bool plain = number.ptr == left.data() + line || *number.ptr == ';';
        if (number.ec != std::errc() || !plain || joined_.size() + size > bytes_max_) {
            return step::bad;
        }
        if (size == 0) {
            const std::size_t end = left.find("\r\n\r\n", line);
            if (end == std::string_view::npos) {
                return left.size() > bytes_max_ ? step::bad : step::need_bytes;
            }
            body_bytes_ += end + 4;
            joined_whole_ = true;
            break;
        }
        const std::size_t data = line + line_end.size();
        if (left.size() < data + size + line_end.size()) return step::need_bytes;
        if (left.substr(data + size, line_end.size()) != line_end) return step::bad;
        joined_ += left.substr(data, size);
        body_bytes_ += data + size + line_end.size();
    }
    return step::complete;
}

bool response_reader::read_head(bool head_only) {
    std::string_view head = rest().substr(0, head_bytes_);
    const std::string_view first = take_line(head);
    // HTTP/1.1 200 OK
    if (first.size() < 12 || !first.starts_with("HTTP/1.") || first[8] != ' ') return false;
    const auto read = std::from_chars(first.data() + 9, first.data() + 12, status_);
    if (read.ec != std::errc() || read.ptr != first.data() + 12) return false;
    keep_alive_ = first[7] == '1';
    const bool has_body = !head_only && status_ >= 200 && status_ != 204 && status_ != 304;
    bool has_length = false;
    chunked_ = joined_whole_ = false;
    joined_.clear();
    body_bytes_ = 0;
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        const std::string_view name = line.substr(0, colon);
        const std::string_view value = trim(line.substr(colon + 1));
        if (equal_without_case(name, "connection")) {
            keep_alive_ = !equal_without_case(value, "close");
        } else if (has_body && equal_without_case(name, "content-length")) {
            const char* const end = value.data() + value.size();
            const auto number = std::from_chars(value.data(), end, body_bytes_);
            if (number.ec != std::errc() || number.ptr != end) return false;
            has_length = true;
        } else if (has_body && equal_without_case(name, "transfer-encoding")) {
            if (!equal_without_case(value, "chunked")) return false;
            chunked_ = true;
        }
    }
    return has_length != chunked_ || !has_body;
}

std::string_view response_reader::body() const {
    return chunked_ ? std::string_view(joined_) : rest().substr(head_bytes_, body_bytes_);
}

std::vector<std::pair<std::string_view, std::string_view>> response_reader::fields() const {
    std::vector<std::pair<std::string_view, std::string_view>> found;
    std::string_view head = rest().substr(0, head_bytes_);
    take_line(head);
    while (!head.empty()) {
        const std::string_view line = take_line(head);
        const std::size_t colon = line.find(':');
        if (colon == std::string_view::npos) continue;
        found.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
    }
    return found;
}

void response_reader::finish() {
    begin_ += head_bytes_ + body_bytes_;
    if (begin_ == input_.size()) {
        input_.clear();
        begin_ = 0;
    } else if (begin_ > input_.size() / 2) {
        input_.erase(0, begin_);
        begin_ = 0;
    }
    head_bytes_ = body_bytes_ = 0;
    chunked_ = false;
}

void response_reader::clear() {
    input_.clear();
    begin_ = head_bytes_ = body_bytes_ = 0;
    chunked_ = false;
}

} // namespace rollcall::http
