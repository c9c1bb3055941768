#include "cli/json_view.hpp"

namespace rollcall::cli {
namespace {

using simdjson::dom::element;

std::string word_of(const element& value) {
    switch (value.type()) {
    case simdjson::dom::element_type::STRING: return std::string(std::string_view(value));
    case simdjson::dom::element_type::INT64: return std::to_string(std::int64_t(value));
    case simdjson::dom::element_type::UINT64: return std::to_string(std::uint64_t(value));
    case simdjson::dom::element_type::BOOL: return bool(value) ? "true" : "false";
    case simdjson::dom::element_type::NULL_VALUE: return {};
    default: return simdjson::minify(value);
    }
}

bool find(const element& in, std::string_view name, element& out) {
    return in.is_object() && in[name].get(out) == simdjson::SUCCESS;
}

} // namespace

bool json_item::has(std::string_view name) const {
    element member;
    return find(value_, name, member) && !member.is_null();
}

std::string json_item::text(std::string_view name) const {
    element member;
    return find(value_, name, member) ? word_of(member) : std::string();
}

std::string json_item::as_text() const {
    return word_of(value_);
}

std::uint64_t json_item::number(std::string_view name) const {
    element member;
    std::uint64_t number = 0;
    if (find(value_, name, member) && member.get(number) != simdjson::SUCCESS) number = 0;
    return number;
}

bool json_item::flag(std::string_view name) const {
    element member;
    bool flag = false;
    if (find(value_, name, member) && member.get(flag) != simdjson::SUCCESS) flag = false;
    return flag;
}

std::vector<json_item> json_item::items(std::string_view name) const {
    element member;
    return find(value_, name, member) ? json_item(member).items() : std::vector<json_item>();
}

std::vector<json_item> json_item::items() const {
    std::vector<json_item> all;
    simdjson::dom::array array;
    if (value_.get(array) != simdjson::SUCCESS) return all;
    for (const element one : array)
        all.emplace_back(one);
    return all;
}

json_item json_item::object(std::string_view name) const {
    element member;
    return find(value_, name, member) ? json_item(member) : *this;
}

std::string json_item::json(std::string_view name) const {
    element member;
    return find(value_, name, member) ? simdjson::minify(member) : std::string();
}

json_view::json_view(std::string_view text)
    : parser_(std::make_unique<simdjson::dom::parser>()), root_(simdjson::dom::element()) {
    simdjson::dom::element root;
    if (parser_->parse(simdjson::padded_string(text)).get(root) != simdjson::SUCCESS) {
        valid_ = false;
        root = parser_->parse(simdjson::padded_string(std::string_view("{}")));
    }
    root_ = json_item(root);
}

} // namespace rollcall::cli
