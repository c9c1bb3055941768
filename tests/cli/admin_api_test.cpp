// The admin API at the socket of a real server: what each endpoint answers, and many things that it
// refuses.
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
    const char* said; ///< a part of the detail
};

const refused_row refused_rows[] = {
    {"not JSON", "POST", "/tenants", "{id:1}", 400, "bad_body", "not JSON"},
    {"cut JSON", "POST", "/tenants", R"({"id":"b)", 400, "bad_body", "not JSON"},
    {"an array", "POST", "/tenants", "[]", 400, "bad_body", "object"},
    {"too deep", "POST", "/tenants",
     R"({"id":)"
     "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
     "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]"
     "}",
     400, "bad_body", "nested too deep"},
    {"a number that no 64 bits hold", "POST", "/tenants", R"({"id":"b","seats":1e999})", 400,
     "bad_body", "too large"},
    {"half of a surrogate pair", "POST", "/tenants", R"({"id":"\ud800"})", 400, "bad_body",
     "surrogate"},
    {"a large number in no JSON", "POST", "/tenants", R"({"id":1e999)", 400, "bad_body",
     "not JSON"},
    {"unknown member", "POST", "/tenants", R"({"id":"b","seat":1})", 400, "bad_body", "'seat'"},
    {"member twice", "POST", "/tenants", R"({"id":"b","id":"c"})", 400, "bad_body", "twice"},
    {"nested value", "POST", "/tenants", R"({"id":{"a":1}})", 400, "bad_value", "id must be"},
    {"number for a name", "POST", "/tenants", R"({"id":7})", 400, "bad_value", "id must be"},
    {"no id", "POST", "/tenants", "{}", 400, "bad_value", "id is missing"},
    {"no body", "POST", "/tenants", "", 400, "bad_value", "id is missing"},
    {"capital id", "POST", "/tenants", R"({"id":"Acme"})", 400, "invalid", ""},
    {"empty id", "POST", "/tenants", R"({"id":""})", 400, "invalid", ""},
    {"system tenant", "POST", "/tenants", R"({"id":"_system"})", 400, "invalid", ""},
    {"id in use", "POST", "/tenants", R"({"id":"acme"})", 409, "tenant_exists", ""},
    {"id once in use", "POST", "/tenants", R"({"id":"gone"})", 409, "tenant_exists", ""},
    {"negative seats", "POST", "/tenants", R"({"id":"b","seats":-1})", 400, "bad_value",
     "seats must be a whole number, 0 or more, or null"},
    {"half a seat", "POST", "/tenants", R"({"id":"b","seats":0.5})", 400, "bad_value",
     "seats must be a whole number"},
    {"seats a word", "POST", "/tenants", R"({"id":"b","seats":"all"})", 400, "bad_value", "seats"},
    {"empty name", "POST", "/tenants", R"({"id":"b","name":""})", 400, "bad_value", "name"},
    {"change to an empty name", "PATCH", "/tenants/acme", R"({"name":""})", 400, "bad_value",
     "name must not be empty"},
    {"unknown profile", "POST", "/tenants", R"({"id":"b","profile":"x"})", 400, "unknown_profile",
     "generic"},
    {"unknown plan", "POST", "/tenants", R"({"id":"b","plan":"gold"})", 400, "unknown_plan",
     "default"},
    {"scim a word", "PATCH", "/tenants/acme", R"({"scim":"off"})", 400, "bad_value", "scim"},
    {"no such tenant", "GET", "/tenants/beta", "", 404, "not_found", "'beta'"},
    {"change of no tenant", "PATCH", "/tenants/beta", R"({"seats":1})", 404, "not_found", ""},
    {"change of a deleted tenant", "PATCH", "/tenants/gone", R"({"seats":1})", 410,
     "tenant_deleted", ""},
    {"key of a deleted tenant", "POST", "/tenants/gone/keys", "{}", 410, "tenant_deleted", ""},
    {"wrong method", "PUT", "/tenants/acme", "{}", 405, "method_not_allowed", "PATCH"},
    {"unknown path", "GET", "/tenant", "", 404, "not_found", ""},
    {"parameter on a list without any", "GET", "/tenants?all=1", "", 400, "bad_parameter", "'all'"},
    {"key without tenant", "POST", "/tenants/beta/keys", "{}", 404, "not_found", ""},
    {"lifetime without unit", "POST", "/tenants/acme/keys", R"({"expires_in":"90"})", 400,
     "bad_value", "90d"},
    {"lifetime of nothing", "POST", "/tenants/acme/keys", R"({"expires_in":"0d"})", 400,
     "bad_value", "from 1s to 36500d"},
    {"lifetime for ever", "POST", "/tenants/acme/keys", R"({"expires_in":"36501d"})", 400,
     "bad_value", "from 1s to 36500d"},
    {"end in the past", "POST", "/tenants/acme/keys", R"({"expires_at":"2001-01-01T00:00:00Z"})",
     400, "bad_value", "to come"},
    {"end not a time", "POST", "/tenants/acme/keys", R"({"expires_at":"soon"})", 400, "bad_value",
     "to come"},
    {"two ends", "POST", "/tenants/acme/keys",
     R"({"expires_in":"1d","expires_at":"2101-01-01T00:00:00Z"})", 400, "bad_value", "not both"},
    {"revoke of no key", "DELETE", "/tenants/acme/keys/none", "", 404, "not_found", "'none'"},
    {"rotate of no key", "POST", "/tenants/acme/keys/none/rotate", "{}", 404, "not_found", ""},
    {"overlap malformed", "POST", "/tenants/acme/keys/okta/rotate", R"({"overlap":"long"})", 400,
     "bad_value", "0 or a number with"},
    {"rotate of a key of a deleted tenant", "POST", "/tenants/gone/keys/late/rotate", "{}", 410,
     "tenant_deleted", ""},
    {"label of two keys", "DELETE", "/tenants/acme/keys/twin", "", 409, "ambiguous", "by its id"},
    {"unknown status", "GET", "/tenants/acme/users?status=asleep", "", 400, "bad_value",
     "deactivated"},
    {"limit a word", "GET", "/tenants/acme/users?limit=all", "", 400, "bad_value", "limit"},
    {"after negative", "GET", "/tenants/acme/users?after=-1", "", 400, "bad_value", "after"},
    {"parameter twice", "GET", "/tenants/acme/users?limit=1&limit=2", "", 400, "bad_parameter",
     "more than once"},
    {"nobody of that name", "GET", "/tenants/acme/users/nobody", "", 404, "not_found", "'nobody'"},
    {"nobody of that id", "GET", "/tenants/acme/users/0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11", "",
     404, "not_found", ""},
    {"several people", "GET", "/tenants/acme/users/team@acme.example", "", 409, "ambiguous",
     "2 users"},
    {"erase without who", "POST", "/tenants/acme/erasures", "{}", 400, "bad_value", "who"},
    {"erase nobody", "POST", "/tenants/acme/erasures", R"({"who":"nobody"})", 404, "not_found", ""},
    {"erase several", "POST", "/tenants/acme/erasures", R"({"who":"team@acme.example"})", 409,
     "ambiguous", ""},
    {"from not a position", "GET", "/log?from=12", "", 400, "bad_value", "@42"},
    {"detail of no kind", "GET", "/log?detail=all", "", 400, "bad_value", "detail must be whole"},
    {"log of no tenant", "GET", "/log?tenant=beta", "", 404, "not_found", "'beta'"},
    {"unknown log parameter", "GET", "/log?form=%401", "", 400, "bad_parameter", "'form'"},
    {"no event there", "GET", "/log/%40999999", "", 404, "not_found", "@999999"},
    {"before the first event", "GET", "/log/%400", "", 404, "not_found", ""},
    {"not a position", "GET", "/log/last", "", 400, "bad_value", "@42"},
    {"no such job", "GET", "/jobs/1", "", 404, "not_found", "'1'"},
    {"a pause with members", "POST", "/consumers/seat-keeper/pause", R"({"fast":true})", 400,
     "bad_body", "'fast': this request has no members"},
    {"verify something else", "POST", "/verify", R"({"fast":true})", 400, "bad_body", "topic"},
    {"a parameter where there are none", "GET", "/tenants?all=1", "", 400, "bad_parameter",
     "'all': this request has none"},
    {"backup to nowhere", "POST", "/backups", "{}", 400, "bad_value", "to is missing"},
    {"backup beside wherever the server was started", "POST", "/backups", R"({"to":"b"})", 400,
     "bad_value", "to must be an absolute path"},
    {"keys likewise", "POST", "/backups", R"({"to":"/b","keys_to":"../k"})", 400, "bad_value",
     "keys_to must be an absolute path"},
    {"backup with a number", "POST", "/backups", R"({"to":1})", 400, "bad_value", "to must be"},
    {"backup with an unknown member", "POST", "/backups", R"({"to":"/b","fast":true})", 400,
     "bad_body", "'fast'"},
    {"rebuild with a word", "POST", "/rebuild", R"({"verify":"yes"})", 400, "bad_value", "verify"},
};

struct populated {
    populated() {
        key = house.make_tenant("acme");
        house.must("POST", "/tenants", R"({"id":"gone"})");
        house.must("POST", "/tenants/gone/keys", R"({"label":"late"})");
        house.must("DELETE", "/tenants/gone");
        house.must("POST", "/tenants/acme/keys", R"({"label":"twin"})");
        house.must("POST", "/tenants/acme/keys", R"({"label":"twin"})");
        const std::string shared = R"(,"emails":[{"value":"Team@acme.example"}])";
        jane = house.make_user(key, "jane@acme.example", shared + R"(,"externalId":"x-1")");
        joe = house.make_user(key, "joe@acme.example", shared + R"(,"active":false)");
    }

    served house;
    std::string key, jane, joe;
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> all;
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
        all.push_back(text.substr(begin, end - begin));
    return all;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_api_test, populated)

BOOST_AUTO_TEST_CASE(what_is_refused_says_what_to_change) {
    const std::string before(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    for (const refused_row& row : refused_rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto answer = house.ask(row.method, row.target, row.body);
            BOOST_TEST_INFO(answer.body);
            BOOST_TEST(answer.status == row.status);
            const json_view said(answer.body);
            BOOST_TEST(said->text("error") == row.error);
            BOOST_TEST(said->text("detail").find(row.said) != std::string::npos);
            BOOST_TEST(!said->text("detail").empty());
            BOOST_TEST(said->text("request_id") == answer.header("X-Request-Id"));
        }
    }
    BOOST_TEST(house.ask("GET", "/log?last=1").header("X-Next-Position") == before);
}

BOOST_AUTO_TEST_CASE(a_name_that_was_left_out_is_no_other_resource) {
    const char* const rows[][2] = {
        {"DELETE", "/tenants//users"},
        {"DELETE", "/tenants//users/"},
        {"DELETE", "/tenants//keys/"},
        {"DELETE", "/tenants/acme//"},
        {"DELETE", "/tenants//admins/"},
        {"PATCH", "/tenants//users/"},
        {"POST", "/tenants//users"},
        {"GET", "/tenants/"},
        {"GET", "/tenants/acme/"},
        {"GET", "/tenants/acme/users/"},
        {"GET", "/tenants/acme/users//"},
        {"GET", "//tenants"},
        {"GET", "/tenants/acme/users/?limit=1"},
        {"GET", "/jobs//"},
        {"GET", "/profiles/"},
        {"GET", "/nothing//here"},
    };
    for (const char* name : {"users", "keys"})
        house.must("POST", "/tenants", R"({"id":")" + std::string(name) + R"("})");
    const std::string before(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row[0] << ' ' << row[1]) {
            const std::string body = row[0] == std::string("GET") ? "" : "{}";
            const auto answer = house.ask(row[0], row[1], body);
            BOOST_TEST(answer.status == 404u);
            BOOST_TEST(json_view(answer.body)->text("error") == "not_found");
            BOOST_TEST(json_view(answer.body)->text("detail").find("a segment of it is empty") !=
                       std::string::npos);
        }
    }
    BOOST_TEST(house.ask("GET", "/log?last=1").header("X-Next-Position") == before);
    for (const char* name : {"users", "keys"})
        BOOST_TEST(house.ask("GET", "/tenants/" + std::string(name)).status == 200u);
    // Slashes elsewhere are none of a path.
    BOOST_TEST(house.ask("GET", "/tenants/acme/users/%2F").status == 404u);
    house.must("POST", "/tenants/acme/users", R"({"userName":"a//b/"})");
    BOOST_TEST(house.ask("GET", "/tenants/acme/users/a%2F%2Fb%2F").status == 200u);
    BOOST_TEST(house.ask("GET", "/tenants/acme/users?after=//").status == 400u);
}

BOOST_AUTO_TEST_CASE(names_that_no_url_can_hold_are_found_by_id) {
    house.make_user(key, "..");
    house.must("POST", "/tenants/acme/keys", R"({"label":"."})");
    operator_client operators(house.data());
    for (const char* target : {"/tenants/acme/users/..", "/tenants/acme/users/../suspension",
                               "/tenants/acme/keys/.", "/tenants/../users?limit=1"}) {
        const auto refused = operators.ask("GET", target);
        BOOST_REQUIRE(!refused);
        BOOST_TEST(refused.error().message.find("use the id instead") != std::string::npos);
    }
    for (const char* target : {"/tenants/acme/users/...", "/tenants/acme/users/.a",
                               "/tenants/acme/users/x?after=/../"}) {
        const auto refused = operators.ask("GET", target);
        BOOST_REQUIRE(!refused);
        BOOST_TEST(refused.error().message.find("use the id") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(the_description_is_served) {
    const json_view document(house.must("GET", "/openapi.json"));
    BOOST_TEST(document->text("openapi") == "3.1.0");
    BOOST_TEST(!document->object("info").text("version").empty());
    BOOST_TEST(house.ask("GET", "/openapi.json?pretty=1").status == 400u);
}

BOOST_AUTO_TEST_CASE(a_person_is_found_in_four_ways) {
    for (const std::string& who : {jane, std::string("jane@acme.example"),
                                   std::string("JANE@acme.example"), std::string("x-1")}) {
        BOOST_TEST_CONTEXT(who) {
            const json_view user(house.must("GET", "/tenants/acme/users/" + escaped(who)));
            BOOST_TEST(user->text("id") == jane);
            for (const char* member : {"userName", "active", "status"})
                BOOST_TEST(!user->text(member).empty());
        }
    }
    const json_view several(house.ask("GET", "/tenants/acme/users/team@acme.example").body);
    BOOST_TEST(several->items("candidates").size() == 2u);
}

BOOST_AUTO_TEST_CASE(users_are_listed_by_pages_and_status) {
    const json_view first(house.must("GET", "/tenants/acme/users?limit=1"));
    BOOST_TEST(first->items("users").size() == 1u);
    BOOST_TEST(first->text("next") == "1");
    const json_view second(house.must("GET", "/tenants/acme/users?limit=1&after=1"));
    BOOST_REQUIRE(second->items("users").size() == 1u);
    BOOST_TEST(second->items("users")[0].text("id") == joe);
    BOOST_TEST(!second->has("next"));
    const json_view inactive(house.must("GET", "/tenants/acme/users?status=deactivated"));
    BOOST_REQUIRE(inactive->items("users").size() == 1u);
    BOOST_TEST(inactive->items("users")[0].text("id") == joe);
    const json_view none(house.must("GET", "/tenants/acme/users?after=99"));
    BOOST_TEST(none->items("users").empty());
}

BOOST_AUTO_TEST_CASE(a_tenant_is_changed_member_by_member) {
    house.must("PATCH", "/tenants/acme", R"({"seats":1,"name":"Acme Inc."})");
    const json_view changed(house.must("GET", "/tenants/acme"));
    BOOST_TEST(changed->text("seat_limit") == "1");
    BOOST_TEST(changed->text("name") == "Acme Inc.");
    BOOST_TEST(changed->text("plan") == "default");
    house.must("PATCH", "/tenants/acme", R"({"seats":null})");
    BOOST_TEST(!json_view(house.must("GET", "/tenants/acme"))->has("seat_limit"));
    BOOST_TEST(json_view(house.must("GET", "/tenants"))->items().size() == 1u);
    BOOST_TEST(json_view(house.must("GET", "/tenants/gone"))->flag("deleted"));
}

BOOST_AUTO_TEST_CASE(seats_tell_who_holds_one_and_who_was_refused) {
    house.must("PATCH", "/tenants/acme", R"({"seats":1})");
    const auto refused = house.scim(
        "POST", "/Users", key,
        R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"late"})");
    BOOST_TEST(refused.status == 403u);
    const json_view seats(house.must("GET", "/tenants/acme/seats"));
    BOOST_TEST(seats->text("limit") == "1");
    BOOST_TEST(seats->text("used") == "1");
    BOOST_REQUIRE(seats->items("holders").size() == 1u);
    BOOST_TEST(seats->items("holders")[0].text("id") == jane);
    BOOST_REQUIRE(seats->items("refused").size() == 1u);
    BOOST_TEST(seats->items("refused")[0].text("who") == "late");
}

BOOST_AUTO_TEST_CASE(a_secret_is_shown_once_and_a_revoked_key_ends_at_once) {
    const std::string once = R"({"label":"once"})";
    http::client at_socket(house.running().admin_address());
    const http::header_list repeatable = {{"Idempotency-Key", "k-1"}};
    const auto first = at_socket.send("POST", "/admin/v1/tenants/acme/keys", repeatable, once);
    const auto again = at_socket.send("POST", "/admin/v1/tenants/acme/keys", repeatable, once);
    BOOST_REQUIRE(first);
    BOOST_REQUIRE(again);
    BOOST_TEST(first->status == 201u);
    BOOST_TEST(again->status == 409u);
    const json_view made(first->body);
    const std::string secret = made->text("key");
    BOOST_TEST(secret.starts_with("rc_"));
    BOOST_TEST(again->body.find(secret) == std::string::npos);
    BOOST_TEST(house.must("GET", "/tenants/acme/keys").find(secret) == std::string::npos);
    BOOST_TEST(house.scim("GET", "/Users/" + jane, secret).status == 200u);
    house.must("DELETE", "/tenants/acme/keys/once");
    BOOST_TEST(house.scim("GET", "/Users/" + jane, secret).status == 401u);
    const auto twice = house.ask("DELETE", "/tenants/acme/keys/" + made->text("id"));
    BOOST_TEST(twice.status == 409u);
    BOOST_TEST(
        house.ask("POST", "/tenants/acme/keys/" + made->text("id") + "/rotate", "{}").status ==
        409u);
}

BOOST_AUTO_TEST_CASE(a_label_means_the_one_live_key_that_has_it) {
    const auto make = [this] {
        return json_view(house.must("POST", "/tenants/acme/keys", R"({"label":"again"})"));
    };
    const auto opens = [this](const std::string& secret) {
        return house.scim("GET", "/Users/" + jane, secret).status;
    };
    const auto first = make();
    house.must("DELETE", "/tenants/acme/keys/" + first->text("id"));
    BOOST_TEST(house.ask("DELETE", "/tenants/acme/keys/again").status == 404u);
    const auto second = make();
    BOOST_TEST(opens(second->text("key")) == 200u);
    house.must("DELETE", "/tenants/acme/keys/again");
    BOOST_TEST(opens(second->text("key")) == 401u);
}

BOOST_AUTO_TEST_CASE(idempotency_keys_are_checked) {
    http::client at_socket(house.running().admin_address());
    for (const std::string& bad : {std::string(129, 'k'), std::string("a b")}) {
        BOOST_TEST_CONTEXT(bad) {
            const auto answer = at_socket.send("PATCH", "/admin/v1/tenants/acme",
                                               {{"Idempotency-Key", bad}}, R"({"seats":5})");
            BOOST_REQUIRE(answer);
            BOOST_TEST(answer->status == 400u);
        }
    }
    const http::header_list longest = {{"Idempotency-Key", std::string(128, 'k')}};
    const auto taken = at_socket.send("PATCH", "/admin/v1/tenants/acme", longest, R"({"seats":5})");
    const auto other = at_socket.send("PATCH", "/admin/v1/tenants/acme", longest, R"({"seats":6})");
    BOOST_REQUIRE(taken);
    BOOST_REQUIRE(other);
    BOOST_TEST(taken->status == 200u);
    BOOST_TEST(other->status == 422u);
}

BOOST_AUTO_TEST_CASE(a_rotated_key_overlaps_or_ends_at_once) {
    const json_view kept(house.must("POST", "/tenants/acme/keys/okta/rotate", "{}"));
    BOOST_TEST(house.scim("GET", "/Users/" + jane, key).status == 200u);
    BOOST_TEST(house.scim("GET", "/Users/" + jane, kept->text("key")).status == 200u);
    BOOST_TEST(!kept->object("replaces").text("expires_at").empty());
    const json_view ended(house.must("POST", "/tenants/acme/keys/" + kept->text("id") + "/rotate",
                                     R"({"overlap":"0"})"));
    BOOST_TEST(house.scim("GET", "/Users/" + jane, kept->text("key")).status == 401u);
    BOOST_TEST(house.scim("GET", "/Users/" + jane, ended->text("key")).status == 200u);
}

BOOST_AUTO_TEST_CASE(the_log_is_read_by_pages_by_tenant_and_by_position) {
    house.must("POST", "/tenants", R"({"id":"beta"})");
    const auto all = house.ask("GET", "/log?from=%401");
    const auto events = lines_of(all.body);
    BOOST_REQUIRE(events.size() == 10u);
    for (std::size_t i = 0; i < events.size(); ++i) {
        BOOST_TEST_CONTEXT(events[i]) {
            const json_view e(events[i]);
            BOOST_TEST(e->text("position") == "@" + std::to_string(i + 1));
            for (const char* member : {"tenant", "seq", "type", "time", "actor", "subject"})
                BOOST_TEST(!e->text(member).empty());
            BOOST_TEST(
                json_view(house.must("GET", "/log/%40" + std::to_string(i + 1)))->text("type") ==
                e->text("type"));
        }
    }
    BOOST_TEST(all.header("X-Next-Position") == "@11");
    const auto page = house.ask("GET", "/log?from=%402&limit=3");
    BOOST_TEST(lines_of(page.body).size() == 3u);
    BOOST_TEST(page.header("X-Next-Position") == "@5");
    BOOST_TEST(lines_of(house.ask("GET", "/log?last=2").body).size() == 2u);
    BOOST_TEST(lines_of(house.ask("GET", "/log?tenant=beta&from=%401").body).size() == 1u);
    BOOST_TEST(lines_of(house.ask("GET", "/log?tenant=gone&from=%401").body).size() == 3u);
    const auto last_of_acme = lines_of(house.ask("GET", "/log?tenant=acme&last=1").body);
    BOOST_REQUIRE(last_of_acme.size() == 1u);
    BOOST_TEST(json_view(last_of_acme[0])->text("subject") == joe);
    BOOST_TEST(house.ask("GET", "/log?tenant=beta&from=%401").header("X-Next-Position") == "@11");
    BOOST_TEST(house.ask("GET", "/log?from=%40500").body.empty());
}

BOOST_AUTO_TEST_CASE(a_wait_ends_with_the_next_event) {
    http::client follower(house.running().admin_address());
    const std::string next(house.ask("GET", "/log?last=1").header("X-Next-Position"));
    BOOST_REQUIRE(follower.connect());
    BOOST_REQUIRE(follower.send_raw("GET /admin/v1/log?from=" + escaped(next) +
                                    "&wait=25 HTTP/1.1\r\nHost: x\r\n\r\n"));
    house.must("POST", "/tenants", R"({"id":"beta"})");
    const auto answer = follower.receive();
    BOOST_REQUIRE(answer);
    BOOST_TEST(answer->status == 200u);
    BOOST_REQUIRE(lines_of(answer->body).size() == 1u);
    BOOST_TEST(json_view(answer->body)->text("type") == "tenant_created");
}

BOOST_AUTO_TEST_CASE(a_wait_ends_with_its_time) {
    const auto answer = house.ask("GET", "/log?from=%40500&wait=1");
    BOOST_TEST(answer.status == 200u);
    BOOST_TEST(answer.body.empty());
    BOOST_TEST(answer.header("X-Next-Position") == "@500");
}

BOOST_AUTO_TEST_CASE(an_erased_person_is_gone_from_every_answer) {
    const json_view begun(house.must("POST", "/tenants/acme/erasures", R"({"who":"x-1"})"));
    BOOST_TEST(begun->text("id") == jane);
    const json_view job(house.must("GET", "/jobs/" + begun->text("job") + "?wait=25"));
    BOOST_TEST(job->text("state") == "done");
    BOOST_TEST(house.ask("GET", "/tenants/acme/users/" + jane).status == 404u);
    BOOST_TEST(house.ask("GET", "/log?from=%401&detail=whole").body.find("jane") ==
               std::string::npos);
    BOOST_TEST(house.ask("POST", "/tenants/acme/erasures", R"({"who":")" + jane + "\"}").status ==
               410u);
}

BOOST_AUTO_TEST_CASE(a_deleted_person_is_erased_by_id) {
    BOOST_TEST(house.scim("DELETE", "/Users/" + jane, key).status == 204u);
    BOOST_TEST(house.ask("POST", "/tenants/acme/erasures", R"({"who":"x-1"})").status == 404u);
    const json_view begun(
        house.must("POST", "/tenants/acme/erasures", R"({"who":")" + jane + "\"}"));
    BOOST_TEST(begun->has("job"));
}

BOOST_AUTO_TEST_CASE(proofs_run_as_jobs) {
    for (const char* what : {"/verify", "/rebuild"}) {
        BOOST_TEST_CONTEXT(what) {
            const json_view begun(house.must("POST", what));
            const json_view job(house.must("GET", "/jobs/" + begun->text("job") + "?wait=25"));
            BOOST_TEST(job->text("state") == "done");
            BOOST_TEST(job->object("result").flag("ok"));
            BOOST_TEST(job->object("result").text("events") == "9");
        }
    }
    BOOST_TEST(house.scim("GET", "/Users/" + jane, key).status == 200u);
}

BOOST_AUTO_TEST_CASE(the_doctor_finds_nothing_wrong) {
    const json_view said(house.must("GET", "/doctor"));
    BOOST_TEST(said->flag("ok"));
    BOOST_TEST(said->items("findings").size() >= 4u);
}

BOOST_AUTO_TEST_CASE(the_doctor_misses_a_primary_admin) {
    house.must("POST", "/tenants/acme/admins", R"({"name":"ada","role":"primary_admin"})");
    const auto about_admins = [&] {
        std::string says;
        const json_view said(house.must("GET", "/doctor"));
        for (const json_item& one : said->items("findings"))
            if (one.text("what") == "admins") says += one.text("says") + ". " + one.text("advice");
        return says;
    };
    BOOST_TEST(about_admins().empty());
    house.must("DELETE", "/tenants/acme/admins/ada");
    BOOST_TEST(about_admins().starts_with("no primary admin has a live token any more: acme. "));
    BOOST_TEST(json_view(house.must("GET", "/doctor"))->flag("ok"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
