#include "tests/cli/served.hpp"

#include "cli/json_view.hpp"
#include "eventlog/base/json_writer.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>
#include <fmt/format.h>

#include <fstream>

namespace rollcall::cli {
namespace {

/// One JSON object a line; the file is that of the last run.
void note_exchange(std::string_view method, std::string_view target, const http::answer& answer) {
    static std::ofstream file(ROLLCALL_EXCHANGES, std::ios::trunc);
    std::string line;
    base::json_writer json(line);
    json.begin_object().member("method", method).member("target", target);
    json.member("status", answer.status).member("type", answer.header("Content-Type"));
    json.member("body", answer.body).end_object();
    file << line << '\n' << std::flush;
}

} // namespace

served::served(bool behind_proxy) : behind_proxy_(behind_proxy) {
    restart();
}

served::served(const std::filesystem::path& other) {
    std::filesystem::copy(other, data(), std::filesystem::copy_options::recursive);
}

server_options served::options() const {
    server_options o;
    o.data = data();
    o.listen = http::endpoint::tcp("127.0.0.1", 0);
    o.threads = 2;
    o.behind_proxy = behind_proxy_;
    o.publish.brokers = brokers_;
    o.cache_bytes = std::size_t{8} << 20;
    return o;
}

void served::restart() {
    server_.reset();
    auto started = server::start(options());
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    server_ = std::move(*started);
}

void served::publish_to(std::string brokers) {
    brokers_ = std::move(brokers);
    restart();
}

http::answer served::send(std::string_view method, std::string_view target,
                          const http::header_list& headers, std::string_view body) {
    http::client at_socket(server_->admin_address());
    auto answer = at_socket.send(method, "/admin/v1" + std::string(target), headers, body);
    BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    note_exchange(method, target, *answer);
    return std::move(*answer);
}

http::answer served::ask(std::string_view method, std::string_view target, std::string_view body) {
    return send(method, target, {}, body);
}

http::answer served::knock(std::string_view method, std::string_view target,
                           const http::header_list& fields, std::string_view body) {
    http::client somebody(server_->address());
    auto answer = somebody.send(method, target, fields, body);
    BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
    if (target.starts_with("/admin/v1")) note_exchange(method, target.substr(9), *answer);
    return std::move(*answer);
}

std::string served::must(std::string_view method, std::string_view target, std::string_view body) {
    const auto answer = ask(method, target, body);
    BOOST_REQUIRE_MESSAGE(answer.status / 100 == 2,
                          method << ' ' << target << ": " << answer.status << ' ' << answer.body);
    return answer.body;
}

bool served::becomes(std::string_view metric, std::uint64_t value) {
    const std::string line = fmt::format("\n{} {}\n", metric, value);
    http::client at_socket(server_->admin_address());
    return http::testing::eventually([&] {
        const auto figures = at_socket.send("GET", "/metrics");
        return figures && figures->body.find(line) != std::string::npos;
    });
}

std::string served::make_tenant(const std::string& slug) {
    must("POST", "/tenants", R"({"id":")" + slug + "\"}");
    return json_view(must("POST", "/tenants/" + slug + "/keys", R"({"label":"okta"})"))
        ->text("key");
}

http::answer served::scim(std::string_view method, std::string_view target, const std::string& key,
                          std::string_view body) {
    http::client provider(server_->address());
    auto answer = provider.send(
        method, "/scim/v2" + std::string(target),
        {{"Authorization", "Bearer " + key}, {"Content-Type", "application/scim+json"}}, body);
    // Not a check that holds: those write to the test log, and this is asked by many threads.
    if (!answer) BOOST_FAIL(answer.error().message);
    return std::move(*answer);
}

std::string served::make_user(const std::string& key, const std::string& user_name,
                              const std::string& more) {
    const auto answer =
        scim("POST", "/Users", key,
             R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" +
                 user_name + "\"" + more + "}");
    BOOST_REQUIRE_MESSAGE(answer.status == 201, answer.body);
    return json_view(answer.body)->text("id");
}

} // namespace rollcall::cli
