// Who held a seat from when to when: rows of lives, and random ones against a recount of every
// single second.
#include "eventlog/error.hpp"
#include "projections/seat_ledger.hpp"
#include "tests/projections/world.hpp"

#include <rapidcheck/boost_test.h>

#include <set>
#include <utility>
#include <vector>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(seat_ledger_test)

namespace {

constexpr std::uint8_t only_active = 0b000'0100;
constexpr std::uint8_t also_suspended = 0b000'1100;
constexpr std::uint8_t nobody_but_suspended = 0b000'1000;
constexpr std::int64_t forever = 1'000;

tenant_settings on(std::uint8_t states) {
    tenant_settings set;
    set.terms.seat_states = states;
    return set;
}

user_facts wanted(bool active, std::uint8_t suspended = 0) {
    user_facts f;
    f.ordinal = 1;
    f.active = active;
    f.suspended.reasons = suspended;
    return f;
}

user_created made(bool active) {
    return {wanted(active), {}};
}

const event_body suspended = user_suspended{{0b10, {}}, false};
const event_body resumed = user_resumed{{}, true};
const event_body deactivated = user_deactivated{wanted(false), {}};
const event_body reactivated = user_reactivated{wanted(true), {}};
const event_body restored = user_restored{wanted(true), {}, true};
const event_body changed = user_changed{wanted(true), {}};
const event_body founded = tenant_created{"acme", on(only_active)};

event_body terms(std::uint8_t states) {
    return tenant_changed{on(states), {"plan_terms"}};
}

struct told {
    std::int64_t second;
    event_body body;
};

/// From second to second; `forever`: still held.
using spans = std::vector<std::pair<std::int64_t, std::int64_t>>;

base::result<void> take(seat_account& account, const told& one, std::uint64_t number) {
    return account.take({position::embedded, number},
                        {tenant_no{1}, {number}, {one.second * 1000}, id_of(7), {}}, one.body);
}

seat_account account_of(const std::vector<told>& life) {
    seat_account account;
    std::uint64_t number = 0;
    for (const told& one : life) {
        const auto taken = take(account, one, ++number);
        BOOST_REQUIRE_MESSAGE(taken.has_value(), taken.error().message);
    }
    return account;
}

spans spans_of(const seat_account& account) {
    spans out;
    for (const seat_stretch& s : account.stretches()) {
        out.emplace_back(s.given.time.unix_ms / 1000,
                         s.taken ? s.taken->time.unix_ms / 1000 : forever);
    }
    return out;
}

seat_stretch held(std::int64_t from, std::int64_t to = forever) {
    seat_stretch s{{event_type::user_created, {}, {from}}, {}};
    if (to != forever) s.taken = {event_type::user_deleted, {}, {to}};
    return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_gives_and_takes_a_seat) {
    struct row {
        const char* name;
        std::vector<told> life;
        spans seats;
    };

    const row rows[] = {
        {"nobody yet", {{1, founded}}, {}},
        {"created", {{1, founded}, {2, made(true)}}, {{2, forever}}},
        {"created inactive", {{1, founded}, {2, made(false)}}, {}},
        {"changed", {{1, founded}, {2, made(true)}, {5, changed}}, {{2, forever}}},
        {"deactivated", {{1, founded}, {2, made(true)}, {5, deactivated}}, {{2, 5}}},
        {"and back",
         {{1, founded}, {2, made(true)}, {5, deactivated}, {9, reactivated}},
         {{2, 5}, {9, forever}}},
        {"restored",
         {{1, founded}, {2, made(true)}, {5, deactivated}, {9, restored}},
         {{2, 5}, {9, forever}}},
        {"suspended and resumed",
         {{1, founded}, {2, made(true)}, {5, suspended}, {7, resumed}},
         {{2, 5}, {7, forever}}},
        {"deactivated while suspended",
         {{1, founded}, {2, made(true)}, {5, suspended}, {7, deactivated}},
         {{2, 5}}},
        {"deleted", {{1, founded}, {2, made(true)}, {5, user_deleted{}}}, {{2, 5}}},
        {"erased", {{1, founded}, {2, made(true)}, {5, user_erased{}}}, {{2, 5}}},
        {"deleted, then erased",
         {{1, founded}, {2, made(true)}, {5, user_deleted{}}, {8, user_erased{}}},
         {{2, 5}}},
        {"given and taken in one moment",
         {{1, founded}, {2, made(true)}, {2, deactivated}},
         {{2, 2}}},
        {"the tenant is deleted", {{1, founded}, {2, made(true)}, {6, tenant_deleted{}}}, {{2, 6}}},
        {"erased in a deleted tenant",
         {{1, founded}, {2, made(true)}, {6, tenant_deleted{}}, {8, user_erased{}}},
         {{2, 6}}},
        {"who is suspended holds one by the terms",
         {{1, terms(also_suspended)}, {2, made(true)}, {5, suspended}, {7, deactivated}},
         {{2, 7}}},
        {"the terms come to count who is suspended",
         {{1, founded}, {2, made(true)}, {5, suspended}, {8, terms(also_suspended)}},
         {{2, 5}, {8, forever}}},
        {"the terms cease to count who is active",
         {{1, founded}, {2, made(true)}, {8, terms(nobody_but_suspended)}, {9, suspended}},
         {{2, 8}, {9, forever}}},
        {"other terms that say the same of him",
         {{1, founded}, {2, made(true)}, {8, terms(also_suspended)}},
         {{2, forever}}},
        {"terms of before he came",
         {{1, founded}, {2, terms(nobody_but_suspended)}, {3, made(true)}},
         {}},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const seat_account account = account_of(r.life);
            BOOST_TEST((spans_of(account) == r.seats));
            BOOST_TEST(account.holds() == (!r.seats.empty() && r.seats.back().second == forever));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_stretch_names_the_events_that_gave_and_took_it) {
    const auto account =
        account_of({{1, founded}, {2, made(true)}, {4, changed}, {8, terms(nobody_but_suspended)}});
    BOOST_REQUIRE(account.stretches().size() == 1u);
    const seat_stretch& s = account.stretches().front();
    BOOST_TEST((s.given == seat_cause{event_type::user_created, {position::embedded, 2}, {2000}}));
    BOOST_REQUIRE(s.taken.has_value());
    BOOST_TEST(
        (*s.taken == seat_cause{event_type::tenant_changed, {position::embedded, 4}, {8000}}));
}

BOOST_AUTO_TEST_CASE(a_fact_that_does_not_follow_is_refused) {
    struct row {
        const char* name;
        std::vector<told> before;
        event_body body;
    };

    const row rows[] = {
        {"a change of nobody", {{1, founded}}, changed},
        {"a suspension of nobody", {{1, founded}}, suspended},
        {"a second creation", {{1, founded}, {2, made(true)}}, made(true)},
        {"a suspension of who is deactivated", {{1, founded}, {2, made(false)}}, suspended},
        {"a return from deletion",
         {{1, founded}, {2, made(true)}, {3, user_deleted{}}},
         reactivated},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            seat_account account = account_of(r.before);
            const auto taken = take(account, {9, r.body}, 9);
            BOOST_REQUIRE(!taken.has_value());
            BOOST_TEST((taken.error().code == log_errc::out_of_order));
        }
    }
}

BOOST_AUTO_TEST_CASE(how_long_of_a_period) {
    struct row {
        const char* name;
        seat_stretch seat;
        bool within;
        std::int64_t ms;
    };

    // The period is 100 to 200.
    const row rows[] = {
        {"before it", held(10, 90), false, 0},
        {"up to its beginning", held(10, 100), false, 0},
        {"into it", held(10, 130), true, 30},
        {"inside", held(120, 130), true, 10},
        {"exactly it", held(100, 200), true, 100},
        {"out of it", held(150, 300), true, 50},
        {"still", held(150), true, 50},
        {"around it", held(10, 300), true, 100},
        {"from its end on", held(200, 300), false, 0},
        {"from its end on, still", held(200), false, 0},
        {"a moment inside", held(150, 150), true, 0},
        {"a moment at its beginning", held(100, 100), true, 0},
        {"a moment before it", held(99, 99), false, 0},
        {"a moment at its end", held(200, 200), false, 0},
    };
    const seat_period period{{100}, {200}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(is_within(r.seat, period) == r.within);
            BOOST_TEST(held_ms(r.seat, period) == r.ms);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_most_at_once) {
    struct row {
        const char* name;
        std::vector<seat_stretch> seats;
        std::uint64_t most;
        std::int64_t at;
    };

    const row rows[] = {
        {"nobody", {}, 0, 100},
        {"nobody in the period", {held(10, 100), held(200)}, 0, 100},
        {"from before", {held(10), held(100), held(20, 150)}, 3, 100},
        {"at its first highest moment", {held(110, 120), held(130, 140), held(130)}, 2, 130},
        {"who leaves makes room", {held(110, 120), held(120)}, 1, 110},
        {"whatever the order", {held(120), held(110, 120)}, 1, 110},
        {"a mere moment", {held(110, 110)}, 0, 100},
        {"what is past does not matter", {held(150), held(200), held(250, 300)}, 1, 150},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            seat_peak peak({{100}, {200}});
            for (const seat_stretch& s : r.seats)
                peak.add(s);
            BOOST_TEST(peak.most().seats == r.most);
            BOOST_TEST(peak.most().at.unix_ms == r.at);
        }
    }
}

namespace {

enum class deed : std::uint8_t {
    create,
    create_inactive,
    rename,
    deactivate,
    reactivate,
    suspend,
    resume,
    remove,
    erase,
    move_plan,
    end
};

struct step {
    deed what{};
    std::uint8_t who = 0;
    std::uint8_t seconds = 0; ///< that pass before it
};

void showValue(const step& s, std::ostream& out) {
    out << "deed " << static_cast<int>(s.what) << " who=" << int{s.who} << " after "
        << int{s.seconds} << " s";
}

rc::Gen<step> any_step() {
    return rc::gen::build<step>(
        rc::gen::set(&step::what, rc::gen::weightedElement<deed>({{12, deed::create},
                                                                  {3, deed::create_inactive},
                                                                  {4, deed::rename},
                                                                  {8, deed::deactivate},
                                                                  {8, deed::reactivate},
                                                                  {6, deed::suspend},
                                                                  {6, deed::resume},
                                                                  {3, deed::remove},
                                                                  {2, deed::erase},
                                                                  {3, deed::move_plan}})),
        rc::gen::set(&step::who, rc::gen::inRange<std::uint8_t>(0, 8)),
        rc::gen::set(&step::seconds, rc::gen::inRange<std::uint8_t>(0, 4)));
}

/// Plays commands in memory, gives what they come to to accounts, and counts by the rows, second by
/// second.
class town : public world {
  public:
    using crowd = std::set<subject_id>;

    town() {
        create_plan plan{id_of(101), "wide", {}};
        plan.terms.seat_states = 0b000'1111;
        run(by_operator(system_tenant, plan));
        plan = {id_of(102), "odd", {}};
        plan.terms.seat_states = 0b000'0101;
        run(by_operator(system_tenant, plan));
        begun = {now.unix_ms + 1000};
        tell(by_operator({}, create_tenant{"acme", {"acme", "generic", "default", {}, true}}), 1);
        acme = tenant_no{1};
    }

    void take(const step& s) {
        if (s.what == deed::create || s.what == deed::create_inactive) {
            const auto id = id_of(static_cast<std::uint8_t>(people.size() + 1));
            const bool fits = people.size() < 40;
            if (fits && tell(by_operator(acme, create_user{id, wish_for("n" + std::to_string(s.who),
                                                                        s.what == deed::create)}),
                             s.seconds)) {
                people.push_back(id);
            }
            return;
        }
        if (s.what == deed::move_plan) {
            set_tenant to;
            to.plan = s.who % 3 == 0 ? "default" : s.who % 3 == 1 ? "wide" : "odd";
            tell(by_operator(acme, to), s.seconds);
            return;
        }
        if (s.what == deed::end) {
            tell(by_operator(acme, delete_tenant{}), s.seconds);
            return;
        }
        if (people.empty()) return;
        tell(by_operator(acme, about(s.what, people[s.who % people.size()])), s.seconds);
    }

    /// True if the person who was to be made is there under that id.
    bool tell(const command& asked, std::uint8_t seconds) {
        for (std::uint8_t i = 0; i < seconds; ++i) {
            counted.push_back(holders()); // the second that begins with `now`
            now.unix_ms += 1000;
        }
        const auto decided = ask(asked);
        if (!decided) return false;
        for (const event& fact : decided->events) {
            const std::uint64_t number = seqs[fact.tenant].value + 1;
            heard.push_back({{fact.tenant, {number}, fact.time, fact.subject, {}}, fact.body});
        }
        carry_out(*decided);
        return decided->what == done::kind::created;
    }

    [[nodiscard]] crowd holders() const {
        crowd found;
        const auto tenant = read_tenant(rows, acme);
        if (!tenant || tenant->deleted) return found;
        for (const subject_id& id : people) {
            const auto user = read_user(rows, acme, id);
            if (user && holds_seat(tenant->settings.terms, user->core.status())) found.insert(id);
        }
        return found;
    }

    [[nodiscard]] seat_account account(const subject_id& id) const {
        seat_account out;
        std::uint64_t place = 0;
        for (const auto& [header, body] : heard) {
            ++place;
            if (header.subject != id && header.subject != subject_id{}) continue;
            const auto taken = out.take({position::embedded, place}, header, body);
            RC_ASSERT(taken.has_value());
        }
        return out;
    }

    tenant_no acme{1};
    base::moment begun;
    std::vector<subject_id> people;
    std::vector<crowd> counted; ///< by second since `begun`

  private:
    [[nodiscard]] static command_body about(deed what, const subject_id& who) {
        switch (what) {
        case deed::deactivate: return change_user{who, {}, set_active(false), {}, true};
        case deed::reactivate: return change_user{who, {}, set_active(true), {}, false};
        case deed::suspend: return suspend_user{who};
        case deed::resume: return resume_user{who};
        case deed::remove: return delete_user{who, {}};
        case deed::erase: return erase_user{who};
        default: break;
        }
        return change_user{who,
                           {},
                           [](const user_state& current) {
                               user_wish wish;
                               wish.content = current.content;
                               wish.active = current.core.active;
                               wish.changed = {"title"};
                               return wish;
                           },
                           {},
                           false};
    }

    std::vector<std::pair<event_header, event_body>> heard;
};

} // namespace

RC_BOOST_PROP(a_recount_of_every_second_agrees, ()) {
    town t;
    for (const step& next : *rc::gen::container<std::vector<step>>(any_step()))
        t.take(next);
    const bool ends = *rc::gen::arbitrary<bool>();
    if (ends) t.take({deed::end, 0, 1});
    t.take({deed::move_plan, 1, 3}); // some seconds more

    const auto seconds = static_cast<std::int64_t>(t.counted.size());
    const std::int64_t first = *rc::gen::inRange<std::int64_t>(0, seconds);
    const std::int64_t last = *rc::gen::inRange<std::int64_t>(first + 1, seconds + 1);
    // The first second that was counted ended with the tenant's creation.
    const base::moment zero{t.begun.unix_ms - 1000};
    const seat_period period{{zero.unix_ms + first * 1000}, {zero.unix_ms + last * 1000}};

    seat_peak peak(period);
    std::size_t holding = 0;
    for (const subject_id& id : t.people) {
        const seat_account account = t.account(id);
        holding += account.holds() ? 1 : 0;
        std::int64_t by_account = 0;
        for (const seat_stretch& s : account.stretches()) {
            by_account += held_ms(s, period);
            peak.add(s);
        }
        std::int64_t by_count = 0;
        for (std::int64_t second = first; second < last; ++second)
            by_count += t.counted[static_cast<std::size_t>(second)].contains(id) ? 1000 : 0;
        RC_ASSERT(by_account == by_count);
        RC_ASSERT(account.holds() == t.holders().contains(id));
    }
    std::size_t most = 0;
    std::int64_t at = first;
    for (std::int64_t second = first; second < last; ++second) {
        const std::size_t there = t.counted[static_cast<std::size_t>(second)].size();
        if (there > most) {
            most = there;
            at = second;
        }
    }
    RC_ASSERT(peak.most().seats == most);
    RC_ASSERT(peak.most().at.unix_ms == zero.unix_ms + at * 1000);
    if (!ends) {
        const auto tenant = read_tenant(t.rows, t.acme);
        RC_ASSERT(tenant.has_value());
        RC_ASSERT(seats_used(tenant->settings.terms, t.counters(t.acme).by_status) == holding);
    }
}

BOOST_AUTO_TEST_SUITE_END()
