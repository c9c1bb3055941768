#include "gateway/discovery_pages.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::test {
namespace {

http::answer get(const running_server& server, const std::string& host, const std::string& path) {
    http::client client(server.world());
    BOOST_REQUIRE(
        client.send_raw("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").has_value());
    auto answer = client.receive();
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

BOOST_AUTO_TEST_SUITE(discovery_pages_test)

BOOST_AUTO_TEST_CASE(every_base_gets_its_own_urls_however_few_are_kept) {
    server_choices choices;
    choices.bounds.discovery_bases_max = 1;
    running_server server(choices);
    for (const std::string& host :
         std::vector<std::string>{"a.example.com", "b.example.com:8080", "a.example.com"}) {
        BOOST_TEST_CONTEXT(host) {
            const auto answer = get(server, host, "/scim/v2/ServiceProviderConfig");
            BOOST_TEST(answer.status == 200u);
            BOOST_TEST(json_at(answer.body, "/meta/location") ==
                       "http://" + host + "/scim/v2/ServiceProviderConfig");
        }
    }
    BOOST_TEST(get(server, "a\"b", "/scim/v2/Schemas").status == 400u);
}

BOOST_AUTO_TEST_CASE(no_tenant_can_be_told_from_another) {
    running_server server;
    server.create_tenant("acme");
    const auto real = get(server, "h", "/t/acme/scim/v2/Schemas");
    const auto none = get(server, "h", "/t/nope/scim/v2/Schemas");
    BOOST_TEST(real.status == 200u);
    BOOST_TEST(none.status == 200u);
    std::string body = real.body;
    for (std::size_t at = body.find("/t/acme/"); at != body.npos; at = body.find("/t/acme/")) {
        body.replace(at, 8, "/t/nope/");
    }
    BOOST_TEST((body == none.body));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
