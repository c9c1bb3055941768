#include "gateway/scim/schema.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>

namespace rollcall::scim {
namespace {

const schema* const all_schemas[] = {
    &user_schema,  &enterprise_user_schema,         &rollcall_user_schema,
    &group_schema, &service_provider_config_schema, &resource_type_schema,
    &schema_schema};

bool is_name(std::string_view name) {
    if (name.empty()) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_' || c == '$';
    });
}

void check_rows(std::span<const attribute> rows, const std::string& prefix, int depth) {
    std::set<std::string> seen;
    for (const attribute& row : rows) {
        BOOST_TEST_CONTEXT(prefix << row.name) {
            std::string lower(row.name);
            std::transform(lower.begin(), lower.end(), lower.begin(),
                           [](unsigned char c) { return std::tolower(c); });
            BOOST_TEST(seen.insert(lower).second);
            BOOST_TEST(is_name(row.name));
            BOOST_TEST(!row.description.empty());
            BOOST_TEST((row.type == value_type::complex) == !row.sub_attributes.empty());
            BOOST_TEST((row.type == value_type::reference) == !row.reference_types.empty());
            if (row.type == value_type::reference || row.type == value_type::binary) {
                BOOST_TEST(row.case_exact());
            }
            if (row.mutability == mutability::write_only) {
                BOOST_TEST((row.returned == returned::never));
            }
            // Only the Schema schema nests deeper: its attributes have subAttributes.
            BOOST_TEST(depth < 3);
            check_rows(row.sub_attributes, prefix + std::string(row.name) + ".", depth + 1);
        }
    }
}

BOOST_AUTO_TEST_SUITE(schema_test)

BOOST_AUTO_TEST_CASE(tables_are_well_formed) {
    std::set<std::string_view> urns;
    for (const schema* one : all_schemas) {
        BOOST_TEST_CONTEXT(one->urn) {
            BOOST_TEST(urns.insert(one->urn).second);
            BOOST_TEST(one->urn.starts_with("urn:"));
            BOOST_TEST(!one->description.empty());
            check_rows(one->attributes, std::string(one->name) + ".", 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(traits_that_behaviour_hangs_on) {
    struct {
        const char* name;
        const attribute* row;
        bool required;
        bool case_exact;
        bool multi_valued;
        mutability changes;
        returned shown;
        uniqueness unique;
        bool stored;
    } const rows[]{
        {"userName", find_attribute(user_schema.attributes, "USERNAME"), true, false, false,
         mutability::read_write, returned::by_default, uniqueness::server, true},
        {"password", find_attribute(user_schema.attributes, "password"), false, true, false,
         mutability::write_only, returned::never, uniqueness::none, false},
        {"groups", find_attribute(user_schema.attributes, "groups"), false, false, true,
         mutability::read_only, returned::by_default, uniqueness::none, false},
        {"id", find_attribute(user_type().attributes(), "id"), true, true, false,
         mutability::read_only, returned::always, uniqueness::server, false},
        {"externalId", find_attribute(user_type().attributes(), "externalId"), false, true, false,
         mutability::read_write, returned::by_default, uniqueness::none, true},
        {"schemas", find_attribute(user_type().attributes(), "schemas"), true, false, true,
         mutability::read_write, returned::always, uniqueness::none, false},
        {"meta", find_attribute(user_type().attributes(), "meta"), false, false, false,
         mutability::read_only, returned::by_default, uniqueness::none, false},
        {"Group.displayName", find_attribute(group_schema.attributes, "displayName"), true, false,
         false, mutability::read_write, returned::by_default, uniqueness::server, true},
        {"Group.members", find_attribute(group_schema.attributes, "members"), false, false, true,
         mutability::read_write, returned::by_default, uniqueness::none, false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_REQUIRE(row.row != nullptr);
            BOOST_TEST(row.row->required == row.required);
            BOOST_TEST(row.row->case_exact() == row.case_exact);
            BOOST_TEST(row.row->multi_valued == row.multi_valued);
            BOOST_TEST((row.row->mutability == row.changes));
            BOOST_TEST((row.row->returned == row.shown));
            BOOST_TEST((row.row->uniqueness == row.unique));
            BOOST_TEST(row.row->stored == row.stored);
        }
    }
}

BOOST_AUTO_TEST_CASE(attributes_stand_in_document_order) {
    // What a document keeps comes behind schemas and id and before what is computed, extensions
    // last: splicing depends on it.
    std::string order;
    for (const attribute& row : user_type().attributes()) {
        order += row.stored ? (row.is_extension ? 'E' : 's') : (row.is_extension ? 'X' : 'c');
    }
    const std::size_t first_stored = order.find('s');
    BOOST_TEST(first_stored == 2U);
    BOOST_TEST(order.find_first_not_of("s", first_stored) == order.find('E'));
    BOOST_TEST(order.substr(order.find('E')) == "EccXc");
    BOOST_TEST(user_type().attributes().back().name == "meta");
}

BOOST_AUTO_TEST_CASE(only_members_are_kept_apart) {
    for (const schema* one : all_schemas) {
        for (const attribute& row : one->attributes) {
            const bool members = one == &group_schema && row.name == "members";
            BOOST_TEST(row.apart == members, one->name << "." << row.name);
        }
    }
    const attribute& members = *find_attribute(group_schema.attributes, "members");
    for (const char* part : {"$ref", "type"}) {
        const attribute& row = *find_attribute(members.sub_attributes, part);
        const auto& kinds = row.name == "type" ? row.canonical_values : row.reference_types;
        BOOST_REQUIRE(kinds.size() == 1U);
        BOOST_TEST(kinds.front() == "User");
    }
}

BOOST_AUTO_TEST_CASE(users_deprovision_and_groups_do_not) {
    BOOST_REQUIRE(lifecycle_switch(user_type()) != nullptr);
    BOOST_TEST(lifecycle_switch(user_type())->name == "active");
    BOOST_TEST(lifecycle_switch(group_type()) == nullptr);
    BOOST_REQUIRE(served_resource_types().size() == 2U);
    BOOST_TEST(served_resource_types().front()->name() == "User");
    BOOST_TEST(served_resource_types().back()->name() == "Group");
}

BOOST_AUTO_TEST_CASE(case_is_ignored_for_letters_only) {
    struct {
        const char* a;
        const char* b;
        bool equal;
    } const rows[]{
        {"userName", "USERNAME", true},
        {"", "", true},
        {"a", "ab", false},
        {"[", "{", false},
        {"@", "`", false},
        {"$ref", "$REF", true},
        {"\xc3\xa9", "\xc3\x89", false},
        {"a b", "A B", true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.a << " / " << row.b) {
            BOOST_TEST(equal_ignoring_case(row.a, row.b) == row.equal);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
