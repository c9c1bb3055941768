// Roles and approvals as admins and operators meet them: a whole server, real sockets.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace rollcall::cli {
namespace {

/// A tenant of Zamp's with two admins and an operator, each with a token.
struct office {
    office() : house(true) {
        key = house.make_tenant("acme");
        house.must("PATCH", "/tenants/acme", R"({"profile":"zamp"})");
        ada = token("/tenants/acme/admins", "ada", "primary_admin");
        bob = token("/tenants/acme/admins", "bob", "admin");
        olga = token("/operators", "olga", "operator");
    }

    std::string token(const std::string& place, const std::string& name, const std::string& role) {
        return json_view(house.must("POST", place,
                                    R"({"name":")" + name + R"(","role":")" + role + "\"}"))
            ->text("token");
    }

    http::answer ask(const std::string& as, const std::string& what, const std::string& body) {
        return house.knock("POST", "/admin/v1/tenants/acme/users/" + what,
                           {{"Authorization", "Bearer " + as}}, body);
    }

    std::string list(const std::string& query = "") {
        return house.must("GET", "/tenants/acme/approvals" + query);
    }

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

    served house;
    std::string key, ada, bob, olga;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(approvals_test, office)

BOOST_AUTO_TEST_CASE(one_admin_gives_the_role_and_another_approves_it) {
    house.make_user(key, "jane");
    const json_view waiting(list());
    BOOST_REQUIRE_EQUAL(waiting->items("approvals").size(), 1u);
    const json_item one = waiting->items("approvals")[0];
    for (const auto& [member, text] : {std::pair{"userName", "jane"},
                                       {"kind", "invite"},
                                       {"needs", "role"},
                                       {"status", "pending_role"}})
        BOOST_TEST(one.text(member) == text);
    BOOST_TEST(!one.has("wanted_role"));
    BOOST_TEST(!waiting->has("next"));

    BOOST_TEST(ask(ada, "jane/role", R"({"role":"approver"})").status == 200u);
    const json_view assigned(list("?needs=approval"));
    BOOST_REQUIRE_EQUAL(assigned->items("approvals").size(), 1u);
    BOOST_TEST(assigned->items("approvals")[0].text("wanted_role") == "approver");
    BOOST_TEST(assigned->items("approvals")[0].object("assigned_by").text("name") == "ada");
    BOOST_TEST(json_view(list("?needs=role"))->items("approvals").empty());

    const auto same = ask(ada, "jane/approve", R"({"role":"approver"})");
    BOOST_TEST(same.status == 403u);
    BOOST_TEST(json_view(same.body)->text("error") == "four_eyes");
    BOOST_TEST(ask(bob, "jane/approve", R"({"role":"boss"})").status == 412u);
    const auto approved = ask(bob, "jane/approve", R"({"role":"approver"})");
    BOOST_TEST(approved.status == 200u, approved.body);
    const json_view user(approved.body);
    BOOST_TEST(user->text("status") == "active");
    BOOST_TEST(user->text("role") == "approver");
    BOOST_TEST(!user->has("request"));
    BOOST_TEST(json_view(list())->items("approvals").empty());
    // Who tried to break the rule is remembered with her.
    BOOST_TEST(house.must("GET", "/tenants/acme/users/jane").find("another one has to") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_operator_acts_for_admins_and_breaks_glass_for_both) {
    house.make_user(key, "jane");
    BOOST_TEST(ask(olga, "jane/role", R"({"role":"clerk","as":"ada"})").status == 200u);
    const auto both = ask(olga, "jane/approve", R"({"role":"clerk","as":"bob"})");
    BOOST_TEST(both.status == 403u);
    BOOST_TEST(both.body.find("break_glass") != std::string::npos);
    const auto done = ask(olga, "jane/approve",
                          R"({"role":"clerk","as":"bob","break_glass":"both are on a plane"})");
    BOOST_TEST(done.status == 200u, done.body);
    const std::string log = house.must("GET", "/log?last=1");
    for (const char* part :
         {R"("type":"approval_granted")", R"("as_name":"bob")", R"("name":"olga")",
          R"("break_glass":"both are on a plane")", R"("role":"clerk")"})
        BOOST_TEST(log.find(part) != std::string::npos, part << " in " << log);
}

BOOST_AUTO_TEST_CASE(what_is_not_taken) {
    house.make_user(key, "jane");

    struct row {
        const char* name;
        std::string who;
        const char* what;
        const char* body;
        unsigned status;
        const char* said;
    };

    const row rows[] = {
        {"no role", ada, "jane/role", "{}", 400, "role"},
        {"a role of two words", ada, "jane/role", R"({"role":"a b"})", 400, "A role is a word"},
        {"a misspelt member", ada, "jane/role", R"({"role":"a","for":"bob"})", 400, "for"},
        {"an admin for another", ada, "jane/role", R"({"role":"a","as":"bob"})", 403,
         "Only an operator"},
        {"for nobody known", olga, "jane/role", R"({"role":"a","as":"eve"})", 404,
         "no admin 'eve'"},
        {"nobody known", ada, "eve/role", R"({"role":"a"})", 404, "eve"},
        {"approved too early", ada, "jane/approve", R"({"role":"a"})", 409, "has no role yet"},
        {"approved, whatever the role is", bob, "jane/approve", "{}", 400,
         "role is missing: name the role that you approve; `wanted_role` of GET approvals shows "
         "it"},
        {"approved, and null is the role", bob, "jane/approve", R"({"role":null})", 400, "role"},
        {"an operator for nobody", olga, "jane/approve", R"({"role":"a"})", 403, "say for whom"},
        {"a blank for a reason", olga, "jane/approve",
         R"({"role":"a","as":"bob","break_glass":" "})", 400, "something else than blanks"},
        {"rejected, nobody known", ada, "eve/reject", "{}", 404, "eve"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = ask(r.who, r.what, r.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
            BOOST_TEST(answer.body.find(r.said) != std::string::npos);
        }
    }
    for (const char* query : {"?kind=other", "?needs=luck", "?after=x", "?state=a", "?limit=0"})
        BOOST_TEST(house.ask("GET", std::string("/tenants/acme/approvals") + query).status == 400u,
                   query);
}

BOOST_AUTO_TEST_CASE(pages_follow_the_order_of_opening) {
    for (const char* name : {"a", "b", "c", "d", "e"})
        house.make_user(key, name);
    BOOST_TEST(ask(ada, "b/role", R"({"role":"x"})").status == 200u);
    BOOST_TEST(ask(ada, "c/reject", "{}").status == 200u);
    std::string seen;
    std::string next = "0";
    while (!next.empty()) {
        const json_view page(list("?limit=2&after=" + next));
        BOOST_TEST(page->items("approvals").size() <= 2u);
        for (const json_item& one : page->items("approvals"))
            seen += one.text("userName");
        next = page->text("next");
    }
    BOOST_TEST(seen == "abde");
    BOOST_TEST(json_view(list("?kind=reactivation"))->items("approvals").empty());
    BOOST_TEST(json_view(list("?kind=invite"))->items("approvals").size() == 4u);
}

BOOST_AUTO_TEST_CASE(people_of_the_products_own_wait_too) {
    house.must("POST", "/tenants/acme/users", R"({"userName":"native"})");
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/native"))->text("status") ==
               "pending_role");
    const auto again = house.ask("PATCH", "/tenants/acme/users/native", R"({"active":true})");
    BOOST_TEST(again.status == 409u);
    BOOST_TEST(json_view(again.body)->text("error") == "request_open");
    BOOST_TEST(house.ask("PATCH", "/tenants/acme/users/native", R"({"active":false})").status ==
               200u);
}

BOOST_AUTO_TEST_CASE(who_brings_somebody_back_does_not_approve_it) {
    house.make_user(key, "jane");
    BOOST_TEST(ask(ada, "jane/role", R"({"role":"clerk"})").status == 200u);
    BOOST_TEST(ask(bob, "jane/approve", R"({"role":"clerk"})").status == 200u);
    const auto set = [this](const std::string& as, const char* active) {
        return house
            .knock("PATCH", "/admin/v1/tenants/acme/users/jane",
                   {{"Authorization", "Bearer " + as}}, R"({"active":)" + std::string(active) + "}")
            .status;
    };
    BOOST_TEST(set(ada, "false") == 200u);
    BOOST_TEST(set(ada, "true") == 200u);
    const json_view waiting(list("?kind=reactivation"));
    BOOST_REQUIRE_EQUAL(waiting->items("approvals").size(), 1u);
    BOOST_TEST(waiting->items("approvals")[0].object("assigned_by").text("name") == "ada");
    BOOST_TEST(ask(ada, "jane/approve", R"({"role":"clerk"})").status == 403u);
    BOOST_TEST(ask(bob, "jane/reject", "{}").status == 200u);
    // To say it again asks again.
    BOOST_TEST(set(bob, "true") == 200u);
    BOOST_TEST(ask(bob, "jane/approve", R"({"role":"clerk"})").status == 403u);
    BOOST_TEST(ask(ada, "jane/approve", R"({"role":"clerk"})").status == 200u);
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/users/jane"))->text("status") ==
               "active");
}

BOOST_AUTO_TEST_CASE(what_waits_is_so_after_a_restart) {
    house.make_user(key, "jane");
    BOOST_TEST(ask(ada, "jane/role", R"({"role":"clerk"})").status == 200u);
    const std::string before = list();
    house.restart();
    BOOST_TEST(list() == before);
    const auto verified = json_view(house.must("GET", "/consumers"));
    bool there = false;
    for (const json_item& one : verified->items())
        there = there || one.text("name") == "approvals";
    BOOST_TEST(there);
}

BOOST_AUTO_TEST_CASE(the_verbs_say_who_waits_and_for_what) {
    const auto has = [](const std::string& text, std::string_view part) {
        BOOST_TEST_INFO(text);
        BOOST_TEST((text.find(part) != std::string::npos), part);
    };
    const std::string id = house.make_user(key, "jane");
    has(say({"approval", "list", "acme"}), "jane      invite  role");
    has(say({"user", "role", "acme", "jane", "clerk", "--as", "ada"}),
        "Role of jane (" + id + "): pending_approval; waits for approval of clerk.");
    has(say({"approval", "list", "acme", "--needs", "approval"}), "ada by the operator");
    has(say({"user", "show", "acme", "jane"}),
        "request        invite, needs approval of clerk, given by ada by the operator, since 20");
    has(say({"approval", "grant", "acme", "jane", "--as", "bob"}), "break_glass");
    has(say({"approval", "grant", "acme", "jane", "--as", "bob", "--break-glass", "fire"}),
        "Approved clerk of jane (" + id + "): active, clerk.");
    has(say({"approval", "grant", "acme", "jane", "--as", "bob"}),
        "no role of jane waits for an approval: `rollcall approval list acme`");
    has(say({"log", "tail", "acme"}), "clerk, glass broken: fire, for bob");
    house.make_user(key, "kim");
    has(say({"approval", "reject", "acme", "kim"}), "Rejected kim (");
    has(say({"approval", "list", "acme", "--json"}), "[]");
    has(say({"approval", "reject", "acme", "kim"}), "No request of user");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
