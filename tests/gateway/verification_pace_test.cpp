// How often passwords may be verified, of users and of tenants who share nothing.
#include "gateway/verification_pace.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::gateway {
namespace {

using namespace std::chrono_literals;

const eventlog::tenant_no acme{1};
const eventlog::tenant_no bold{2};
const verification_pace::time_point start{std::chrono::hours(1)};

limits small() {
    limits bounds;
    bounds.verifications_user_burst = 1;
    bounds.verification_user_pause = 6s;
    bounds.verifications_tenant_burst = 1'000;
    bounds.verification_tenant_pause = 1ms;
    bounds.tenant_verified_users_max = 4;
    return bounds;
}

std::string nobody(int i) {
    return "nobody" + std::to_string(i);
}

} // namespace

BOOST_AUTO_TEST_SUITE(verification_pace_test)

BOOST_AUTO_TEST_CASE(a_full_table_is_its_tenants_own) {
    verification_pace pace(small());
    BOOST_TEST(!pace.take(bold, "jane", start).has_value());
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(!pace.take(acme, nobody(i), start).has_value());
    // One past the table: his further users share one count.
    BOOST_TEST(!pace.take(acme, nobody(4), start).has_value());
    BOOST_TEST(pace.take(acme, nobody(5), start).has_value());
    BOOST_TEST(pace.users() == 5u);
    // Neither slower elsewhere, nor faster.
    BOOST_TEST(!pace.take(bold, "tom", start).has_value());
    BOOST_TEST(pace.take(bold, "tom", start).has_value());
    BOOST_TEST(pace.take(bold, "jane", start).has_value());
    // Of one name in two tenants each is counted.
    BOOST_TEST(!pace.take(bold, nobody(0), start).has_value());
    // What is forgotten makes room.
    BOOST_TEST(!pace.take(acme, nobody(6), start + 6s).has_value());
    BOOST_TEST(!pace.take(acme, nobody(7), start + 6s).has_value());
}

BOOST_AUTO_TEST_CASE(past_a_tenants_own_pace_no_names_are_counted) {
    limits bounds = small();
    bounds.verifications_tenant_burst = 2;
    bounds.verification_tenant_pause = 10s;
    bounds.tenant_verified_users_max = 100;
    verification_pace pace(bounds);
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(pace.take(acme, nobody(i), start).has_value() == (i >= 2));
    BOOST_TEST(pace.users() == 2u);
    BOOST_TEST(!pace.take(bold, nobody(9), start).has_value());
}

BOOST_AUTO_TEST_CASE(at_the_usual_paces_no_table_is_full) {
    const limits bounds;
    verification_pace pace(bounds);
    int taken = 0;
    auto at = start;
    for (int i = 0; i < 10'000; ++i, at += 5ms)
        taken += pace.take(acme, nobody(i), at) ? 0 : 1;
    BOOST_TEST(taken > 1'000);
    // Nobody shares a count: who was not tried yet is let in as soon as his tenant is.
    at += 1s;
    for (int i = 0; i < 10; ++i)
        BOOST_TEST(!pace.take(acme, "jane", at).has_value());
    BOOST_TEST(pace.take(acme, "jane", at).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_forgotten_takes_no_memory) {
    limits bounds = small();
    bounds.tenant_verified_users_max = 1'000;
    verification_pace pace(bounds);
    for (std::uint32_t tenant = 1; tenant <= 50; ++tenant) {
        for (int i = 0; i < 20; ++i)
            pace.take({tenant}, nobody(i), start);
    }
    BOOST_TEST(pace.tenants() == 50u);
    BOOST_TEST(pace.users() == 1'000u);
    // Before it is looked for, and after: only who asks then is left.
    const auto looked = start + verification_pace::swept_every;
    pace.take(acme, "jane", looked - 1ms);
    BOOST_TEST(pace.users() == 1'001u);
    pace.take(bold, "tom", looked);
    BOOST_TEST(pace.tenants() == 2u);
    BOOST_TEST(pace.users() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::gateway
