// A stop as clients see it: the real program, kept connections, SIGTERM in the middle of their
// work.
#include "cli/json_view.hpp"
#include "gateway/admin/api.hpp"
#include "gateway/http/client.hpp"
#include "tests/cli/process.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <csignal>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

namespace rollcall::cli {
namespace {

using http::testing::eventually;

constexpr std::string_view user_urn = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";

/// The program on a directory that outlives it, with a tenant and its key.
class house {
  public:
    explicit house(const std::vector<std::string>& options = {}) { start(options); }

    void start(const std::vector<std::string>& options = {}) {
        std::vector<std::string> words = {
            "serve", "--data", data().string(), "--listen", "127.0.0.1:0", "--threads", "2"};
        words.insert(words.end(), options.begin(), options.end());
        program_.emplace(words, home_ / "errors");
        const std::string ready = program_->read_line();
        BOOST_REQUIRE_MESSAGE(ready.starts_with("ready http://"), program_->errors());
        world_ = *http::endpoint::parse(ready.substr(13));
        if (!key_.empty()) return;
        http::client door(socket());
        BOOST_REQUIRE(door.send("POST", "/admin/v1/tenants", {}, R"({"id":"acme"})"));
        const auto made = door.send("POST", "/admin/v1/tenants/acme/keys", {}, "{}");
        BOOST_REQUIRE(made);
        key_ = json_view(made->body)->text("key");
    }

    [[nodiscard]] std::filesystem::path data() const { return home_ / "data"; }

    [[nodiscard]] http::endpoint socket() const {
        return http::endpoint::unix_path((data() / "admin.sock").string());
    }

    [[nodiscard]] const http::endpoint& world() const { return world_; }

    [[nodiscard]] http::header_list headers() const {
        return {{"Authorization", "Bearer " + key_}, {"Content-Type", "application/scim+json"}};
    }

    [[nodiscard]] const std::string& key() const { return key_; }

    process& program() { return *program_; }

    /// Whether the user is there.
    bool finds(const std::string& name) {
        http::client provider(world_);
        const auto got = provider.send(
            "GET", "/scim/v2/Users?filter=userName%20eq%20%22" + name + "%22", headers());
        return got && got->status == 200 &&
               got->body.find(R"("totalResults":1)") != std::string::npos;
    }

  private:
    support::temp_directory home_;
    std::optional<process> program_;
    http::endpoint world_;
    std::string key_;
};

std::string user_body(const std::string& name) {
    return "{" + std::string(user_urn) + R"(,"userName":")" + name + "\"}";
}

/// What one client was told until there was nobody to tell him more.
struct told {
    std::vector<std::string> created;
    std::vector<std::string> wrong;
    bool was_closed_politely = false;
};

/// Creates users on one connection that is kept, until the server is gone.
told work(const house& h, int number, std::atomic<int>& done) {
    told all;
    http::client provider(h.world());
    for (int i = 0;; ++i) {
        const std::string name = "user" + std::to_string(number) + "x" + std::to_string(i);
        const auto got = provider.send("POST", "/scim/v2/Users", h.headers(), user_body(name));
        if (!got) {
            // Half an answer would be a bad one; between two answers a connection may end.
            if (got.error().code == http::client_errc::bad_answer) {
                all.wrong.push_back(got.error().message);
            }
            return all;
        }
        if (got->status == 201) {
            all.created.push_back(name);
            ++done;
        } else if (got->status != 503 && got->status != 429) {
            all.wrong.push_back(std::to_string(got->status) + " " + got->body);
        } else if (got->header("Retry-After").empty()) {
            all.wrong.push_back(std::to_string(got->status) + " without Retry-After");
        }
        all.was_closed_politely = !got->keep_alive;
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(drain_test)

BOOST_AUTO_TEST_CASE(who_waits_for_the_log_is_told_that_the_server_stops) {
    house h;
    http::client door(h.socket());
    const auto made =
        door.send("POST", "/admin/v1/operators", {}, R"({"name":"olga","role":"operator"})");
    BOOST_REQUIRE(made);
    const http::header_list headers{
        {"Authorization", "Bearer " + json_view(made->body)->text("token")}};
    const std::string call = "GET /admin/v1/log?from=%40999999&wait=25 HTTP/1.1\r\nHost: h\r\n"
                             "Authorization: Bearer " +
                             json_view(made->body)->text("token") + "\r\n\r\n";
    // What comes in at the world's doors; looking is done at another.
    const auto received = [&door] {
        const std::string name = "\nrollcall_http_received_bytes_total ";
        const std::string figures = door.send("GET", "/metrics")->body;
        return std::stoull(figures.substr(figures.find(name) + name.size()));
    };
    const auto before = received();
    std::vector<std::unique_ptr<http::client>> waiting;
    for (std::size_t i = 0; i < admin::api_limits{}.tenant_waits_max; ++i) {
        waiting.push_back(std::make_unique<http::client>(h.world()));
        BOOST_REQUIRE(waiting.back()->connect());
        BOOST_REQUIRE(waiting.back()->send_raw(call));
    }
    BOOST_REQUIRE(eventually([&] { return received() >= before + waiting.size() * call.size(); }));
    h.program().signal(SIGTERM);
    for (const auto& each : waiting) {
        const auto said = each->receive();
        BOOST_REQUIRE(said);
        BOOST_TEST(said->status == 503u, said->body);
        BOOST_TEST(!said->header("Retry-After").empty());
        BOOST_TEST((said->body.find("stopping") != std::string::npos), said->body);
    }
    BOOST_TEST(h.program().wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_stop_under_load_loses_nothing_that_was_answered) {
    constexpr int clients = 8;
    house h;
    std::atomic<int> done{0};
    std::vector<told> heard(clients);
    std::vector<std::thread> threads;
    for (int i = 0; i < clients; ++i)
        threads.emplace_back([&, i] { heard[static_cast<std::size_t>(i)] = work(h, i, done); });
    BOOST_TEST(eventually([&] { return done > 100; }));
    h.program().signal(SIGTERM);
    BOOST_TEST(h.program().wait() == 0);
    for (std::thread& each : threads)
        each.join();
    h.start();
    for (const told& one : heard) {
        for (const std::string& wrong : one.wrong)
            BOOST_ERROR(wrong);
        for (const std::string& name : one.created)
            BOOST_TEST(h.finds(name), name << " was created");
    }
    h.program().signal(SIGTERM);
    BOOST_TEST(h.program().wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_request_under_way_is_finished_and_its_connection_closed) {
    house h;
    http::client slow(h.world());
    const std::string body = user_body("slow");
    BOOST_REQUIRE(
        slow.send_raw("POST /scim/v2/Users HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer " +
                      h.key() + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n"));
    // Whoever is answered was accepted later.
    http::client idle(h.world());
    BOOST_REQUIRE(idle.send("GET", "/healthz"));
    h.program().signal(SIGTERM);

    http::client door(h.socket());
    std::string said;
    BOOST_TEST(eventually([&] {
        const auto got = door.send("GET", "/readyz");
        said = got ? got->body : "";
        return got && got->status == 503;
    }));
    BOOST_TEST(said.find(R"("serving":"failing")") != std::string::npos);
    BOOST_TEST(eventually([&] { return !http::client(h.world()).connect(); }));
    BOOST_TEST(idle.receive_to_end().value_or("?") == "");

    BOOST_REQUIRE(slow.send_raw(body));
    const auto got = slow.receive();
    BOOST_REQUIRE_MESSAGE(got, (got ? "" : got.error().message));
    BOOST_TEST(got->status == 201u);
    BOOST_TEST(!got->keep_alive);
    BOOST_TEST(h.program().wait() == 0);
    h.start();
    BOOST_TEST(h.finds("slow"));
}

BOOST_AUTO_TEST_CASE(a_stop_can_be_announced_before_it_begins) {
    house h({"--drain-delay-seconds", "600"});
    const auto ready = [&] { return http::client(h.world()).send("GET", "/readyz"); };
    BOOST_TEST(ready()->status == 200u);
    h.program().signal(SIGTERM);
    BOOST_TEST(eventually([&] { return ready()->status == 503; }));
    BOOST_TEST(ready()->body.find(R"("serving":"failing")") != std::string::npos);
    // Who does not know yet is served as ever, on new connections too.
    http::client provider(h.world());
    const auto made = provider.send("POST", "/scim/v2/Users", h.headers(), user_body("late"));
    BOOST_REQUIRE(made);
    BOOST_TEST(made->status == 201u);
    BOOST_TEST(made->keep_alive);
    h.program().signal(SIGTERM); // does not want to wait
    BOOST_TEST(h.program().wait() == 128 + SIGTERM);
    h.start();
    BOOST_TEST(h.finds("late"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
