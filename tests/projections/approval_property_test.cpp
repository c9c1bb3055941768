// Whatever is asked in whatever order: seats used are seat holders, never more than there are; and
// each role in the log was given by one and approved by another, told by a fold of its own.
#include "projections/approval_facts.hpp"
#include "projections/rows.hpp"
#include "tests/projections/approvals_world.hpp"

#include <rapidcheck/boost_test.h>

#include <map>
#include <random>
#include <set>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(approval_property_test)

namespace {

constexpr std::uint64_t seats = 3;
constexpr std::int64_t ms_per_day = 86'400'000;

/// Who is who in a fact, told from the fact alone.
struct signature {
    actor by;
    base::uuid acting_for{};
};

/// Reads the log as an auditor would: from the facts alone, without any of the program's folds.
class auditor {
  public:
    void take(const event& e) {
        std::visit([&](const auto& fact) { look(e, fact); }, e.body);
    }

    [[nodiscard]] bool content() const { return wrong_.empty(); }

    [[nodiscard]] const std::string& wrong() const { return wrong_; }

    std::size_t approvals = 0;

  private:
    void look(const event& e, const admin_created& fact) {
        if (e.tenant != system_tenant && fact.role != admin_role::viewer) admins_.insert(e.subject);
    }

    void look(const event& e, const admin_disabled&) { admins_.erase(e.subject); }

    void look(const event& e, const role_assigned& fact) {
        // At once, it is given in no request, and in none that is opened later.
        given_.erase(e.subject);
        if (fact.approval.request) given_[e.subject] = signature{e.by, fact.acting_for};
    }

    void look(const event& e, const approval_granted& fact) {
        ++approvals;
        const base::uuid approver = admin_of({e.by, fact.acting_for});
        if (!admins_.contains(approver)) wrong_ = "approved by nobody who is an admin";
        if (const auto by = given_.find(e.subject); by != given_.end()) {
            if (admin_of(by->second) == approver) wrong_ = "approved by who gave the role";
            const bool both = is_operator(by->second.by) && is_operator(e.by);
            if (both && fact.break_glass.empty()) wrong_ = "operators on both sides, no reason";
        }
        given_.erase(e.subject);
    }

    void look(const event& e, const user_reactivated& fact) {
        asks(e, fact.facts.approval.request);
    }

    void look(const event& e, const user_restored& fact) { asks(e, fact.facts.approval.request); }

    /// Whoever brings somebody back with the role that he had asks for that role.
    void asks(const event& e, const std::optional<open_request>& request) {
        const bool person = e.by.kind == actor_kind::admin || is_operator(e.by);
        given_.erase(e.subject);
        if (request && !request->wanted_role.empty() && person) given_[e.subject] = {e.by};
    }

    void look(const event& e, const approval_rejected&) { given_.erase(e.subject); }

    void look(const event& e, const approval_expired&) { given_.erase(e.subject); }

    template <class Fact>
    void look(const event&, const Fact&) {}

    static bool is_operator(const actor& who) {
        return who.kind == actor_kind::operator_ || who.kind == actor_kind::local_operator;
    }

    static base::uuid admin_of(const signature& s) {
        if (s.by.kind == actor_kind::admin) return s.by.id;
        return is_operator(s.by) ? s.acting_for : base::uuid{};
    }

    std::set<base::uuid> admins_;
    std::map<subject_id, signature> given_;
    std::string wrong_;
};

/// approvals_world that remembers what it recorded.
class audited_world : public approvals_world {
  public:
    explicit audited_world(const approval_terms& asked = every_approval)
        : approvals_world(seats, asked) {
        for (const admin_state* who : {&ada, &bob, &vic}) {
            audit.take(event{
                acme, who->id, {}, {}, {}, {}, {}, admin_created{who->core.role, {}, {}, {}}});
        }
    }

    void carry_out_audited(const decision& d) {
        for (const event& e : d.events)
            audit.take(e);
        carry_out(d);
    }

    auditor audit;
};

/// Chosen without regard to what is so: most are refused, and that is tested too.
command next(audited_world& w, std::mt19937_64& chance) {
    const auto one_of = [&chance](std::uint64_t n) { return chance() % n; };
    const subject_id who = id_of(static_cast<std::uint8_t>(1 + one_of(4)));
    const std::string name = "u" + std::to_string(who.bytes[0]);
    const admin_state* const admins[] = {&w.ada, &w.bob, &w.vic, &w.ops, &w.ops};
    const admin_state& admin = *admins[one_of(5)];
    const subject_id all[] = {{}, id_of(0xa1), id_of(0xb2), id_of(0xc3)};
    const subject_id as = &admin == &w.ops ? all[one_of(4)] : all[one_of(8) == 0 ? 1 : 0];
    switch (one_of(16)) {
    case 0:
    case 1: return w.pushed(create_user{who, wish_for(name, one_of(5) != 0)});
    case 2: return w.pushed(change_user{who, {}, set_active(false), {}, true});
    case 3:
    case 4: {
        change_user c{who, {}, set_active(true), {}};
        c.reactivates = one_of(2) == 0;
        return one_of(4) == 0 ? w.asked_by(admin, c) : w.pushed(c);
    }
    case 5:
    case 6:
    case 7: return w.asked_by(admin, assign_role{who, one_of(2) == 0 ? "clerk" : "boss", as});
    case 8: return w.asked_at_socket(assign_role{who, "clerk", as});
    case 9:
    case 10:
    case 11: return w.asked_by(admin, approve_request{who, as, one_of(2) == 0 ? "fire" : ""});
    case 12: return w.asked_by(admin, reject_request{who, as});
    case 13: {
        w.now.unix_ms += static_cast<std::int64_t>(one_of(10)) * ms_per_day;
        const auto user = read_user(w.rows, w.acme, who);
        const auto opened =
            user && user->core.approval->request ? user->core.approval->request->opened : 0;
        if (one_of(2) == 0) return by_operator(w.acme, expire_request{who, opened});
        return by_operator(w.acme, remind_of_request{who, opened, 0});
    }
    case 14:
        if (one_of(2) == 0) return by_operator(w.acme, suspend_user{who, suspension_reason::admin});
        return by_operator(w.acme, resume_user{who, suspension_reason::admin});
    default: break;
    }
    // Rarely: an id is never used twice.
    if (one_of(6) == 0) return w.pushed(delete_user{who, {}});
    return w.pushed(change_user{who, {}, set_active(true), {}});
}

void check_counts(const audited_world& w) {
    std::uint64_t holders = 0;
    std::uint64_t users = 0;
    std::uint64_t listed = 0;
    for (const auto& [place, row] : w.rows.rows) {
        if (place.first != table::state) continue;
        if (place.second.front() == 'O') ++listed;
        if (place.second.front() != 'U') continue;
        ++users;
        const user_state user = decode_user({}, row);
        if (holds_seat(plan_terms{}, user.core.status())) ++holders;
        if (user.core.approval->request) --listed;
    }
    const auto counters = w.counters(w.acme);
    RC_ASSERT(counters.users == users);
    RC_ASSERT(seats_used(plan_terms{}, counters.by_status) == holders);
    RC_ASSERT(holders <= seats);
    RC_ASSERT(listed == 0u);
}

} // namespace

RC_BOOST_PROP(no_order_of_commands_breaks_four_eyes_or_oversells, (std::uint32_t seed)) {
    std::mt19937_64 chance(seed);
    audited_world w;
    for (int i = 0; i < 200; ++i) {
        w.now.unix_ms += 1'000;
        const auto decided = w.ask(next(w, chance));
        if (!decided) continue;
        w.carry_out_audited(*decided);
        RC_ASSERT(w.audit.content());
        check_counts(w);
    }
    RC_CLASSIFY(w.audit.approvals > 3, "several approvals");
}

namespace {

/// Whom admins have let in, and whom they have turned away since, by the facts alone.
class doorkeeper {
  public:
    void take(const event& e, const std::optional<user_core>& before) {
        if (std::holds_alternative<approval_granted>(e.body)) {
            known_[e.subject] = {true, false};
        } else if (const auto* given = std::get_if<role_assigned>(&e.body)) {
            if (!given->approval.role.empty()) known_[e.subject].let_in = true;
            if (given->approval.request) known_[e.subject].turned_away = false;
        } else if (std::holds_alternative<approval_rejected>(e.body) ||
                   std::holds_alternative<approval_expired>(e.body)) {
            if (waits_for(before->approval->request)) known_[e.subject].turned_away = true;
        } else if (const auto* restored = std::get_if<user_restored>(&e.body)) {
            if (restored->reset) known_[e.subject] = {};
        } else if (std::holds_alternative<user_deleted>(e.body)) {
            known_.erase(e.subject);
        }
    }

    /// Whether a provider alone may make somebody active who was not.
    [[nodiscard]] bool opens(const subject_id& id, bool is_new, const approval_terms& asked) const {
        const auto found = known_.find(id);
        const door now = found == known_.end() ? door{} : found->second;
        if (asked.invites && (!now.let_in || now.turned_away)) return false;
        return is_new || !asked.reactivations;
    }

  private:
    struct door {
        bool let_in = false;
        bool turned_away = false;
    };

    std::map<subject_id, door> known_;
};

} // namespace

RC_BOOST_PROP(no_provider_lets_in_alone_whom_admins_have_a_say_about, (std::uint32_t seed)) {
    std::mt19937_64 chance(seed);
    const auto switches = all_switches();
    const approval_terms& asked = switches[chance() % switches.size()];
    audited_world w(asked);
    doorkeeper door;
    std::size_t came_in = 0;
    for (int i = 0; i < 200; ++i) {
        w.now.unix_ms += 1'000;
        const command one = next(w, chance);
        const auto decided = w.ask(one);
        if (!decided || decided->events.empty()) continue;
        const subject_id who = decided->events.back().subject;
        const auto was = read_user(w.rows, w.acme, who);
        w.carry_out_audited(*decided);
        RC_ASSERT(w.audit.content());
        check_counts(w);
        const auto is = read_user(w.rows, w.acme, who);
        const bool came = is && is->core.status() == user_status::active &&
                          (!was || was->core.status() != user_status::active);
        if (came && one.by.kind == actor_kind::key) {
            ++came_in;
            RC_ASSERT(door.opens(who, !was, asked));
        }
        for (const event& e : decided->events)
            door.take(e, was ? std::optional(was->core) : std::nullopt);
    }
    RC_CLASSIFY(came_in > 0, "somebody came in by the provider alone");
    RC_TAG(std::string(asked.invites ? "i" : "-") + (asked.reactivations ? "r" : "-") +
           (asked.roles ? "o" : "-"));
}

BOOST_AUTO_TEST_SUITE_END()
