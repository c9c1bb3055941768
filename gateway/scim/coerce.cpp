#include "gateway/scim/coerce.hpp"

#include "gateway/scim/text.hpp"
#include "gateway/scim/user_name.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <string>
#include <unordered_map>

namespace rollcall::scim {
namespace {

/// What is wrong and where below the attribute that was asked for; the path grows on the way out,
/// so that a value without fault costs no text.
struct complaint {
    std::string below;
    std::string reason;
};

using coerced = tl::expected<std::optional<value>, complaint>;

tl::unexpected<complaint> complain(std::string reason) {
    return tl::unexpected<complaint>(complaint{{}, std::move(reason)});
}

coerced behind(std::string prefix, complaint what) {
    what.below.insert(0, prefix);
    return tl::unexpected<complaint>(std::move(what));
}

std::optional<std::string_view> as_text(json_value from) {
    std::string_view text;
    if (from.get(text) != simdjson::SUCCESS) return std::nullopt;
    return text;
}

bool is_base64(std::string_view text) {
    const std::size_t padding = text.size() - std::min(text.size(), text.find_last_not_of('=') + 1);
    const std::string_view digits = text.substr(0, text.size() - padding);
    const bool known = std::all_of(digits.begin(), digits.end(), [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               c == '+' || c == '/';
    });
    return known && padding <= 2 && digits.size() % 4 != 1 &&
           (padding == 0 || text.size() % 4 == 0);
}

bool is_empty_value(const attribute& what, json_value from) {
    if (from.is_null()) return true;
    if (from.is_array()) return json_array(from).size() == 0;
    const auto text = as_text(from);
    if (!text || !text->empty()) return false;
    const bool is_plain_text =
        !what.multi_valued && what.type == value_type::string && what.rule == text_rule::folded;
    // Forms send "" for a field that was left blank.
    return !is_plain_text || (!what.required && what.mutability == mutability::read_write);
}

/// True for an element whose `value` was left blank and of which only the labels are there.
bool is_blank_element(const attribute& what, json_value from, const value& read) {
    const attribute* main = find_attribute(what.sub_attributes, "value");
    if (!what.multi_valued || main == nullptr || !from.is_object()) return false;
    bool blank = false;
    for (const auto field : json_object(from)) {
        const auto text = as_text(field.value);
        if (find_attribute(what.sub_attributes, field.key) == main) blank = text && text->empty();
    }
    const object* parts = read.members();
    return blank && parts != nullptr &&
           std::all_of(parts->begin(), parts->end(), [](const member& one) {
               return one.what->name == "type" || one.what->name == "primary";
           });
}

coerced coerce_text(const attribute& what, json_value from) {
    const auto text = as_text(from);
    if (!text) return complain("must be a string");
    if (what.type == value_type::date_time && !read_date_time(*text)) {
        return complain("must be a date and time such as 2026-01-31T08:30:00Z");
    }
    if (what.type == value_type::binary && !is_base64(*text)) {
        return complain("must be base64 (RFC 4648 section 4)");
    }
    if (what.rule == text_rule::user_name) {
        if (const auto key = user_name_key(*text); !key) return complain(key.error().detail);
    }
    return value{std::string(*text)};
}

coerced coerce_number(const attribute& what, json_value from) {
    std::int64_t whole = 0;
    if (from.get(whole) == simdjson::SUCCESS) {
        if (what.type == value_type::integer) return value{whole};
        return value{static_cast<double>(whole)};
    }
    double number = 0;
    if (what.type == value_type::integer || from.get(number) != simdjson::SUCCESS) {
        return complain(
            what.type == value_type::integer
                ? "must be a whole number of at most 64 bits, without fraction or exponent"
                : "must be a number");
    }
    return value{number == 0 ? 0.0 : number}; // minus zero would not read back as itself
}

coerced coerce_one(const attribute& what, json_value from, const coercion& how);
coerced coerce_many(const attribute& what, json_value from, const coercion& how);

coerced coerce_any(const attribute& what, json_value from, const coercion& how) {
    if (is_empty_value(what, from)) return std::nullopt;
    return what.multi_valued ? coerce_many(what, from, how) : coerce_one(what, from, how);
}

coerced coerce_members(const attribute& what, json_object from, const coercion& how) {
    object out;
    for (const auto field : from) {
        const attribute* row = find_attribute(what.sub_attributes, field.key);
        if (row == nullptr || !row->stored || row->mutability == mutability::read_only) continue;
        auto one = coerce_any(*row, field.value, how);
        if (!one) return behind("." + std::string(row->name), std::move(one.error()));
        if (*one) put(out, *row, std::move(**one));
    }
    if (out.empty()) return std::nullopt;
    return value{std::move(out)};
}

coerced coerce_complex(const attribute& what, json_value from, const coercion& how) {
    if (from.is_object()) return coerce_members(what, from, how);
    const attribute* main = find_attribute(what.sub_attributes, "value");
    const bool any_shape = main != nullptr && (how.any_shape || !what.multi_valued);
    if (any_shape && from.is_string()) {
        auto one = coerce_any(*main, from, how);
        if (!one || !*one) return one;
        object out;
        put(out, *main, std::move(**one));
        return value{std::move(out)};
    }
    if ((any_shape || how.any_shape) && from.is_array() && json_array(from).size() == 1) {
        const json_value only = json_array(from).at(0);
        if (!only.is_array()) return coerce_any(what, only, how);
    }
    return complain("must be an object");
}

coerced coerce_one(const attribute& what, json_value from, const coercion& how) {
    const bool wrapped = how.any_shape && !what.multi_valued && from.is_array() &&
                         json_array(from).size() == 1 && what.type != value_type::complex;
    if (wrapped) {
        const json_value only = json_array(from).at(0);
        if (!only.is_array() && !only.is_null()) return coerce_any(what, only, how);
    }
    switch (what.type) {
    case value_type::string:
    case value_type::reference:
    case value_type::date_time:
    case value_type::binary: return coerce_text(what, from);
    case value_type::boolean: {
        const auto flag =
            what.is_lifecycle_switch ? as_lifecycle_switch(what, from) : as_flag(from);
        if (flag) return value{*flag};
        return complain("must be true or false");
    }
    case value_type::integer:
    case value_type::decimal: return coerce_number(what, from);
    case value_type::complex: return coerce_complex(what, from, how);
    }
    return complain("cannot be written");
}

/// Lets the first element say what the second says too; false if they contradict each other.
/// `primary` is only ever raised.
bool absorb(object& first, const object& second) {
    const bool agree = std::all_of(second.begin(), second.end(), [&](const member& one) {
        const value* is = find(first, *one.what);
        return is == nullptr || *is == one.is || one.what->name == "primary";
    });
    if (!agree) return false;
    for (const member& one : second) {
        const value* is = find(first, *one.what);
        const bool raised = one.what->name == "primary" && *one.is.flag();
        if (is == nullptr || raised) put(first, *one.what, one.is);
    }
    return true;
}

/// Takes out elements that repeat the value and type of an earlier one (RFC 7643 section 2.4),
/// compared octet by octet, unless something else in them differs.
void drop_repeated(const attribute& what, array& elements) {
    const attribute* main = find_attribute(what.sub_attributes, "value");
    const attribute* type = find_attribute(what.sub_attributes, "type");
    if (main == nullptr || elements.size() < 2) return;
    std::unordered_map<std::string, std::size_t> seen;
    array kept;
    kept.reserve(elements.size());
    for (value& element : elements) {
        object& parts = *element.members();
        const value* text = find(parts, *main);
        if (text != nullptr && text->text() != nullptr) {
            std::string identity = *text->text() + '\0';
            const value* label = type == nullptr ? nullptr : find(parts, *type);
            if (label != nullptr) identity += "=" + *label->text();
            const auto [at, is_new] = seen.emplace(std::move(identity), kept.size());
            if (!is_new && absorb(*kept[at->second].members(), parts)) continue;
        }
        kept.push_back(std::move(element));
    }
    elements = std::move(kept);
}

coerced coerce_many(const attribute& what, json_value from, const coercion& how) {
    if (!from.is_array()) {
        if (!how.any_shape) return complain("must be an array");
        auto one = coerce_one(what, from, how);
        if (!one || !*one) return one;
        if (is_blank_element(what, from, **one)) return std::nullopt;
        array only;
        only.push_back(std::move(**one));
        return value{std::move(only)};
    }
    array out;
    std::size_t index = 0;
    for (const json_value element : json_array(from)) {
        const std::string place = "[" + std::to_string(index++) + "]";
        if (element.is_null()) continue;
        if (element.is_array()) return behind(place, {{}, "must not be an array"});
        auto one = coerce_one(what, element, how);
        if (!one) return behind(place, std::move(one.error()));
        if (!*one || is_blank_element(what, element, **one)) continue;
        if (out.size() == how.elements_max) {
            return complain("must not have more than " + std::to_string(how.elements_max) +
                            " values");
        }
        out.push_back(std::move(**one));
    }
    if (out.empty()) return std::nullopt;
    drop_repeated(what, out);
    if (!has_one_primary(what, out)) return complain("must not have more than one primary value");
    return value{std::move(out)};
}

result<std::optional<value>> named(coerced outcome, std::string_view path) {
    if (outcome) return std::move(*outcome);
    const complaint& about = outcome.error();
    return refuse(scim_type::invalid_value, std::string(path) + about.below + ": " + about.reason);
}

} // namespace

result<std::optional<value>> coerce(const attribute& what, json_value from, std::string_view path,
                                    const coercion& how) {
    return named(coerce_any(what, from, how), path);
}

result<std::optional<value>> coerce_element(const attribute& what, json_value from,
                                            std::string_view path, const coercion& how) {
    if (is_empty_value(what, from)) return std::nullopt;
    if (from.is_array()) {
        const json_array list(from);
        if (list.size() != 1 || json_value(list.at(0)).is_array()) {
            return refuse(scim_type::invalid_value, std::string(path) + ": must be one value");
        }
        return coerce_element(what, list.at(0), path, how);
    }
    auto one = coerce_one(what, from, how);
    if (one && *one && is_blank_element(what, from, **one)) return std::nullopt;
    return named(std::move(one), path);
}

std::optional<bool> as_flag(json_value from) {
    constexpr std::string_view blanks = " \t\r\n";
    bool flag = false;
    if (from.get(flag) == simdjson::SUCCESS) return flag;
    auto text = as_text(from);
    if (!text) return std::nullopt;
    text->remove_prefix(std::min(text->size(), text->find_first_not_of(blanks)));
    return read_flag(text->substr(0, text->find_last_not_of(blanks) + 1));
}

std::optional<bool> as_lifecycle_switch(const attribute& what, json_value from) {
    if (from.is_array() && json_array(from).size() == 1) from = json_array(from).at(0);
    if (from.is_object() && json_object(from).size() == 1) {
        const auto only = *json_object(from).begin();
        const bool named =
            equal_ignoring_case(only.key, "value") || equal_ignoring_case(only.key, what.name);
        return named ? as_flag(only.value) : std::nullopt;
    }
    return as_flag(from);
}

bool has_one_primary(const attribute& what, const array& elements) {
    const attribute* primary = find_attribute(what.sub_attributes, "primary");
    if (primary == nullptr) return true;
    return std::count_if(elements.begin(), elements.end(), [&](const value& element) {
               const object* parts = element.members();
               const value* flag = parts == nullptr ? nullptr : find(*parts, *primary);
               return flag != nullptr && flag->flag() != nullptr && *flag->flag();
           }) <= 1;
}

} // namespace rollcall::scim
