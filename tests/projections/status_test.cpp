// The table of statuses: what each is derived from, which may follow which, and who holds a seat.
#include "projections/status.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(status_test)

namespace {

constexpr suspension none{};
constexpr suspension for_seats{1, {5}};
constexpr suspension by_admin{2, {5}};

} // namespace

BOOST_AUTO_TEST_CASE(a_status_follows_from_the_facts) {
    struct row {
        const char* name;
        status_facts facts;
        user_status status;
    };

    const row rows[] = {
        {"wanted and not suspended", {true, none}, user_status::active},
        {"suspended for want of seats", {true, for_seats}, user_status::suspended},
        {"suspended by an admin", {true, by_admin}, user_status::suspended},
        {"waits for a role", {true, none, user_status::pending_role}, user_status::pending_role},
        {"waits for an approval",
         {true, none, user_status::pending_approval},
         user_status::pending_approval},
        {"waits, and is suspended",
         {true, by_admin, user_status::pending_role},
         user_status::suspended},
        {"waits, and is not wanted",
         {false, none, user_status::pending_approval},
         user_status::deactivated},
        {"not wanted", {false, none}, user_status::deactivated},
        {"not wanted, and suspended as well", {false, by_admin}, user_status::deactivated},
    };
    for (const row& r : rows)
        BOOST_TEST((status_of(r.facts) == r.status), r.name);
}

BOOST_AUTO_TEST_CASE(what_a_request_makes_of_a_status) {
    open_request request;
    BOOST_TEST(!waits_for(std::nullopt));
    BOOST_TEST((waits_for(request) == user_status::pending_role));
    request.kind = request_kind::reactivation;
    BOOST_TEST((waits_for(request) == user_status::pending_role));
    request.wanted_role = "clerk";
    BOOST_TEST((waits_for(request) == user_status::pending_approval));
    request.kind = request_kind::role;
    BOOST_TEST(!waits_for(request));
}

BOOST_AUTO_TEST_CASE(the_reason_of_a_status) {
    user_core core;
    BOOST_TEST(reason_of(core) == "");
    standing waits;
    waits.request.emplace();
    core.approval = waits;
    BOOST_TEST(reason_of(core) == "invite");
    BOOST_TEST((status_since(core) == base::moment{}));
    core.suspended = {0b1011, {5}};
    BOOST_TEST(reason_of(core) == "admin");
    BOOST_TEST((status_since(core) == base::moment{5}));
    core.suspended = {0b1001, {5}};
    BOOST_TEST(reason_of(core) == "expired");
    core.active = false;
    BOOST_TEST(reason_of(core) == "");
}

BOOST_AUTO_TEST_CASE(every_transition_is_in_the_table) {
    // From a row's status to those with an x: pending_role, pending_approval, active, suspended,
    // deactivated, deleted.
    struct row {
        std::optional<user_status> from;
        std::string_view to;
    };

    const row rows[] = {
        {std::nullopt, "xxx.x."},
        {user_status::pending_role, "xx.xxx"},
        {user_status::pending_approval, "xxxxxx"},
        {user_status::active, "..xxxx"},
        {user_status::suspended, "xxxxxx"},
        {user_status::deactivated, "xxxxxx"},
        {user_status::deleted, ".....x"},
    };
    for (const row& r : rows) {
        for (std::size_t to = 0; to < r.to.size(); ++to) {
            BOOST_TEST_CONTEXT((r.from ? status_name(*r.from) : "nobody")
                               << " to " << status_name(static_cast<user_status>(to))) {
                BOOST_TEST(may_become(r.from, static_cast<user_status>(to)) == (r.to[to] == 'x'));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(words_and_statuses_are_the_same_both_ways) {
    for (const user_status status : living_statuses)
        BOOST_TEST((parse_living_status(status_name(status)) == status));
    for (const char* word : {"deleted", "", "Active", "pending"})
        BOOST_TEST(!parse_living_status(word), word);
}

BOOST_AUTO_TEST_CASE(seats_are_the_sum_over_the_states_of_the_plan) {
    const status_counts counts{1, 20, 300, 4000, 50000};
    plan_terms terms;
    BOOST_TEST(seats_used(terms, counts) == 321u);
    terms.seat_states = seat_state_bit(user_status::active);
    BOOST_TEST(seats_used(terms, counts) == 300u);
    terms.seat_states |= seat_state_bit(user_status::suspended);
    BOOST_TEST(seats_used(terms, counts) == 4300u);
    BOOST_TEST(!holds_seat(terms, user_status::deactivated));
    BOOST_TEST(!holds_seat(terms, user_status::pending_role));
}

BOOST_AUTO_TEST_CASE(the_lower_limit_counts) {
    using limit = std::optional<std::uint64_t>;

    struct row {
        const char* name;
        limit own, plan, counts;
    };

    const row rows[] = {
        {"neither", {}, {}, {}},          {"own only", 5, {}, 5},     {"plan only", {}, 7, 7},
        {"own is lower", 5, 7, 5},        {"plan is lower", 9, 7, 7}, {"the same", 7, 7, 7},
        {"none at all by plan", 5, 0, 0},
    };
    for (const row& r : rows) {
        tenant_settings settings;
        settings.seat_limit = r.own;
        settings.terms.seats = r.plan;
        BOOST_TEST((seat_limit(settings) == r.counts), r.name);
    }
}

BOOST_AUTO_TEST_CASE(a_suspension_is_a_set_of_reasons) {
    constexpr auto seats = suspension_reason::seats;
    constexpr auto admin = suspension_reason::admin;
    const suspension first = none.with(seats, {7});
    BOOST_TEST((first.has(seats) && !first.has(admin) && first.since == base::moment{7}));
    const suspension both = first.with(admin, {9});
    BOOST_TEST((both.has(seats) && both.has(admin)));
    BOOST_TEST((both.since == base::moment{7}));
    BOOST_TEST((both.with(seats, {11}) == both));
    BOOST_TEST((both.without(seats).has(admin) && both.without(seats).since == base::moment{7}));
    BOOST_TEST((both.without(seats).without(admin) == none));
    BOOST_TEST((none.without(admin) == none));
}

BOOST_AUTO_TEST_SUITE_END()
