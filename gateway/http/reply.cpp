#include "gateway/http/reply.hpp"

#include "gateway/http/text.hpp"

#include <cassert>
#include <charconv>

namespace rollcall::http {
namespace {

// RFC 9110 sections 8.6 and 15.4.5: neither has a body, and 204 must not carry a length.
bool has_body(unsigned status) {
    return status != 204 && status != 304;
}

void append_number(std::string& out, std::size_t number) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, number);
    out.append(digits, end.ptr);
}

void release_if_large(std::string& buffer, std::size_t kept_bytes_max) {
    buffer.clear();
    if (buffer.capacity() > kept_bytes_max) std::string().swap(buffer);
}

} // namespace

std::string_view reason_phrase(unsigned status) {
    switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 302: return "Found";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "";
    }
}

void reply::json(unsigned code, std::string_view text) {
    status = code;
    content_type = "application/json";
    content_encoding = {};
    body = text;
}

void reply::text(unsigned code, std::string_view words) {
    status = code;
    content_type = "text/plain; charset=utf-8";
    content_encoding = {};
    body = words;
}

void reply::empty(unsigned code) {
    status = code;
    content_type = {};
    content_encoding = {};
    body.clear();
}

void reply::add_header(std::string_view name, std::string_view value) {
    assert(!name.empty() && token_chars.holds_all(name));
    fields_ += name;
    fields_ += ": ";
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        fields_ += byte < 0x20 || byte == 0x7f ? ' ' : c;
    }
    fields_ += "\r\n";
}

void reply::clear(std::size_t kept_bytes_max) {
    status = 200;
    content_type = {};
    content_encoding = {};
    cache_control = "no-store";
    release_if_large(body, kept_bytes_max);
    release_if_large(fields_, kept_bytes_max);
    kept_.reset();
    source_.reset();
    close_ = false;
    more_follows_ = false;
    broken_off_ = false;
}

void reply::append_to(std::string& out, const framing& how) const {
    assert(status >= 200 && status <= 599);
    out += "HTTP/1.1 ";
    append_number(out, status);
    out += ' ';
    out += reason_phrase(status);
    if (has_body(status)) {
        if (!content_type.empty()) {
            out += "\r\nContent-Type: ";
            out += content_type;
        }
        if (!content_encoding.empty()) {
            out += "\r\nContent-Encoding: ";
            out += content_encoding;
        }
        if (source_ == nullptr) {
            out += "\r\nContent-Length: ";
            append_number(out, body.size());
        } else if (how.version == 11) {
            out += "\r\nTransfer-Encoding: chunked";
        }
    }
    if (!how.request_id.empty()) {
        out += "\r\nX-Request-Id: ";
        out += how.request_id;
    }
    out += "\r\nCache-Control: ";
    out += cache_control;
    out += "\r\nX-Content-Type-Options: nosniff\r\n";
    if (!how.keep_alive) {
        out += "Connection: close\r\n";
    } else if (how.version == 10) {
        out += "Connection: keep-alive\r\n";
    }
    out += fields_;
    out += "\r\n";
    if (!has_body(status) || how.head_only) return;
    if (source_ == nullptr) {
        out += body;
    } else {
        append_piece_to(out, how.version == 11, false);
    }
}

void reply::append_piece_to(std::string& out, bool chunked, bool last) const {
    if (!chunked) {
        out += body;
        return;
    }
    // A chunk of no bytes would be the end of the body (RFC 9112 section 7.1).
    if (!body.empty()) {
        char digits[16];
        const auto end = std::to_chars(digits, digits + sizeof digits, body.size(), 16);
        out.append(digits, end.ptr);
        out += "\r\n";
        out += body;
        out += "\r\n";
    }
    if (last) out += "0\r\n\r\n";
}

} // namespace rollcall::http
