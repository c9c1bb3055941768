// A person in plain fields, and what SCIM makes of it.
#include "gateway/admin/person.hpp"
#include "gateway/user_wishes.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace rollcall::admin {
namespace {

person everything() {
    person said;
    for (const person_field& field : person_fields) {
        if (field.what == person_field::shape::flag) {
            said.set(field, {"false"});
        } else if (field.what == person_field::shape::list) {
            said.set(field, {"a@x.example", "b@x.example"});
        } else {
            said.set(field, {"the " + std::string(field.name)});
        }
    }
    return said;
}

} // namespace

BOOST_AUTO_TEST_SUITE(person_test)

BOOST_AUTO_TEST_CASE(what_is_made_is_what_scim_keeps) {
    const auto wish = gateway::read_creation(everything().creation());
    BOOST_REQUIRE_MESSAGE(wish, (wish ? "" : wish.error().detail));
    BOOST_TEST(wish->content.document ==
               R"({"externalId":"the externalId","userName":"the userName",)"
               R"("name":{"familyName":"the familyName","givenName":"the givenName"},)"
               R"("displayName":"the displayName","title":"the title","userType":"the userType",)"
               R"("preferredLanguage":"the preferredLanguage","active":false,)"
               R"("emails":[{"value":"a@x.example","type":"work","primary":true},)"
               R"({"value":"b@x.example","type":"other"}],)"
               R"("phoneNumbers":[{"value":"the phone","type":"work"},)"
               R"({"value":"the mobile","type":"mobile"}],)"
               R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":)"
               R"({"employeeNumber":"the employeeNumber","costCenter":"the costCenter",)"
               R"("organization":"the organization","division":"the division",)"
               R"("department":"the department"}})");
    BOOST_TEST(!wish->active);
}

BOOST_AUTO_TEST_CASE(a_change_of_everything_leaves_what_a_creation_makes) {
    person bare;
    bare.set(*field_named("userName"), {"before"});
    const auto before = gateway::read_creation(bare.creation());
    const auto wanted = gateway::read_creation(everything().creation());
    BOOST_REQUIRE(before);
    BOOST_REQUIRE(wanted);
    projections::user_state user;
    user.content = before->content;

    const auto change = gateway::read_change(gateway::change_kind::patch, everything().change());
    BOOST_REQUIRE_MESSAGE(change, (change ? "" : change.error().detail));
    BOOST_TEST(change->deprovisions);
    const auto after = change->evaluate(user);
    BOOST_REQUIRE(after);
    BOOST_TEST(after->content.document == wanted->content.document);

    // And each field goes again, but for the name.
    user.content = after->content;
    for (const person_field& field : person_fields) {
        if (field.name == "userName" || field.what == person_field::shape::flag) continue;
        BOOST_TEST_CONTEXT(field.name) {
            person gone;
            gone.set(field, {""});
            BOOST_TEST(!gone.says_nothing());
            // Twice: what is not there can be taken away too.
            for (int i = 0; i < 2; ++i) {
                const auto taken = gateway::read_change(gateway::change_kind::patch, gone.change());
                BOOST_REQUIRE_MESSAGE(taken, (taken ? "" : taken.error().detail));
                const auto less = taken->evaluate(user);
                BOOST_REQUIRE_MESSAGE(less, (less ? "" : less.error().message));
                user.content = less->content;
            }
        }
    }
    BOOST_TEST(user.content.document == R"({"userName":"the userName","active":false})");
}

BOOST_AUTO_TEST_CASE(a_field_is_known_by_its_headings) {
    struct row {
        const char* heading;
        const char* field; ///< null: none
    };

    const row rows[] = {
        {"userName", "userName"},
        {"User Name", "userName"},
        {"USER_NAME", "userName"},
        {"login", "userName"},
        {"E-Mail", "emails"},
        {"emails", "emails"},
        {"first name", "givenName"},
        {"Surname", "familyName"},
        {"Job-Title", "title"},
        {"Enabled", "active"},
        {"", nullptr},
        {" ", nullptr},
        {"name", nullptr},
        {"user.name", nullptr},
        {"usernam", nullptr},
        {"username2", nullptr},
        {"username login", nullptr},
        {"emails email", nullptr},
        {"userName\xC2\xA0", nullptr},
        {"password", nullptr},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT('"' << r.heading << '"') {
            const person_field* found = field_of_heading(r.heading);
            BOOST_TEST((found == nullptr ? "" : found->name) == (r.field ? r.field : ""));
        }
    }
    std::set<std::string_view> names;
    for (const person_field& field : person_fields) {
        BOOST_TEST_CONTEXT(field.name) {
            BOOST_TEST(names.insert(field.name).second);
            BOOST_TEST(field_of_heading(field.name) == &field);
            BOOST_TEST(field_named(field.name) == &field);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_fault_names_its_field) {
    struct row {
        const char* field;
        std::string value;
    };

    const row rows[] = {
        {"userName", "two words\x01"},
        {"userName", ""},
        {"userName", std::string(1'025, 'x')},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.field << '=' << r.value) {
            person said;
            said.set(*field_named("userName"), {"good"});
            said.set(*field_named(r.field), {r.value});
            const auto wish = gateway::read_creation(said.creation());
            BOOST_REQUIRE(!wish);
            BOOST_TEST_INFO(wish.error().detail);
            BOOST_TEST(field_of_fault(wish.error().detail) == field_named(r.field));
        }
    }
    BOOST_TEST(field_of_fault("emails[1].value: no") == field_named("emails"));
    BOOST_TEST(field_of_fault("phoneNumbers[0].value: no") == field_named("phone"));
    BOOST_TEST(field_of_fault("name.familyName: no") == field_named("familyName"));
    BOOST_TEST(field_of_fault("titles: no") == nullptr);
    BOOST_TEST(field_of_fault("schemas: no") == nullptr);
}

BOOST_AUTO_TEST_CASE(a_flag_has_many_words) {
    for (const char* yes : {"true", "TRUE", "Yes", "1", "on", "active"})
        BOOST_TEST((read_flag(yes) == true), yes);
    for (const char* no : {"false", "No", "0", "OFF", "inactive"})
        BOOST_TEST((read_flag(no) == false), no);
    for (const char* neither : {"", "y", "2", "wahr", " true", "truefalse"})
        BOOST_TEST(!read_flag(neither).has_value(), neither);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
