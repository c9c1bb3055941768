// Who comes back, under each combination of what a profile asks to be approved: nobody comes in by
// going away and coming back, and who brings somebody back does not approve it himself.
#include "tests/projections/approvals_world.hpp"

#include <functional>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(approval_return_test)

namespace {

const subject_id jane = id_of(1);

std::string kind(const approvals_world& w) {
    const auto request = w.core(jane).approval->request;
    return request ? std::string(request_kind_name(request->kind)) : "none";
}

void create(approvals_world& w, bool active, const char* external_id = "e-jane") {
    w.run(w.pushed(create_user{jane, wish_for("jane", active, external_id)}));
}

void again(approvals_world& w, bool active) {
    w.run(w.pushed(create_user{id_of(9), wish_for("jane", active, "e-jane")}));
}

void reject(approvals_world& w) {
    w.run(w.asked_by(w.bob, reject_request{jane}));
}

void say(approvals_world& w, bool active) {
    w.run(w.pushed(approvals_world::patch(jane, active)));
}

} // namespace

BOOST_AUTO_TEST_CASE(who_was_refused_or_never_let_in_is_asked_for_again) {
    struct row {
        const char* name;
        std::function<void(approvals_world&)> lived;
    };

    const row rows[] = {
        {"rejected, false, true",
         [](approvals_world& w) {
             create(w, true);
             reject(w);
             say(w, false);
             say(w, true);
         }},
        {"rejected, false, and a PUT that says true",
         [](approvals_world& w) {
             create(w, true);
             reject(w);
             w.set(jane, false);
             w.set(jane, true);
         }},
        {"rejected, true in so many words",
         [](approvals_world& w) {
             create(w, true);
             reject(w);
             say(w, true);
         }},
        {"rejected, false, created again",
         [](approvals_world& w) {
             create(w, true);
             reject(w);
             say(w, false);
             again(w, true);
         }},
        {"rejected, false, created again without access, true",
         [](approvals_world& w) {
             create(w, true);
             reject(w);
             say(w, false);
             again(w, false);
             say(w, true);
         }},
        {"made without access, true",
         [](approvals_world& w) {
             create(w, false);
             say(w, true);
         }},
        {"made without access, created again",
         [](approvals_world& w) {
             create(w, false);
             again(w, true);
         }},
        {"rejected while deactivated, true",
         [](approvals_world& w) {
             create(w, true);
             say(w, false);
             reject(w);
             say(w, true);
         }},
        {"too late, false, true",
         [](approvals_world& w) {
             create(w, true);
             const auto request = *w.core(jane).approval->request;
             w.now = *request.expires_at;
             w.run(by_operator(w.acme, expire_request{jane, request.opened}));
             say(w, false);
             say(w, true);
         }},
        {"perhaps another person",
         [](approvals_world& w) {
             w.member(1, "jane");
             say(w, false);
             w.run(w.pushed(create_user{id_of(9), wish_for("jane")}));
         }},
    };
    for (const approval_terms& asked : all_switches()) {
        if (!asked.invites) continue;
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(r.name << (asked.reactivations ? ", reactivations" : "")
                                      << (asked.roles ? ", roles" : "")) {
                approvals_world w({}, asked);
                r.lived(w);
                BOOST_TEST(w.status(jane) == "pending_role");
                BOOST_TEST(kind(w) == "invite");
                BOOST_TEST(!w.core(jane).suspended.any());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(who_was_let_in_comes_back_as_the_profile_has_it) {
    for (const approval_terms& asked : all_switches()) {
        BOOST_TEST_CONTEXT((asked.invites ? "invites " : "")
                           << (asked.reactivations ? "reactivations " : "")
                           << (asked.roles ? "roles" : "")) {
            approvals_world w({}, asked);
            create(w, true);
            w.run(w.asked_by(w.ada, assign_role{jane, "clerk"}));
            if (w.core(jane).approval->request) w.run(w.asked_by(w.bob, approve_request{jane}));
            BOOST_REQUIRE(w.status(jane) == "active");
            say(w, false);
            say(w, true);
            BOOST_TEST(w.status(jane) == (asked.reactivations ? "pending_approval" : "active"));
            BOOST_TEST(kind(w) == (asked.reactivations ? "reactivation" : "none"));
            BOOST_TEST(w.core(jane).approval->role == "clerk");
        }
    }
}

/// The profile asked for approvals of reactivations when he was refused, and does not any more.
BOOST_AUTO_TEST_CASE(another_profile_lets_in_nobody_who_was_refused_while_it_asks_for_anything) {
    for (const approval_terms& asked : all_switches()) {
        BOOST_TEST_CONTEXT((asked.invites ? "invites " : "")
                           << (asked.reactivations ? "reactivations " : "")
                           << (asked.roles ? "roles" : "")) {
            enum class way { as_he_is, through_false, refused_when_gone, too_late_when_gone };
            for (const way by : {way::as_he_is, way::through_false, way::refused_when_gone,
                                 way::too_late_when_gone}) {
                approvals_world w;
                w.member(1, "jane");
                say(w, false);
                say(w, true);
                const bool gone = by == way::refused_when_gone || by == way::too_late_when_gone;
                if (gone) say(w, false);
                if (by == way::too_late_when_gone) {
                    const auto request = *w.core(jane).approval->request;
                    w.now = *request.expires_at;
                    w.run(by_operator(w.acme, expire_request{jane, request.opened}));
                    BOOST_REQUIRE(w.core(jane).suspended.has(suspension_reason::expired));
                } else {
                    reject(w);
                    BOOST_REQUIRE(w.core(jane).suspended.has(suspension_reason::rejected));
                }
                w.terms = with_approvals(asked);
                if (by == way::through_false) say(w, false);
                say(w, true);
                BOOST_TEST(!w.core(jane).suspended.any());
                BOOST_TEST(w.status(jane) == (asked.any() ? "pending_approval" : "active"));
                BOOST_TEST(kind(w) == (asked.any() ? "reactivation" : "none"));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(only_so_many_words_ask_again_for_who_was_refused) {
    approvals_world w(1);
    create(w, true);
    reject(w);
    user_wish wish = wish_for("jane", true, "e-jane");
    wish.content.display = "Jane II";
    wish.changed = {"displayName"};
    w.run(w.pushed(change_user{jane, {}, always(wish), {}}));
    BOOST_TEST(w.status(jane) == "suspended");
    BOOST_TEST(w.done_or(w.pushed(change_user{jane, {}, set_active(true), {}})) == "nothing");
    // Who waits holds a seat.
    w.run(w.pushed(create_user{id_of(2), wish_for("kim")}));
    BOOST_TEST(w.code(w.pushed(approvals_world::patch(jane, true))) == "seat_limit");
    w.set(id_of(2), false);
    const auto asked = w.ask(w.pushed(approvals_world::patch(jane, true)));
    BOOST_REQUIRE(asked.has_value());
    const auto& fact = std::get<user_reactivated>(asked->events.back().body);
    BOOST_TEST((fact.facts.changed == std::vector<std::string>{"active"}));
    // An admin's suspension is nothing to a provider.
    w.run(by_operator(w.acme, suspend_user{jane, suspension_reason::admin}));
    w.run(w.pushed(approvals_world::patch(jane, true)));
    BOOST_TEST(w.status(jane) == "suspended");
    BOOST_TEST(kind(w) == "invite");
}

BOOST_AUTO_TEST_CASE(who_brings_somebody_back_does_not_approve_it) {
    struct row {
        const char* name;
        std::function<command(approvals_world&, command_body)> brings;
        std::function<command(approvals_world&)> approves;
        const char* code;
    };

    const auto by_ada = [](approvals_world& w, command_body b) {
        return w.asked_by(w.ada, std::move(b));
    };
    const auto by_ops = [](approvals_world& w, command_body b) {
        return w.asked_by(w.ops, std::move(b));
    };
    const auto by_socket = [](approvals_world& w, command_body b) {
        return w.asked_at_socket(std::move(b));
    };
    const auto by_okta = [](approvals_world& w, command_body b) { return w.pushed(std::move(b)); };
    const auto ada = [](approvals_world& w) { return w.asked_by(w.ada, approve_request{jane}); };
    const auto bob = [](approvals_world& w) { return w.asked_by(w.bob, approve_request{jane}); };
    const auto ops_for = [](std::uint8_t admin, const char* reason) {
        return [=](approvals_world& w) {
            return w.asked_by(w.ops, approve_request{jane, id_of(admin), reason});
        };
    };
    const row rows[] = {
        {"an admin, and himself", by_ada, ada, "four_eyes"},
        {"an admin, and another", by_ada, bob, "accepted"},
        {"an admin, and an operator for him", by_ada, ops_for(0xa1, "fire"), "four_eyes"},
        {"an admin, and an operator for another", by_ada, ops_for(0xb2, ""), "accepted"},
        {"an operator, and an admin", by_ops, ada, "accepted"},
        {"an operator, and himself for an admin", by_ops, ops_for(0xa1, ""), "four_eyes"},
        {"the same with a reason", by_ops, ops_for(0xa1, "fire"), "accepted"},
        {"at the socket, and an operator", by_socket, ops_for(0xa1, ""), "four_eyes"},
        {"a provider, and any admin", by_okta, ada, "accepted"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            approvals_world w;
            w.member(1, "jane");
            say(w, false);
            w.run(r.brings(w, approvals_world::patch(jane, true)));
            BOOST_REQUIRE(w.status(jane) == "pending_approval");
            BOOST_TEST(w.done_or(r.approves(w)) == r.code);
            // Whatever becomes of it, access is taken away.
            BOOST_TEST(w.done_or(w.pushed(approvals_world::patch(jane, false))) == "accepted");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
