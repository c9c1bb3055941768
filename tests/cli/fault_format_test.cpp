// What the HTTP room refuses by itself, at a real server: under /admin/v1 as the admin API says no,
// elsewhere as SCIM does, and always with an X-Request-Id.
#include "cli/json_view.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace rollcall::cli {
namespace {

struct fault_row {
    const char* name;
    std::string before; ///< of the request, up to the area's prefix
    std::string behind;
    unsigned status;
    const char* word; ///< of the admin API
};

const std::string host = "Host: h\r\n";
const std::string line_end = " HTTP/1.1\r\n";

/// `one`: a path below the prefix that takes bodies.
std::vector<fault_row> fault_rows(const std::string& one) {
    const std::string plain = one + line_end + host;
    const std::string json = "Content-Type: application/json\r\n";
    return {
        {"two hosts", "GET ", plain + host + "\r\n", 400, "malformed"},
        {"an empty character", "GET ", one + "/%00" + line_end + host + "\r\n", 400, "bad_target"},
        {"two dots", "GET ", one + "/../x" + line_end + host + "\r\n", 400, "bad_target"},
        {"a cut escape", "GET ", one + "/%4" + line_end + host + "\r\n", 400, "bad_target"},
        {"a query that is no text", "GET ", one + "?a=%ff" + line_end + host + "\r\n", 400,
         "bad_target"},
        {"a long target", "GET ", one + "/" + std::string(9'000, 'a') + line_end + host + "\r\n",
         414, "target_too_long"},
        {"many segments", "GET ",
         one + "/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a" + line_end +
             host + "\r\n",
         414, "target_too_long"},
        {"an expectation", "POST ", plain + "Expect: tea\r\n\r\n", 417, "bad_expectation"},
        {"a large head", "GET ", plain + "X: " + std::string(20'000, 'x') + "\r\n\r\n", 431,
         "head_too_large"},
        {"a large body", "POST ", plain + json + "Content-Length: 1048577\r\n\r\n", 413,
         "body_too_large"},
        {"another coding", "POST ",
         plain + json + "Content-Encoding: br\r\nContent-Length: 2\r\n\r\n{}", 415,
         "unsupported_coding"},
        {"no gzip", "POST ", plain + json + "Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n{}",
         400, "bad_coding"},
    };
}

void check_admin(const http::answer& answer, const fault_row& r) {
    BOOST_TEST(answer.header("Content-Type") == "application/json");
    const json_view body(answer.body);
    BOOST_REQUIRE_MESSAGE(body.valid(), answer.body);
    BOOST_TEST(body->text("error") == r.word);
    BOOST_TEST(body->text("detail") != "");
    BOOST_TEST(body->text("request_id") == answer.header("X-Request-Id"));
    BOOST_TEST(!body->has("schemas"));
}

void check_scim(const http::answer& answer, const fault_row& r) {
    BOOST_TEST(answer.header("Content-Type") == "application/scim+json");
    const json_view body(answer.body);
    BOOST_REQUIRE_MESSAGE(body.valid(), answer.body);
    BOOST_TEST(body->text("status") == std::to_string(r.status));
    BOOST_TEST(
        (answer.body.find("urn:ietf:params:scim:api:messages:2.0:Error") != std::string::npos));
}

BOOST_AUTO_TEST_SUITE(fault_format_test)

BOOST_AUTO_TEST_CASE(each_area_says_no_in_its_own_words) {
    struct {
        const char* prefix;
        bool at_socket;
        bool admin;
    } const places[]{
        {"/admin/v1", true, true},       {"/admin/v1", false, true},
        {"//admin/%761", false, true},   {"/scim/v2", false, false},
        {"/scim/v2", true, false},       {"/t/acme/scim/v2", false, false},
        {"/scim/../admin", true, false},
    };

    served house;
    const std::string token =
        json_view(house.must("POST", "/operators", R"({"name":"olga","role":"operator"})"))
            ->text("token");
    house.must("POST", "/tenants", R"({"id":"acme"})");
    const std::string key =
        json_view(house.must("POST", "/tenants/acme/keys", R"({"label":"okta"})"))->text("key");
    std::set<std::string> ids;
    for (const auto& place : places) {
        for (const fault_row& r : fault_rows(place.admin ? "/tenants" : "/Users")) {
            const bool bad_path = std::string_view(place.prefix).find("..") != std::string::npos;
            if (bad_path && r.status != 400) continue; // which then is what is said
            BOOST_TEST_CONTEXT(place.prefix << ", " << r.name) {
                http::client raw(place.at_socket ? house.running().admin_address()
                                                 : house.running().address());
                std::string request = r.before + place.prefix + r.behind;
                const auto fields = request.find(host);
                const std::string& secret = place.admin ? token : key;
                if (fields != std::string::npos) {
                    request.insert(fields, "Authorization: Bearer " + secret + "\r\n");
                }
                BOOST_REQUIRE(raw.send_raw(request).has_value());
                const auto answer = raw.receive();
                BOOST_REQUIRE(answer.has_value());
                if (!bad_path) BOOST_TEST(answer->status == r.status);
                if (bad_path) BOOST_TEST(answer->status == 400u);
                BOOST_TEST(ids.insert(std::string(answer->header("X-Request-Id"))).second);
                if (place.admin) {
                    check_admin(*answer, r);
                } else if (!bad_path) {
                    check_scim(*answer, r);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_client_keeps_its_own_id_if_its_head_can_be_read) {
    served house;
    const auto answer = house.send("POST", "/tenants", {{"X-Request-Id", "mine"}},
                                   std::string(std::size_t{2} << 20, ' '));
    BOOST_TEST(answer.status == 413u);
    BOOST_TEST(answer.header("X-Request-Id") == "mine");
    BOOST_TEST((answer.body.find(R"("request_id":"mine")") != std::string::npos), answer.body);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::cli
