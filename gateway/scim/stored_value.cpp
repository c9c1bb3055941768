#include "gateway/scim/stored_value.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>

namespace rollcall::scim {
namespace {

using read = tl::expected<value, std::string>;

tl::unexpected<std::string> damaged(std::string_view name) {
    return tl::unexpected<std::string>(std::string(name));
}

read read_single(const attribute& what, json_value from) {
    switch (what.type) {
    case value_type::complex: {
        if (!from.is_object()) break;
        auto parts = read_stored_members(what.sub_attributes, from);
        if (!parts) return tl::unexpected<std::string>(std::move(parts.error()));
        if (parts->empty()) break;
        return value{std::move(*parts)};
    }
    case value_type::boolean:
        if (bool flag = false; from.get(flag) == simdjson::SUCCESS) return value{flag};
        break;
    case value_type::integer:
        if (std::int64_t number = 0; from.get(number) == simdjson::SUCCESS) return value{number};
        break;
    case value_type::decimal:
        if (double number = 0; from.get(number) == simdjson::SUCCESS) return value{number};
        break;
    case value_type::string:
    case value_type::reference:
    case value_type::date_time:
    case value_type::binary:
        if (std::string_view text; from.get(text) == simdjson::SUCCESS) {
            return value{std::string(text)};
        }
        break;
    }
    return damaged(what.name);
}

} // namespace

tl::expected<object, std::string> read_stored_members(std::span<const attribute> rows,
                                                      json_object from) {
    object out;
    const attribute* last = nullptr;
    for (const auto field : from) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const attribute& one) { return one.name == field.key; });
        if (row == rows.end() || !row->stored) return damaged(field.key);
        if (last != nullptr && !std::less<const attribute*>{}(last, &*row))
            return damaged(field.key);
        last = &*row;
        auto one = read_stored_value(*row, field.value);
        if (!one) return damaged(std::string(row->name) + "." + one.error());
        out.emplace_back(&*row, std::move(*one));
    }
    return out;
}

tl::expected<value, std::string> read_stored_value(const attribute& what, json_value from) {
    if (!what.multi_valued) return read_single(what, from);
    if (!from.is_array() || json_array(from).size() == 0) return damaged(what.name);
    array out;
    out.reserve(json_array(from).size());
    for (const json_value element : json_array(from)) {
        auto one = read_single(what, element);
        if (!one) return one;
        out.push_back(std::move(*one));
    }
    return value{std::move(out)};
}

} // namespace rollcall::scim
