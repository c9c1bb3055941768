#include "gateway/scim/operand.hpp"

#include "gateway/scim/filter_lexer.hpp"
#include "gateway/scim/text.hpp"
#include "gateway/scim/user_name.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace rollcall::scim {
namespace {

bool is_equality(comparator op) {
    return op == comparator::eq || op == comparator::ne;
}

bool is_part(comparator op) {
    return op == comparator::co || op == comparator::sw || op == comparator::ew;
}

literal number_from(std::string_view word) {
    std::int64_t whole = 0;
    const char* end = word.data() + word.size();
    if (const auto read = std::from_chars(word.data(), end, whole);
        read.ec == std::errc() && read.ptr == end) {
        return whole;
    }
    double number = 0;
    if (std::from_chars(word.data(), end, number).ec == std::errc::result_out_of_range) {
        number = word.front() == '-' ? std::numeric_limits<double>::lowest()
                                     : std::numeric_limits<double>::max();
    }
    // One number, one literal: 1e3 is 1000. Beyond 2^53 a double keeps its own spelling.
    constexpr double exact = 9007199254740992.0;
    if (std::fabs(number) <= exact && std::trunc(number) == number) {
        return static_cast<std::int64_t>(number);
    }
    return number;
}

/// Bare text that is plainly a mistake, such as single quotes, is not taken for a string.
bool is_bare_text(std::string_view word) {
    return !word.empty() && word.find_first_of("'\\`,;=<>{}") == std::string_view::npos;
}

void prepare_text(const attribute& leaf, const std::string& text, comparison& what) {
    switch (leaf.rule) {
    case text_rule::exact: what.key = text; return;
    case text_rule::folded: what.key = folded(text); return;
    case text_rule::user_name: break;
    }
    if (!is_equality(what.op)) {
        what.key = user_name_fragment(text);
        return;
    }
    what.key = user_name_key(text).value_or(std::string());
}

} // namespace

bool supports(const attribute& what, comparator op) {
    switch (what.type) {
    case value_type::string:
    case value_type::reference: return true;
    case value_type::boolean:
    case value_type::binary: return is_equality(op);
    case value_type::integer:
    case value_type::decimal:
    case value_type::date_time: return !is_part(op);
    case value_type::complex: return false;
    }
    return false;
}

std::optional<literal> read_literal(std::string_view word, comparator op) {
    if (word == "true") return literal{true};
    if (word == "false") return literal{false};
    if (word == "null") return literal{std::monostate{}};
    if (is_json_number(word)) return number_from(word);
    if (op == comparator::eq && is_bare_text(word)) return literal{std::string(word)};
    return std::nullopt;
}

std::optional<std::string> prepare_operand(comparison& what) {
    const attribute& leaf = what.target.leaf();
    const std::string name = what.target.text();
    if (std::holds_alternative<std::monostate>(what.operand)) {
        if (is_equality(what.op)) return std::nullopt;
        return "a value; null goes with eq and ne only";
    }
    const auto* text = std::get_if<std::string>(&what.operand);
    switch (leaf.type) {
    case value_type::boolean: {
        const auto flag = text == nullptr ? std::nullopt : read_flag(*text);
        if (flag) what.operand = *flag;
        if (std::holds_alternative<bool>(what.operand)) return std::nullopt;
        return "true or false, since " + name + " is a boolean";
    }
    case value_type::integer:
    case value_type::decimal:
        if (text == nullptr && !std::holds_alternative<bool>(what.operand)) return std::nullopt;
        return "a number, since " + name + " is one";
    default: break;
    }
    if (text == nullptr) return "a string in double quotes, since " + name + " is one";
    if (leaf.type == value_type::date_time) {
        const auto instant = read_date_time(*text);
        if (!instant) return "a date and time such as \"2026-01-31T08:30:00Z\"";
        what.instant = *instant;
        return std::nullopt;
    }
    prepare_text(leaf, *text, what);
    return std::nullopt;
}

} // namespace rollcall::scim
