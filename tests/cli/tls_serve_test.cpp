// serve with a certificate: which ones refuse a start, and what a reload does to those outside, in
// the figures and in what `doctor` says.
#include "cli/server.hpp"
#include "tests/cli/process.hpp"
#include "tests/gateway/http/tls_support.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>

namespace rollcall::cli {
namespace {

using http::testing::eventually;
using http::testing::get;
using http::testing::scratch_directory;
using http::testing::tls_client;
using support::made_certificate;

struct prepared {
    prepared() {
        const auto files = certificates.write_pair(good);
        options.data = home / "data";
        options.listen = http::endpoint::tcp("127.0.0.1", 0);
        options.threads = 1;
        options.cache_bytes = std::size_t{8} << 20;
        options.tls_cert = files.certificate;
        options.tls_key = files.key;
    }

    support::temp_directory home;
    scratch_directory certificates;
    made_certificate good;
    server_options options;
};

void replace_by(prepared& p, std::int64_t from_s, std::int64_t until_s) {
    made_certificate::plan how;
    how.from_s = from_s;
    how.until_s = until_s;
    static_cast<void>(p.certificates.write_pair(made_certificate(how)));
}

struct row {
    const char* name;
    std::function<void(prepared&)> spoil;
    const char* said;
};

const row rows[] = {
    {"a certificate without a key", [](prepared& p) { p.options.tls_key.clear(); },
     "--tls-cert needs --tls-key"},
    {"a key without a certificate", [](prepared& p) { p.options.tls_cert.clear(); },
     "--tls-key needs --tls-cert"},
    {"no such certificate", [](prepared& p) { p.options.tls_cert += ".old"; }, "is not there"},
    {"no such key", [](prepared& p) { p.options.tls_key += ".old"; }, "is not there"},
    {"not PEM", [](prepared& p) { p.certificates.write("cert.pem", "certificate"); },
     "in PEM form"},
    {"a key for everybody",
     [](prepared& p) { p.certificates.write("key.pem", p.good.key_pem(), 0644); }, "chmod 600"},
    {"an encrypted key",
     [](prepared& p) { p.certificates.write("key.pem", p.good.encrypted_key_pem(false)); },
     "openssl pkey -in"},
    {"the key of another certificate",
     [](prepared& p) { p.certificates.write("key.pem", made_certificate().key_pem()); },
     "name the two that belong together"},
    {"expired", [](prepared& p) { replace_by(p, -7200, -3600); }, "renew it"},
    {"not yet valid", [](prepared& p) { replace_by(p, 3600, 7200); }, "is not valid before"},
};

std::string metric(const std::string& text, const std::string& name) {
    const std::size_t at = text.find("\n" + name + " ");
    if (at == text.npos) return {};
    const std::size_t begin = at + name.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_serve_test)

BOOST_AUTO_TEST_CASE(a_bad_certificate_refuses_the_start_and_nothing_is_made) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            prepared p;
            r.spoil(p);
            const auto started = server::start(p.options);
            BOOST_REQUIRE(!started);
            BOOST_TEST_INFO(started.error().message);
            BOOST_TEST(started.error().message.find(r.said) != std::string::npos);
            BOOST_TEST(!std::filesystem::exists(p.options.data));
        }
    }
}

BOOST_AUTO_TEST_CASE(with_a_certificate_any_address_may_be_listened_on) {
    prepared p;
    p.options.listen = http::endpoint::tcp("0.0.0.0", 0);
    p.options.metrics_listen = http::endpoint::tcp("127.0.0.1", 0);
    const auto started = server::start(p.options);
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    const auto port = (*started)->address().port;
    BOOST_TEST((*started)->url() == "https://0.0.0.0:" + std::to_string(port));
    tls_client c(http::endpoint::tcp("127.0.0.1", port));
    BOOST_REQUIRE(c.connected());
    BOOST_TEST(c.ask(get("/healthz")).status == 200u);
    BOOST_TEST(c.ask(get("/metrics")).status == 403u); // the world can ask here
}

BOOST_AUTO_TEST_CASE(addresses_in_answers_begin_with_https) {
    prepared p;
    const auto started = server::start(p.options);
    BOOST_REQUIRE(started);
    tls_client c((*started)->address());
    BOOST_REQUIRE(c.connected());
    const auto got = c.ask(get("/scim/v2/ServiceProviderConfig"));
    BOOST_TEST(got.status == 200u);
    BOOST_TEST(got.body.find("\"https://h/scim/v2/ServiceProviderConfig\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_certificate_is_replaced_while_the_program_serves) {
    prepared p;
    const std::string data = p.options.data.string();
    process child({"serve", "--data", data, "--listen", "127.0.0.1:0", "--threads", "1",
                   "--tls-cert", p.options.tls_cert.string(), "--tls-key",
                   p.options.tls_key.string()},
                  p.home / "serve-errors");
    const std::string ready = child.read_line();
    const std::string begin = "ready https://";
    BOOST_REQUIRE_MESSAGE(ready.starts_with(begin), child.errors());
    const auto where = *http::endpoint::parse(ready.substr(begin.size()));
    const auto doctor = [&] { return call_rollcall({"doctor", "--data", data}, p.home.path()); };

    tls_client kept(where);
    BOOST_REQUIRE(kept.connected());
    BOOST_TEST(kept.fingerprint() == p.good.fingerprint());
    const auto figures = [&] { return kept.ask(get("/metrics")).body; };
    const std::string not_after = "rollcall_tls_certificate_not_after_timestamp_seconds";
    BOOST_TEST(metric(figures(), not_after) == std::to_string(p.good.not_after().unix_ms / 1000));
    BOOST_TEST(metric(figures(), "rollcall_tls_handshakes_total{result=\"full\"}") == "1");
    BOOST_TEST(doctor().out.find("good until " + p.good.not_after().text()) != std::string::npos);

    made_certificate::plan longer;
    longer.until_s = std::int64_t{90} * 24 * 3600;
    const made_certificate next(longer);
    static_cast<void>(p.certificates.write_pair(next));
    child.signal(SIGHUP);
    BOOST_TEST(eventually([&] { return tls_client(where).fingerprint() == next.fingerprint(); }));
    BOOST_TEST(metric(figures(), not_after) == std::to_string(next.not_after().unix_ms / 1000));
    BOOST_TEST(doctor().code == 0);

    p.certificates.write("key.pem", made_certificate().key_pem());
    child.signal(SIGHUP);
    const std::string failing = "rollcall_tls_certificate_reload_failing";
    BOOST_TEST(eventually([&] { return metric(figures(), failing) == "1"; }));
    BOOST_TEST(metric(figures(), "rollcall_tls_certificate_reloads_failed_total") == "1");
    BOOST_TEST(tls_client(where).fingerprint() == next.fingerprint());
    const auto said = doctor();
    BOOST_TEST(said.code == 1);
    BOOST_TEST_INFO(said.out << said.err);
    BOOST_TEST(said.out.find("name the two that belong together") != std::string::npos);
    BOOST_TEST(said.out.find("send SIGHUP") != std::string::npos);

    child.signal(SIGTERM);
    BOOST_TEST(child.wait() == 0);
    BOOST_TEST(child.errors().find("the one of before stays in use") != std::string::npos);
    BOOST_TEST(child.errors().find("name the two that belong together") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
