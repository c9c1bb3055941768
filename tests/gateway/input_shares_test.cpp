// What one tenant's unfinished bodies can take, and those of all who show no key: the whole server,
// with clients who do not finish.
#include "gateway/http/client.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <vector>

namespace rollcall::test {
namespace {

using http::testing::eventually;

constexpr std::size_t body_bytes = 200'000;
enum class framing { length, chunks };

server_choices choices(framing how) {
    server_choices c;
    // Two of them, not three: the place for chunks is doubled until they fit.
    c.bounds.input_bytes_tenant_max = how == framing::length ? 450'000 : 700'000;
    c.http.input_bytes_total_max = 100 * body_bytes;
    c.http.input_bytes_reserve = 0;
    c.http.body_time_max = std::chrono::hours(1);
    return c;
}

std::string user_of(std::size_t bytes) {
    const std::string front = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)"
                              R"("userName":"jane","active":true,"x":")";
    return front + std::string(bytes - front.size() - 2, 'x') + "\"}";
}

/// Bytes that the server has taken in since this was made, without those of looking.
class intake {
  public:
    explicit intake(running_server& server) : door_(server.metrics_door()), before_(now()) {}

    std::uint64_t bytes() { return now() - before_; }

  private:
    std::uint64_t now() {
        const std::string look = "GET /metrics HTTP/1.1\r\nHost: h\r\n\r\n";
        BOOST_REQUIRE(door_.connected() || door_.connect());
        BOOST_REQUIRE(door_.send_raw(look));
        const auto said = door_.receive();
        BOOST_REQUIRE(said.has_value());
        const std::string name = "\nrollcall_http_received_bytes_total ";
        const std::size_t at = said->body.find(name);
        BOOST_REQUIRE(at != std::string::npos);
        looks_ += look.size();
        return std::stoull(said->body.substr(at + name.size())) - looks_;
    }

    http::client door_;
    std::size_t looks_ = 0;
    std::uint64_t before_;
};

/// A request without the last byte of its body.
std::string unfinished(const std::string& head, framing how) {
    std::string bytes = head + "Host: h\r\nContent-Type: application/scim+json\r\n";
    if (how == framing::length) {
        bytes += "Content-Length: " + std::to_string(body_bytes) + "\r\n\r\n";
    } else {
        bytes += "Transfer-Encoding: chunked\r\n\r\n30d40\r\n";
    }
    return bytes + std::string(body_bytes - 1, 'x');
}

std::string unfinished(const test_key& key, framing how) {
    return unfinished("POST /scim/v2/Users HTTP/1.1\r\nAuthorization: Bearer " + key.text + "\r\n",
                      how);
}

/// Sends such a request, and waits until it has come.
std::unique_ptr<http::client> stall(running_server& server, const http::endpoint& door,
                                    const std::string& bytes) {
    auto client = std::make_unique<http::client>(door);
    BOOST_REQUIRE(client->connect());
    intake taken(server);
    BOOST_REQUIRE(client->send_raw(bytes));
    BOOST_REQUIRE(eventually([&] { return taken.bytes() >= bytes.size(); }));
    return client;
}

std::unique_ptr<http::client> stall(running_server& server, const test_key& key, framing how) {
    return stall(server, server.world(), unfinished(key, how));
}

http::answer post(running_server& server, const test_key& key, std::size_t bytes) {
    http::client client = server.client();
    auto said = client.send("POST", "/scim/v2/Users", with_key(key, true), user_of(bytes));
    BOOST_REQUIRE_MESSAGE(said.has_value(), (said ? "" : said.error().message));
    return std::move(*said);
}

BOOST_AUTO_TEST_SUITE(input_shares_test)

BOOST_AUTO_TEST_CASE(who_does_not_finish_takes_no_more_than_his_share) {
    for (const framing how : {framing::length, framing::chunks}) {
        running_server server(choices(how));
        const auto acme = server.create_tenant("acme");
        const test_key key = server.create_key(acme);
        const test_key second = server.create_key(acme);
        const test_key other = server.create_key(server.create_tenant("other"));
        std::vector<std::unique_ptr<http::client>> stalled;
        stalled.push_back(stall(server, key, how));
        stalled.push_back(stall(server, second, how));
        BOOST_TEST(post(server, key, body_bytes).status == 429u);
        const auto refused = post(server, second, body_bytes);
        BOOST_TEST(refused.status == 429u);
        BOOST_TEST(refused.header("Retry-After") == "5");
        BOOST_TEST((refused.body.find("as you may") != std::string::npos), refused.body);
        BOOST_TEST(post(server, other, body_bytes).status != 429u);
        BOOST_TEST(post(server, key, 300).status != 429u); // it needs no memory of its own

        stalled.clear();
        BOOST_TEST(eventually([&] { return post(server, key, body_bytes).status != 429u; }));
    }
}

BOOST_AUTO_TEST_CASE(who_shows_no_key_takes_no_more_than_all_such_have_together) {
    struct {
        const char* head;
        bool loopback; ///< or anybody's door
    } const rows[]{
        {"GET /healthz HTTP/1.1\r\n", false},
        {"HEAD /healthz HTTP/1.1\r\n", false},
        {"GET /readyz HTTP/1.1\r\n", false},
        {"GET /metrics HTTP/1.1\r\n", true},
        {"GET /scim/v2/ServiceProviderConfig HTTP/1.1\r\n", false},
        {"GET /scim/v2/ResourceTypes HTTP/1.1\r\n", false},
        {"GET /scim/v2/Schemas HTTP/1.1\r\n", false},
        {"GET /t/acme/scim/v2/Schemas HTTP/1.1\r\n", false},
    };

    for (const framing how : {framing::length, framing::chunks}) {
        auto narrow = choices(how);
        narrow.http.input_bytes_total_max = 10 * body_bytes; // less than all of them ask for
        running_server server(narrow);
        const test_key key = server.create_key(server.create_tenant("acme"));
        for (const auto& row : rows) {
            BOOST_TEST_CONTEXT(row.head) {
                const http::endpoint& door = row.loopback ? server.loopback() : server.world();
                std::vector<std::unique_ptr<http::client>> stalled;
                for (int i = 0; i < 12; ++i)
                    stalled.push_back(stall(server, door, unfinished(row.head, how)));
                const std::string head(row.head);
                const auto refused = head.starts_with("HEAD") ? stalled.back()->receive(true)
                                                              : stalled.back()->receive();
                BOOST_REQUIRE(refused.has_value());
                BOOST_TEST(refused->status == 429u);
                BOOST_TEST(refused->header("Retry-After") == "5");
                BOOST_TEST(post(server, key, body_bytes).status != 503u);

                // A probe sends no body, or a small one, and is always answered.
                for (const char* rest :
                     {"Host: h\r\n\r\n", "Host: h\r\nContent-Length: 5\r\n\r\nhello"}) {
                    http::client probe(door);
                    BOOST_REQUIRE(probe.connect());
                    BOOST_REQUIRE(probe.send_raw(head + rest));
                    const auto said =
                        head.starts_with("HEAD") ? probe.receive(true) : probe.receive();
                    BOOST_REQUIRE(said.has_value());
                    BOOST_TEST(said->status == 200u);
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_was_answered_is_given_back) {
    running_server server(choices(framing::length));
    const test_key key = server.create_key(server.create_tenant("acme"));
    http::client kept = server.client();
    for (int i = 0; i < 10; ++i) {
        const auto said =
            kept.send("POST", "/scim/v2/Users", with_key(key, true), user_of(body_bytes));
        BOOST_REQUIRE(said.has_value());
        BOOST_TEST(said->status != 429u);
    }
}

BOOST_AUTO_TEST_CASE(what_is_refused_later_is_given_back) {
    auto hasty = choices(framing::chunks);
    hasty.http.body_time_max = std::chrono::milliseconds(10);
    hasty.http.deadline_tick = std::chrono::milliseconds(2);
    running_server server(hasty);
    const test_key key = server.create_key(server.create_tenant("acme"));
    for (int i = 0; i < 10; ++i) {
        const framing how = i % 2 == 0 ? framing::length : framing::chunks;
        // Once more if the memory of the one before is held until its connection has gone.
        BOOST_TEST(eventually([&] {
            http::client late(server.world());
            BOOST_REQUIRE(late.connect());
            static_cast<void>(late.send_raw(unfinished(key, how))); // refused in its middle
            const auto said = late.receive();
            return said && said->status == 408;
        }));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
