// What a log may say of approvals: whatever breaks four eyes or names another request is damage,
// and folding stops there.
#include "projections/approval_facts.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(approval_facts_test)

namespace {

const actor ada{actor_kind::admin, id_of(0xa1)};
const actor bob{actor_kind::admin, id_of(0xb2)};
const actor ops{actor_kind::operator_, id_of(0xd4)};
const actor socket_operator{actor_kind::local_operator, {}};
const actor provider{actor_kind::key, id_of(0xaa)};
const actor keeper{actor_kind::consumer, id_of(0xe5)};
constexpr base::moment then{5'000};

open_request request_of(request_kind kind, const std::string& role,
                        std::optional<party> assigner = std::nullopt) {
    open_request r;
    r.opened = 7;
    r.kind = kind;
    r.since = {1'000};
    r.wanted_role = role;
    r.assigner = assigner;
    return r;
}

user_core core_with(standing approval, bool active = true, suspension suspended = {}) {
    user_core core;
    core.ordinal = 1;
    core.active = active;
    core.suspended = suspended;
    core.approval = std::move(approval);
    return core;
}

std::string follows(const std::optional<user_core>& before, const actor& by,
                    const event_body& body) {
    const event_header header{tenant_no{3}, {17}, then, id_of(1), digest_of(9), by};
    const auto now = after(before, header, body);
    return now ? "follows" : now.error().message;
}

user_facts facts_with(standing approval, bool active = true) {
    user_facts facts;
    facts.ordinal = 1;
    facts.active = active;
    facts.approval = std::move(approval);
    return facts;
}

} // namespace

BOOST_AUTO_TEST_CASE(eyes) {
    const party ada_herself{ada, {}};
    const party bob_himself{bob, {}};
    const party ops_for_ada{ops, ada.id};
    const party ops_for_bob{ops, bob.id};
    const party socket_for_bob{socket_operator, bob.id};

    struct row {
        const char* name;
        std::optional<party> assigner;
        party approver;
        bool reason;
        four_eyes expected;
    };

    const row rows[] = {
        {"nobody and an admin", std::nullopt, ada_herself, false, four_eyes::fine},
        {"nobody and an operator for one", std::nullopt, ops_for_ada, false, four_eyes::fine},
        {"nobody and an operator", std::nullopt, {ops, {}}, true, four_eyes::no_admin},
        {"nobody and a key",
         std::nullopt,
         {{actor_kind::key, id_of(1)}, {}},
         true,
         four_eyes::no_admin},
        {"a key that acts for an admin",
         std::nullopt,
         {{actor_kind::key, id_of(1)}, ada.id},
         true,
         four_eyes::no_admin},
        {"two admins", ada_herself, bob_himself, false, four_eyes::fine},
        {"one admin", ada_herself, ada_herself, true, four_eyes::same_admin},
        {"an admin, and himself by an operator", ada_herself, ops_for_ada, true,
         four_eyes::same_admin},
        {"two admins by an operator", ops_for_ada, ops_for_bob, false, four_eyes::both_operators},
        {"by two operators", ops_for_ada, socket_for_bob, false, four_eyes::both_operators},
        {"by an operator for nobody", party{ops, {}}, socket_for_bob, false,
         four_eyes::both_operators},
        {"with a reason", ops_for_ada, ops_for_bob, true, four_eyes::fine},
    };
    for (const row& r : rows)
        BOOST_TEST((look_at(r.assigner, r.approver, r.reason) == r.expected), r.name);
}

BOOST_AUTO_TEST_CASE(a_fact_follows_or_the_log_is_damaged) {
    struct row {
        const char* name;
        user_core before;
        actor by;
        event_body body;
        std::string said; ///< `follows`, or a part of why not
    };

    const party by_ada{ada, {}};
    const standing waits{"", request_of(request_kind::invite, "clerk", by_ada)};
    const standing needs_role{"", request_of(request_kind::invite, "")};
    const standing member{"clerk", {}};
    const standing wants_more{"clerk", request_of(request_kind::role, "boss", by_ada)};
    const suspension rejected{4, then};
    const suspension expired{8, then};
    standing by_bob = waits;
    by_bob.request->assigner = party{bob, {}};
    standing other = by_bob;
    other.request->opened = 8;
    standing fresh = by_bob;
    fresh.request->opened = 0;
    fresh.request->kind = request_kind::role;
    fresh.role = "clerk";
    standing as_new{"", request_of(request_kind::invite, "")};
    as_new.request->opened = 0;
    standing comes_back{"clerk", request_of(request_kind::reactivation, "clerk")};
    comes_back.request->opened = 0;
    standing asked_by_ada = comes_back;
    asked_by_ada.request->assigner = by_ada;
    standing wants_another = comes_back;
    wants_another.request->wanted_role = "boss";
    standing reminded = waits;
    reminded.request->reminders = 1;
    standing renamed = reminded;
    renamed.request->wanted_role = "boss";

    const row rows[] = {
        {"a role for who needs one", core_with(needs_role), bob, role_assigned{by_bob}, "follows"},
        {"in somebody else's name", core_with(needs_role), ada, role_assigned{by_bob},
         "somebody else is said"},
        {"for somebody by an admin", core_with(needs_role), bob,
         role_assigned{by_bob, {}, true, ada.id}, "somebody else is said"},
        {"of another request", core_with(needs_role), bob, role_assigned{other}, "another request"},
        {"of a request that is not open", core_with(member), bob, role_assigned{by_bob},
         "waits for an approval"},
        {"another role to be approved", core_with(member), bob, role_assigned{fresh}, "follows"},
        {"at once", core_with({}), bob, role_assigned{member}, "follows"},
        {"at once, although a request is open", core_with(waits), bob, role_assigned{member},
         "although a request is open"},
        {"a role ends an admin's suspension", core_with(needs_role, true, {2, then}), bob,
         role_assigned{by_bob}, "nothing to"},
        {"approved by another", core_with(waits), bob, approval_granted{member}, "follows"},
        {"approved by the same", core_with(waits), ada, approval_granted{member},
         "the one who gave the role"},
        {"approved by the same through an operator", core_with(waits), ops,
         approval_granted{member, {}, true, ada.id, "fire"}, "the one who gave the role"},
        {"approved by nobody", core_with(waits), keeper, approval_granted{member},
         "nobody approves"},
        {"approved by an operator for nobody", core_with(waits), ops, approval_granted{member},
         "nobody approves"},
        {"approved without a request", core_with(member), bob, approval_granted{member},
         "no request waits"},
        {"approved without a role", core_with(needs_role), bob, approval_granted{{}},
         "no request waits"},
        {"approved, another role", core_with(waits), bob, approval_granted{{"boss", {}}},
         "the role that was wanted"},
        {"approved, and still open", core_with(waits), bob, approval_granted{waits},
         "the role that was wanted"},
        {"approved, and a suspension ends", core_with(waits, true, {2, then}), bob,
         approval_granted{member}, "ends no suspension"},
        {"rejected", core_with(waits), bob, approval_rejected{{}, rejected}, "follows"},
        {"rejected, and has access", core_with(waits), bob, approval_rejected{{}, {}},
         "suspends whom"},
        {"rejected, another role", core_with(wants_more), bob, approval_rejected{member},
         "follows"},
        {"rejected, another role, and suspended", core_with(wants_more), bob,
         approval_rejected{member, rejected}, "suspends whom"},
        {"rejected, and has a role by it", core_with(waits), bob,
         approval_rejected{member, rejected}, "changes a role"},
        {"rejected without a request", core_with(member), bob, approval_rejected{member},
         "no request"},
        {"rejected while he is deactivated", core_with(waits, false), bob,
         approval_rejected{{}, rejected}, "follows"},
        {"rejected while he is deactivated, as it once was", core_with(waits, false), bob,
         approval_rejected{{}}, "follows"},
        {"rejected while he is deactivated, as if too late", core_with(waits, false), bob,
         approval_rejected{{}, expired}, "suspends whom"},
        {"rejected while he is deactivated, another role", core_with(wants_more, false), bob,
         approval_rejected{member, rejected}, "suspends whom"},
        {"too late while he is deactivated", core_with(waits, false), keeper,
         approval_expired{{}, expired}, "follows"},
        {"expired", core_with(waits), keeper, approval_expired{{}, expired}, "follows"},
        {"expired as rejected", core_with(waits), keeper, approval_expired{{}, rejected},
         "suspends whom"},
        {"reminded", core_with(waits), keeper, approval_reminded{reminded}, "follows"},
        {"reminded of another role", core_with(waits), keeper, approval_reminded{renamed},
         "changes the request"},
        {"reminded of nothing", core_with(member), keeper, approval_reminded{reminded},
         "no request"},
        {"a title while he waits", core_with(waits), bob, user_changed{facts_with(waits), {}},
         "follows"},
        {"a title that gives a role", core_with(waits), bob, user_changed{facts_with(member), {}},
         "changes a role"},
        {"a title that ends a request", core_with(waits), bob, user_changed{facts_with({}), {}},
         "changes a role"},
        {"deactivated while he waits", core_with(waits), bob,
         user_deactivated{facts_with(waits, false), {}}, "follows"},
        {"deactivated, and the request is gone", core_with(waits), bob,
         user_deactivated{facts_with({}, false), {}}, "changes a role"},
        {"reactivated while a request is open", core_with(waits, false), bob,
         user_reactivated{facts_with(waits), {}}, "a request is open"},
        {"reactivated into a role", core_with({}, false), bob,
         user_reactivated{facts_with(member), {}}, "changes a role"},
        {"reactivated by a provider, his role to be approved", core_with(member, false), provider,
         user_reactivated{facts_with(comes_back), {}}, "follows"},
        {"by an admin, who asks for it", core_with(member, false), ada,
         user_reactivated{facts_with(asked_by_ada), {}}, "follows"},
        {"by an admin, and nobody asked", core_with(member, false), ada,
         user_reactivated{facts_with(comes_back), {}}, "said to have asked"},
        {"by an admin in another's name", core_with(member, false), bob,
         user_reactivated{facts_with(asked_by_ada), {}}, "said to have asked"},
        {"by a provider in an admin's name", core_with(member, false), provider,
         user_restored{facts_with(asked_by_ada), {}, false}, "said to have asked"},
        {"restored by an admin, who asks for it", core_with(member, false), ada,
         user_restored{facts_with(asked_by_ada), {}, false}, "follows"},
        {"reactivated with another role to be approved", core_with(member, false), provider,
         user_reactivated{facts_with(wants_another), {}}, "that he had not"},
        {"who was refused is asked for again", core_with({}, true, rejected), provider,
         user_reactivated{facts_with(as_new), {}}, "follows"},
        {"restored without his role", core_with(member, false), bob,
         user_restored{facts_with({}), {}, true}, "follows"},
        {"restored as he was without his role", core_with(member, false), bob,
         user_restored{facts_with({}), {}, false}, "changes a role"},
    };
    for (const row& r : rows) {
        const std::string said = follows(r.before, r.by, r.body);
        BOOST_TEST(said.find(r.said) != std::string::npos, r.name << ": " << said);
    }
}

BOOST_AUTO_TEST_CASE(somebody_new_has_no_role_and_no_request_of_before) {
    const standing waits{"", request_of(request_kind::invite, "")};
    standing opens = waits;
    opens.request->opened = 0;
    BOOST_TEST(follows({}, ada, user_created{facts_with(opens), {}}) == "follows");
    BOOST_TEST(follows({}, ada, user_created{facts_with(waits), {}}).find("somebody new") !=
               std::string::npos);
    BOOST_TEST(follows({}, ada, user_created{facts_with({"clerk", {}}), {}}).find("somebody new") !=
               std::string::npos);
    BOOST_TEST(follows({}, ada, role_assigned{{"clerk", {}}}).find("no such user") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_request_is_known_by_the_event_that_opened_it) {
    standing opens{"", request_of(request_kind::invite, "")};
    opens.request->opened = 0;
    const event_header header{tenant_no{3}, {17}, then, id_of(1), digest_of(9), ada};
    const auto now = after(std::optional<user_core>{}, header, user_created{facts_with(opens), {}});
    BOOST_REQUIRE(now.has_value());
    BOOST_TEST((*now)->approval->request->opened == 17u);
}

BOOST_AUTO_TEST_SUITE_END()
