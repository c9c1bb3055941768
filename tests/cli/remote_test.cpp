// The verbs at a server elsewhere, with the real binary: over TLS, with a token, and everything
// that must be refused before the token is sent.
#include "cli/json_view.hpp"
#include "cli/remote.hpp"
#include "cli/secret_file.hpp"
#include "gateway/bearer_key.hpp"
#include "tests/cli/process.hpp"
#include "tests/gateway/http/tls_support.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <sys/stat.h>

namespace rollcall::cli {
namespace {

using http::testing::scratch_directory;
using support::made_certificate;

/// A server with TLS, its operator's verbs, and a place for files.
struct elsewhere {
    elsewhere()
        : files(certificates.write_pair(shown)),
          child({"serve", "--data", data, "--listen", "127.0.0.1:0", "--threads", "1", "--tls-cert",
                 files.certificate.string(), "--tls-key", files.key.string()},
                home / "serve-errors") {
        const std::string ready = child.read_line();
        const std::string prefix = "ready https://127.0.0.1:";
        BOOST_REQUIRE_MESSAGE(ready.starts_with(prefix), ready + child.errors());
        port = ready.substr(prefix.size());
        token = json_view(local({"operator", "create", "olga", "--role", "operator", "--json"}).out)
                    ->text("token");
        write_token(token);
    }

    [[nodiscard]] std::string url(const std::string& host = "localhost") const {
        return "https://" + host + ":" + port;
    }

    outcome local(std::vector<std::string> words) const {
        words.insert(words.end(), {"--data", data});
        return call_rollcall(words, home.path());
    }

    /// With the token file and the certificate as an authority of its own.
    outcome remote(std::vector<std::string> words) const {
        words.insert(words.end(), {"--server", url(), "--token-file", token_file(), "--ca-file",
                                   files.certificate.string()});
        return call_rollcall(words, home.path());
    }

    [[nodiscard]] std::string token_file() const { return (home / "token").string(); }

    void write_token(const std::string& text, mode_t mode = 0600) const {
        support::write_bytes(token_file(), text + "\n");
        ::chmod(token_file().c_str(), mode);
    }

    support::temp_directory home;
    std::string data = (home / "data").string();
    scratch_directory certificates;
    made_certificate shown;
    http::tls_files files;
    process child;
    std::string port;
    std::string token;
};

/// In this process's environment while it lives; children inherit it.
struct variable {
    variable(const char* n, const std::string& value) : name(n) {
        ::setenv(n, value.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    }

    ~variable() { ::unsetenv(name); } // NOLINT(concurrency-mt-unsafe)

    variable(const variable&) = delete;
    variable& operator=(const variable&) = delete;

    const char* name;
};

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(remote_test)

BOOST_AUTO_TEST_CASE(the_verbs_work_from_elsewhere) {
    const elsewhere e;
    const auto must = [&](std::vector<std::string> words) {
        const outcome o = e.remote(words);
        BOOST_REQUIRE_MESSAGE(o.code == 0, words.front() + ": " + o.err);
        return o.out;
    };
    BOOST_TEST(contains(must({"whoami"}), "olga, operator"));
    BOOST_TEST(contains(e.local({"whoami"}).out, "the operator of this machine"));
    must({"tenant", "create", "acme"});
    BOOST_TEST(contains(must({"key", "create", "acme", "--label", "okta"}), "rc_"));
    BOOST_TEST(contains(must({"key", "rotate", "acme", "okta", "--overlap", "1h"}), "The old key"));
    const std::string made =
        must({"admin", "create", "acme", "Ada", "--role", "primary_admin", "--json"});
    BOOST_TEST(json_view(made)->text("name") == "Ada");
    BOOST_TEST(json_view(made)->text("role") == "primary_admin");
    BOOST_TEST(gateway::is_admin_token(json_view(made)->text("token")));
    BOOST_TEST(contains(must({"admin", "list", "acme"}), "Ada"));
    BOOST_TEST(contains(must({"admin", "set", "acme", "ada", "--role", "viewer"}), "viewer"));
    BOOST_TEST(contains(must({"admin", "token", "acme", "ada", "--expires-in", "30d"}), "rca_"));
    BOOST_TEST(contains(must({"admin", "disable", "acme", "ADA"}), "disabled"));
    BOOST_TEST(contains(must({"operator", "create", "sam", "--role", "support"}), "rca_"));
    BOOST_TEST(contains(must({"operator", "list"}), "sam"));
    BOOST_TEST(contains(must({"operator", "disable", "sam"}), "disabled"));
    BOOST_TEST(contains(must({"log", "tail"}), "by operator olga"));
    BOOST_TEST(contains(must({"log", "verify"}), "events"));
    must({"rebuild", "--verify"});
    must({"log", "export"});
    BOOST_TEST(contains(must({"doctor"}), e.url()));
    BOOST_TEST(contains(e.local({"log", "verify"}).out, "events"));
}

BOOST_AUTO_TEST_CASE(the_token_may_come_from_the_environment) {
    const elsewhere e;
    const variable token("ROLLCALL_TOKEN", e.token);
    const outcome o = call_rollcall(
        {"whoami", "--server", e.url(), "--ca-file", e.files.certificate.string()}, e.home.path());
    BOOST_TEST(o.code == 0, o.err);
    BOOST_TEST(contains(o.out, "olga"));
    // At the socket of a directory nobody needs it.
    BOOST_TEST(contains(e.local({"whoami"}).out, "the operator of this machine"));
}

BOOST_AUTO_TEST_CASE(what_would_give_the_token_away_is_refused) {
    const elsewhere e;
    const std::string ca = e.files.certificate.string();
    const auto with = [&](const std::string& url, bool trust) {
        std::vector<std::string> words{"whoami", "--server", url, "--token-file", e.token_file()};
        if (trust) words.insert(words.end(), {"--ca-file", ca});
        return call_rollcall(words, e.home.path());
    };
    const auto refused = [&](const outcome& o, std::string_view said) {
        BOOST_TEST(o.code == 1);
        BOOST_TEST(contains(o.err, said), said << " in: " << o.err);
        BOOST_TEST(!contains(o.err, e.token));
        BOOST_TEST(o.out.empty());
    };
    refused(with(e.url(), false), "is not trusted");
    refused(with(e.url("127.0.0.1"), true), "is not for '127.0.0.1'");
    refused(with("http://example.com:80", true), "plain HTTP");
    refused(with("http://localhost:" + e.port, false), "plain HTTP");
    refused(with("http://127.0.0.1:" + e.port, true), "--ca-file");
    refused(with("http://127.0.0.1:" + e.port, false), "400");
    refused(with("https://localhost:1", true), "nothing answers");
    refused(with("localhost:" + e.port, true), "is no server");
    refused(with("https://user@localhost:" + e.port, true), "is no server");
    refused(with(e.url() + "/admin", true), "is no server");
    refused(with("https://", true), "is no server");

    e.write_token(e.token, 0640);
    refused(with(e.url(), true), "chmod 600");
    e.write_token(e.token, 0604);
    refused(with(e.url(), true), "chmod 600");
    e.write_token("");
    refused(with(e.url(), true), "holds no token");
    e.write_token(gateway::make_bearer_key());
    refused(with(e.url(), true), "SCIM");
    e.write_token(e.token + std::string(secret_file_bytes_max, ' '));
    refused(with(e.url(), true), "too large");
    e.write_token(gateway::make_admin_token());
    refused(with(e.url(), true), "not known here");
    std::filesystem::remove(e.token_file());
    refused(with(e.url(), true), "cannot be read");
    std::filesystem::create_directory(e.token_file());
    refused(with(e.url(), true), "is no file");
    refused(call_rollcall({"whoami", "--server", e.url()}, e.home.path()), "needs a token");
    refused(call_rollcall({"whoami", "--server", e.url(), "--ca-file", "/dev/null"}, e.home.path()),
            "needs a token");
}

BOOST_AUTO_TEST_CASE(a_redirect_is_not_followed) {
    const support::temp_directory home;
    support::write_bytes(home / "token", gateway::make_admin_token());
    ::chmod((home / "token").c_str(), 0600);

    struct redirecting final : http::handler {
        void handle(http::exchange& x) noexcept override {
            x.answer().empty(302);
            x.answer().add_header("Location", "https://elsewhere.example/admin/v1/self");
        }
    } handler;

    http::server_options options;
    options.doors = {{http::endpoint::tcp("127.0.0.1", 0), &handler}};
    options.threads = 1;
    const auto server = http::server::start(std::move(options));
    BOOST_REQUIRE(server.has_value());
    const outcome o =
        call_rollcall({"whoami", "--server", "http://" + (*server)->endpoints()[0].text(),
                       "--token-file", (home / "token").string()},
                      home.path());
    BOOST_TEST(o.code == 1);
    BOOST_TEST(contains(o.err, "sends elsewhere"), o.err);
}

BOOST_AUTO_TEST_CASE(a_server_that_is_gone_is_not_looked_for_in_a_directory) {
    const elsewhere e;
    support::write_bytes(e.home / "t", e.token);
    ::chmod((e.home / "t").c_str(), 0600);
    for (const std::vector<std::string>& verb : {std::vector<std::string>{"log", "tail"},
                                                 {"log", "verify"},
                                                 {"rebuild", "--verify"},
                                                 {"doctor"}}) {
        auto words = verb;
        words.insert(words.end(),
                     {"--server", "https://localhost:1", "--token-file", (e.home / "t").string()});
        const variable data("ROLLCALL_DATA", e.data);
        const outcome o = call_rollcall(words, e.home.path());
        BOOST_TEST(o.code == 1);
        BOOST_TEST(contains(o.err, "nothing answers at 'localhost:1'"), o.err);
    }
}

BOOST_AUTO_TEST_CASE(urls) {
    struct row {
        const char* text;
        const char* where; ///< null: refused
        bool secure;
    };

    const row rows[] = {
        {"https://id.example.com", "id.example.com:443", true},
        {"https://id.example.com/", "id.example.com:443", true},
        {"https://id.example.com:8443", "id.example.com:8443", true},
        {"https://[2001:db8::1]", "[2001:db8::1]:443", true},
        {"https://[2001:db8::1]:8443", "[2001:db8::1]:8443", true},
        {"http://127.0.0.1", "127.0.0.1:80", false},
        {"http://127.1.2.3:8080", "127.1.2.3:8080", false},
        {"http://[::1]:8080", "[::1]:8080", false},
        {"http://localhost:8080", nullptr, false},
        {"http://127.0.0.1.example.com", nullptr, false},
        {"http://10.0.0.1", nullptr, false},
        {"http://128.0.0.1", nullptr, false},
        {"http://0.0.0.0:8080", nullptr, false},
        {"HTTPS://id.example.com", nullptr, false},
        {"ftp://id.example.com", nullptr, false},
        {"id.example.com", nullptr, false},
        {"https://", nullptr, false},
        {"https:///", nullptr, false},
        {"https://a b", nullptr, false},
        {"https://h:99999", nullptr, false},
        {"https://h:", nullptr, false},
        {"https://h?x=1", nullptr, false},
        {"https://h#x", nullptr, false},
        {"https://u:p@h", nullptr, false},
        {"https://h/admin/v1", nullptr, false},
        {"https://unix:/tmp/s", nullptr, false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            const auto url = read_server_url(r.text);
            BOOST_TEST(url.has_value() == (r.where != nullptr));
            if (!url || r.where == nullptr) continue;
            BOOST_TEST(url->where.text() == r.where);
            BOOST_TEST(url->secure == r.secure);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
