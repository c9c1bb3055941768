// People made in the product: what the admin API and the verbs do, what they refuse, and how an
// identity provider meets them.
#include "cli/json_view.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::cli {
namespace {

struct refused_row {
    const char* name;
    const char* method;
    const char* target;
    const char* body;
    unsigned status;
    const char* error;
    const char* said;
};

const refused_row refused_rows[] = {
    {"no body", "POST", "/tenants/acme/users", "", 400, "bad_value", "userName"},
    {"no name", "POST", "/tenants/acme/users", R"({"emails":["a@x"]})", 400, "bad_value",
     "userName"},
    {"an empty name", "POST", "/tenants/acme/users", R"({"userName":""})", 400, "bad_value",
     "userName"},
    {"no possible name", "POST", "/tenants/acme/users", R"({"userName":"a\u0001b"})", 400,
     "bad_value", "userName"},
    {"two names", "POST", "/tenants/acme/users", R"({"userName":["a","b"]})", 400, "bad_value",
     "userName must be one string"},
    {"a number", "POST", "/tenants/acme/users", R"({"userName":7})", 400, "bad_value", "userName"},
    {"numbers", "POST", "/tenants/acme/users", R"({"userName":"a","emails":[7]})", 400, "bad_value",
     "emails"},
    {"lists in lists", "POST", "/tenants/acme/users", R"({"userName":"a","emails":[["b"]]})", 400,
     "bad_value", "emails"},
    {"active a word", "POST", "/tenants/acme/users", R"({"userName":"a","active":"yes"})", 400,
     "bad_value", "active must be true or false"},
    {"active null", "POST", "/tenants/acme/users", R"({"userName":"a","active":null})", 400,
     "bad_value", "active must be true or false"},
    {"SCIM's own words", "POST", "/tenants/acme/users", R"({"userName":"a","name":{}})", 400,
     "bad_body", "'name'"},
    {"unknown member", "POST", "/tenants/acme/users", R"({"userName":"a","mail":"b"})", 400,
     "bad_body", "'mail'"},
    {"a password", "POST", "/tenants/acme/users", R"({"userName":"a","password":"b"})", 400,
     "bad_body", "'password'"},
    {"name in use", "POST", "/tenants/acme/users", R"({"userName":"JANE"})", 409, "name_taken",
     "in use by user"},
    {"name of somebody inactive", "POST", "/tenants/acme/users", R"({"userName":"gone"})", 409,
     "name_taken", "reactivate"},
    {"somebody inactive by his external id", "POST", "/tenants/acme/users",
     R"({"userName":"gone","externalId":"x-9"})", 409, "name_taken", "reactivate"},
    {"no tenant", "POST", "/tenants/beta/users", R"({"userName":"a"})", 404, "not_found", "'beta'"},
    {"deleted tenant", "POST", "/tenants/old/users", R"({"userName":"a"})", 410, "tenant_deleted",
     ""},
    {"no seat", "POST", "/tenants/full/users", R"({"userName":"b"})", 409, "seat_limit", "seat"},
    {"no seat to come back to", "PATCH", "/tenants/full/users/idle", R"({"active":true})", 409,
     "seat_limit", "seat"},
    {"change of nothing", "PATCH", "/tenants/acme/users/jane", "{}", 400, "bad_value",
     "name a field"},
    {"change of nobody", "PATCH", "/tenants/acme/users/nobody", R"({"title":"x"})", 404,
     "not_found", "'nobody'"},
    {"change of several", "PATCH", "/tenants/acme/users/both@x.example", R"({"title":"x"})", 409,
     "ambiguous", "2 users"},
    {"change to a taken name", "PATCH", "/tenants/acme/users/jane", R"({"userName":"gone"})", 409,
     "name_taken", "in use"},
    {"name taken away", "PATCH", "/tenants/acme/users/jane", R"({"userName":null})", 400,
     "bad_value", "userName"},
    {"unknown member of a change", "PATCH", "/tenants/acme/users/jane", R"({"id":"x"})", 400,
     "bad_body", "'id'"},
    {"delete nobody", "DELETE", "/tenants/acme/users/nobody", "", 404, "not_found", "'nobody'"},
    {"delete several", "DELETE", "/tenants/acme/users/both@x.example", "", 409, "ambiguous", ""},
    {"delete in a deleted tenant", "DELETE", "/tenants/old/users/last", "", 410, "tenant_deleted",
     ""},
    {"method", "PUT", "/tenants/acme/users/jane", "{}", 405, "method_not_allowed", "PATCH"},
};

struct town {
    town() {
        key = house.make_tenant("acme");
        house.must("POST", "/tenants", R"({"id":"full","seats":1})");
        house.must("POST", "/tenants", R"({"id":"old"})");
        const auto make = [this](const char* tenant, const char* body) {
            return json_view(house.must("POST", std::string("/tenants/") + tenant + "/users", body))
                ->text("id");
        };
        jane = make("acme", R"({"userName":"jane","emails":["jane@x.example","both@x.example"],
            "givenName":"Jane","familyName":"Doe","department":"Sales"})");
        make("acme", R"({"userName":"joe","emails":"both@x.example"})");
        make("acme", R"({"userName":"gone","externalId":"x-9","active":false})");
        make("full", R"({"userName":"a"})");
        make("full", R"({"userName":"idle","active":false})");
        make("old", R"({"userName":"last"})");
        house.must("DELETE", "/tenants/old");
    }

    json_view user(const std::string& who) {
        return json_view(house.must("GET", "/tenants/acme/users/" + who));
    }

    served house;
    std::string key, jane;
};

std::string patch_of(const std::string& operations) {
    return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
           operations + "]}";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(users_write_test, town)

BOOST_AUTO_TEST_CASE(what_is_refused_changes_nothing) {
    const std::string before(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    for (const refused_row& row : refused_rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto answer = house.ask(row.method, row.target, row.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == row.status);
            const json_view said(answer.body);
            BOOST_TEST(said->text("error") == row.error);
            BOOST_TEST(said->text("detail").find(row.said) != std::string::npos);
        }
    }
    BOOST_TEST(house.ask("GET", "/log?last=1").header("X-Next-Position") == before);
}

BOOST_AUTO_TEST_CASE(a_native_user_is_what_scim_shows) {
    const json_view shown = user("jane");
    BOOST_TEST(shown->text("origin") == "native");
    BOOST_TEST(shown->flag("holds_seat"));
    const auto answer = house.scim("GET", "/Users/" + jane, key);
    BOOST_TEST(answer.status == 200u);
    const json_view over_scim(answer.body);
    BOOST_TEST(over_scim->json("emails") ==
               R"([{"value":"jane@x.example","type":"work","primary":true},)"
               R"({"value":"both@x.example","type":"other"}])");
    BOOST_TEST(over_scim->json("emails") == shown->object("attributes").json("emails"));
    BOOST_TEST(over_scim->object("name").text("givenName") == "Jane");
    BOOST_TEST(json_view(house.must("GET", "/tenants/acme/seats"))->text("used") == "2");
}

BOOST_AUTO_TEST_CASE(a_repeated_request_makes_one_person) {
    const auto ask = [&](const char* body) {
        return house.send("POST", "/tenants/acme/users", {{"Idempotency-Key", "k"}}, body);
    };
    const auto first = ask(R"({"userName":"new"})");
    const auto again = ask(R"({"userName":"new"})");
    const auto other = ask(R"({"userName":"newer"})");
    BOOST_TEST(first.status == 201u);
    BOOST_TEST(again.status == 201u);
    BOOST_TEST(again.body == first.body);
    BOOST_TEST(other.status == 422u);
}

BOOST_AUTO_TEST_CASE(support_takes_access_away_and_gives_it_back) {
    const std::string at = "/tenants/acme/users/jane";
    json_view changed(house.must("PATCH", at, R"({"active":false})"));
    BOOST_TEST(changed->text("status") == "deactivated");
    BOOST_TEST(!changed->flag("holds_seat"));
    BOOST_TEST(!changed->has("not_applied"));
    house.must("PATCH", at, R"({"active":true,"title":"CTO","phone":"+1 555"})");
    BOOST_TEST(user("jane")->text("status") == "active");
    BOOST_TEST(user("jane")->object("attributes").text("title") == "CTO");
    // Deactivating works whatever else is wrong, and what could not be done is said.
    const json_view partly(house.must("PATCH", at, R"({"active":false,"userName":"gone"})"));
    BOOST_TEST(partly->text("status") == "deactivated");
    BOOST_TEST(partly->text("userName") == "jane");
    BOOST_TEST(partly->items("not_applied").size() == 1u);
    const json_view gone(house.must("DELETE", at));
    BOOST_TEST(gone->flag("deleted"));
    BOOST_TEST(house.ask("GET", at).status == 404u);
    BOOST_TEST(house.scim("GET", "/Users/" + jane, key).status == 404u);
}

BOOST_AUTO_TEST_CASE(a_deactivation_is_carried_out_whatever_else_is_wrong) {
    struct row {
        const char* name;
        std::string body;
        const char* told;
        const char* once = nullptr;
    };

    constexpr std::size_t abyss_depth = 70;
    const std::string deep = std::string(30, '[') + std::string(30, ']');
    const std::string abyss = std::string(abyss_depth, '[') + std::string(abyss_depth, ']');
    const row rows[] = {
        {"ill-typed", R"({"active":false,"title":5})", "title must be one string"},
        {"ill-typed before it", R"({"emails":{"a":1},"active":false})", "emails must be"},
        {"an unknown member", R"({"bogus":1,"active":false})", "unknown member 'bogus'"},
        {"a member twice", R"({"title":"a","active":false,"title":"b"})", "'title' occurs twice"},
        {"itself twice", R"({"active":false,"active":false})", "'active' occurs twice"},
        {"several for one", R"({"active":false,"title":["a","b"]})", "title must be one string"},
        {"deep", R"({"active":false,"title":)" + deep + "}", "title must be"},
        {"a large value", R"({"active":false,"department":")" + std::string(300'000, 'x') + R"("})",
         ""},
        {"a long name", R"({"active":false,")" + std::string(200'000, 'x') + R"(":1})", "unknown"},
        {"an impossible name", R"({"active":false,"userName":"a\u0001b"})", "userName"},
        {"a malformed key", R"({"active":false})", "Idempotency-Key must be", "a b"},
        {"deeper than we read", R"({"active":false,"x":)" + abyss + "}", "nested too deep"},
        {"before it", R"({"x":)" + abyss + R"(,"active":false})", "nested too deep"},
        {"a number that no 64 bits hold", R"({"active":false,"title":1e999})", "too large"},
        {"an integer likewise", R"({"title":18446744073709551616,"active":false})", "too large"},
        {"half of a surrogate pair", R"({"active":false,"title":"\ud800"})", "surrogate"},
        {"on and off", R"({"active":true,"active":false})", "'active' occurs twice"},
        {"off and on", R"({"active":false,"active":true})", "'active' occurs twice"},
        {"off and a word", R"({"active":false,"active":"no"})", "'active' occurs twice"},
    };
    const std::string at = "/tenants/acme/users/jane";
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            house.must("PATCH", at, R"({"active":true,"title":"CTO"})");
            http::header_list headers;
            if (r.once != nullptr) headers.push_back({"Idempotency-Key", r.once});
            const auto answer = house.send("PATCH", at, headers, r.body);
            BOOST_TEST_INFO(answer.body.substr(0, 500));
            BOOST_TEST(answer.status == 200u);
            const json_view said(answer.body);
            BOOST_TEST(said->json("not_applied").find(r.told) != std::string::npos);
            BOOST_TEST(said->text("status") == "deactivated");
            BOOST_TEST(user("jane")->text("status") == "deactivated");
            BOOST_TEST(user("jane")->object("attributes").text("title") == "CTO");
        }
    }
    house.must("PATCH", at, R"({"active":true})");
    for (const std::string& body :
         {std::string(R"({"active":false,"title":1e999)"), R"({"active":true,"x":)" + abyss + "}",
          std::string(R"({"active":1e999})"), std::string(R"({"active":"no","active":true})"),
          std::string(R"([{"active":false,"title":1e999}])")}) {
        BOOST_TEST_CONTEXT(body.substr(0, 40)) {
            BOOST_TEST(house.ask("PATCH", at, body).status == 400u);
            BOOST_TEST(user("jane")->text("status") == "active");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_id_means_its_user_whoever_has_it_as_a_name) {
    house.make_user(key, jane);
    house.must("POST", "/tenants/acme/users", R"({"userName":"x","externalId":")" + jane + R"("})");
    std::string capital = jane;
    for (char& c : capital)
        if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
    for (const std::string& id : {jane, capital}) {
        BOOST_TEST(user(id)->text("userName") == "jane");
        const json_view changed(
            house.must("PATCH", "/tenants/acme/users/" + id, R"({"title":"CEO"})"));
        BOOST_TEST(changed->text("userName") == "jane");
    }
    const json_view gone(house.must("DELETE", "/tenants/acme/users/" + capital));
    BOOST_TEST(gone->text("userName") == "jane");
}

BOOST_AUTO_TEST_CASE(okta_imports_matches_and_updates) {
    // It reads all, matches by name or e-mail, then owns him by PUT with its own external id.
    const json_view page(house.scim("GET", "/Users?startIndex=1&count=100", key).body);
    BOOST_TEST(page->text("totalResults") == "3");
    const auto put = house.scim(
        "PUT", "/Users/" + jane, key,
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":")" + jane +
            R"(","userName":"jane@x.example","externalId":"00u1","name":{"givenName":"Jane",
            "familyName":"Roe"},"emails":[{"primary":true,"value":"jane@x.example","type":"work"}],
            "active":true})");
    BOOST_TEST(put.status == 200u);
    const json_view linked = user("00u1");
    BOOST_TEST(linked->text("id") == jane);
    BOOST_TEST(linked->text("userName") == "jane@x.example");
    BOOST_TEST(linked->text("origin") == "native");
    const auto off = house.scim("PATCH", "/Users/" + jane, key,
                                patch_of(R"({"op":"replace","value":{"active":false}})"));
    BOOST_TEST(off.status == 200u);
    BOOST_TEST(user("00u1")->text("status") == "deactivated");
}

BOOST_AUTO_TEST_CASE(entra_filters_then_patches) {
    // A POST without having looked first is told that he is there.
    const auto post = house.scim(
        "POST", "/Users", key,
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"Jane"})");
    BOOST_TEST(post.status == 409u);
    BOOST_TEST(json_view(post.body)->text("scimType") == "uniqueness");
    const json_view found(house.scim("GET", "/Users?filter=userName%20eq%20%22JANE%22", key).body);
    BOOST_REQUIRE(found->items("Resources").size() == 1u);
    BOOST_TEST(found->items("Resources")[0].text("id") == jane);
    const auto patched = house.scim("PATCH", "/Users/" + jane, key,
                                    patch_of(R"({"op":"Add","path":"externalId","value":"e-1"},
                    {"op":"Replace","path":"emails[type eq \"work\"].value","value":"j@y.example"},
                    {"op":"Add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"IT"})"));
    BOOST_TEST(patched.status == 200u);
    const json_view linked = user("e-1");
    BOOST_TEST(linked->text("id") == jane);
    BOOST_TEST(linked->object("attributes").json("emails") ==
               R"([{"value":"j@y.example","type":"work","primary":true},)"
               R"({"value":"both@x.example","type":"other"}])");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
