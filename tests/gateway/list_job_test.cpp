// Lists under way: what clients who do not read can take, and how lists end when the server does.
#include "gateway/http/client.hpp"
#include "gateway/user_wishes.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <poll.h>
#include <sys/socket.h>

namespace rollcall::test {
namespace {

/// A user whose document is about `bytes` long.
projections::subject_id add_user(running_server& server, eventlog::tenant_no tenant,
                                 const std::string& name, std::size_t bytes) {
    projections::create_user body;
    body.new_id = base::uuid::make_v7(base::now().unix_ms);
    auto wish =
        gateway::read_creation(R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                               R"("userName":")" +
                               name + R"(","nickName":")" + std::string(bytes, 'x') + R"("})");
    BOOST_REQUIRE(wish.has_value());
    body.wish = std::move(*wish);
    return server.run(tenant, std::move(body)).user->id;
}

http::answer get(running_server& server, const test_key& key, const std::string& target) {
    http::client client = server.client();
    auto answer = client.send("GET", target, with_key(key));
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

using http::testing::eventually;

/// Asks for the list and waits until its answer begins, so that whatever is asked next comes after
/// it; reads nothing of it.
http::descriptor ask_and_read_nothing(running_server& server, const test_key& key) {
    auto socket = http::dial(server.world(), std::chrono::seconds(10));
    BOOST_REQUIRE(socket.has_value());
    const std::string request =
        "GET /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " + key.text + "\r\n\r\n";
    BOOST_REQUIRE(::send(socket->get(), request.data(), request.size(), MSG_NOSIGNAL) ==
                  static_cast<ssize_t>(request.size()));
    pollfd readable{socket->get(), POLLIN, 0};
    BOOST_REQUIRE(::poll(&readable, 1, 30'000) == 1);
    return std::move(*socket);
}

BOOST_AUTO_TEST_SUITE(list_job_test)

BOOST_AUTO_TEST_CASE(who_does_not_read_takes_no_more_than_his_share) {
    constexpr std::size_t fat = 250'000;
    constexpr int users = 60; // a page of them is more than two socket buffers hold
    server_choices choices;
    choices.bounds.page_bytes_max = 100 * fat;
    choices.bounds.answer_bytes_tenant_max = (2 * users - 1) * fat; // one page, not two
    choices.http.write_time_max = std::chrono::hours(1);
    running_server server(choices);
    const auto acme = server.create_tenant("acme");
    const test_key key = server.create_key(acme);
    for (int i = 0; i < users; ++i) {
        add_user(server, acme, "fat" + std::to_string(i), fat);
    }
    const auto other = server.create_tenant("other");
    const test_key other_key = server.create_key(other);
    add_user(server, other, "slim", 1);

    {
        const http::descriptor deaf = ask_and_read_nothing(server, key);
        BOOST_TEST(eventually([&] { return get(server, key, "/scim/v2/Users").status == 429u; }));
        BOOST_TEST(get(server, key, "/scim/v2/Users").header("Retry-After") == "2");
        BOOST_TEST(get(server, other_key, "/scim/v2/Users").status == 200u);
    }
    BOOST_TEST(eventually([&] { return get(server, key, "/scim/v2/Users").status == 200u; }));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
