#include "gateway/admin/person.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/http/text.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::admin {
namespace {

constexpr std::string_view core_urn = "urn:ietf:params:scim:schemas:core:2.0:User";
constexpr std::string_view enterprise_urn =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
constexpr std::string_view patch_urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

bool in_enterprise(const person_field& field) {
    return field.path.starts_with(enterprise_urn);
}

/// The attribute of a path such as `name.givenName` or `phoneNumbers[…].value`.
std::string_view top_of(const person_field& field) {
    if (in_enterprise(field)) return field.path;
    return field.path.substr(0, field.path.find_first_of(".["));
}

/// What goes when the field goes: an element without its value would say nothing.
std::string_view whole_of(const person_field& field) {
    return field.path.substr(0, field.path.find(']') == std::string_view::npos
                                    ? std::string_view::npos
                                    : field.path.find(']') + 1);
}

void write_emails(base::json_writer& json, const std::vector<std::string>& all) {
    json.begin_array();
    for (std::size_t i = 0; i < all.size(); ++i) {
        json.begin_object().member("value", all[i]).member("type", i == 0 ? "work" : "other");
        if (i == 0) json.member("primary", true);
        json.end_object();
    }
    json.end_array();
}

void write_value(base::json_writer& json, const person_field& field,
                 const std::vector<std::string>& values) {
    switch (field.what) {
    case person_field::shape::list: write_emails(json, values); break;
    case person_field::shape::flag: json.value(values.front() == "true"); break;
    case person_field::shape::text: json.value(values.front()); break;
    }
}

} // namespace

const person_field* field_named(std::string_view name) {
    const auto* found = std::find_if(person_fields.begin(), person_fields.end(),
                                     [name](const person_field& f) { return f.name == name; });
    return found == person_fields.end() ? nullptr : found;
}

const person_field* field_of_heading(std::string_view heading) {
    std::string plain;
    for (const char c : heading) {
        if (c == ' ' || c == '_' || c == '-') continue;
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    if (plain.empty()) return nullptr;
    for (const person_field& field : person_fields) {
        std::string_view left = field.headings;
        while (!left.empty()) {
            const std::string_view one = left.substr(0, left.find(' '));
            if (one == plain) return &field;
            left.remove_prefix(std::min(left.size(), one.size() + 1));
        }
    }
    return nullptr;
}

std::string field_names() {
    std::string all;
    for (const person_field& field : person_fields)
        all += (all.empty() ? "" : ", ") + std::string(field.name);
    return all;
}

const person_field* field_of_fault(std::string_view detail) {
    for (const person_field& field : person_fields) {
        const bool plain = top_of(field) == field.path;
        const std::string_view told =
            plain || field.path.find('[') == std::string_view::npos ? field.path : top_of(field);
        if (!detail.starts_with(told)) continue;
        const std::string_view behind = detail.substr(told.size());
        if (!behind.empty() && http::contains(":[. ", behind.front())) return &field;
    }
    return nullptr;
}

std::optional<bool> read_flag(std::string_view word) {
    for (const std::string_view yes : {"true", "yes", "1", "on", "active"})
        if (http::equal_without_case(word, yes)) return true;
    for (const std::string_view no : {"false", "no", "0", "off", "inactive"})
        if (http::equal_without_case(word, no)) return false;
    return std::nullopt;
}

void person::set(const person_field& field, std::vector<std::string> values) {
    std::erase(values, "");
    assert(field.what == person_field::shape::list || values.size() <= 1);
    said_[static_cast<std::size_t>(&field - person_fields.data())] = std::move(values);
}

bool person::says_nothing() const {
    return std::none_of(said_.begin(), said_.end(),
                        [](const auto& one) { return one.has_value(); });
}

bool person::deactivates() const {
    const auto& active = at(*field_named("active"));
    return active && !active->empty() && active->front() == "false";
}

const person::values& person::all(std::string_view name) const {
    static const values nothing;
    const auto& said = at(*field_named(name));
    return said ? *said : nothing;
}

std::string person::members() const {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    for (const person_field& field : person_fields) {
        const auto& said = at(field);
        if (!said) continue;
        json.key(field.name);
        if (said->empty()) {
            json.null();
        } else if (field.what == person_field::shape::list) {
            json.begin_array();
            for (const std::string& one : *said)
                json.value(one);
            json.end_array();
        } else {
            write_value(json, field, *said);
        }
    }
    json.end_object();
    return out;
}

std::string person::creation() const {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.key("schemas").begin_array().value(core_urn).value(enterprise_urn).end_array();
    const auto write = [&](const person_field& field, std::string_view name) {
        const auto& said = at(field);
        if (!said || said->empty()) return;
        json.key(name);
        write_value(json, field, *said);
    };
    for (const person_field& field : person_fields) {
        if (top_of(field) == field.path && !in_enterprise(field)) write(field, field.name);
    }
    json.key("name").begin_object();
    for (const char* part : {"givenName", "familyName"})
        write(*field_named(part), part);
    json.end_object();
    json.key("phoneNumbers").begin_array();
    for (const auto& [name, type] : {std::pair{"phone", "work"}, std::pair{"mobile", "mobile"}}) {
        for (const std::string& number : all(name))
            json.begin_object().member("value", number).member("type", type).end_object();
    }
    json.end_array();
    json.key(enterprise_urn).begin_object();
    for (const person_field& field : person_fields)
        if (in_enterprise(field)) write(field, field.name);
    json.end_object();
    json.end_object();
    return out;
}

std::string person::change() const {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.key("schemas").begin_array().value(patch_urn).end_array();
    json.key("Operations").begin_array();
    for (const person_field& field : person_fields) {
        const auto& said = at(field);
        if (!said) continue;
        json.begin_object();
        if (said->empty()) {
            json.member("op", "remove").member("path", whole_of(field));
        } else {
            json.member("op", "replace").member("path", field.path).key("value");
            write_value(json, field, *said);
        }
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

} // namespace rollcall::admin
