#include "gateway/ops.hpp"
#include "gateway/prometheus.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::test {
namespace {

http::answer get(const http::endpoint& where, const char* path, http::header_list fields = {}) {
    http::client client(where);
    auto answer = client.send("GET", path, fields);
    BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
    return std::move(*answer);
}

/// The value of a sample line, e.g. `rollcall_log_head_position`; empty if it is not there.
std::string sample(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\n" + name + " ");
    if (at == text.npos) return {};
    const std::size_t begin = at + name.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

BOOST_AUTO_TEST_SUITE(ops_test)

BOOST_AUTO_TEST_CASE(health_and_readiness_need_no_key) {
    running_server server;
    const auto health = get(server.world(), "/healthz");
    BOOST_TEST(health.status == 200u);
    BOOST_TEST(health.body == R"({"status":"ok"})");
    const auto ready = get(server.world(), "/readyz");
    BOOST_TEST(ready.status == 200u);
    BOOST_TEST(ready.body == R"({"status":"ready","checks":{"log":"ok"}})");
}

BOOST_AUTO_TEST_CASE(figures_are_not_for_the_world) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("acme"));
    BOOST_TEST(get(server.world(), "/metrics").status == 403u);
    BOOST_TEST(get(server.world(), "/metrics", with_key(key)).status == 401u); // opens SCIM only
    BOOST_TEST(get(server.loopback(), "/metrics").status == 200u);
    BOOST_TEST(get(server.metrics_door(), "/metrics").status == 200u);
    BOOST_TEST(get(server.metrics_door(), "/healthz").status == 200u);
    BOOST_TEST(get(server.metrics_door(), "/scim/v2/Users", with_key(key)).status == 404u);
    BOOST_TEST(get(server.metrics_door(), "/scim/v2/Schemas").status == 404u);
    BOOST_TEST(get(server.loopback(), "/scim/v2/Users", with_key(key)).status == 200u);
}

BOOST_AUTO_TEST_CASE(figures_say_what_happened) {
    running_server server;
    const test_key key = server.create_key(server.create_tenant("secretive-tenant"));
    get(server.world(), "/scim/v2/Users", with_key(key));
    get(server.world(), "/scim/v2/Users/nobody", with_key(key));
    get(server.world(), "/scim/v2/Users");
    const auto answer = get(server.metrics_door(), "/metrics");
    const std::string& text = answer.body;
    BOOST_TEST(answer.header("Content-Type") == gateway::prometheus_media_type);
    BOOST_TEST(sample(text, R"(rollcall_http_requests_total{route="list_users",status="200"})") ==
               "1");
    BOOST_TEST(sample(text, R"(rollcall_http_requests_total{route="list_users",status="401"})") ==
               "1");
    BOOST_TEST(sample(text, R"(rollcall_http_requests_total{route="get_user",status="404"})") ==
               "1");
    BOOST_TEST(
        sample(text, R"(rollcall_http_request_duration_seconds_count{route="list_users"})") == "2");
    BOOST_TEST(
        sample(text,
               R"(rollcall_http_request_duration_seconds_bucket{route="list_users",le="+Inf"})") ==
        "2");
    BOOST_TEST(sample(text, R"(rollcall_auth_failures_total{credential="key",reason="missing"})") == "1");
    BOOST_TEST(sample(text, R"(rollcall_auth_failures_total{credential="key",reason="expired"})") == "0");
    BOOST_TEST(sample(text, R"(rollcall_http_faults_total{fault="malformed"})") == "0");
    BOOST_TEST(sample(text, "rollcall_writer_queue_duration_seconds_count") == "2");
    BOOST_TEST(sample(text, "rollcall_log_head_position") == "2");
    BOOST_TEST(sample(text, "rollcall_writer_events_total") == "2");
    BOOST_TEST(sample(text, "rollcall_http_connections") != "");
    BOOST_TEST(sample(text, "process_open_fds") != "0");
    BOOST_TEST(std::stoull(sample(text, "process_resident_memory_bytes")) > 1'000'000u);
    BOOST_TEST(text.find("secretive-tenant") == text.npos);
    BOOST_TEST(text.find(key.text) == text.npos);
}

BOOST_AUTO_TEST_CASE(every_line_is_a_comment_or_a_sample) {
    running_server server;
    std::string text = get(server.loopback(), "/metrics").body;
    BOOST_TEST(text.back() == '\n');
    std::size_t lines = 0;
    while (!text.empty()) {
        const std::string line = text.substr(0, text.find('\n'));
        text.erase(0, line.size() + 1);
        ++lines;
        if (line.starts_with("# HELP ") || line.starts_with("# TYPE ")) continue;
        const std::size_t blank = line.rfind(' ');
        BOOST_REQUIRE(blank != line.npos);
        std::size_t read = 0;
        std::stod(line.substr(blank + 1), &read);
        BOOST_TEST(read == line.size() - blank - 1, line);
    }
    BOOST_TEST(lines > 50u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
