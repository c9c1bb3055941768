#include "gateway/base_url.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>

namespace rollcall::gateway {
namespace {

bool is_port(std::string_view text) {
    return !text.empty() && text.size() <= 5 &&
           std::all_of(text.begin(), text.end(), http::is_digit);
}

bool is_name_char(char c) {
    return http::is_letter(c) || http::is_digit(c) || c == '-' || c == '.' || c == '_';
}

bool is_address_char(char c) {
    return http::is_digit(c) || (http::lower(c) >= 'a' && http::lower(c) <= 'f') || c == ':' ||
           c == '.';
}

/// Appends a segment as it may stand in a URL.
void append_segment(std::string& out, std::string_view segment) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : segment) {
        if (is_name_char(c) || c == '~') {
            out.push_back(c);
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out.push_back('%');
            out.push_back(digits[byte >> 4U]);
            out.push_back(digits[byte & 15U]);
        }
    }
}

} // namespace

bool is_host(std::string_view text) {
    constexpr std::size_t longest = 255 + 6;
    if (text.empty() || text.size() > longest) return false;
    if (text.front() == '[') {
        const std::size_t end = text.find(']');
        if (end == text.npos || end < 3) return false;
        const std::string_view address = text.substr(1, end - 1);
        const std::string_view rest = text.substr(end + 1);
        return std::all_of(address.begin(), address.end(), is_address_char) &&
               (rest.empty() || (rest.front() == ':' && is_port(rest.substr(1))));
    }
    const std::size_t colon = text.find(':');
    const std::string_view name = text.substr(0, colon);
    return !name.empty() && std::all_of(name.begin(), name.end(), is_name_char) &&
           (colon == text.npos || is_port(text.substr(colon + 1)));
}

bool set_base_url(std::string& out, const base_url_options& options, std::string_view host,
                  const http::path_segments& path, std::size_t prefix_segments) {
    bool known = true;
    if (!options.public_url.empty()) {
        out = options.public_url;
    } else if (is_host(host)) {
        out = options.behind_tls ? "https://" : "http://";
        out += host;
    } else {
        out.clear();
        known = false;
    }
    for (std::size_t i = 0; i < prefix_segments; ++i) {
        out.push_back('/');
        append_segment(out, path[i]);
    }
    return known;
}

std::optional<std::string> parse_public_url(std::string_view text) {
    while (!text.empty() && text.back() == '/') {
        text.remove_suffix(1);
    }
    std::string_view rest = text;
    if (rest.starts_with("https://")) {
        rest.remove_prefix(8);
    } else if (rest.starts_with("http://")) {
        rest.remove_prefix(7);
    } else {
        return std::nullopt;
    }
    const std::string_view host = rest.substr(0, rest.find('/'));
    const std::string_view path = rest.substr(host.size());
    const bool plain = std::all_of(path.begin(), path.end(), [](char c) {
        return is_name_char(c) || c == '/' || c == '~' || c == '%';
    });
    if (!is_host(host) || !plain) return std::nullopt;
    return std::string(text);
}

} // namespace rollcall::gateway
