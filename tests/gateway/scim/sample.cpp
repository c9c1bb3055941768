#include "tests/gateway/scim/sample.hpp"

#include "gateway/scim/body.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/schema_rows.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim::sample {
namespace {

using namespace rows;

constexpr attribute tuned(attribute row, returned when) {
    row.returned = when;
    return row;
}

constexpr attribute typed(std::string_view name, value_type type) {
    return {.name = name, .description = "", .type = type};
}

constexpr attribute part_rows[] = {
    required(exact_text("value", "")),
    text("note", ""),
    tuned(text("secret", ""), returned::on_request),
    read_only(text("stamp", "")),
};

constexpr attribute axle_rows[] = {
    immutable(text("serial", "")),
    text("colour", ""),
    read_only(text("stamp", "")),
};

constexpr attribute widget_rows[] = {
    required(text("label", "")),
    typed("count", value_type::integer),
    typed("weight", value_type::decimal),
    typed("made", value_type::date_time),
    {.name = "blob", .description = "", .type = value_type::binary, .rule = text_rule::exact},
    immutable(text("origin", "")),
    complex("axle", "", axle_rows),
    many(text("tags", "")),
    many(complex("parts", "", part_rows)),
    tuned(text("onRequest", ""), returned::on_request),
    tuned(text("hidden", ""), returned::never),
    tuned(text("loud", ""), returned::always),
};

constexpr attribute must_rows[] = {
    required(text("code", "")),
    text("note", ""),
    many(text("list", "")),
};

constexpr attribute more_rows[] = {
    text("code", ""),
    text("extra", ""),
};

const schema widget_schema = {widget_urn, "Widget", "", widget_rows};
const schema must_schema = {widget_extension_urn, "Must", "", must_rows};
const schema more_schema = {"urn:example:Must:More", "More", "", more_rows};

} // namespace

std::string user_body(std::string_view members) {
    std::string out = "{\"schemas\":[\"" + std::string(core_urn) + "\"]";
    if (!members.empty()) out += "," + expand(members);
    return out + "}";
}

std::string group_body(std::string_view members) {
    std::string out = "{\"schemas\":[\"" + std::string(group_schema.urn) + "\"]";
    if (!members.empty()) out += "," + std::string(members);
    return out + "}";
}

std::string patch_body(std::string_view operations) {
    return "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],"
           "\"Operations\":[" +
           expand(operations) + "]}";
}

resource user(std::string_view members) {
    auto made = read_new(user_type(), user_body(members));
    BOOST_REQUIRE_MESSAGE(made, line(made));
    return std::move(*made);
}

resource stored(std::string_view document) {
    auto read = resource::from_document(user_type(), expand(document));
    BOOST_REQUIRE_MESSAGE(read, line(read));
    return std::move(*read);
}

std::string expand(std::string_view text) {
    std::string out(text);
    for (std::size_t at = 0; (at = out.find("@ENT", at)) != std::string::npos;) {
        out.replace(at, 4, enterprise_urn);
    }
    return out;
}

std::string line(const error& what) {
    const std::string head =
        what.type == scim_type::none ? std::to_string(what.status) : std::string(word(what.type));
    return head + ": " + what.detail;
}

std::string line(const result<resource>& outcome) {
    return outcome ? outcome->document() : line(outcome.error());
}

std::string line(const result<evaluation>& outcome) {
    if (!outcome) return line(outcome.error());
    std::string out = outcome->outcome.document();
    for (const error& fault : outcome->faults)
        out += " !" + line(fault);
    return out;
}

std::string line(const member_wish& wish) {
    if (wish.empty()) return "none";
    std::string out = wish.only_added ? " all" : "";
    for (const std::string& id : wish.add)
        out += " +" + id;
    for (const std::string& id : wish.remove)
        out += " -" + id;
    return out.substr(1);
}

std::string patched_document(const resource_type& type, std::string_view document,
                             std::string_view operations) {
    const auto current = resource::from_document(type, expand(document));
    BOOST_REQUIRE_MESSAGE(current, line(current));
    const auto change = patch::read(type, patch_body(operations));
    if (!change) return line(change.error());
    return line(change->apply_to(*current));
}

std::string patched(std::string_view members, std::string_view operations) {
    return patched_document(user_type(), user(members).document(), operations);
}

bool agrees(std::string_view line, std::string_view expected) {
    if (!expected.ends_with("...")) return line == expected;
    return line.starts_with(expected.substr(0, expected.size() - 3));
}

computed facts() {
    return {.id = "42",
            .created = *base::moment::parse("2026-01-31T08:30:00Z"),
            .last_modified = *base::moment::parse("2026-02-01T09:00:00.5Z"),
            .version = 7,
            .base_url = "https://rollcall.example/scim/v2",
            .groups = "",
            .status = "active",
            .role = ""};
}

const resource_type& widget_type() {
    static const resource_type type(
        "Widget", "/Widgets", "", widget_schema,
        {{.definition = &more_schema}, {.definition = &must_schema, .required = true}}, 5);
    return type;
}

} // namespace rollcall::scim::sample
