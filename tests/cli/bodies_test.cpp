// Bodies of who comes with a token: those of one tenant's admins count in its share, files to
// import do not.
#include "cli/json_view.hpp"
#include "gateway/http/client.hpp"
#include "gateway/limits.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rollcall::cli {
namespace {

BOOST_AUTO_TEST_SUITE(bodies_test)

// The share is for what fits into one request, and holds no large file.
BOOST_AUTO_TEST_CASE(a_file_does_not_count_in_the_tenants_share_of_bodies) {
    served open(true);
    open.make_tenant("acme");
    const std::string token =
        json_view(open.must("POST", "/tenants/acme/admins", R"({"name":"bob","role":"admin"})"))
            ->text("token");
    const std::size_t bytes = gateway::limits().input_bytes_tenant_max + 1'000'000;
    const auto sent =
        open.knock("POST", "/admin/v1/tenants/acme/imports?dry_run=true",
                   {{"Authorization", "Bearer " + token}, {"Content-Type", "text/csv"}},
                   "userName\n" + std::string(bytes, '\n'));
    BOOST_TEST(sent.status == 202u, sent.body);
}

BOOST_AUTO_TEST_CASE(what_a_tenants_admins_do_not_finish_is_bounded) {
    served open(true);
    open.make_tenant("acme");
    open.make_tenant("beta");
    const auto token_of = [&](const std::string& tenant) {
        return json_view(open.must("POST", "/tenants/" + tenant + "/admins",
                                   R"({"name":"bob","role":"admin"})"))
            ->text("token");
    };
    const std::string token = token_of("acme");
    const auto received = [&open] {
        const std::string name = "\nrollcall_http_received_bytes_total ";
        http::client door(open.running().admin_address());
        const std::string figures = door.send("GET", "/metrics")->body;
        return std::stoull(figures.substr(figures.find(name) + name.size()));
    };
    constexpr std::size_t body = std::size_t{1024} * 1024;
    const std::string bytes = "POST /admin/v1/tenants/acme/users HTTP/1.1\r\nHost: h\r\n"
                              "Authorization: Bearer " +
                              token + "\r\nContent-Length: " + std::to_string(body) + "\r\n\r\n" +
                              std::string(body - 1, ' ');
    std::vector<std::unique_ptr<http::client>> stalled;
    for (std::size_t i = 0; i < gateway::limits().input_bytes_tenant_max / body; ++i) {
        const auto before = received();
        stalled.push_back(std::make_unique<http::client>(open.running().address()));
        BOOST_REQUIRE(stalled.back()->connect());
        BOOST_REQUIRE(stalled.back()->send_raw(bytes));
        BOOST_REQUIRE(
            http::testing::eventually([&] { return received() >= before + bytes.size(); }));
    }
    const auto create = [&](const std::string& tenant, const std::string& by, std::size_t blanks) {
        return open.knock("POST", "/admin/v1/tenants/" + tenant + "/users",
                          {{"Authorization", "Bearer " + by}},
                          std::string(blanks, ' ') + R"({"userName":"jane"})");
    };
    const auto refused = create("acme", token, 500'000);
    BOOST_TEST(refused.status == 429u, refused.body);
    BOOST_TEST(json_view(refused.body)->text("error") == "input_share_used_up");
    BOOST_TEST(create("beta", token_of("beta"), 500'000).status == 201u);
    BOOST_TEST(create("acme", token, 10).status == 201u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::cli
