#include "gateway/failure_throttle.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

using namespace std::chrono_literals;

limits small() {
    limits bounds;
    bounds.failures_burst = 3;
    bounds.failure_forgotten_after = 1'500ms;
    bounds.failing_peers_max = 2;
    return bounds;
}

const failure_throttle::time_point start{std::chrono::hours(1)};

BOOST_AUTO_TEST_SUITE(failure_throttle_test)

BOOST_AUTO_TEST_CASE(a_burst_passes_and_one_more_does_not) {
    failure_throttle throttle(small());
    for (int i = 0; i < 3; ++i) {
        BOOST_TEST(!throttle.count_failure("192.0.2.1", start).has_value());
    }
    const auto wait = throttle.count_failure("192.0.2.1", start);
    BOOST_REQUIRE(wait.has_value());
    BOOST_TEST(wait->count() == 2); // 1.5 s in whole seconds
    BOOST_TEST(throttle.count_failure("192.0.2.1", start + 1'499ms).has_value());
    BOOST_TEST(!throttle.count_failure("192.0.2.1", start + 1'500ms).has_value());
    BOOST_TEST(throttle.count_failure("192.0.2.1", start + 1'500ms).has_value());
    BOOST_TEST(!throttle.count_failure("192.0.2.2", start).has_value());
}

BOOST_AUTO_TEST_CASE(the_table_is_bounded) {
    failure_throttle throttle(small());
    for (int i = 0; i < 3; ++i) {
        throttle.count_failure("192.0.2.1", start);
        throttle.count_failure("192.0.2.2", start);
    }
    // No room: these two share one count.
    BOOST_TEST(!throttle.count_failure("192.0.2.3", start).has_value());
    BOOST_TEST(!throttle.count_failure("192.0.2.4", start).has_value());
    BOOST_TEST(!throttle.count_failure("192.0.2.3", start).has_value());
    BOOST_TEST(throttle.count_failure("192.0.2.4", start).has_value());
    BOOST_TEST(throttle.peers() == 2u);
    // What is forgotten makes room.
    BOOST_TEST(!throttle.count_failure("192.0.2.5", start + 10s).has_value());
    BOOST_TEST(throttle.peers() == 1u);
}

BOOST_AUTO_TEST_CASE(peers_are_counted_by_what_one_subscriber_has) {
    struct row {
        const char* name;
        const char* a;
        const char* b;
        bool same;
    };

    const row rows[] = {
        {"one IPv4 address", "192.0.2.1", "192.0.2.1", true},
        {"two IPv4 addresses", "192.0.2.1", "192.0.2.2", false},
        {"one /64", "2001:db8::1", "2001:db8::ffff", true},
        {"two /64", "2001:db8::1", "2001:db8:0:1::1", false},
        {"an IPv4 address in IPv6 clothes", "::ffff:192.0.2.1", "192.0.2.1", true},
        {"with a zone", "fe80::1%eth0", "fe80::2", true},
        {"not an address", "unix", "unix", true},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST((throttle_key(r.a) == throttle_key(r.b)) == r.same);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
