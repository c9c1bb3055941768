#include "eventlog/base/time.hpp"

#include <array>
#include <charconv>
#include <chrono>

namespace rollcall::base {
namespace {

constexpr std::int64_t ms_per_day = 86'400'000;
constexpr std::int64_t first_ms = -62'167'219'200'000; // 0000-01-01T00:00:00.000Z
constexpr std::int64_t last_ms = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

bool read_digits(std::string_view text, std::size_t& at, std::size_t count, std::int64_t& value) {
    if (text.size() < at + count) return false;
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
        const char c = text[at + i];
        if (c < '0' || c > '9') return false;
        value = value * 10 + (c - '0');
    }
    at += count;
    return true;
}

bool read_char(std::string_view text, std::size_t& at, char lower, char upper) {
    if (at >= text.size() || (text[at] != lower && text[at] != upper)) return false;
    ++at;
    return true;
}

void put_digits(char* out, std::int64_t value, std::size_t count) {
    for (std::size_t i = count; i-- > 0; value /= 10) {
        out[i] = static_cast<char>('0' + value % 10);
    }
}

std::optional<std::int64_t> read_offset_ms(std::string_view text, std::size_t& at) {
    if (read_char(text, at, 'z', 'Z')) return 0;
    if (at >= text.size() || (text[at] != '+' && text[at] != '-')) return std::nullopt;
    const std::int64_t sign = text[at++] == '-' ? -1 : 1;
    std::int64_t hours = 0;
    std::int64_t minutes = 0;
    if (!read_digits(text, at, 2, hours) || !read_char(text, at, ':', ':') ||
        !read_digits(text, at, 2, minutes) || hours > 23 || minutes > 59) {
        return std::nullopt;
    }
    return sign * (hours * 60 + minutes) * 60'000;
}

} // namespace

void moment::append_to(std::string& out) const {
    using namespace std::chrono;
    std::int64_t day = unix_ms / ms_per_day;
    std::int64_t rest = unix_ms % ms_per_day;
    if (rest < 0) {
        rest += ms_per_day;
        --day;
    }
    const year_month_day date{sys_days{days{day}}};
    std::array<char, 24> text{};
    put_digits(&text[0], static_cast<int>(date.year()), 4);
    text[4] = '-';
    put_digits(&text[5], static_cast<unsigned>(date.month()), 2);
    text[7] = '-';
    put_digits(&text[8], static_cast<unsigned>(date.day()), 2);
    text[10] = 'T';
    put_digits(&text[11], rest / 3'600'000, 2);
    text[13] = ':';
    put_digits(&text[14], rest / 60'000 % 60, 2);
    text[16] = ':';
    put_digits(&text[17], rest / 1000 % 60, 2);
    text[19] = '.';
    put_digits(&text[20], rest % 1000, 3);
    text[23] = 'Z';
    out.append(text.data(), text.size());
}

std::string moment::text() const {
    std::string out;
    append_to(out);
    return out;
}

std::optional<moment> moment::parse(std::string_view text) {
    using namespace std::chrono;
    std::size_t at = 0;
    std::int64_t y = 0;
    std::int64_t mo = 0;
    std::int64_t d = 0;
    std::int64_t h = 0;
    std::int64_t mi = 0;
    std::int64_t s = 0;
    if (!read_digits(text, at, 4, y) || !read_char(text, at, '-', '-') ||
        !read_digits(text, at, 2, mo) || !read_char(text, at, '-', '-') ||
        !read_digits(text, at, 2, d) || !read_char(text, at, 't', 'T') ||
        !read_digits(text, at, 2, h) || !read_char(text, at, ':', ':') ||
        !read_digits(text, at, 2, mi) || !read_char(text, at, ':', ':') ||
        !read_digits(text, at, 2, s)) {
        return std::nullopt;
    }
    if (h > 23 || mi > 59 || s > 60) return std::nullopt;
    std::int64_t ms = 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t first = ++at;
        for (std::int64_t unit = 100; at < text.size() && text[at] >= '0' && text[at] <= '9';
             ++at) {
            ms += unit * (text[at] - '0');
            unit /= 10;
        }
        if (at == first) return std::nullopt;
    }
    const auto offset = read_offset_ms(text, at);
    if (!offset || at != text.size()) return std::nullopt;
    const year_month_day date{year{static_cast<int>(y)}, month{static_cast<unsigned>(mo)},
                              day{static_cast<unsigned>(d)}};
    if (!date.ok()) return std::nullopt;
    const std::int64_t days_since = sys_days{date}.time_since_epoch().count();
    const moment read{days_since * ms_per_day + ((h * 60 + mi) * 60 + s) * 1000 + ms - *offset};
    // An offset or a leap second can lead out of the years that text() can spell.
    if (read.unix_ms < first_ms || read.unix_ms > last_ms) return std::nullopt;
    return read;
}

moment now() {
    using namespace std::chrono;
    return moment{duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count()};
}

std::optional<std::int64_t> parse_duration_ms(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    std::int64_t unit = 0;
    switch (text.back()) {
    case 's': unit = 1000; break;
    case 'm': unit = 60'000; break;
    case 'h': unit = 3'600'000; break;
    case 'd': unit = ms_per_day; break;
    default: return std::nullopt;
    }
    std::int64_t count = 0;
    const char* end = text.data() + text.size() - 1;
    const auto [stop, error] = std::from_chars(text.data(), end, count);
    constexpr std::int64_t longest = 36'500 * ms_per_day;
    if (error != std::errc{} || stop != end || count <= 0 || count > longest / unit) {
        return std::nullopt;
    }
    return count * unit;
}

} // namespace rollcall::base
