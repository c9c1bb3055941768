#include "gateway/scim/discovery.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/schema.hpp"

#include <boost/test/unit_test.hpp>

#include <set>
#include <string>

namespace rollcall::scim {
namespace {

const discovery& documents() {
    static const discovery one("https://h/scim/v2", 200, true);
    return one;
}

json_value parsed(const std::string& text) {
    const auto read = parse_json(text);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(!find_duplicate_names(*read).has_value());
    return *read;
}

std::string text_at(json_value root, std::string_view pointer) {
    std::string_view text;
    BOOST_REQUIRE_MESSAGE(root.at_pointer(pointer).get(text) == simdjson::SUCCESS, pointer);
    return std::string(text);
}

bool flag_at(json_value root, std::string_view pointer) {
    bool flag = false;
    BOOST_REQUIRE_MESSAGE(root.at_pointer(pointer).get(flag) == simdjson::SUCCESS, pointer);
    return flag;
}

std::int64_t number_at(json_value root, std::string_view pointer) {
    std::int64_t number = -1;
    BOOST_REQUIRE_MESSAGE(root.at_pointer(pointer).get(number) == simdjson::SUCCESS, pointer);
    return number;
}

/// No null, and every member of an attribute is there with a word of the RFC.
void check_attributes(json_array rows, std::span<const attribute> table) {
    BOOST_REQUIRE(rows.size() == table.size());
    std::size_t at = 0;
    for (const json_value row : rows) {
        const attribute& source = table[at++];
        BOOST_TEST_CONTEXT(source.name) {
            BOOST_TEST(text_at(row, "/name") == source.name);
            BOOST_TEST(text_at(row, "/type") == word(source.type));
            BOOST_TEST(flag_at(row, "/multiValued") == source.multi_valued);
            BOOST_TEST(flag_at(row, "/required") == source.required);
            BOOST_TEST(flag_at(row, "/caseExact") == source.case_exact());
            BOOST_TEST(text_at(row, "/mutability") == word(source.mutability));
            BOOST_TEST(text_at(row, "/returned") == word(source.returned));
            BOOST_TEST(text_at(row, "/uniqueness") == word(source.uniqueness));
            BOOST_TEST(!text_at(row, "/description").empty());
            json_array subs;
            const bool has = row["subAttributes"].get(subs) == simdjson::SUCCESS;
            BOOST_TEST(has == (source.type == value_type::complex));
            if (has) check_attributes(subs, source.sub_attributes);
        }
    }
}

BOOST_AUTO_TEST_SUITE(discovery_test)

BOOST_AUTO_TEST_CASE(the_configuration_tells_the_truth) {
    const json_value root = parsed(documents().service_provider_config());
    BOOST_TEST(text_at(root, "/schemas/0") == service_provider_config_schema.urn);
    BOOST_TEST(flag_at(root, "/patch/supported"));
    BOOST_TEST(!flag_at(root, "/bulk/supported"));
    BOOST_TEST(number_at(root, "/bulk/maxOperations") == 0);
    BOOST_TEST(number_at(root, "/bulk/maxPayloadSize") == 0);
    BOOST_TEST(flag_at(root, "/filter/supported"));
    BOOST_TEST(number_at(root, "/filter/maxResults") == 200);
    BOOST_TEST(flag_at(root, "/changePassword/supported"));
    BOOST_TEST(!flag_at(root, "/sort/supported"));
    BOOST_TEST(flag_at(root, "/etag/supported"));
    BOOST_TEST(!flag_at(root, "/pagination/cursor"));
    BOOST_TEST(flag_at(root, "/pagination/index"));
    BOOST_TEST(text_at(root, "/authenticationSchemes/0/type") == "oauthbearertoken");
    BOOST_TEST(!text_at(root, "/authenticationSchemes/0/description").empty());
    BOOST_TEST(text_at(root, "/meta/resourceType") == "ServiceProviderConfig");
    BOOST_TEST(text_at(root, "/meta/location") == "https://h/scim/v2/ServiceProviderConfig");
    // Every member is in the published schema.
    for (const auto field : json_object(root)) {
        if (field.key == "schemas" || field.key == "meta") continue;
        BOOST_TEST(find_attribute(service_provider_config_schema.attributes, field.key) != nullptr,
                   field.key);
    }
}

BOOST_AUTO_TEST_CASE(schemas_are_the_tables) {
    const schema* const published[] = {
        &user_schema,  &enterprise_user_schema,         &rollcall_user_schema,
        &group_schema, &service_provider_config_schema, &resource_type_schema,
        &schema_schema};
    {
        const json_value list = parsed(documents().schemas());
        BOOST_TEST(number_at(list, "/totalResults") ==
                   static_cast<std::int64_t>(std::size(published)));
        BOOST_TEST(number_at(list, "/itemsPerPage") ==
                   static_cast<std::int64_t>(std::size(published)));
    }
    for (const schema* one : published) {
        BOOST_TEST_CONTEXT(one->urn) {
            const std::string* text = documents().schema(one->urn);
            BOOST_REQUIRE(text != nullptr);
            BOOST_TEST(documents().schemas().find(*text) != std::string::npos);
            BOOST_TEST(text->find("null") == std::string::npos);
            const json_value root = parsed(*text);
            BOOST_TEST(text_at(root, "/id") == one->urn);
            BOOST_TEST(text_at(root, "/name") == one->name);
            BOOST_TEST(text_at(root, "/schemas/0") == schema_schema.urn);
            BOOST_TEST(text_at(root, "/meta/resourceType") == "Schema");
            BOOST_TEST(text_at(root, "/meta/location") ==
                       "https://h/scim/v2/Schemas/" + std::string(one->urn));
            check_attributes(json_array(root["attributes"]), one->attributes);
        }
    }
    BOOST_TEST(documents().schema("URN:IETF:params:scim:schemas:core:2.0:USER") != nullptr);
    BOOST_TEST(documents().schema("urn:ietf:params:scim:api:messages:2.0:ListResponse") == nullptr);
    BOOST_TEST(documents().schema("") == nullptr);
}

BOOST_AUTO_TEST_CASE(where_passwords_are_dropped_none_may_be_written) {
    const discovery dropping("https://h/scim/v2", 200, false);
    BOOST_TEST(!flag_at(parsed(dropping.service_provider_config()), "/changePassword/supported"));
    BOOST_TEST(dropping.schemas().find("\"password\"") == std::string::npos);
    BOOST_TEST(documents().schemas().find("\"password\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(resource_types_are_what_is_served) {
    const std::string* user = documents().resource_type("User");
    BOOST_REQUIRE(user != nullptr);
    BOOST_TEST(documents().resource_type("Widget") == nullptr);
    BOOST_TEST(documents().resource_types().find(*user) != std::string::npos);
    const json_value root = parsed(*user);
    BOOST_TEST(text_at(root, "/id") == "User");
    BOOST_TEST(text_at(root, "/name") == "User");
    BOOST_TEST(text_at(root, "/endpoint") == "/Users");
    BOOST_TEST(text_at(root, "/schema") == user_schema.urn);
    BOOST_TEST(text_at(root, "/schemaExtensions/0/schema") == enterprise_user_schema.urn);
    BOOST_TEST(!flag_at(root, "/schemaExtensions/0/required"));
    BOOST_TEST(text_at(root, "/schemaExtensions/1/schema") == rollcall_user_schema.urn);
    BOOST_TEST(text_at(root, "/meta/location") == "https://h/scim/v2/ResourceTypes/User");
    const std::string* group = documents().resource_type("group");
    BOOST_REQUIRE(group != nullptr);
    BOOST_TEST(documents().resource_types().find(*group) != std::string::npos);
    const json_value team = parsed(*group);
    BOOST_TEST(text_at(team, "/id") == "Group");
    BOOST_TEST(text_at(team, "/endpoint") == "/Groups");
    BOOST_TEST(text_at(team, "/schema") == group_schema.urn);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
