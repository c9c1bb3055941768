// Keys that belong to admins, and admins who are users, as those who work with them meet it: a
// whole server, real sockets.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/support/saml.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace rollcall::cli {
namespace {

constexpr const char* keys = "/tenants/acme/keys";

/// A tenant with admins, a user and a key of nobody.
struct office {
    office() : house(true) {
        nobodys = house.make_tenant("acme");
        ada = token("ada", "primary_admin");
        bob = token("bob", "admin");
        token("vic", "viewer");
        jane = house.make_user(nobodys, "jane@acme.example");
    }

    std::string token(const std::string& name, const std::string& role) {
        return json_view(house.must("POST", "/tenants/acme/admins",
                                    R"({"name":")" + name + R"(","role":")" + role + "\"}"))
            ->text("token");
    }

    http::answer ask(const std::string& as, std::string_view method, const std::string& target,
                     std::string_view body = {}) {
        return house.knock(method, "/admin/v1" + target, {{"Authorization", "Bearer " + as}}, body);
    }

    /// The tenant of a product that asks for owners, and for single sign-on, which is set up.
    void become_ziflow() {
        house.must("POST", "/plans", R"({"id":"enterprise","seats":null})");
        house.must("PATCH", "/tenants/acme", R"({"profile":"ziflow","plan":"enterprise"})");
        const auto sso = house.send("PUT", "/tenants/acme/sso", {{"Content-Type", "text/xml"}},
                                    support::idp_metadata());
        BOOST_REQUIRE_MESSAGE(sso.status == 200, sso.body);
    }

    std::string key_of(const std::string& admin) {
        const std::string body = R"({"label":"okta of )" + admin + R"(","admin":")" + admin + "\"}";
        return json_view(house.must("POST", keys, body))->text("key");
    }

    unsigned tries(const std::string& key) { return house.scim("GET", "/Users", key).status; }

    /// What a verb prints, and on a failure what it complains of.
    std::string say(std::vector<std::string> words) {
        words.insert(words.begin(), "rollcall");
        words.insert(words.end(), {"--data", house.data().string()});
        std::ostringstream out;
        std::ostringstream err;
        const int code =
            run_command_line(words, {out, err}, [](const std::string&) { return std::nullopt; });
        return code == 0 ? out.str() : err.str();
    }

    [[nodiscard]] static bool has(const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }

    served house;
    std::string nobodys, ada, bob, jane;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(owners_test, office)

BOOST_AUTO_TEST_CASE(whose_a_new_key_is) {
    const json_view owned(house.must("POST", keys, R"({"admin":"ada","label":"hers"})"));
    BOOST_TEST(owned->object("owner").text("name") == "ada");
    const json_view free(house.must("POST", keys, "{}"));
    BOOST_TEST(!free->has("owner"));
    // Where nobody asks for an owner, who makes a key does not become it.
    BOOST_TEST(!json_view(ask(ada, "POST", keys, "{}").body)->has("owner"));
    // A new secret has the same owner.
    const json_view again(
        house.must("POST", std::string(keys) + "/" + owned->text("id") + "/rotate", "{}"));
    BOOST_TEST(again->object("owner").text("name") == "ada");

    struct row {
        const char* name;
        const char* body;
        unsigned status;
        const char* said;
    };

    const row rows[] = {
        {"a viewer", R"({"admin":"vic"})", 400, "primary_admin or admin"},
        {"nobody known", R"({"admin":"nob"})", 404, "no admin 'nob'"},
        {"a user", R"({"admin":"jane@acme.example"})", 404, "no admin"},
        {"an empty name", R"({"admin":""})", 404, "no admin ''"},
        {"a number", R"({"admin":7})", 400, "admin must be"},
        {"null", R"({"admin":null})", 400, "admin must be"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.ask("POST", keys, r.body);
            BOOST_TEST(answer.status == r.status);
            BOOST_TEST(has(answer.body, r.said), answer.body);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tenants_admin_names_nobody_but_himself) {
    for (const bool ziflow : {false, true}) {
        if (ziflow) become_ziflow();
        const std::string hers =
            json_view(house.must("POST", keys, R"({"admin":"ada"})"))->text("id");
        const auto rotated = std::string(keys) + "/" + hers + "/rotate";

        struct row {
            const char* name;
            const std::string& as;
            std::string target, body;
            unsigned status;
        };

        const row rows[] = {{"another", bob, keys, R"({"admin":"ada"})", 403},
                            {"another, of a higher role", ada, keys, R"({"admin":"bob"})", 403},
                            {"somebody unknown", bob, keys, R"({"admin":"nob"})", 404},
                            {"another's key anew", bob, rotated, "{}", 403},
                            {"himself", bob, keys, R"({"admin":"bob"})", 201},
                            {"his own key anew", ada, rotated, "{}", 201}};
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name << (ziflow ? ", in Ziflow" : "")) {
                const auto before = json_view(house.must("GET", keys))->items().size();
                const auto answer = ask(r.as, "POST", r.target, r.body);
                BOOST_TEST(answer.status == r.status, answer.body);
                const auto after = json_view(house.must("GET", keys))->items().size();
                BOOST_TEST(after == before + (r.status == 201 ? 1 : 0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_product_may_ask_for_an_owner) {
    become_ziflow();
    BOOST_TEST(tries(nobodys) == 403u);
    const auto refused = house.ask("POST", keys, "{}");
    BOOST_TEST(refused.status == 400u);
    BOOST_TEST(json_view(refused.body)->text("error") == "owner_missing");
    const std::string old = json_view(house.must("GET", keys))->items()[0].text("id");
    const auto anew = house.ask("POST", std::string(keys) + "/" + old + "/rotate", "{}");
    BOOST_TEST(anew.status == 400u);
    BOOST_TEST(has(anew.body, "`rollcall key create acme --admin NAME`"), anew.body);
    // An admin's token says whose it is to be.
    const auto his = ask(bob, "POST", keys, "{}");
    BOOST_TEST(his.status == 201u);
    BOOST_TEST(json_view(his.body)->object("owner").text("name") == "bob");
    BOOST_TEST(tries(json_view(his.body)->text("key")) == 200u);
    // What nobody owns takes access away all the same.
    const auto gone = house.scim(
        "PATCH", "/Users/" + jane, nobodys,
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]})");
    BOOST_TEST(gone.status == 200u, gone.body);
    BOOST_TEST(house.scim("DELETE", "/Users/" + jane, nobodys).status == 204u);
}

BOOST_AUTO_TEST_CASE(a_key_ends_with_its_owner_also_after_a_restart_and_a_rebuild) {
    const std::string hers = key_of("ada");
    const std::string his = key_of("bob");
    BOOST_TEST(tries(hers) == 200u);
    house.must("PATCH", "/tenants/acme/admins/ada", R"({"user":"jane@acme.example"})");
    // The provider ends the access of who owns his key: an ordinary answer, and the last one.
    const auto last = house.scim(
        "PATCH", "/Users/" + jane, hers,
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]})");
    BOOST_TEST(last.status == 200u);
    BOOST_TEST(json_view(last.body)->text("active") == "false");
    const auto check = [&](const char* when) {
        BOOST_TEST_CONTEXT(when) {
            const auto key = house.scim("GET", "/Users", hers);
            BOOST_TEST(key.status == 401u);
            BOOST_TEST(has(key.body, "owner ada, who was deactivated as a user"), key.body);
            const auto token = ask(ada, "GET", "/self");
            BOOST_TEST(token.status == 401u);
            BOOST_TEST(has(token.body, "was deactivated as a user"), token.body);
            BOOST_TEST(tries(his) == 200u);
            BOOST_TEST(ask(bob, "GET", "/self").status == 200u);
        }
    };
    check("at once");
    house.restart();
    check("after a restart");
    const json_view job(house.must("POST", "/rebuild", "{}"));
    while (json_view(house.must("GET", "/jobs/" + job->text("job") + "?wait=5"))->text("state") ==
           "running")
        ;
    check("after a rebuild");
    house.must("PATCH", "/tenants/acme/users/" + jane, R"({"active":true})");
    check("when she is back as a user");
    const std::string listed = say({"key", "list", "acme"});
    BOOST_TEST(has(listed, "revoked (user_deactivated)"), listed);
    BOOST_TEST(has(say({"admin", "list", "acme"}), "disabled (user_deactivated)"));
    const std::string log = house.must("GET", "/log?tenant=acme&last=50");
    for (const char* type : {"key_revoked", "admin_disabled"})
        BOOST_TEST(has(log, std::string(R"("type":")") + type + "\""), log);
    BOOST_TEST(has(log, R"("label":"okta of ada","because":"user_deactivated")"), log);
    // What was refused is remembered under the key's id.
    std::string id;
    const json_view all(house.must("GET", keys));
    for (const json_item& one : all->items()) {
        if (one.has("because")) id = one.text("id");
    }
    BOOST_TEST(http::testing::eventually([&] {
        return has(house.ask("GET", "/tenants/acme/users/" + id).body, "ended with the rights");
    }));
}

BOOST_AUTO_TEST_CASE(who_an_admin_is_as_a_user) {
    struct row {
        const char* name;
        const char* who;
        const char* body;
        unsigned status;
        const char* said;
    };

    house.must("POST", "/tenants/acme/users", R"({"userName":"idle","active":false})");
    const row rows[] = {
        {"by his address", "ada", R"({"user":"jane@acme.example"})", 200, "\"user\":\""},
        {"somebody else's", "bob", R"({"user":"jane@acme.example"})", 409, "is admin"},
        {"nobody any more", "ada", R"({"user":null})", 200, "\"user\":null"},
        {"who is inactive", "ada", R"({"user":"idle"})", 409, "has no access now"},
        {"who is not there", "ada", R"({"user":"nob"})", 404, "nob"},
        {"a number", "ada", R"({"user":7})", 400, "user must be a string, or null"},
        {"both at once", "ada", R"({"user":null,"role":"viewer"})", 400, "one at a time"},
        {"neither", "ada", "{}", 400, "role is missing"},
        {"an operator", "", R"({"user":null})", 400, "unknown member 'user'"},
    };
    house.must("POST", "/operators", R"({"name":"olga","role":"operator"})");
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string place =
                *r.who == '\0' ? "/operators/olga" : "/tenants/acme/admins/" + std::string(r.who);
            const auto answer = house.ask("PATCH", place, r.body);
            BOOST_TEST(answer.status == r.status, answer.body);
            BOOST_TEST(has(answer.body, r.said), answer.body);
        }
    }
    const auto himself = ask(ada, "PATCH", "/tenants/acme/admins/ada", R"({"user":null})");
    BOOST_TEST(himself.status == 403u);
    BOOST_TEST(has(himself.body, "himself"), himself.body);
}

BOOST_AUTO_TEST_CASE(the_verbs) {
    const std::string made = say({"key", "create", "acme", "--admin", "ada", "--label", "hers"});
    BOOST_TEST(has(made, "Owner           ada"), made);
    const std::string listed = say({"key", "list", "acme"});
    BOOST_TEST(has(listed, "owner"), listed);
    BOOST_TEST(has(listed, "ada"), listed);
    BOOST_TEST(has(listed, "nobody"), listed);
    BOOST_TEST(has(say({"admin", "set", "acme", "ada", "--user", "jane@acme.example"}), jane));
    BOOST_TEST(!has(say({"admin", "set", "acme", "ada", "--no-user"}), jane));
    BOOST_TEST(has(say({"admin", "set", "acme", "bob", "--role", "viewer"}), "viewer"));
    const std::string refused = say({"key", "create", "acme", "--admin", "vic"});
    BOOST_TEST(has(refused, "owns no keys"), refused);
}

BOOST_AUTO_TEST_CASE(doctor_speaks_of_shut_gates) {
    BOOST_TEST(!has(house.must("GET", "/doctor"), "belong to an admin"));
    become_ziflow();
    BOOST_TEST(has(house.must("GET", "/doctor"), "rollcall key create acme --admin NAME"));
    key_of("ada");
    BOOST_TEST(!has(house.must("GET", "/doctor"), "belong to an admin"));
    house.must("DELETE", "/tenants/acme/admins/ada");
    BOOST_TEST(has(house.must("GET", "/doctor"), "belong to an admin"));
    BOOST_TEST(!has(house.must("GET", "/doctor"), "rollcall sso set"));
    house.must("DELETE", "/tenants/acme/sso");
    BOOST_TEST(has(house.must("GET", "/doctor"), "rollcall sso set acme --metadata FILE"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
