// Who may do what, asked for real: every route of the table by everybody there is, at the door that
// the world reaches. What is refused must change nothing.
#include "cli/json_view.hpp"
#include "gateway/admin/api.hpp"
#include "gateway/admin/permissions.hpp"
#include "gateway/bearer_key.hpp"
#include "gateway/limits.hpp"
#include "tests/cli/served.hpp"
#include "tests/support/saml.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <functional>
#include <future>
#include <map>
#include <set>
#include <thread>

namespace rollcall::cli {
namespace {

using admin::reach;
using eventlog::admin_role;

/// Everybody who comes to the door.
enum class who : std::uint8_t {
    local_operator, ///< at the socket
    operator_,
    support,
    primary_admin,
    admin,
    viewer,
    other_primary, ///< of another tenant
    scim_key,
    nobody, ///< without a token
    disabled,
};

constexpr who everybody[] = {
    who::local_operator, who::operator_,     who::support,  who::primary_admin, who::admin,
    who::viewer,         who::other_primary, who::scim_key, who::nobody,        who::disabled};

const char* name_of(who w) {
    constexpr const char* names[] = {"local operator",
                                     "operator",
                                     "support",
                                     "primary admin",
                                     "admin",
                                     "viewer",
                                     "another tenant's primary admin",
                                     "a SCIM key",
                                     "nobody",
                                     "a disabled admin"};
    return names[static_cast<std::size_t>(w)];
}

/// The role of who has one.
std::optional<admin_role> role_of(who w) {
    switch (w) {
    case who::operator_: return admin_role::operator_;
    case who::support: return admin_role::support;
    case who::primary_admin:
    case who::other_primary: return admin_role::primary_admin;
    case who::admin: return admin_role::admin;
    case who::viewer: return admin_role::viewer;
    default: return std::nullopt;
    }
}

/// Two tenants with their admins, and the operator's people.
struct town {
    town() : house(true) {
        key = house.make_tenant("acme");
        house.make_tenant("bold");
        tokens[who::operator_] = operator_token("olga", "operator");
        tokens[who::support] = operator_token("sam", "support");
        tokens[who::primary_admin] = admin_token("acme", "ada", "primary_admin");
        tokens[who::admin] = admin_token("acme", "bob", "admin");
        tokens[who::viewer] = admin_token("acme", "vic", "viewer");
        tokens[who::other_primary] = admin_token("bold", "ada", "primary_admin");
        tokens[who::scim_key] = key;
        tokens[who::disabled] = admin_token("acme", "gone", "primary_admin");
        house.must("DELETE", "/tenants/acme/admins/gone");
    }

    std::string admin_token(const std::string& tenant, const std::string& name,
                            const std::string& role) {
        return json_view(house.must("POST", "/tenants/" + tenant + "/admins",
                                    R"({"name":")" + name + R"(","role":")" + role + "\"}"))
            ->text("token");
    }

    std::string operator_token(const std::string& name, const std::string& role) {
        return json_view(house.must("POST", "/operators",
                                    R"({"name":")" + name + R"(","role":")" + role + "\"}"))
            ->text("token");
    }

    /// Of a body that is not JSON; else null.
    static const char* type_of(std::string_view target) {
        if (target.ends_with("/imports")) return "text/csv";
        return target.ends_with("/sso") ? "text/xml" : nullptr;
    }

    /// Every request comes from an address of its own, so that nobody is throttled.
    http::answer ask(const std::string& token, std::string_view method, const std::string& target,
                     std::string_view body = {}) {
        http::header_list fields{{"X-Forwarded-For", next_address()}};
        if (!token.empty()) fields.emplace_back("Authorization", "Bearer " + token);
        if (const char* type = type_of(target)) fields.emplace_back("Content-Type", type);
        return house.knock(method, "/admin/v1" + target, fields, body);
    }

    http::answer ask(who w, std::string_view method, const std::string& target,
                     std::string_view body = {}) {
        const char* type = type_of(target);
        if (w == who::local_operator && type != nullptr) {
            return house.send(method, target, {{"Content-Type", type}}, body);
        }
        if (w == who::local_operator) return house.ask(method, target, body);
        const auto token = tokens.find(w);
        return ask(token == tokens.end() ? "" : token->second, method, target, body);
    }

    std::string next_address() {
        ++asked;
        return "10." + std::to_string(asked >> 16) + "." + std::to_string(asked >> 8 & 255) + "." +
               std::to_string(asked & 255);
    }

    std::string unique(const std::string& word) { return word + std::to_string(++made); }

    /// The head of the whole log.
    std::string head() {
        return std::string(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    }

    void await_job(const std::string& id) {
        while (json_view(house.must("GET", "/jobs/" + id + "?wait=5"))->text("state") == "running")
            ;
    }

    served house;
    std::string key;
    std::map<who, std::string> tokens;
    unsigned asked = 0;
    unsigned made = 0;
    who asking = who::nobody; ///< for whom a request is prepared
};

/// A request that a route answers with success to who may.
struct wish {
    std::string target;
    std::string body;
};

struct route_row {
    const char* route;
    const char* method;
    unsigned status;   ///< of success
    bool names_tenant; ///< acme, in its path; else what he sees is his own
    wish (*prepare)(town&);
};

std::string with_name(const std::string& name, const std::string& role) {
    return R"({"name":")" + name + R"(","role":")" + role + "\"}";
}

wish new_tenant(town& t) {
    return {"/tenants", R"({"id":")" + t.unique("t") + "\"}"};
}

wish some_plan(town& t) {
    const std::string id = t.unique("plan");
    t.house.must("POST", "/plans", R"({"id":")" + id + R"(","seats":5})");
    return {"/plans/" + id, R"({"seats":6})"};
}

wish some_suspension(town& t) {
    return {"/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u")) + "/suspension", ""};
}

/// Somebody whose role, given by an operator, has to be approved; `what` is asked about him. Who
/// acts for an admin says for whom.
wish some_request(town& t, const std::string& what) {
    t.house.must("PATCH", "/tenants/acme", R"({"profile":"zamp"})");
    const std::string user = "/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u"));
    t.house.must("POST", user + "/role", R"({"role":"clerk"})");
    t.house.must("PATCH", "/tenants/acme", R"({"profile":"generic"})");
    const bool acts = t.asking == who::operator_ || t.asking == who::local_operator;
    if (what != "approve") return {user + "/" + what, "{}"};
    return {user + "/" + what, acts ? R"({"role":"clerk","as":"ada","break_glass":"both are away"})"
                                    : R"({"role":"clerk"})"};
}

wish some_key(town& t) {
    const json_view made(t.house.must("POST", "/tenants/acme/keys", "{}"));
    return {"/tenants/acme/keys/" + made->text("id"), ""};
}

wish some_admin(town& t) {
    const std::string name = t.unique("admin");
    t.admin_token("acme", name, "viewer");
    return {"/tenants/acme/admins/" + name, R"({"role":"admin"})"};
}

wish some_operator(town& t) {
    const std::string name = t.unique("operator");
    t.operator_token(name, "operator");
    return {"/operators/" + name, R"({"role":"support"})"};
}

wish with_token(wish w) {
    return {w.target + "/token", "{}"};
}

wish some_erasure(town& t) {
    const std::string name = t.unique("user") + "@acme.example";
    t.house.make_user(t.key, name);
    return {"/tenants/acme/erasures", R"({"who":")" + name + "\"}"};
}

const route_row routes[] = {
    {"admin_self", "GET", 200, false,
     [](town&) {
         return wish{"/self", ""};
     }},
    {"admin_create_tenant", "POST", 201, false, new_tenant},
    {"admin_list_tenants", "GET", 200, false,
     [](town&) {
         return wish{"/tenants", ""};
     }},
    {"admin_get_tenant", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme", ""};
     }},
    {"admin_change_tenant", "PATCH", 200, true,
     [](town& t) {
         return wish{"/tenants/acme", R"({"name":")" + t.unique("Acme ") + "\"}"};
     }},
    {"admin_switch_scim", "PUT", 200, true,
     [](town&) {
         return wish{"/tenants/acme/scim", R"({"enabled":true})"};
     }},
    {"admin_delete_tenant", "DELETE", 200, true,
     [](town& t) {
         const std::string id = t.unique("t");
         t.house.must("POST", "/tenants", R"({"id":")" + id + "\"}");
         return wish{"/tenants/" + id, ""};
     }},
    {"admin_get_seats", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/seats", ""};
     }},
    {"admin_list_profiles", "GET", 200, false,
     [](town&) {
         return wish{"/profiles", ""};
     }},
    {"admin_get_profile", "GET", 200, false,
     [](town&) {
         return wish{"/profiles/zamp", ""};
     }},
    {"admin_create_plan", "POST", 201, false,
     [](town& t) {
         return wish{"/plans", R"({"id":")" + t.unique("plan") + R"(","seats":5})"};
     }},
    {"admin_list_plans", "GET", 200, false,
     [](town&) {
         return wish{"/plans", ""};
     }},
    {"admin_get_plan", "GET", 200, false, some_plan},
    {"admin_change_plan", "PATCH", 200, false, some_plan},
    {"admin_get_mapping", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/mapping", ""};
     }},
    {"admin_set_mapping", "PUT", 200, true,
     [](town& t) {
         return wish{"/tenants/acme/mapping",
                     R"({"rules":[{"target":"title","constant":")" + t.unique("Clerk ") + "\"}]}"};
     }},
    {"admin_clear_mapping", "DELETE", 200, true,
     [](town& t) {
         t.house.must("PUT", "/tenants/acme/mapping",
                      R"({"rules":[{"target":"title","constant":"x"}]})");
         return wish{"/tenants/acme/mapping", ""};
     }},
    {"admin_preview_mapping", "POST", 200, true,
     [](town&) {
         return wish{"/tenants/acme/mapping/preview", R"({"sample":{}})"};
     }},
    {"admin_create_key", "POST", 201, true,
     [](town&) {
         return wish{"/tenants/acme/keys", "{}"};
     }},
    {"admin_list_keys", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/keys", ""};
     }},
    {"admin_revoke_key", "DELETE", 200, true, some_key},
    {"admin_rotate_key", "POST", 201, true,
     [](town& t) {
         return wish{some_key(t).target + "/rotate", "{}"};
     }},
    {"admin_set_sso", "PUT", 200, true,
     [](town&) {
         return wish{"/tenants/acme/sso", support::idp_metadata()};
     }},
    {"admin_get_sso", "GET", 200, true,
     [](town& t) {
         const auto set = t.house.send("PUT", "/tenants/acme/sso", {{"Content-Type", "text/xml"}},
                                       support::idp_metadata());
         BOOST_REQUIRE_MESSAGE(set.status == 200u, set.body);
         return wish{"/tenants/acme/sso", ""};
     }},
    {"admin_clear_sso", "DELETE", 200, true,
     [](town&) {
         return wish{"/tenants/acme/sso", ""};
     }},
    {"admin_list_users", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/users", ""};
     }},
    {"admin_get_user", "GET", 200, true,
     [](town& t) {
         return wish{"/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u")), ""};
     }},
    {"admin_create_user", "POST", 201, true,
     [](town& t) {
         return wish{"/tenants/acme/users", R"({"userName":")" + t.unique("native") + "\"}"};
     }},
    {"admin_change_user", "PATCH", 200, true,
     [](town& t) {
         return wish{"/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u")),
                     R"({"active":false})"};
     }},
    {"admin_delete_user", "DELETE", 200, true,
     [](town& t) {
         return wish{"/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u")), ""};
     }},
    {"admin_suspend_user", "POST", 200, true, some_suspension},
    {"admin_resume_user", "DELETE", 200, true,
     [](town& t) {
         wish w = some_suspension(t);
         t.house.must("POST", w.target);
         return w;
     }},
    {"admin_list_approvals", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/approvals", ""};
     }},
    {"admin_assign_role", "POST", 200, true,
     [](town& t) {
         return wish{"/tenants/acme/users/" + t.house.make_user(t.key, t.unique("u")) + "/role",
                     R"({"role":"clerk"})"};
     }},
    {"admin_approve_user", "POST", 200, true, [](town& t) { return some_request(t, "approve"); }},
    {"admin_reject_user", "POST", 200, true, [](town& t) { return some_request(t, "reject"); }},
    // Nothing of the tenant's keeps passwords: who is let in is told so.
    {"admin_verify_password", "POST", 409, true,
     [](town&) {
         return wish{"/tenants/acme/users/jane/verify-password", R"({"password":"x"})"};
     }},
    {"admin_import_users", "POST", 202, true,
     [](town& t) {
         return wish{"/tenants/acme/imports", "userName\n" + t.unique("imported") + "\n"};
     }},
    {"admin_get_import", "GET", 200, true,
     [](town& t) {
         const auto begun =
             t.house.send("POST", "/tenants/acme/imports", {{"Content-Type", "text/csv"}},
                          "userName\n" + t.unique("imported") + "\n");
         const std::string job = json_view(begun.body)->text("job");
         t.await_job(job);
         return wish{"/tenants/acme/imports/" + job, ""};
     }},
    {"admin_openapi", "GET", 200, false,
     [](town&) {
         return wish{"/openapi.json", ""};
     }},
    {"admin_erase_user", "POST", 202, true, some_erasure},
    {"admin_create_admin", "POST", 201, true,
     [](town& t) {
         return wish{"/tenants/acme/admins", with_name(t.unique("admin"), "admin")};
     }},
    {"admin_list_admins", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/admins", ""};
     }},
    {"admin_change_admin", "PATCH", 200, true, some_admin},
    {"admin_disable_admin", "DELETE", 200, true,
     [](town& t) {
         return wish{some_admin(t).target, ""};
     }},
    {"admin_create_admin_token", "POST", 201, true,
     [](town& t) { return with_token(some_admin(t)); }},
    {"admin_create_operator", "POST", 201, false,
     [](town& t) {
         return wish{"/operators", with_name(t.unique("operator"), "support")};
     }},
    {"admin_list_operators", "GET", 200, false,
     [](town&) {
         return wish{"/operators", ""};
     }},
    {"admin_change_operator", "PATCH", 200, false, some_operator},
    {"admin_disable_operator", "DELETE", 200, false,
     [](town& t) {
         return wish{some_operator(t).target, ""};
     }},
    {"admin_create_operator_token", "POST", 201, false,
     [](town& t) { return with_token(some_operator(t)); }},
    {"admin_read_log", "GET", 200, true,
     [](town&) {
         return wish{"/log?tenant=acme", ""};
     }},
    {"admin_get_event", "GET", 200, true,
     [](town& t) {
         const auto last = t.house.must("GET", "/log?tenant=acme&last=1");
         return wish{"/log/%40" + json_view(last)->text("position").substr(1), ""};
     }},
    {"admin_read_events", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/events", ""};
     }},
    {"admin_get_snapshot", "GET", 200, true,
     [](town&) {
         return wish{"/tenants/acme/snapshot", ""};
     }},
    {"admin_backup", "POST", 202, false,
     [](town& t) {
         const auto to = t.house.data().parent_path() / "backup";
         return wish{"/backups", R"({"to":")" + to.string() + "\"}"};
     }},
    {"admin_verify", "POST", 202, false,
     [](town&) {
         return wish{"/verify", "{}"};
     }},
    {"admin_rebuild", "POST", 202, false,
     [](town&) {
         return wish{"/rebuild", R"({"verify":true})"};
     }},
    {"admin_get_job", "GET", 200, true,
     [](town& t) {
         const wish erase = some_erasure(t);
         const json_view begun(t.house.must("POST", erase.target, erase.body));
         t.await_job(begun->text("job"));
         return wish{"/jobs/" + begun->text("job"), ""};
     }},
    {"admin_list_consumers", "GET", 200, false,
     [](town&) {
         return wish{"/consumers", ""};
     }},
    {"admin_pause_consumer", "POST", 200, false,
     [](town&) {
         return wish{"/consumers/seat-keeper/pause", ""};
     }},
    {"admin_resume_consumer", "POST", 200, false,
     [](town&) {
         return wish{"/consumers/seat-keeper/resume", ""};
     }},
    {"admin_resume_publishing", "POST", 409, false,
     [](town&) {
         return wish{"/publishing/resume", R"({"new_lineage":true})"};
     }},
    {"admin_doctor", "GET", 200, false,
     [](town&) {
         return wish{"/doctor", ""};
     }},
};

/// The status that the table promises.
unsigned expected(const route_row& row, who w) {
    if (w == who::local_operator) return row.status;
    const auto role = role_of(w);
    if (!role) return 401;
    switch (admin::reach_of(row.route, *role)) {
    case reach::none:
    case reach::self: return 403; // each row is about another one
    case reach::own: return w == who::other_primary && row.names_tenant ? 404 : row.status;
    case reach::all: break;
    }
    return row.status;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(roles_test, town)

BOOST_AUTO_TEST_CASE(every_cell_of_the_table) {
    for (const route_row& row : routes) {
        for (const who w : everybody) {
            BOOST_TEST_CONTEXT(row.route << " by " << name_of(w)) {
                asking = w;
                const wish asked = row.prepare(*this);
                const std::string before = head();
                const auto answer = ask(w, row.method, asked.target, asked.body);
                BOOST_TEST_INFO(answer.body);
                BOOST_TEST(answer.status == expected(row, w));
                BOOST_TEST(answer.header("Cache-Control") == "no-store");
                BOOST_TEST(answer.header("Access-Control-Allow-Origin").empty());
                BOOST_TEST(answer.header("Set-Cookie").empty());
                if (answer.status / 100 != 2) {
                    BOOST_TEST(head() == before);
                    BOOST_TEST(!json_view(answer.body)->text("detail").empty());
                } else if (const std::string job(json_view(answer.body)->text("job"));
                           !job.empty()) {
                    await_job(job);
                }
                if (answer.status == 401) {
                    BOOST_TEST(answer.header("WWW-Authenticate").starts_with("Bearer"));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_rows_above_are_the_table) {
    std::set<std::string> here;
    for (const route_row& row : routes)
        here.insert(row.route);
    std::set<std::string> there;
    for (const admin::permission_row& row : admin::all_permissions())
        there.insert(std::string(row.route));
    BOOST_TEST(here == there, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_a_tenants_admin_sees_is_his_tenants) {
    house.make_user(key, "jane@acme.example");
    for (const who w : {who::primary_admin, who::admin, who::viewer}) {
        BOOST_TEST_CONTEXT(name_of(w)) {
            const json_view tenants(ask(w, "GET", "/tenants").body);
            BOOST_REQUIRE_EQUAL(tenants->items().size(), 1u);
            BOOST_TEST(tenants->items()[0].text("id") == "acme");
            const std::string log = ask(w, "GET", "/log?from=%401").body;
            BOOST_TEST(log.find("jane@acme.example") != std::string::npos);
            BOOST_TEST(log.find(R"("tenant":"bold")") == std::string::npos);
            BOOST_TEST(log.find("_system") == std::string::npos);
            for (const char* target :
                 {"/log?tenant=bold", "/log?tenant=_system", "/log?tenant=nosuch",
                  "/tenants/bold/users", "/tenants/_system", "/tenants/_system/admins",
                  "/tenants/nosuch/keys"}) {
                BOOST_TEST(ask(w, "GET", target).status == 404u, target);
            }
            // What is another's and what is not there look the same.
            const auto other = ask(w, "GET", "/tenants/bold").body;
            const auto none = ask(w, "GET", "/tenants/none").body;
            BOOST_TEST(other.substr(0, other.find("request_id")).size() ==
                       none.substr(0, none.find("request_id")).size());
        }
    }
    const std::string bold = house.must("GET", "/log?tenant=bold&last=1");
    const std::string there = json_view(bold)->text("position").substr(1);
    const auto foreign = ask(who::viewer, "GET", "/log/%40" + there);
    const auto missing = ask(who::viewer, "GET", "/log/%40999999");
    BOOST_TEST((foreign.status == 404u && missing.status == 404u));
    BOOST_TEST(json_view(foreign.body)->text("error") == json_view(missing.body)->text("error"));
    const json_view job(house.must("POST", "/verify", "{}"));
    BOOST_TEST(ask(who::primary_admin, "GET", "/jobs/" + job->text("job")).status == 404u);
    BOOST_TEST(ask(who::support, "GET", "/jobs/" + job->text("job")).status == 200u);
}

BOOST_AUTO_TEST_CASE(the_system_tenant_is_nobodys_to_touch) {
    struct row {
        const char* method;
        const char* target;
        const char* body;
    };

    const row rows[] = {
        {"GET", "/tenants/_system", ""},
        {"PATCH", "/tenants/_system", R"({"name":"x"})"},
        {"DELETE", "/tenants/_system", ""},
        {"POST", "/tenants/_system/keys", "{}"},
        {"GET", "/tenants/_system/users", ""},
        {"POST", "/tenants/_system/admins", R"({"name":"x","role":"primary_admin"})"},
        {"GET", "/tenants/_system/admins", ""},
        {"POST", "/tenants/_system/erasures", R"({"who":"olga"})"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.method << " " << r.target) {
            BOOST_TEST(house.ask(r.method, r.target, r.body).status == 404u);
            BOOST_TEST(ask(who::operator_, r.method, r.target, r.body).status == 404u);
        }
    }
    BOOST_TEST(json_view(house.must("GET", "/tenants"))->items().size() == 2u);
    const std::string log = house.must("GET", "/log?tenant=_system");
    BOOST_TEST(log.find("admin_created") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(nobody_raises_himself) {
    struct row {
        const char* name;
        who by;
        const char* method;
        const char* target;
        const char* body;
        unsigned status;
    };

    const row rows[] = {
        {"an admin to primary admin", who::admin, "PATCH", "/tenants/acme/admins/bob",
         R"({"role":"primary_admin"})", 403},
        {"a primary admin to viewer", who::primary_admin, "PATCH", "/tenants/acme/admins/ada",
         R"({"role":"viewer"})", 403},
        {"a primary admin to operator", who::primary_admin, "PATCH", "/tenants/acme/admins/ada",
         R"({"role":"operator"})", 400},
        {"an operator made by a primary admin", who::primary_admin, "POST", "/tenants/acme/admins",
         R"({"name":"x","role":"operator"})", 400},
        {"support to operator", who::support, "PATCH", "/operators/sam", R"({"role":"operator"})",
         403},
        {"an operator to support", who::operator_, "PATCH", "/operators/olga",
         R"({"role":"support"})", 403},
        {"an operator disables himself", who::operator_, "DELETE", "/operators/olga", "", 403},
        {"a primary admin disables himself", who::primary_admin, "DELETE",
         "/tenants/acme/admins/ada", "", 403},
        {"a token for somebody else", who::viewer, "POST", "/tenants/acme/admins/ada/token", "{}",
         403},
        {"a token for an operator", who::support, "POST", "/operators/olga/token", "{}", 403},
        {"an operator looked for in a tenant", who::operator_, "DELETE",
         "/tenants/acme/admins/olga", "", 404},
        {"an admin by name and another tenant", who::primary_admin, "DELETE",
         "/tenants/bold/admins/ada", "", 404},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = ask(r.by, r.method, r.target, r.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
        }
    }
}

BOOST_AUTO_TEST_CASE(ids_of_another_tenant_lead_nowhere) {
    const json_view bold(house.must("GET", "/tenants/bold/admins"));
    const std::string id = bold->items()[0].text("id");
    const json_view made(house.must("POST", "/tenants/bold/keys", "{}"));
    for (const who w : {who::operator_, who::primary_admin}) {
        BOOST_TEST_CONTEXT(name_of(w)) {
            BOOST_TEST(ask(w, "DELETE", "/tenants/acme/admins/" + id).status == 404u);
            BOOST_TEST(ask(w, "POST", "/tenants/acme/admins/" + id + "/token", "{}").status ==
                       404u);
            BOOST_TEST(ask(w, "DELETE", "/tenants/acme/keys/" + made->text("id")).status == 404u);
            BOOST_TEST(ask(w, "DELETE", "/operators/" + id).status ==
                       (w == who::operator_ ? 404u : 403u));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_token_of_ones_own_is_renewed) {
    const std::string old = tokens[who::viewer];
    const auto renewed = ask(old, "POST", "/tenants/acme/admins/vic/token", "{}");
    BOOST_TEST_INFO(renewed.body);
    BOOST_REQUIRE_EQUAL(renewed.status, 201u);
    const std::string token = json_view(renewed.body)->text("token");
    BOOST_TEST(gateway::is_admin_token(token));
    BOOST_TEST(ask(old, "GET", "/self").status == 401u);
    BOOST_TEST(ask(token, "GET", "/self").status == 200u);

    const json_view brief(house.must("POST", "/tenants/acme/admins",
                                     R"({"name":"brief","role":"viewer","expires_in":"1h"})"));
    const std::string target = "/tenants/acme/admins/brief/token";
    BOOST_TEST(ask(brief->text("token"), "POST", target, R"({"expires_in":"2h"})").status == 403u);
    BOOST_TEST(ask(brief->text("token"), "POST", target, R"({"expires_in":"never"})").status ==
               403u);
    const auto same = ask(brief->text("token"), "POST", target, "{}");
    BOOST_REQUIRE_EQUAL(same.status, 201u);
    BOOST_TEST(json_view(same.body)->text("expires_at") == brief->text("expires_at"));
    BOOST_TEST(house.ask("POST", target, R"({"expires_in":"never"})").status == 201u);
}

BOOST_AUTO_TEST_CASE(rights_end_at_the_next_request) {
    BOOST_TEST(ask(who::admin, "POST", "/tenants/acme/keys", "{}").status == 201u);
    house.must("PATCH", "/tenants/acme/admins/bob", R"({"role":"viewer"})");
    BOOST_TEST(ask(who::admin, "POST", "/tenants/acme/keys", "{}").status == 403u);
    house.must("DELETE", "/tenants/acme/admins/BOB");
    const auto ended = ask(who::admin, "GET", "/self");
    BOOST_TEST(ended.status == 401u);
    BOOST_TEST(json_view(ended.body)->text("detail").find("disabled") != std::string::npos);
    house.must("DELETE", "/tenants/acme");
    const auto gone = ask(who::primary_admin, "GET", "/self");
    BOOST_TEST(gone.status == 401u);
    BOOST_TEST(json_view(gone.body)->text("detail").find("deleted") != std::string::npos);
    // The name is free for another one, who is not the one of before.
    house.restart();
    BOOST_TEST(ask(who::operator_, "GET", "/self").status == 200u);
    house.must("DELETE", "/operators/olga");
    const std::string next = operator_token("Olga", "support");
    BOOST_TEST(ask(who::operator_, "GET", "/self").status == 401u);
    BOOST_TEST(json_view(ask(next, "GET", "/self").body)->text("role") == "support");
}

BOOST_AUTO_TEST_CASE(who_loses_his_rights_while_he_waits_learns_nothing) {
    const std::string from = "/log?wait=20&from=%40";
    auto waiting = std::async(std::launch::async, [&, target = from + head().substr(1)] {
        http::client somebody(house.running().address());
        return somebody.send("GET", "/admin/v1" + target,
                             {{"Authorization", "Bearer " + tokens[who::viewer]}});
    });
    BOOST_REQUIRE(house.becomes("rollcall_admin_waits", 1));
    house.must("DELETE", "/tenants/acme/admins/vic");
    const auto told = waiting.get();
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST(told->status == 401u);
    BOOST_TEST(told->body.find("admin_disabled") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(one_tenant_does_not_take_all_places_to_wait) {
    std::vector<std::unique_ptr<http::client>> waiting;
    const std::string beyond = "/admin/v1/log?wait=20&from=" + std::string("%40999999");
    const auto wait = [&](const std::string& token) {
        waiting.push_back(std::make_unique<http::client>(house.running().address()));
        BOOST_REQUIRE(waiting.back()->send_raw("GET " + beyond + " HTTP/1.1\r\nHost: h\r\n" +
                                               "Authorization: Bearer " + token + "\r\n\r\n"));
    };
    const std::size_t most = admin::api_limits{}.tenant_waits_max;
    for (std::size_t i = 0; i < most; ++i)
        wait(tokens[i % 2 == 0 ? who::viewer : who::primary_admin]);
    BOOST_REQUIRE(house.becomes("rollcall_admin_waits", most));
    const auto full = house.knock("GET", "/admin/v1/log?wait=1&from=%40999999",
                                  {{"Authorization", "Bearer " + tokens[who::viewer]}});
    BOOST_TEST(full.status == 429u);
    BOOST_TEST(!full.header("Retry-After").empty());
    const auto other = house.knock("GET", "/admin/v1/log?wait=1&from=%40999999",
                                   {{"Authorization", "Bearer " + tokens[who::other_primary]}});
    BOOST_TEST(other.status == 200u);
}

struct bad_row {
    const char* name;
    std::function<http::header_list(const town&)> fields;
    unsigned status;
    const char* said;
};

BOOST_AUTO_TEST_CASE(what_is_no_token_is_refused_in_words) {
    const std::string good = tokens[who::operator_];
    std::string mistyped = good;
    mistyped[20] = mistyped[20] == 'A' ? 'B' : 'A';
    const auto bearer = [](std::string token) {
        return [token = std::move(token)](const town&) {
            return http::header_list{{"Authorization", "Bearer " + token}};
        };
    };
    const bad_row rows[] = {
        {"nothing", [](const town&) { return http::header_list{}; }, 401, "rca_"},
        {"another scheme",
         [](const town&) {
             return http::header_list{{"Authorization", "Basic b2xnYTpwYXNz"}};
         },
         401, "Bearer"},
        {"an empty token",
         [](const town&) {
             return http::header_list{{"Authorization", "Bearer "}};
         },
         401, "rca_"},
        {"a tenant's key", bearer(key), 401, "SCIM"},
        {"a word", bearer("token"), 401, "53 characters"},
        {"mistyped", bearer(mistyped), 401, "Copy it again"},
        {"one character short", bearer(good.substr(0, good.size() - 1)), 401, "53 characters"},
        {"unknown", bearer(gateway::make_admin_token()), 401, "not known"},
        {"a cookie",
         [good](const town&) {
             return http::header_list{{"Cookie", "token=" + good}};
         },
         401, "rca_"},
        {"two that differ",
         [good](const town&) {
             return http::header_list{{"Authorization", "Bearer " + good},
                                      {"Authorization", "Bearer x"}};
         },
         400, "two Authorization"},
        {"two that are equal",
         [good](const town&) {
             return http::header_list{{"Authorization", "Bearer " + good},
                                      {"Authorization", "Bearer " + good}};
         },
         400, "two Authorization"},
        {"the good one last",
         [good](const town&) {
             return http::header_list{{"Authorization", "Bearer x"},
                                      {"Authorization", "Bearer " + good}};
         },
         400, "two Authorization"},
    };
    for (const bad_row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            auto fields = r.fields(*this);
            fields.emplace_back("X-Forwarded-For", next_address());
            const auto answer = house.knock("GET", "/admin/v1/tenants", fields);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
            BOOST_TEST(json_view(answer.body)->text("detail").find(r.said) != std::string::npos);
            BOOST_TEST(answer.body.find(good) == std::string::npos);
        }
    }
    const auto in_query =
        house.knock("GET", "/admin/v1/tenants?access_token=" + good + "&token=" + good,
                    {{"X-Forwarded-For", next_address()}});
    BOOST_TEST(in_query.status == 401u);
    BOOST_TEST(house
                   .knock("GET", "/admin/v1/tenants",
                          {{"X-Forwarded-For", next_address()},
                           {"Authorization", "Bearer " + good},
                           {"X-Forwarded-User", "sam"}})
                   .status == 200u);
}

BOOST_AUTO_TEST_CASE(a_token_opens_no_scim_and_no_path_without_a_route) {
    const auto scim = house.scim("GET", "/Users", tokens[who::operator_]);
    BOOST_TEST(scim.status == 401u);
    BOOST_TEST(scim.body.find("admin API") != std::string::npos);
    BOOST_TEST(ask(who::nobody, "GET", "/nothing").status == 401u);
    BOOST_TEST(ask(who::viewer, "GET", "/nothing").status == 404u);
    BOOST_TEST(ask(who::viewer, "PUT", "/tenants/acme").status == 405u);
    BOOST_TEST(ask(who::nobody, "OPTIONS", "/tenants").status == 401u);
}

BOOST_AUTO_TEST_CASE(figures_are_for_operators) {
    const auto figures = [this](who w) {
        http::header_list fields{{"X-Forwarded-For", next_address()}};
        const auto token = tokens.find(w);
        if (token != tokens.end()) {
            fields.emplace_back("Authorization", "Bearer " + token->second);
        }
        return house.knock("GET", "/metrics", fields).status;
    };
    BOOST_TEST(figures(who::operator_) == 200u);
    BOOST_TEST(figures(who::support) == 200u);
    BOOST_TEST(figures(who::nobody) == 403u);
    BOOST_TEST(figures(who::primary_admin) == 403u);
    BOOST_TEST(figures(who::viewer) == 403u);
    BOOST_TEST(figures(who::scim_key) == 401u);
    BOOST_TEST(figures(who::disabled) == 401u);
}

BOOST_AUTO_TEST_CASE(bad_tokens_and_bad_keys_of_an_address_count_together) {
    const gateway::limits bounds;
    const http::header_list fields{{"X-Forwarded-For", "192.0.2.7"},
                                   {"Authorization", "Bearer " + gateway::make_admin_token()}};
    const http::header_list key_fields{{"X-Forwarded-For", "192.0.2.7"},
                                       {"Authorization", "Bearer " + gateway::make_bearer_key()}};
    unsigned last = 0;
    unsigned tried = 0;
    while (last != 429 && tried < 4 * bounds.failures_burst) {
        const bool token = ++tried % 2 == 0;
        last = house
                   .knock("GET", token ? "/admin/v1/tenants" : "/scim/v2/Users",
                          token ? fields : key_fields)
                   .status;
    }
    BOOST_TEST(last == 429u);
    BOOST_TEST(tried > bounds.failures_burst);
    const auto throttled = house.knock("GET", "/admin/v1/tenants", fields);
    BOOST_TEST(throttled.status == 429u);
    BOOST_TEST(!throttled.header("Retry-After").empty());
    // Who shows a good token from there is not harmed.
    BOOST_TEST(house
                   .knock("GET", "/admin/v1/tenants",
                          {{"X-Forwarded-For", "192.0.2.7"},
                           {"Authorization", "Bearer " + tokens[who::operator_]}})
                   .status == 200u);
}

BOOST_AUTO_TEST_CASE(the_log_names_who_did_it) {
    ask(who::primary_admin, "POST", "/tenants/acme/keys", R"({"label":"by ada"})");
    ask(who::operator_, "PATCH", "/tenants/acme", R"({"seats":7})");
    const std::string log = house.must("GET", "/log?tenant=acme&last=2");
    BOOST_TEST(log.find(R"("kind":"admin")") != std::string::npos, log);
    BOOST_TEST(log.find(R"("name":"ada")") != std::string::npos, log);
    BOOST_TEST(log.find(R"("kind":"operator")") != std::string::npos, log);
    BOOST_TEST(log.find(R"("name":"olga")") != std::string::npos, log);
    const json_view verified(house.must("POST", "/verify", "{}"));
    const auto proof = json_view(house.must("GET", "/jobs/" + verified->text("job") + "?wait=20"));
    BOOST_TEST(proof->object("result").flag("ok"));
}

BOOST_AUTO_TEST_CASE(a_rotation_at_the_worlds_door_ends_the_old_key) {
    const json_view old(house.must("POST", "/tenants/acme/keys", R"({"label":"turning"})"));
    const auto turned =
        ask(who::admin, "POST", "/tenants/acme/keys/turning/rotate", R"({"overlap":"0"})");
    BOOST_TEST_INFO(turned.body);
    BOOST_REQUIRE_EQUAL(turned.status, 201u);
    const json_view made(turned.body);
    BOOST_TEST(made->object("replaces").text("id") == old->text("id"));
    BOOST_TEST(!made->object("replaces").text("expires_at").empty());
    BOOST_TEST(house.scim("GET", "/Users", old->text("key")).status == 401u);
    BOOST_TEST(house.scim("GET", "/Users", made->text("key")).status == 200u);
}

BOOST_AUTO_TEST_CASE(what_admins_are_called) {
    struct row {
        const char* name;
        const char* body;
        unsigned status;
    };

    const row rows[] = {
        {"in use, in another case", R"({"name":"ADA","role":"viewer"})", 409},
        {"no name", R"({"role":"viewer"})", 400},
        {"no role", R"({"name":"x"})", 400},
        {"unknown role", R"({"name":"x","role":"root"})", 400},
        {"role of an operator", R"({"name":"x","role":"support"})", 400},
        {"empty", R"({"name":"","role":"viewer"})", 400},
        {"blank in front", R"({"name":" x","role":"viewer"})", 400},
        {"a line feed", R"({"name":"a\nb","role":"viewer"})", 400},
        {"an id", R"({"name":"0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11","role":"viewer"})", 400},
        {"unknown member", R"({"name":"x","role":"viewer","email":"x"})", 400},
        {"ended already", R"({"name":"x","role":"viewer","expires_at":"2001-01-01T00:00:00Z"})",
         400},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = house.ask("POST", "/tenants/acme/admins", r.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == r.status);
        }
    }
    const auto again = house.ask("POST", "/tenants/acme/admins/gone/token", "{}");
    BOOST_TEST(again.status == 404u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
