// The customer's own switch: his primary admin lets identity providers push, or leaves them nothing
// but to take access away.
#include "cli/json_view.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::cli {
namespace {

const std::string leave =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]})";
const std::string change =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"title","value":"x"}]})";
const std::string come_back =
    R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"True"}]})";

struct customer {
    std::string token_of(const std::string& name, const std::string& role) {
        return json_view(house.must("POST", "/tenants/acme/admins",
                                    R"({"name":")" + name + R"(","role":")" + role + "\"}"))
            ->text("token");
    }

    http::answer turn(const std::string& token, const std::string& body) {
        return house.knock("PUT", "/admin/v1/tenants/acme/scim",
                           {{"Authorization", "Bearer " + token}}, body);
    }

    served house;
    std::string key = house.make_tenant("acme");
    std::string jane = house.make_user(key, "jane@acme.example");
    std::string ada = token_of("ada", "primary_admin");
};

BOOST_AUTO_TEST_SUITE(scim_switch_test)

struct push_row {
    const char* name;
    const char* method;
    std::string target;
    std::string body;
    unsigned off; ///< answered while the switch is off
};

BOOST_FIXTURE_TEST_CASE(off_leaves_who_is_to_leave, customer) {
    const auto off = turn(ada, R"({"enabled":false})");
    BOOST_TEST(off.status == 200u, off.body);
    BOOST_TEST(!json_view(off.body)->flag("scim"));
    const push_row rows[] = {
        {"the connection test", "GET", "/Users?startIndex=1&count=2", "", 403},
        {"a list of teams", "GET", "/Groups?startIndex=1&count=100", "", 403},
        {"a search", "POST", "/Users/.search", "{}", 403},
        {"a list by a condition that all meet", "GET", "/Users?filter=id%20pr", "", 403},
        {"a list by a condition that most meet", "GET",
         "/Users?filter=userName%20co%20%22@%22%20or%20id%20eq%20%22x%22", "", 403},
        {"teams by a condition that all meet", "GET", "/Groups?filter=displayName%20pr", "", 403},
        {"a team by name", "GET", "/Groups?filter=displayName%20eq%20%22none%22", "", 200},
        {"a create", "POST", "/Users", R"({"userName":"joe@acme.example"})", 403},
        {"a change", "PATCH", "/Users/" + jane, change, 403},
        {"a look by name", "GET", "/Users?filter=userName%20eq%20%22jane@acme.example%22", "", 200},
        {"a look by id", "GET", "/Users/" + jane, "", 200},
        {"an end of access", "PATCH", "/Users/" + jane, leave, 200},
        {"a return", "PATCH", "/Users/" + jane, come_back, 403},
        {"a delete", "DELETE", "/Users/" + jane, "", 204},
    };
    for (const push_row& row : rows) {
        const auto said = house.scim(row.method, row.target, key, row.body);
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(said.status == row.off, said.body);
            if (row.off == 403) {
                BOOST_TEST(said.body.find("switched off") != std::string::npos);
            }
        }
    }
    BOOST_TEST(turn(ada, R"({"enabled":true})").status == 200u);
    BOOST_TEST(house.scim("GET", "/Users?startIndex=1&count=2", key).status == 200u);
    const std::string log = house.must("GET", "/log?tenant=acme&last=1");
    BOOST_TEST(log.find("\"ada\"") != std::string::npos, log);
}

BOOST_FIXTURE_TEST_CASE(what_turns_nothing, customer) {
    for (const char* body :
         {"", "{}", R"({"enabled":null})", R"({"enabled":"off"})", R"({"enabled":0})",
          R"({"scim":false})", R"({"enabled":false,"seats":1})", "[false]"}) {
        const auto said = turn(ada, body);
        BOOST_TEST(said.status == 400u, body << ": " << said.body);
    }
    BOOST_TEST(turn("", R"({"enabled":false})").status == 401u);
    BOOST_TEST(turn(token_of("amy", "admin"), R"({"enabled":false})").status == 403u);
    // The contract is not his.
    BOOST_TEST(house
                   .knock("PATCH", "/admin/v1/tenants/acme", {{"Authorization", "Bearer " + ada}},
                          R"({"scim":false})")
                   .status == 403u);
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme"))->flag("scim"));
}

BOOST_FIXTURE_TEST_CASE(the_verb_turns_it, customer) {
    const support::temp_directory scratch;
    const auto set = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"tenant", "set", "acme"});
        words.insert(words.end(), {"--data", house.data().string()});
        return call_rollcall(words, scratch.path());
    };
    BOOST_TEST(set({"--scim", "off"}).code == 0);
    BOOST_TEST(!json_view(house.must("GET", "/tenants/acme"))->flag("scim"));
    BOOST_TEST(set({"--scim", "on", "--name", "Acme"}).code == 0);
    const json_view now(house.must("GET", "/tenants/acme"));
    BOOST_TEST(now->flag("scim"));
    BOOST_TEST(now->text("name") == "Acme");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::cli
