#include "gateway/scim/json_mending.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>

namespace rollcall::scim {
namespace {

constexpr std::string_view digits = "0123456789";
constexpr std::size_t escape_size = 6; ///< of `\uD800`

/// Takes digits off the front; false if there are none.
bool take_digits(std::string_view& text) {
    const std::size_t many = std::min(text.find_first_not_of(digits), text.size());
    text.remove_prefix(many);
    return many > 0;
}

/// Whether it is a number as JSON spells one; `whole`, without fraction and exponent.
bool is_number(std::string_view text, bool& whole) {
    if (text.starts_with('-')) text.remove_prefix(1);
    if (text.starts_with('0')) {
        text.remove_prefix(1);
    } else if (!take_digits(text)) {
        return false;
    }
    whole = text.empty();
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        if (!take_digits(text)) return false;
    }
    if (text.starts_with('e') || text.starts_with('E')) {
        text.remove_prefix(1);
        if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
        if (!take_digits(text)) return false;
    }
    return text.empty();
}

template <class Number>
bool is_beyond(std::string_view text) {
    Number ignored{};
    const auto read = std::from_chars(text.data(), text.data() + text.size(), ignored);
    return read.ec == std::errc::result_out_of_range;
}

bool is_too_large(std::string_view number) {
    bool whole = false;
    if (!is_number(number, whole)) return false;
    if (!whole) return is_beyond<double>(number);
    return number.front() == '-' ? is_beyond<std::int64_t>(number)
                                 : is_beyond<std::uint64_t>(number);
}

/// The unit of an escape such as `\uD800` at the front; nothing if there is none.
std::optional<std::uint32_t> unit_at(std::string_view text) {
    if (text.size() < escape_size || !text.starts_with("\\u")) return std::nullopt;
    std::uint32_t unit = 0;
    const char* end = text.data() + escape_size;
    const auto [stop, error] = std::from_chars(text.data() + 2, end, unit, 16);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return unit;
}

bool is_high(std::uint32_t unit) {
    return unit >= 0xd800 && unit <= 0xdbff;
}

bool is_low(std::uint32_t unit) {
    return unit >= 0xdc00 && unit <= 0xdfff;
}

class mender {
  public:
    mender(std::string_view text, std::size_t depth_max) : left_(text), depth_max_(depth_max) {
        out_.reserve(text.size());
    }

    std::optional<mended_json> run() {
        while (!left_.empty()) {
            const char c = left_.front();
            if (c == '"') {
                take_string();
            } else if (c == '-' || digits.find(c) != std::string_view::npos) {
                take_number();
            } else {
                take_other(c);
            }
        }
        if (why_.empty()) return std::nullopt;
        return mended_json{std::move(out_), why_};
    }

  private:
    void put(std::string_view what) {
        if (depth_ <= depth_max_) out_ += what;
    }

    void mend(std::string_view instead, std::string_view why) {
        if (depth_ > depth_max_) return;
        out_ += instead;
        if (why_.empty()) why_ = why;
    }

    void take(std::size_t bytes) {
        put(left_.substr(0, bytes));
        left_.remove_prefix(std::min(bytes, left_.size()));
    }

    void take_other(char c) {
        if (c == '[' || c == '{') {
            if (depth_ == depth_max_) mend("null", "it is nested too deep");
            ++depth_;
        }
        take(1);
        if ((c == ']' || c == '}') && depth_ > 0) --depth_;
    }

    void take_number() {
        const std::size_t size = std::min(left_.find_first_not_of("+-.0123456789eE"), left_.size());
        if (!is_too_large(left_.substr(0, size))) return take(size);
        mend("null", "a number in it is too large");
        left_.remove_prefix(size);
    }

    void take_string() {
        take(1);
        while (!left_.empty() && left_.front() != '"') {
            if (left_.front() != '\\') {
                take(std::min(left_.find_first_of("\"\\"), left_.size()));
            } else if (const auto unit = unit_at(left_)) {
                take_unit(*unit);
            } else {
                take(2);
            }
        }
        take(1);
    }

    void take_unit(std::uint32_t unit) {
        if (is_high(unit)) {
            const auto next = unit_at(left_.substr(escape_size));
            if (next && is_low(*next)) return take(2 * escape_size);
        }
        if (!is_high(unit) && !is_low(unit)) return take(escape_size);
        mend("\\ufffd", "a text in it has half of a surrogate pair");
        left_.remove_prefix(escape_size);
    }

    std::string_view left_;
    const std::size_t depth_max_;
    std::size_t depth_ = 0;
    std::string out_;
    std::string_view why_;
};

} // namespace

std::optional<mended_json> mend_json(std::string_view text, std::size_t depth_max) {
    return mender(text, depth_max).run();
}

} // namespace rollcall::scim
