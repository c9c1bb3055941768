// Rules of plans, seats and suspensions.
#include "projections/decide.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(plan_decide_test)

namespace {

constexpr auto by_reason_seats = suspension_reason::seats;
constexpr auto by_reason_admin = suspension_reason::admin;
constexpr std::int64_t ms_per_day = 86'400'000;

create_plan plan_of(std::uint8_t id, const std::string& name,
                    std::optional<std::uint64_t> seats = {}) {
    create_plan c{id_of(id), name, {}};
    c.terms.seats = seats;
    return c;
}

command of_catalogue(command_body body) {
    return by_operator(system_tenant, std::move(body));
}

change_user active(const subject_id& id, bool wanted) {
    return {id, {}, set_active(wanted), {}, !wanted};
}

/// Two plans, and a tenant with three people on the smaller one.
class shop : public world {
  public:
    shop() {
        run(of_catalogue(plan_of(101, "team", 3)));
        run(of_catalogue(plan_of(102, "big", 100)));
        create_plan closed = plan_of(103, "basic", 100);
        closed.terms.scim_included = false;
        run(of_catalogue(closed));
        acme = make_tenant("acme");
        put_on("team");
        ann = make_user(acme, 1, wish_for("ann", true, "e-1")).id;
        bob = make_user(acme, 2, wish_for("bob", true, "e-2")).id;
        cy = make_user(acme, 3, wish_for("cy", true, "e-3")).id;
        off = make_user(acme, 4, wish_for("off", false, "e-4")).id;
    }

    void put_on(const std::string& plan) {
        set_tenant s;
        s.plan = plan;
        run(by_operator(acme, s));
    }

    void set_plan_to(set_plan s) {
        run(of_catalogue(std::move(s)));
        run(by_operator(acme, take_plan_terms{}));
    }

    [[nodiscard]] tenant_settings settings() const { return read_tenant(rows, acme)->settings; }

    [[nodiscard]] std::uint64_t used() const {
        return seats_used(settings().terms, read_counters(rows, acme).by_status);
    }

    [[nodiscard]] user_core core(const subject_id& id) const {
        return read_user(rows, acme, id)->core;
    }

    [[nodiscard]] std::string code(command_body body) {
        const auto decided = ask(by_operator(acme, std::move(body)));
        return decided ? "accepted" : std::string(refusal_name(decided.error().code));
    }

    /// Carries it out, and says what it came to.
    done::kind what_of(command_body body) {
        const auto decided = ask(by_operator(acme, std::move(body)));
        BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
        carry_out(*decided);
        return decided->what;
    }

    tenant_no acme;
    subject_id ann, bob, cy, off;
};

/// The policies with which people are suspended when there are too many.
set_plan lowered(std::uint64_t seats, downgrade_policy policy, std::uint32_t days = 0) {
    set_plan s;
    s.name = "team";
    s.seats = std::optional(seats);
    s.on_downgrade = policy;
    if (days != 0) s.grace_days = days;
    return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_plan_makes_the_system_tenant) {
    world w;
    w.run(of_catalogue(plan_of(101, "team", 25)));
    const auto plan = read_plan(w.rows, "team");
    BOOST_REQUIRE(plan.has_value());
    BOOST_TEST((plan->id == id_of(101)));
    BOOST_TEST((plan->terms.seats == std::optional<std::uint64_t>(25)));
    BOOST_TEST(plan->terms.version == 2u);
    BOOST_TEST(read_tenant(w.rows, system_tenant)->slug == system_slug);
    BOOST_TEST(w.counters(system_tenant).plans == 1u);
}

BOOST_AUTO_TEST_CASE(what_a_catalogue_refuses) {
    struct row {
        const char* name;
        std::string code;
        command_body asked;
    };

    const auto with = [](create_plan c, const std::function<void(plan_terms&)>& change) {
        change(c.terms);
        return c;
    };
    set_plan days_alone;
    days_alone.name = "team";
    days_alone.grace_days = 3;
    set_plan unknown;
    unknown.name = "gold";
    set_plan of_default;
    of_default.name = "default";
    of_default.seats = std::optional<std::uint64_t>(1);
    const row rows[] = {
        {"no name", "invalid", plan_of(110, "")},
        {"upper case", "invalid", plan_of(110, "Team2")},
        {"a blank", "invalid", plan_of(110, "my plan")},
        {"64 characters", "invalid", plan_of(110, std::string(64, 'a'))},
        {"no id", "invalid", plan_of(0, "gold")},
        {"in use", "plan_exists", plan_of(110, "team")},
        {"default", "plan_exists", plan_of(110, "default")},
        {"active holds none", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.seat_states = 1; })},
        {"deactivated holds one", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.seat_states = 0b1'0100; })},
        {"the suspended hold one where people are suspended for want of seats", "invalid",
         with(plan_of(110, "gold"),
              [](plan_terms& t) {
                  t.seat_states = 0b1111;
                  t.on_downgrade = downgrade_policy::suspend_newest;
              })},
        {"the suspended hold one and nobody who waits", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.seat_states = 0b1100; })},
        {"the suspended hold one and not who waits for a role", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.seat_states = 0b1110; })},
        {"the suspended hold one and not who waits for an approval", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.seat_states = 0b1101; })},
        {"grace without days", "invalid",
         with(plan_of(110, "gold"),
              [](plan_terms& t) { t.on_downgrade = downgrade_policy::grace; })},
        {"grace of too many days", "invalid",
         with(plan_of(110, "gold"),
              [](plan_terms& t) {
                  t.on_downgrade = downgrade_policy::grace;
                  t.grace_days = grace_days_max + 1;
              })},
        {"days without grace", "invalid",
         with(plan_of(110, "gold"), [](plan_terms& t) { t.grace_days = 1; })},
        {"set: days without grace", "invalid", days_alone},
        {"set: unknown", "unknown_plan", unknown},
        {"set: default", "invalid", of_default},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            shop s;
            command_body asked = r.asked;
            if (auto* create = std::get_if<create_plan>(&asked);
                create != nullptr && std::string_view(r.name) == "no id") {
                create->id = {};
            }
            const auto decided = s.ask(of_catalogue(std::move(asked)));
            BOOST_TEST((decided ? "accepted" : refusal_name(decided.error().code)) == r.code);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tenant_has_a_copy_of_its_terms) {
    shop s;
    BOOST_TEST((s.settings().terms == read_plan(s.rows, "team")->terms));
    set_plan wider;
    wider.name = "team";
    wider.seats = std::optional<std::uint64_t>(50);
    s.run(of_catalogue(wider));
    BOOST_TEST((s.settings().terms.seats == std::optional<std::uint64_t>(3)));
    BOOST_TEST((s.what_of(take_plan_terms{}) == done::kind::changed));
    BOOST_TEST((s.settings().terms.seats == std::optional<std::uint64_t>(50)));
    BOOST_TEST((s.what_of(take_plan_terms{}) == done::kind::unchanged));
    s.put_on("default");
    BOOST_TEST((s.settings().terms == plan_terms{}));
    set_tenant nowhere;
    nowhere.plan = "gold";
    BOOST_TEST(s.code(nowhere) == "unknown_plan");
    create_tenant made{"new", {"New", "generic", "gold", {}, true}};
    BOOST_TEST(s.code(made) == "unknown_plan");
}

BOOST_AUTO_TEST_CASE(a_full_plan_refuses_whoever_would_begin_to_hold_a_seat) {
    shop s;
    const auto refused = s.ask(by_provider(s.acme, create_user{id_of(9), wish_for("new")}));
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == refusal_code::seat_limit));
    BOOST_TEST(refused.error().message.find("user limit of 3 reached (plan team)") !=
               std::string::npos);
    BOOST_TEST(s.code(create_user{id_of(9), wish_for("off", true, "e-4")}) == "seat_limit");
    BOOST_TEST(s.code(active(s.off, true)) == "seat_limit");
    BOOST_TEST(s.code(create_user{id_of(9), wish_for("idle", false)}) == "accepted");

    set_tenant own;
    own.seat_limit = std::optional<std::uint64_t>(2);
    s.run(by_operator(s.acme, own));
    const auto lower = s.ask(by_provider(s.acme, create_user{id_of(9), wish_for("new")}));
    BOOST_TEST(lower.error().message.find("user limit of 2 reached (plan team)") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_plan_without_provisioning_lets_people_go_only) {
    shop s;
    s.put_on("basic");
    const auto refused = s.ask(by_provider(s.acme, create_user{id_of(9), wish_for("new")}));
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == refusal_code::scim_disabled));
    BOOST_TEST(refused.error().message.find("plan basic") != std::string::npos);
    BOOST_TEST(!s.ask(by_provider(s.acme, active(s.off, true))));
    BOOST_TEST(s.ask(by_provider(s.acme, active(s.ann, false))).has_value());
    BOOST_TEST(s.ask(by_provider(s.acme, delete_user{s.ann, {}})).has_value());
    // The product's own people are no business of providers.
    BOOST_TEST(s.ask(by_operator(s.acme, create_user{id_of(9), wish_for("new")})).has_value());
}

BOOST_AUTO_TEST_CASE(a_suspension_takes_the_seat_and_leaves_the_person) {
    shop s;
    const user_state before = *read_user(s.rows, s.acme, s.ann);
    BOOST_TEST((s.what_of(suspend_user{s.ann, by_reason_admin}) == done::kind::changed));
    BOOST_TEST(s.used() == 2u);
    const user_state now = *read_user(s.rows, s.acme, s.ann);
    BOOST_TEST((now.core.status() == user_status::suspended));
    BOOST_TEST(now.core.active);
    BOOST_TEST((now.content == before.content));
    BOOST_TEST((now.core.sealed_hash == before.core.sealed_hash));
    BOOST_TEST((now.core.version > before.core.version));
    BOOST_TEST((s.what_of(suspend_user{s.ann, by_reason_admin}) == done::kind::unchanged));
    s.run(by_operator(s.acme, resume_user{s.ann, by_reason_admin}));
    BOOST_TEST((s.core(s.ann).status() == user_status::active));
    BOOST_TEST(s.used() == 3u);
    BOOST_TEST((s.what_of(resume_user{s.ann, by_reason_admin}) == done::kind::unchanged));
    BOOST_TEST(s.code(suspend_user{s.off, by_reason_admin}) == "not_active");
    BOOST_TEST(s.code(suspend_user{id_of(99), by_reason_admin}) == "not_found");
    BOOST_TEST(s.code(resume_user{id_of(99), by_reason_admin}) == "not_found");
}

BOOST_AUTO_TEST_CASE(who_is_resumed_needs_a_seat) {
    shop s;
    s.run(by_operator(s.acme, suspend_user{s.ann, by_reason_admin}));
    s.run(by_operator(s.acme, active(s.off, true)));
    BOOST_TEST(s.code(resume_user{s.ann, by_reason_admin}) == "seat_limit");
    s.run(by_operator(s.acme, active(s.off, false)));
    BOOST_TEST(s.code(resume_user{s.ann, by_reason_admin}) == "accepted");
}

BOOST_AUTO_TEST_CASE(an_admins_suspension_outlives_what_a_provider_does) {
    shop s;
    s.run(by_operator(s.acme, suspend_user{s.ann, by_reason_admin}));
    user_wish renamed = wish_for("anna", true, "e-1");
    s.run(by_provider(s.acme, change_user{s.ann, {}, always(renamed), {}, false}));
    BOOST_TEST((s.core(s.ann).status() == user_status::suspended));
    s.run(by_provider(s.acme, active(s.ann, false)));
    BOOST_TEST((s.core(s.ann).status() == user_status::deactivated));
    BOOST_TEST(s.code(resume_user{s.ann, by_reason_admin}) == "not_active");
    s.run(by_provider(s.acme, active(s.ann, true)));
    BOOST_TEST((s.core(s.ann).status() == user_status::suspended));
    BOOST_TEST(s.used() == 2u);
    s.run(by_provider(s.acme, active(s.ann, false)));
    s.run(by_provider(s.acme, create_user{id_of(9), wish_for("anna", true, "e-1")}));
    BOOST_TEST((s.core(s.ann).status() == user_status::suspended));
    s.run(by_provider(s.acme, delete_user{s.ann, {}}));
    BOOST_TEST(s.counters(s.acme).users == 3u);
}

BOOST_AUTO_TEST_CASE(people_are_suspended_for_seats_only_where_the_plan_says_so) {
    struct row {
        const char* name;
        set_plan terms;
        std::int64_t days_later;
        bool suspended;
    };

    const row rows[] = {
        {"enough seats", lowered(3, downgrade_policy::suspend_newest), 0, false},
        {"too many: nobody new, and that is all", lowered(2, downgrade_policy::block_new), 400,
         false},
        {"too many: at once", lowered(2, downgrade_policy::suspend_newest), 0, true},
        {"too many: grace not over", lowered(2, downgrade_policy::grace, 14), 13, false},
        {"too many: grace over", lowered(2, downgrade_policy::grace, 14), 14, true},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            shop s;
            s.set_plan_to(r.terms);
            s.now.unix_ms += r.days_later * ms_per_day;
            s.run(by_operator(s.acme, suspend_user{s.cy, by_reason_seats}));
            BOOST_TEST(s.core(s.cy).suspended.has(by_reason_seats) == r.suspended);
            // One too many was there: a second is never taken.
            s.run(by_operator(s.acme, suspend_user{s.bob, by_reason_seats}));
            BOOST_TEST(!s.core(s.bob).suspended.any());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_suspension_for_seats_ends_with_a_seat_or_a_deactivation) {
    shop s;
    s.set_plan_to(lowered(2, downgrade_policy::suspend_newest));
    s.run(by_operator(s.acme, suspend_user{s.cy, by_reason_seats}));
    BOOST_TEST(s.used() == 2u);
    BOOST_TEST(s.code(resume_user{s.cy, by_reason_seats}) == "seat_limit");
    s.run(by_provider(s.acme, active(s.ann, false)));
    BOOST_TEST(s.code(resume_user{s.cy, by_reason_seats}) == "accepted");
    s.run(by_provider(s.acme, active(s.cy, false)));
    BOOST_TEST(!s.core(s.cy).suspended.any());
    BOOST_TEST(s.code(suspend_user{s.cy, by_reason_seats}) == "accepted"); // nothing to do
    s.run(by_provider(s.acme, active(s.cy, true)));
    BOOST_TEST((s.core(s.cy).status() == user_status::active));
}

BOOST_AUTO_TEST_CASE(a_grace_begins_once_and_ends_when_there_is_room) {
    shop s;
    s.set_plan_to(lowered(2, downgrade_policy::grace, 14));
    const base::moment first{s.now.unix_ms + 14 * ms_per_day};
    BOOST_TEST((s.settings().grace_until == first));
    s.now.unix_ms += 3 * ms_per_day;
    set_tenant own;
    own.seat_limit = std::optional<std::uint64_t>(1);
    s.run(by_operator(s.acme, own));
    BOOST_TEST((s.settings().grace_until == first));
    own.seat_limit.emplace(std::nullopt);
    s.run(by_operator(s.acme, own));
    set_plan wide;
    wide.name = "team";
    wide.seats = std::optional<std::uint64_t>(30);
    s.set_plan_to(wide);
    BOOST_TEST(!s.settings().grace_until.has_value());
    s.set_plan_to(lowered(2, downgrade_policy::grace, 14));
    BOOST_TEST((s.settings().grace_until == base::moment{s.now.unix_ms + 14 * ms_per_day}));
}

BOOST_AUTO_TEST_CASE(which_states_hold_a_seat_is_the_plans) {
    shop s;
    s.run(by_operator(s.acme, suspend_user{s.ann, by_reason_admin}));
    set_plan counts_all;
    counts_all.name = "team";
    counts_all.seat_states = 0b1111;
    s.set_plan_to(counts_all);
    BOOST_TEST(s.used() == 3u);
    BOOST_TEST(s.code(create_user{id_of(9), wish_for("new")}) == "seat_limit");
    BOOST_TEST(s.code(resume_user{s.ann, by_reason_admin}) == "accepted");
}

BOOST_AUTO_TEST_SUITE_END()
