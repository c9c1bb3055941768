#include "gateway/http/query.hpp"

#include "gateway/http/text.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::http {
namespace {

class target_category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "rollcall.http.target"; }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<target_errc>(code)) {
        case target_errc::bad_escape: return "malformed percent escape";
        case target_errc::bad_text: return "not clean UTF-8 text";
        case target_errc::dot_segment: return "dot segment";
        case target_errc::too_many_segments: return "too many path segments";
        case target_errc::too_many_parameters: return "too many query parameters";
        }
        return "unknown";
    }
};

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

unsigned byte_at(std::string_view text, std::size_t i) {
    return static_cast<unsigned char>(text[i]);
}

// The length of the well-formed UTF-8 sequence at `i` (Unicode 15, table 3-7), or 0. Control
// characters are not well-formed here: nothing in a target needs them, and they spoil logs.
std::size_t clean_sequence(std::string_view text, std::size_t i) {
    const unsigned lead = byte_at(text, i);
    if (lead < 0x80) return lead >= 0x20 && lead != 0x7f ? 1 : 0;
    std::size_t size = 0;
    unsigned second_min = 0x80;
    unsigned second_max = 0xbf;
    if (lead >= 0xc2 && lead <= 0xdf) {
        size = 2;
    } else if (lead >= 0xe0 && lead <= 0xef) {
        size = 3;
        if (lead == 0xe0) second_min = 0xa0;
        if (lead == 0xed) second_max = 0x9f;
    } else if (lead >= 0xf0 && lead <= 0xf4) {
        size = 4;
        if (lead == 0xf0) second_min = 0x90;
        if (lead == 0xf4) second_max = 0x8f;
    } else {
        return 0;
    }
    if (text.size() - i < size) return 0;
    if (byte_at(text, i + 1) < second_min || byte_at(text, i + 1) > second_max) return 0;
    for (std::size_t k = 2; k < size; ++k) {
        if ((byte_at(text, i + k) & 0xc0U) != 0x80) return 0;
    }
    return size;
}

// Text that means itself: nothing to decode and nothing to check. Most of it is; no early exit, so
// that the compiler can look at many characters at once.
bool is_plain(std::string_view text) {
    bool plain = true;
    for (const char c : text) {
        plain &= static_cast<bool>((c >= 0x20) & (c < 0x7f) & (c != '%') & (c != '+'));
    }
    return plain;
}

bool is_clean(std::string_view text) {
    if (is_plain(text)) return true;
    for (std::size_t i = 0; i < text.size();) {
        const std::size_t size = clean_sequence(text, i);
        if (size == 0) return false;
        i += size;
    }
    return true;
}

base::result<void> bad_escape(std::string_view raw) {
    return base::fail(target_errc::bad_escape,
                      "'%' must be followed by two hex digits, write %25 for the sign itself: " +
                          std::string(raw.substr(0, 80)));
}

// The raw part is quoted: what it decodes to must not get into a message or a log.
base::result<void> bad_text(std::string_view raw) {
    return base::fail(target_errc::bad_text,
                      "escapes must spell UTF-8 text without control characters: " +
                          std::string(raw.substr(0, 80)));
}

std::uint32_t position(const std::string& text) {
    return static_cast<std::uint32_t>(text.size());
}

} // namespace

std::error_code make_error_code(target_errc code) {
    static const target_category category;
    return {static_cast<int>(code), category};
}

bool append_percent_decoded(std::string& out, std::string_view raw, bool plus_is_space) {
    if (is_plain(raw)) {
        out += raw;
        return true;
    }
    const std::size_t before = out.size();
    for (std::size_t i = 0; i < raw.size(); ++i) {
        const char c = raw[i];
        if (c == '%') {
            const int high = i + 2 < raw.size() ? hex_value(raw[i + 1]) : -1;
            const int low = i + 2 < raw.size() ? hex_value(raw[i + 2]) : -1;
            if (high < 0 || low < 0) {
                out.resize(before);
                return false;
            }
            out += static_cast<char>(high << 4 | low);
            i += 2;
        } else {
            out += c == '+' && plus_is_space ? ' ' : c;
        }
    }
    return true;
}

base::result<void> path_segments::parse(std::string_view raw, std::size_t segments_max) {
    text_.clear();
    ends_.clear();
    while (!raw.empty()) {
        const std::string_view segment = raw.substr(0, raw.find('/'));
        raw.remove_prefix(std::min(segment.size() + 1, raw.size()));
        if (segment.empty()) continue;
        base::result<void> bad;
        const std::size_t begin = text_.size();
        if (ends_.size() == segments_max) {
            bad =
                base::fail(target_errc::too_many_segments,
                           "a path may have at most " + std::to_string(segments_max) + " segments");
        } else if (!append_percent_decoded(text_, segment, false)) {
            bad = bad_escape(segment);
        } else {
            const std::string_view decoded = std::string_view(text_).substr(begin);
            if (!is_clean(decoded)) {
                bad = bad_text(segment);
            } else if (decoded == "." || decoded == "..") {
                bad = base::fail(target_errc::dot_segment,
                                 "a path must not contain '.' or '..' segments");
            }
        }
        if (!bad) {
            text_.clear();
            ends_.clear();
            return bad;
        }
        ends_.push_back(position(text_));
    }
    return {};
}

std::string_view path_segments::operator[](std::size_t i) const {
    assert(i < ends_.size());
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return std::string_view(text_).substr(begin, ends_[i] - begin);
}

base::result<void> query_parameters::parse(std::string_view raw, std::size_t parameters_max) {
    clear();
    while (!raw.empty()) {
        const std::string_view part = raw.substr(0, raw.find('&'));
        raw.remove_prefix(std::min(part.size() + 1, raw.size()));
        if (part.empty()) continue;
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view value = part.substr(std::min(equals + 1, part.size()));
        base::result<void> bad;
        entry e{position(text_), 0, 0};
        if (entries_.size() == parameters_max) {
            bad = base::fail(target_errc::too_many_parameters, "a query may have at most " +
                                                                   std::to_string(parameters_max) +
                                                                   " parameters");
        } else if (!append_percent_decoded(text_, part.substr(0, equals), true)) {
            bad = bad_escape(part);
        } else {
            e.name_end = position(text_);
            if (!append_percent_decoded(text_, value, true)) {
                bad = bad_escape(part);
            } else {
                e.value_end = position(text_);
                // Each on its own: half a character in the name and half in the value is no text.
                const std::string_view all = text_;
                if (!is_clean(all.substr(e.name_begin, e.name_end - e.name_begin)) ||
                    !is_clean(all.substr(e.name_end, e.value_end - e.name_end))) {
                    bad = bad_text(part);
                }
            }
        }
        if (!bad) {
            clear();
            return bad;
        }
        entries_.push_back(e);
    }
    return {};
}

query_parameters::parameter query_parameters::operator[](std::size_t i) const {
    assert(i < entries_.size());
    const entry& e = entries_[i];
    const std::string_view all = text_;
    return {all.substr(e.name_begin, e.name_end - e.name_begin),
            all.substr(e.name_end, e.value_end - e.name_end)};
}

std::optional<std::string_view> query_parameters::first(std::string_view name) const {
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const parameter p = (*this)[i];
        if (equal_without_case(p.name, name)) return p.value;
    }
    return std::nullopt;
}

std::size_t query_parameters::count(std::string_view name) const {
    std::size_t found = 0;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        found += equal_without_case((*this)[i].name, name) ? 1 : 0;
    }
    return found;
}

void query_parameters::clear() {
    text_.clear();
    entries_.clear();
}

} // namespace rollcall::http
