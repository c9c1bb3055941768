#include "gateway/scim/user_name.hpp"

#include "gateway/scim/limits.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::scim {

// UsernameCaseMapped (RFC 8265 section 3.3) over the IdentifierClass (RFC 8264 section 9), on top
// of utf8proc's tables. Unassigned code points are refused, so that a key never changes when
// Unicode grows. Where Unicode data is not in utf8proc we refuse: U+200C is allowed behind a virama
// only (the joining-type rule of RFC 5892 appendix A.1 is not there). Lower-casing ignores the
// context of a final sigma, as other implementations of the profile do.
namespace {

using code_point = utf8proc_int32_t;
using code_points = std::vector<code_point>;

bool in(code_point c, code_point first, code_point last) {
    return c >= first && c <= last;
}

std::optional<code_points> decode(std::string_view text) {
    code_points out;
    out.reserve(text.size());
    const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
    auto left = static_cast<utf8proc_ssize_t>(text.size());
    while (left > 0) {
        code_point c = -1;
        const utf8proc_ssize_t used = utf8proc_iterate(at, left, &c);
        if (used <= 0) return std::nullopt;
        out.push_back(c);
        at += used;
        left -= used;
    }
    return out;
}

std::string encode(const code_points& text) {
    std::string out;
    for (const code_point c : text) {
        std::array<utf8proc_uint8_t, 4> bytes{};
        const utf8proc_ssize_t size = utf8proc_encode_char(c, bytes.data());
        out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(size));
    }
    return out;
}

std::string nfc(const std::string& text) {
    utf8proc_uint8_t* composed = nullptr;
    const utf8proc_ssize_t size =
        utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                     static_cast<utf8proc_ssize_t>(text.size()), &composed,
                     static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
    if (size < 0) return text;
    std::string out(reinterpret_cast<const char*>(composed), static_cast<std::size_t>(size));
    std::free(composed);
    return out;
}

code_points map_width(const code_points& text) {
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE);
    code_points out;
    out.reserve(text.size());
    for (const code_point c : text) {
        const auto how = utf8proc_get_property(c)->decomp_type;
        if (how != UTF8PROC_DECOMP_TYPE_WIDE && how != UTF8PROC_DECOMP_TYPE_NARROW) {
            out.push_back(c);
            continue;
        }
        std::array<code_point, 4> plain{};
        int boundary = 0;
        const utf8proc_ssize_t count =
            utf8proc_decompose_char(c, plain.data(), plain.size(), options, &boundary);
        out.insert(out.end(), plain.begin(),
                   plain.begin() + std::clamp<utf8proc_ssize_t>(count, 0, 4));
    }
    return out;
}

code_points map_case(const code_points& text) {
    code_points out;
    out.reserve(text.size());
    for (const code_point c : text) {
        // The only code point whose full lower-case mapping is longer than its simple one.
        if (c == 0x130) {
            out.insert(out.end(), {'i', 0x307});
            continue;
        }
        out.push_back(utf8proc_tolower(c));
    }
    return out;
}

bool has_compat(code_point c) {
    std::array<code_point, 32> plain{};
    int boundary = 0;
    const auto options = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_COMPOSE);
    const utf8proc_ssize_t count = utf8proc_decompose_char(
        c, plain.data(), static_cast<utf8proc_ssize_t>(plain.size()), options, &boundary);
    if (count < 1 || count > static_cast<utf8proc_ssize_t>(plain.size())) return true;
    return utf8proc_normalize_utf32(plain.data(), count, options) != 1 || plain[0] != c;
}

bool is_hangul_jamo(code_point c) {
    return in(c, 0x1100, 0x11FF) || in(c, 0xA960, 0xA97C) || in(c, 0xD7B0, 0xD7FB);
}

enum class verdict { valid, refused, in_context };

/// The exceptions of RFC 5892 section 2.6, which RFC 8264 takes over.
std::optional<verdict> exception(code_point c) {
    constexpr std::array<code_point, 6> valid = {0xDF, 0x3C2, 0x6FD, 0x6FE, 0xF0B, 0x3007};
    constexpr std::array<code_point, 5> in_context = {0xB7, 0x375, 0x5F3, 0x5F4, 0x30FB};
    constexpr std::array<code_point, 5> refused = {0x640, 0x7FA, 0x302E, 0x302F, 0x303B};
    const auto has = [c](const auto& list) {
        return std::find(list.begin(), list.end(), c) != list.end();
    };
    if (has(valid)) return verdict::valid;
    if (has(in_context) || in(c, 0x660, 0x669) || in(c, 0x6F0, 0x6F9)) return verdict::in_context;
    if (has(refused) || in(c, 0x3031, 0x3035)) return verdict::refused;
    return std::nullopt;
}

/// The derived property of RFC 8264 section 8 for the IdentifierClass.
verdict judge(code_point c) {
    if (const auto special = exception(c)) return *special;
    const utf8proc_property_t& about = *utf8proc_get_property(c);
    if (about.category == UTF8PROC_CATEGORY_CN) return verdict::refused;
    if (in(c, 0x21, 0x7E)) return verdict::valid;
    if (c == 0x200C || c == 0x200D) return verdict::in_context;
    if (is_hangul_jamo(c) || about.ignorable || has_compat(c)) return verdict::refused;
    switch (about.category) {
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC: return verdict::valid;
    default: return verdict::refused;
    }
}

bool is_greek(code_point c) {
    return in(c, 0x370, 0x3FF) || in(c, 0x1F00, 0x1FFF);
}

bool is_hebrew(code_point c) {
    return in(c, 0x591, 0x5F4) || in(c, 0xFB1D, 0xFB4F);
}

bool is_japanese(code_point c) {
    return c == 0x3005 || c == 0x3007 || in(c, 0x3041, 0x309F) || in(c, 0x30A1, 0x30FA) ||
           in(c, 0x30FD, 0x30FF) || in(c, 0x31F0, 0x31FF) || in(c, 0x3400, 0x4DBF) ||
           in(c, 0x4E00, 0x9FFF) || in(c, 0xF900, 0xFAFF) || in(c, 0x20000, 0x3FFFF);
}

/// The contextual rules of RFC 5892 appendix A.
bool context_allows(const code_points& text, std::size_t at) {
    const code_point c = text[at];
    const code_point last = at > 0 ? text[at - 1] : -1;
    const code_point next = at + 1 < text.size() ? text[at + 1] : -1;
    const auto any = [&text](auto test) { return std::any_of(text.begin(), text.end(), test); };
    constexpr int virama = 9;
    switch (c) {
    case 0x200C:
    case 0x200D: return last >= 0 && utf8proc_get_property(last)->combining_class == virama;
    case 0xB7: return last == 'l' && next == 'l';
    case 0x375: return is_greek(next);
    case 0x5F3:
    case 0x5F4: return is_hebrew(last);
    case 0x30FB: return any(is_japanese);
    default: break;
    }
    if (in(c, 0x660, 0x669)) return !any([](code_point x) { return in(x, 0x6F0, 0x6F9); });
    return !any([](code_point x) { return in(x, 0x660, 0x669); });
}

/// The Bidi Rule of RFC 5893 section 2, for a text with a right-to-left character.
bool bidi_allows_text(const code_points& text) {
    const auto kind = [](code_point c) { return utf8proc_get_property(c)->bidi_class; };
    const auto right_to_left = [&](code_point c) {
        const auto k = kind(c);
        return k == UTF8PROC_BIDI_CLASS_R || k == UTF8PROC_BIDI_CLASS_AL ||
               k == UTF8PROC_BIDI_CLASS_AN;
    };
    if (std::none_of(text.begin(), text.end(), right_to_left)) return true;
    const auto first = kind(text.front());
    const bool rtl = first == UTF8PROC_BIDI_CLASS_R || first == UTF8PROC_BIDI_CLASS_AL;
    if (!rtl && first != UTF8PROC_BIDI_CLASS_L) return false;
    bool european = false;
    bool arabic = false;
    for (const code_point c : text) {
        switch (kind(c)) {
        case UTF8PROC_BIDI_CLASS_R:
        case UTF8PROC_BIDI_CLASS_AL:
            if (!rtl) return false;
            break;
        case UTF8PROC_BIDI_CLASS_AN:
            if (!rtl) return false;
            arabic = true;
            break;
        case UTF8PROC_BIDI_CLASS_L:
            if (rtl) return false;
            break;
        case UTF8PROC_BIDI_CLASS_EN: european = true; break;
        case UTF8PROC_BIDI_CLASS_ES:
        case UTF8PROC_BIDI_CLASS_CS:
        case UTF8PROC_BIDI_CLASS_ET:
        case UTF8PROC_BIDI_CLASS_ON:
        case UTF8PROC_BIDI_CLASS_BN:
        case UTF8PROC_BIDI_CLASS_NSM: break;
        default: return false;
        }
    }
    if (rtl && european && arabic) return false;
    const auto end = std::find_if(text.rbegin(), text.rend(),
                                  [&](code_point c) { return kind(c) != UTF8PROC_BIDI_CLASS_NSM; });
    const auto last = end == text.rend() ? first : kind(*end);
    return rtl ? last == UTF8PROC_BIDI_CLASS_R || last == UTF8PROC_BIDI_CLASS_AL ||
                     last == UTF8PROC_BIDI_CLASS_EN || last == UTF8PROC_BIDI_CLASS_AN
               : last == UTF8PROC_BIDI_CLASS_L || last == UTF8PROC_BIDI_CLASS_EN;
}

/// RFC 8265 asks the rule of a name as a whole, which alone would refuse a Hebrew or Arabic mailbox
/// at a Latin domain. The rule was made for labels, and such addresses exist (RFC 6531): it is
/// enough that each part between `@`, `.` and spaces follows it.
bool bidi_allows(const code_points& text) {
    if (bidi_allows_text(text)) return true;
    const auto separates = [](code_point c) { return c == '@' || c == '.' || c == ' '; };
    for (auto begin = text.begin(); begin != text.end();) {
        const auto end = std::find_if(begin, text.end(), separates);
        if (begin != end && !bidi_allows_text({begin, end})) return false;
        begin = end == text.end() ? end : end + 1;
    }
    return true;
}

bool is_plain(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string lower_plain(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

tl::unexpected<error> refuse_name(std::string why) {
    return refuse(scim_type::invalid_value, "a user name " + std::move(why));
}

std::string spelled(code_point c) {
    std::array<char, 16> out{};
    const int size = std::snprintf(out.data(), out.size(), "U+%04X", static_cast<unsigned>(c));
    return {out.data(), static_cast<std::size_t>(size)};
}

} // namespace

std::string user_name_fragment(std::string_view text) {
    if (is_plain(text)) return lower_plain(text);
    const auto points = decode(text);
    if (!points) return std::string(text);
    return nfc(encode(map_case(map_width(*points))));
}

result<std::string> user_name_key(std::string_view user_name) {
    if (user_name.empty()) return refuse_name("must not be empty");
    if (user_name.size() > limits::user_name_bytes_max) {
        return refuse_name("is longer than " + std::to_string(limits::user_name_bytes_max) +
                           " bytes");
    }
    if (is_plain(user_name)) return lower_plain(user_name);
    const auto decoded = decode(user_name);
    if (!decoded) return refuse_name("is not valid UTF-8");
    const code_points wide = map_width(*decoded);
    if (wide.front() == ' ' || wide.back() == ' ') {
        return refuse_name("must not begin or end with a space");
    }
    for (std::size_t at = 0; at < wide.size(); ++at) {
        if (wide[at] == ' ') continue; // between the parts of a name (RFC 8265 section 3.1)
        const verdict is = judge(wide[at]);
        if (is == verdict::refused || (is == verdict::in_context && !context_allows(wide, at))) {
            return refuse_name("must not contain the character " + spelled(wide[at]) +
                               " at position " + std::to_string(at + 1) +
                               "; letters, digits and printable ASCII are allowed (RFC 8265)");
        }
    }
    std::string key = nfc(encode(map_case(wide)));
    const auto mapped = decode(key);
    if (!mapped || !bidi_allows(*mapped)) {
        return refuse_name(
            "mixes right-to-left and left-to-right characters within one part in a way that RFC "
            "5893 does not allow; parts are what stands between @, dots and spaces");
    }
    return key;
}

} // namespace rollcall::scim
