#include "gateway/scim/json_input.hpp"

#include "gateway/scim/json_mending.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/password.hpp"
#include "gateway/scim/schema.hpp"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace rollcall::scim {
namespace {

/// The thread's parser and the padded copy that it reads.
struct reader {
    simdjson::dom::parser parser;
    std::vector<char> padded;
};

reader& this_threads_reader() {
    thread_local std::unique_ptr<reader> one;
    if (!one) one = std::make_unique<reader>();
    return *one;
}

std::string reason(simdjson::error_code code) {
    switch (code) {
    case simdjson::DEPTH_ERROR:
        return "The body is nested deeper than " + std::to_string(limits::json_depth_max) +
               " levels";
    case simdjson::UTF8_ERROR: return "The body is not valid UTF-8";
    case simdjson::EMPTY: return "The body is empty";
    case simdjson::NUMBER_ERROR: return "The body holds a number that is malformed or too large";
    case simdjson::STRING_ERROR:
    case simdjson::UNCLOSED_STRING:
    case simdjson::UNESCAPED_CHARS:
        return "The body holds a string that is not closed or wrongly escaped";
    default: return "The body is not valid JSON";
    }
}

error duplicate(std::string_view name) {
    return fault(scim_type::invalid_syntax,
                 "The member \"" + std::string(name) +
                     "\" is given more than once in one object (names do not differ by case)");
}

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return out;
}

std::optional<error> duplicate_in_small(json_object object) {
    for (auto one = object.begin(); one != object.end(); ++one) {
        auto other = one;
        for (++other; other != object.end(); ++other) {
            if (equal_ignoring_case(one.key(), other.key())) return duplicate(one.key());
        }
    }
    return std::nullopt;
}

std::optional<error> duplicate_in_large(json_object object) {
    std::vector<std::string> names;
    for (const auto field : object)
        names.push_back(lower(field.key));
    std::sort(names.begin(), names.end());
    const auto twice = std::adjacent_find(names.begin(), names.end());
    if (twice != names.end()) return duplicate(*twice);
    return std::nullopt;
}

} // namespace

result<json_value> parse_json(std::string_view text) {
    if (text.size() > limits::json_bytes_max) {
        return tl::unexpected<error>(
            error{413, scim_type::none,
                  "The body is longer than " + std::to_string(limits::json_bytes_max) + " bytes"});
    }
    reader& mine = this_threads_reader();
    const std::size_t room = text.size() + simdjson::SIMDJSON_PADDING;
    if (mine.padded.size() < room) mine.padded.resize(std::max<std::size_t>(room, 4096));
    std::copy(text.begin(), text.end(), mine.padded.begin());
    if (mine.parser.capacity() < text.size() || mine.parser.max_depth() == 0) {
        const std::size_t capacity = std::max<std::size_t>(text.size(), 4096);
        if (mine.parser.allocate(capacity, limits::json_depth_max) != simdjson::SUCCESS) {
            return tl::unexpected<error>(
                error{503, scim_type::none, "There is no memory to read the body; try again"});
        }
    }
    json_value root;
    const simdjson::error_code failed =
        mine.parser.parse(mine.padded.data(), text.size(), false).get(root);
    if (failed != simdjson::SUCCESS) return refuse(scim_type::invalid_syntax, reason(failed));
    return root;
}

result<json_value> parse_json(std::string_view text, std::optional<error>& fault) {
    auto root = parse_json(text);
    if (root || root.error().type != scim_type::invalid_syntax) return root;
    // One level less than the parser's bound, which counts in its own way.
    const auto mended = mend_json(text, limits::json_depth_max - 1);
    if (!mended) return root;
    auto again = parse_json(mended->text);
    if (!again) return root;
    fault = std::move(root.error());
    return again;
}

void forget_json() {
    reader& mine = this_threads_reader();
    base::wipe(mine.padded);
    // Where strings are unescaped: simdjson allocates five thirds of the document's capacity.
    auto& strings = mine.parser.doc.string_buf;
    if (strings) {
        base::wipe({reinterpret_cast<char*>(strings.get()), mine.parser.doc.capacity() * 5 / 3});
    }
}

std::optional<error> find_duplicate_names(json_value value) {
    constexpr std::size_t small = 24;
    if (value.is_array()) {
        for (const json_value one : json_array(value)) {
            if (!one.is_object() && !one.is_array()) continue;
            if (auto found = find_duplicate_names(one)) return found;
        }
        return std::nullopt;
    }
    if (!value.is_object()) return std::nullopt;
    const json_object object(value);
    auto found = object.size() <= small ? duplicate_in_small(object) : duplicate_in_large(object);
    if (found) return found;
    for (const auto field : object) {
        if (!field.value.is_object() && !field.value.is_array()) continue;
        if (auto inner = find_duplicate_names(field.value)) return inner;
    }
    return std::nullopt;
}

std::optional<json_value> find_member(json_object in, std::string_view name) {
    for (const auto field : in) {
        if (equal_ignoring_case(field.key, name)) return field.value;
    }
    return std::nullopt;
}

} // namespace rollcall::scim
