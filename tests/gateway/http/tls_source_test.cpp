// A reload takes the new pair as a whole or leaves everything as it was.
#include "gateway/http/tls_source.hpp"
#include "tests/gateway/http/tls_support.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

namespace rollcall::http {
namespace {

using namespace testing;

struct prepared {
    scratch_directory home;
    made_certificate first;
    std::unique_ptr<tls_source> source =
        tls_source::open(home.write_pair(first), base::now()).value();
};

BOOST_AUTO_TEST_SUITE(tls_source_test)

BOOST_AUTO_TEST_CASE(a_first_pair_must_be_good) {
    const scratch_directory home;
    const auto opened = tls_source::open({home / "no.pem", home / "no.key"}, base::now());
    BOOST_REQUIRE(!opened);
    BOOST_TEST(opened.error().code == tls_errc::unreadable);
}

BOOST_AUTO_TEST_CASE(a_good_pair_takes_the_place) {
    prepared p;
    const auto before = p.source->current();
    const made_certificate second;
    static_cast<void>(p.home.write_pair(second));
    BOOST_TEST(p.source->state().fingerprint == p.first.fingerprint()); // not by itself
    BOOST_REQUIRE(p.source->reload(base::now()).has_value());
    BOOST_TEST(p.source->state().fingerprint == second.fingerprint());
    BOOST_TEST(p.source->current()->fingerprint() == second.fingerprint());
    BOOST_TEST(before->fingerprint() == p.first.fingerprint()); // for who still has it
}

BOOST_AUTO_TEST_CASE(a_bad_pair_changes_nothing_and_is_told) {
    struct {
        const char* name;
        std::function<void(prepared&)> spoil;
        tls_errc code;
    } const rows[]{
        {"the new certificate and the old key",
         [](prepared& p) { p.home.write("cert.pem", made_certificate().certificate_pem()); },
         tls_errc::mismatch},
        {"the new key and the old certificate",
         [](prepared& p) { p.home.write("key.pem", made_certificate().key_pem()); },
         tls_errc::mismatch},
        {"an expired pair",
         [](prepared& p) {
             made_certificate::plan how;
             how.from_s = -7200;
             how.until_s = -3600;
             static_cast<void>(p.home.write_pair(made_certificate(how)));
         },
         tls_errc::expired},
        {"half a file",
         [](prepared& p) {
             p.home.write("cert.pem", made_certificate().certificate_pem().substr(0, 300));
         },
         tls_errc::not_pem},
        {"a key for everybody",
         [](prepared& p) { p.home.write("key.pem", p.first.key_pem(), 0644); },
         tls_errc::exposed_key},
        {"no certificate any more",
         [](prepared& p) { std::filesystem::remove(p.home / "cert.pem"); }, tls_errc::unreadable},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            prepared p;
            row.spoil(p);
            const auto before = p.source->current();
            const auto done = p.source->reload(base::now());
            BOOST_REQUIRE(!done);
            BOOST_TEST(done.error().code == row.code);
            BOOST_TEST(p.source->current() == before);
            const auto told = p.source->state();
            BOOST_TEST(told.last_failure == done.error().message);
            BOOST_TEST(told.reloads_failed == 1U);
            BOOST_TEST(told.not_after.unix_ms == p.first.not_after().unix_ms);

            const made_certificate repaired;
            static_cast<void>(p.home.write_pair(repaired));
            BOOST_TEST(p.source->reload(base::now()).has_value());
            BOOST_TEST(p.source->state().last_failure.empty());
            BOOST_TEST(p.source->state().reloads_failed == 1U);
            BOOST_TEST(p.source->state().fingerprint == repaired.fingerprint());
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
