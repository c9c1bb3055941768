// Rules of roles and requests: who waits for what, whose eyes have to see it, and that taking
// access away is held up by none of it.
#include "projections/approval_facts.hpp"
#include "projections/request_rows.hpp"
#include "tests/projections/approvals_world.hpp"

#include <functional>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(approval_decide_test)

namespace {

constexpr std::int64_t ms_per_day = 86'400'000;

assign_role role_for(const subject_id& id, const std::string& role, const subject_id& as = {}) {
    return {id, role, as};
}

const auto patch = &approvals_world::patch;

change_user put(const subject_id& id, bool active) {
    return {id, {}, set_active(active), {}, !active};
}

} // namespace

BOOST_AUTO_TEST_CASE(somebody_new_waits_for_a_role_and_then_for_an_approval) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    BOOST_TEST(w.status(jane) == "pending_role");
    BOOST_TEST(w.core(jane).active);
    const open_request request = *w.core(jane).approval->request;
    BOOST_TEST((request.kind == request_kind::invite));
    BOOST_TEST(request.opened == w.seqs[w.acme].value);
    BOOST_TEST((request.expires_at == base::moment{request.since.unix_ms + 14 * ms_per_day}));
    BOOST_TEST((request.due == base::moment{request.since.unix_ms + 3 * ms_per_day}));
    w.run(w.asked_by(w.ada, role_for(jane, "approver")));
    BOOST_TEST(w.status(jane) == "pending_approval");
    BOOST_TEST(w.core(jane).approval->role == "");
    w.run(w.asked_by(w.bob, approve_request{jane}));
    BOOST_TEST(w.status(jane) == "active");
    BOOST_TEST(w.core(jane).approval->role == "approver");
    BOOST_TEST(!w.core(jane).approval->request);
}

BOOST_AUTO_TEST_CASE(nothing_waits_where_no_approval_is_asked_for) {
    approvals_world w;
    w.terms = std::make_shared<const policy>(policy{"generic", "generic@1"});
    const auto jane = w.invite(1, "jane");
    BOOST_TEST(w.status(jane) == "active");
    BOOST_TEST((*w.core(jane).approval == standing{}));
    w.run(w.asked_by(w.ada, role_for(jane, "approver")));
    BOOST_TEST(w.core(jane).approval->role == "approver");
    BOOST_TEST(!w.core(jane).approval->request);
    w.set(jane, false);
    w.set(jane, true);
    BOOST_TEST(w.status(jane) == "active");
    BOOST_TEST(w.core(jane).approval->role == "approver");
}

BOOST_AUTO_TEST_CASE(who_is_made_without_access_opens_a_request_when_he_gets_it) {
    approvals_world w;
    w.run(w.pushed(create_user{id_of(1), wish_for("jane", false)}));
    BOOST_TEST(!w.core(id_of(1)).approval->request);
    w.set(id_of(1), true);
    BOOST_TEST(w.status(id_of(1)) == "pending_role");
    BOOST_TEST((w.core(id_of(1)).approval->request->kind == request_kind::invite));
}

BOOST_AUTO_TEST_CASE(who_comes_back_keeps_his_role_and_waits_for_one_admin) {
    approvals_world w;
    const auto jane = w.member(1, "jane");
    w.set(jane, false);
    BOOST_TEST(w.status(jane) == "deactivated");
    w.set(jane, true);
    BOOST_TEST(w.status(jane) == "pending_approval");
    BOOST_TEST(w.core(jane).approval->role == "clerk");
    BOOST_TEST(w.core(jane).approval->request->wanted_role == "clerk");
    BOOST_TEST(!w.core(jane).approval->request->assigner);
    BOOST_TEST(w.done_or(w.asked_by(w.ada, approve_request{jane})) == "accepted");
    BOOST_TEST(w.status(jane) == "active");
}

BOOST_AUTO_TEST_CASE(a_create_over_an_inactive_user_opens_a_request_too) {
    struct row {
        const char* name;
        std::optional<std::string> external_id;
        const char* status;
        const char* role;
    };

    const row rows[] = {{"the same person", "e-jane", "pending_approval", "clerk"},
                        {"perhaps another", std::nullopt, "pending_role", ""}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            approvals_world w;
            const auto jane = w.member(1, "jane");
            w.set(jane, false);
            w.run(w.pushed(create_user{id_of(9), wish_for("jane", true, r.external_id)}));
            BOOST_TEST(w.status(jane) == r.status);
            BOOST_TEST(w.core(jane).approval->role == r.role);
        }
    }
}

BOOST_AUTO_TEST_CASE(while_a_request_is_open_nobody_asks_for_it_again) {
    struct row {
        const char* name;
        std::function<void(approvals_world&)> before;
        std::function<command(approvals_world&)> asked;
        const char* code;
    };

    const auto deactivated = [](approvals_world& w) { w.set(id_of(1), false); };
    const auto nothing = [](approvals_world&) {};
    const auto approved = [](approvals_world& w) {
        w.run(w.asked_by(w.ada, role_for(id_of(1), "clerk")));
        w.run(w.asked_by(w.bob, approve_request{id_of(1)}));
    };
    const auto rejected = [](approvals_world& w) {
        w.run(w.asked_by(w.bob, reject_request{id_of(1)}));
    };
    const auto patched = [](approvals_world& w) { return w.pushed(patch(id_of(1), true)); };
    const auto repeated = [](approvals_world& w) {
        user_wish wish = wish_for("jane", true, "e-jane");
        wish.content.display = "Jane II";
        wish.changed = {"displayName"};
        return w.pushed(change_user{id_of(1), {}, always(wish), {}});
    };
    const auto replaced = [](approvals_world& w) { return w.pushed(put(id_of(1), true)); };
    const auto created = [](approvals_world& w) {
        return w.pushed(create_user{id_of(9), wish_for("jane", true, "e-jane")});
    };
    const auto another = [](approvals_world& w) {
        return w.pushed(create_user{id_of(9), wish_for("jane", true, "e-2")});
    };
    const auto namesake = [](approvals_world& w) {
        user_wish wish = wish_for("janet", true, "e-3");
        wish.content.email_keys = {"jane@example.com"};
        return w.pushed(create_user{id_of(9), std::move(wish)});
    };
    const auto namesake_without_access = [](approvals_world& w) {
        user_wish wish = wish_for("janet", false, "e-3");
        wish.content.email_keys = {"jane@example.com"};
        return w.pushed(create_user{id_of(9), std::move(wish)});
    };
    const auto stranger = [](approvals_world& w) {
        return w.pushed(create_user{id_of(9), wish_for("kim", true, "e-4")});
    };
    const auto native = [](approvals_world& w) {
        create_user c{id_of(9), wish_for("jane"), user_origin::native};
        c.only_new = true;
        return w.asked_by(w.ada, c);
    };
    const row rows[] = {
        {"PATCH of who waits", nothing, patched, "request_open"},
        {"PATCH of who was deactivated", deactivated, patched, "request_open"},
        {"PUT of who was deactivated", deactivated, replaced, "request_open"},
        {"PUT that repeats the wish", nothing, repeated, "accepted"},
        {"POST of who waits", nothing, created, "request_open"},
        {"POST of who was deactivated", deactivated, created, "request_open"},
        {"POST of the name with another external id", deactivated, another, "request_open"},
        {"POST of the e-mail of who waits", nothing, namesake, "request_open"},
        {"POST of the e-mail of who was deactivated", deactivated, namesake, "request_open"},
        {"POST without access of the e-mail of who waits", nothing, namesake_without_access,
         "accepted"},
        {"POST of a stranger", nothing, stranger, "accepted"},
        {"a native user of the name", nothing, native, "request_open"},
        {"PATCH of who is approved", approved, patched, "accepted"},
        {"POST of who is approved", approved, created, "name_taken"},
        {"POST of the e-mail of who is approved", approved, namesake, "accepted"},
        {"PATCH of who is rejected", rejected, patched, "accepted"},
        {"POST of the e-mail of who is rejected", rejected, namesake, "accepted"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            approvals_world w;
            w.invite(1, "jane");
            r.before(w);
            const auto before = read_user(w.rows, w.acme, id_of(1));
            const auto said = w.ask(r.asked(w));
            BOOST_TEST((said ? "accepted" : refusal_name(said.error().code)) == r.code);
            if (said || said.error().code != refusal_code::request_open) continue;
            BOOST_TEST(said.error().message.find("give a role") != std::string::npos);
            BOOST_TEST((read_user(w.rows, w.acme, id_of(1)) == before));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_message_says_who_has_to_do_what) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    const auto said = [&] {
        const auto answer = w.ask(w.pushed(patch(jane, true)));
        return answer ? "accepted" : answer.error().message;
    };
    BOOST_TEST(said() == "A request for this user is still open: an admin has to give a role, and "
                         "then another admin has to approve it. Nothing was changed; ask again "
                         "when it is approved or rejected.");
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    BOOST_TEST(said().find("an admin other than the one who gave the role") != std::string::npos);
    w.run(w.asked_by(w.bob, approve_request{jane}));
    w.set(jane, false);
    w.set(jane, true);
    BOOST_TEST(said().find(": an admin has to approve it.") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(whose_request_bears_an_e_mail_address_is_told) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    user_wish wish = wish_for("janet", true, "e-3");
    wish.content.email_keys = {"jane@example.com"};
    const auto said = w.ask(w.pushed(create_user{id_of(9), wish}));
    BOOST_REQUIRE(!said);
    BOOST_TEST(said.error().message ==
               "User " + jane.text() +
                   " has this e-mail address, and a request of his is still open: an admin has to "
                   "give a role, and then another admin has to approve it. Nothing was changed; "
                   "ask again when it is approved or rejected.");
    // So it is for somebody inactive who would come back with it.
    w.run(w.pushed(create_user{id_of(8), wish_for("janet", false, "e-3")}));
    BOOST_TEST(w.code(w.pushed(create_user{id_of(9), wish})) == "request_open");
    wish.active = false;
    BOOST_TEST(w.code(w.pushed(create_user{id_of(9), wish})) == "accepted");
    wish.active = true;
    w.run(w.asked_by(w.ada, reject_request{jane}));
    BOOST_TEST(w.code(w.pushed(create_user{id_of(9), wish})) == "accepted");
}

BOOST_AUTO_TEST_CASE(four_eyes_see_each_role) {
    struct side {
        enum { ada, bob, vic, ops, socket, key } who;

        std::uint8_t as = 0; ///< the admin for whom
    };

    struct row {
        const char* name;
        side assigns;
        side approves;
        const char* reason;
        const char* code;
    };

    constexpr std::uint8_t as_ada = 0xa1;
    constexpr std::uint8_t as_bob = 0xb2;
    constexpr std::uint8_t as_vic = 0xc3;
    constexpr std::uint8_t as_nobody_known = 0x77;
    const row rows[] = {
        {"two admins", {side::ada}, {side::bob}, "", "accepted"},
        {"the same admin", {side::ada}, {side::ada}, "", "four_eyes"},
        {"the same admin, with a reason", {side::ada}, {side::ada}, "hurry", "four_eyes"},
        {"a viewer", {side::ada}, {side::vic}, "", "not_permitted"},
        {"an identity provider", {side::ada}, {side::key}, "", "not_permitted"},
        {"an admin for another", {side::ada}, {side::bob, as_ada}, "", "not_permitted"},
        {"an operator for nobody", {side::ada}, {side::ops}, "", "not_permitted"},
        {"an operator for another admin", {side::ada}, {side::ops, as_bob}, "", "accepted"},
        {"an operator for the same", {side::ada}, {side::ops, as_ada}, "", "four_eyes"},
        {"an operator for a viewer", {side::ada}, {side::ops, as_vic}, "", "not_permitted"},
        {"an operator for nobody known",
         {side::ada},
         {side::ops, as_nobody_known},
         "",
         "not_found"},
        {"an admin after an operator", {side::ops}, {side::ada}, "", "accepted"},
        {"an admin after an operator for him", {side::ops, as_ada}, {side::ada}, "", "four_eyes"},
        {"another after an operator for one", {side::ops, as_ada}, {side::bob}, "", "accepted"},
        {"operators on both sides", {side::ops, as_ada}, {side::ops, as_bob}, "", "four_eyes"},
        {"two operators", {side::ops, as_ada}, {side::socket, as_bob}, "", "four_eyes"},
        {"operators, nobody named first", {side::socket}, {side::ops, as_bob}, "", "four_eyes"},
        {"operators with a reason", {side::ops, as_ada}, {side::ops, as_bob}, "fire", "accepted"},
        {"operators with a reason for one",
         {side::ops, as_ada},
         {side::socket, as_ada},
         "fire",
         "four_eyes"},
        {"a reason with a line break", {side::ops}, {side::ops, as_bob}, "a\nb", "invalid"},
        {"a blank for a reason", {side::ops}, {side::ops, as_bob}, " ", "invalid"},
        {"blanks for a reason", {side::ops, as_ada}, {side::ops, as_bob}, "   ", "invalid"},
        {"a reason of one letter", {side::ops}, {side::ops, as_bob}, " x", "accepted"},
    };
    const auto by = [](approvals_world& w, const side& s, command_body body) {
        switch (s.who) {
        case side::ada: return w.asked_by(w.ada, std::move(body));
        case side::bob: return w.asked_by(w.bob, std::move(body));
        case side::vic: return w.asked_by(w.vic, std::move(body));
        case side::ops: return w.asked_by(w.ops, std::move(body));
        case side::socket: return w.asked_at_socket(std::move(body));
        case side::key: break;
        }
        return w.pushed(std::move(body));
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            approvals_world w;
            const auto jane = w.invite(1, "jane");
            const auto as = [](const side& s) { return s.as == 0 ? subject_id{} : id_of(s.as); };
            w.run(by(w, r.assigns, role_for(jane, "clerk", as(r.assigns))));
            const auto said =
                w.done_or(by(w, r.approves, approve_request{jane, as(r.approves), r.reason}));
            BOOST_TEST(said == r.code);
            BOOST_TEST(w.status(jane) == (said == "accepted" ? "active" : "pending_approval"));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reason_is_recorded_only_where_glass_was_broken) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    const auto reason = [&](const command& asked) {
        const auto decided = w.ask(asked);
        BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
        return std::get<approval_granted>(decided->events.back().body).break_glass;
    };
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    BOOST_TEST(reason(w.asked_by(w.bob, approve_request{jane, {}, "no need"})) == "");
    w.run(w.asked_by(w.ops, role_for(jane, "clerk")));
    BOOST_TEST(reason(w.asked_by(w.ops, approve_request{jane, id_of(0xb2), "fire"})) == "fire");
    const std::string longest(break_glass_bytes_max, 'x');
    BOOST_TEST(reason(w.asked_by(w.ops, approve_request{jane, id_of(0xb2), longest})) == longest);
    BOOST_TEST(w.code(w.asked_by(w.ops, approve_request{jane, id_of(0xb2), longest + "x"})) ==
               "invalid");
}

BOOST_AUTO_TEST_CASE(whoever_gave_the_role_last_is_the_one_who_may_not_approve) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    w.run(w.asked_by(w.bob, role_for(jane, "approver")));
    BOOST_TEST(w.code(w.asked_by(w.bob, approve_request{jane})) == "four_eyes");
    BOOST_TEST(w.code(w.asked_by(w.ada, approve_request{jane, {}, "", "clerk"})) ==
               "precondition_failed");
    BOOST_TEST(w.done_or(w.asked_by(w.ada, approve_request{jane, {}, "", "approver"})) ==
               "accepted");
    BOOST_TEST(w.core(jane).approval->role == "approver");
}

BOOST_AUTO_TEST_CASE(a_disabled_admin_has_no_say) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    w.run(by_operator(w.acme, disable_admin{w.bob.id}));
    BOOST_TEST(w.code(w.asked_by(w.bob, approve_request{jane})) == "not_permitted");
    BOOST_TEST(w.code(w.asked_by(w.ops, approve_request{jane, w.bob.id})) == "admin_disabled");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_asked_of_requests) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    const auto kim = w.member(2, "kim");
    const auto lee = w.member(3, "lee");
    w.set(lee, false);

    struct row {
        const char* name;
        command asked;
        const char* code;
    };

    const row rows[] = {
        {"approve without a role", w.asked_by(w.bob, approve_request{jane}), "role_missing"},
        {"approve who does not wait", w.asked_by(w.bob, approve_request{kim}), "no_request"},
        {"reject who does not wait", w.asked_by(w.bob, reject_request{kim}), "no_request"},
        {"approve nobody", w.asked_by(w.bob, approve_request{id_of(99)}), "not_found"},
        {"reject nobody", w.asked_by(w.bob, reject_request{id_of(99)}), "not_found"},
        {"a role for nobody", w.asked_by(w.ada, role_for(id_of(99), "clerk")), "not_found"},
        {"a role for who is deactivated", w.asked_by(w.ada, role_for(lee, "boss")), "not_active"},
        {"an empty role", w.asked_by(w.ada, role_for(jane, "")), "invalid"},
        {"a role with a blank", w.asked_by(w.ada, role_for(jane, "a b")), "invalid"},
        {"65 letters", w.asked_by(w.ada, role_for(jane, std::string(65, 'r'))), "invalid"},
        {"a role by a viewer", w.asked_by(w.vic, role_for(jane, "clerk")), "not_permitted"},
        {"a role by a key", w.pushed(role_for(jane, "clerk")), "not_permitted"},
        {"a role by an admin for another", w.asked_by(w.ada, role_for(jane, "clerk", w.bob.id)),
         "not_permitted"},
        {"rejected by a viewer", w.asked_by(w.vic, reject_request{jane}), "not_permitted"},
        {"rejected by a key", w.pushed(reject_request{jane}), "not_permitted"},
        {"64 letters", w.asked_by(w.ada, role_for(jane, std::string(64, 'r'))), "accepted"},
        {"rejected for an admin", w.asked_by(w.ops, reject_request{jane, w.bob.id}), "accepted"},
        {"rejected by an operator", w.asked_at_socket(reject_request{jane}), "accepted"},
    };
    for (const row& r : rows)
        BOOST_TEST(w.code(r.asked) == r.code, r.name);
}

BOOST_AUTO_TEST_CASE(a_profile_may_name_the_roles_that_there_are) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    policy p = *w.terms;
    p.approvals.roles_allowed = {"approver", "clerk"};
    w.terms = std::make_shared<const policy>(p);
    const auto said = w.ask(w.asked_by(w.ada, role_for(jane, "boss")));
    BOOST_REQUIRE(!said.has_value());
    BOOST_TEST(said.error().message == "There is no role boss; choose one of: approver, clerk");
    BOOST_TEST(w.code(w.asked_by(w.ada, role_for(jane, "clerk"))) == "accepted");
}

BOOST_AUTO_TEST_CASE(another_role_waits_while_the_old_one_holds) {
    approvals_world w;
    const auto jane = w.member(1, "jane");
    w.run(w.asked_by(w.bob, role_for(jane, "approver")));
    BOOST_TEST(w.status(jane) == "active");
    BOOST_TEST(w.core(jane).approval->role == "clerk");
    BOOST_TEST((w.core(jane).approval->request->kind == request_kind::role));
    BOOST_TEST(w.code(w.asked_by(w.bob, approve_request{jane})) == "four_eyes");
    // Who has access is no matter of this request.
    BOOST_TEST(w.code(w.pushed(patch(jane, true))) == "accepted");
    BOOST_TEST(w.code(w.pushed(create_user{id_of(9), wish_for("jane")})) == "name_taken");
    w.run(w.asked_by(w.ada, approve_request{jane}));
    BOOST_TEST(w.core(jane).approval->role == "approver");
    w.run(w.asked_by(w.ada, role_for(jane, "boss")));
    w.run(w.asked_by(w.ada, reject_request{jane}));
    BOOST_TEST(w.status(jane) == "active");
    BOOST_TEST(w.core(jane).approval->role == "approver");
    BOOST_TEST(w.done_or(w.asked_by(w.ada, role_for(jane, "approver"))) == "nothing");
}

BOOST_AUTO_TEST_CASE(who_is_rejected_or_too_late_is_suspended_until_somebody_asks_again) {
    for (const bool expires : {false, true}) {
        BOOST_TEST_CONTEXT((expires ? "expired" : "rejected")) {
            approvals_world w;
            const auto jane = w.invite(1, "jane");
            const auto reason = expires ? suspension_reason::expired : suspension_reason::rejected;
            const auto end = [&] {
                const std::uint64_t opened = w.core(jane).approval->request->opened;
                if (!expires) return w.asked_by(w.bob, reject_request{jane});
                w.now.unix_ms += 14 * ms_per_day;
                return by_operator(w.acme, expire_request{jane, opened});
            };
            w.run(end());
            BOOST_TEST(w.status(jane) == "suspended");
            BOOST_TEST(w.core(jane).active);
            BOOST_TEST(w.core(jane).suspended.has(reason));
            BOOST_TEST(!w.core(jane).approval->request);
            // A provider that says it in so many words, or goes through false, asks again.
            w.run(w.pushed(patch(jane, true)));
            BOOST_TEST(w.status(jane) == "pending_role");
            w.run(end());
            w.set(jane, false);
            w.set(jane, true);
            BOOST_TEST(w.status(jane) == "pending_role");
            BOOST_TEST(!w.core(jane).suspended.any());
            w.run(end());
            // So does an admin who gives a role.
            w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
            BOOST_TEST(w.status(jane) == "pending_approval");
            BOOST_TEST((w.core(jane).approval->request->kind == request_kind::invite));
            BOOST_TEST(w.code(w.asked_by(w.ada, approve_request{jane})) == "four_eyes");
            w.run(w.asked_by(w.bob, approve_request{jane}));
            BOOST_TEST(w.status(jane) == "active");
        }
    }
}

BOOST_AUTO_TEST_CASE(who_is_rejected_comes_by_no_role_to_access_that_nobody_approved) {
    struct row {
        const char* name;
        bool roles;
    };

    for (const row& r : {row{"roles are approved too", true}, row{"they are not", false}}) {
        BOOST_TEST_CONTEXT(r.name) {
            approvals_world w;
            policy p = *w.terms;
            p.approvals.invites = false;
            p.approvals.roles = r.roles;
            w.terms = std::make_shared<const policy>(p);
            const auto jane = w.invite(1, "jane");
            w.set(jane, false);
            w.set(jane, true);
            w.run(w.asked_by(w.ada, reject_request{jane}));
            w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
            BOOST_TEST(w.status(jane) == "pending_approval");
        }
    }
}

BOOST_AUTO_TEST_CASE(taking_access_away_is_never_held_up) {
    struct row {
        const char* name;
        std::function<void(approvals_world&)> before;
    };

    const auto jane = id_of(1);
    const row rows[] = {
        {"waits for a role", [](approvals_world&) {}},
        {"waits for an approval",
         [=](approvals_world& w) { w.run(w.asked_by(w.ada, role_for(jane, "clerk"))); }},
        {"is rejected",
         [=](approvals_world& w) { w.run(w.asked_by(w.ada, reject_request{jane})); }},
        {"waits, and is suspended",
         [=](approvals_world& w) {
             w.run(by_operator(w.acme, suspend_user{jane, suspension_reason::admin}));
         }},
        {"waits for another role",
         [=](approvals_world& w) {
             w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
             w.run(w.asked_by(w.bob, approve_request{jane}));
             w.run(w.asked_by(w.ada, role_for(jane, "boss")));
         }},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            for (const int how : {0, 1, 2, 3}) {
                approvals_world w;
                w.invite(1, "jane");
                r.before(w);
                const auto request = w.core(jane).approval->request;
                switch (how) {
                case 0:
                    BOOST_TEST(w.done_or(w.pushed(patch(jane, false))) == "accepted");
                    BOOST_TEST(w.status(jane) == "deactivated");
                    BOOST_TEST((w.core(jane).approval->request == request));
                    break;
                case 1: {
                    // The rest of the message is refused, the deactivation is not.
                    set_tenant off;
                    off.scim_enabled = false;
                    w.run(by_operator(w.acme, off));
                    BOOST_TEST(w.done_or(w.pushed(patch(jane, false))) == "accepted");
                    BOOST_TEST(w.status(jane) == "deactivated");
                    break;
                }
                case 2:
                    BOOST_TEST(w.done_or(w.pushed(delete_user{jane, {}})) == "accepted");
                    BOOST_TEST(!read_user(w.rows, w.acme, jane));
                    break;
                default:
                    BOOST_TEST(w.done_or(by_operator(w.acme, erase_user{jane})) == "accepted");
                    BOOST_TEST(!read_user(w.rows, w.acme, jane));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(an_approval_of_who_is_deactivated_does_not_activate_him) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    w.set(jane, false);
    w.run(w.asked_by(w.bob, approve_request{jane}));
    BOOST_TEST(w.status(jane) == "deactivated");
    BOOST_TEST(!w.core(jane).active);
    BOOST_TEST(w.core(jane).approval->role == "clerk");
    BOOST_TEST(!w.core(jane).approval->request);
    w.set(jane, true);
    BOOST_TEST(w.status(jane) == "pending_approval");
}

BOOST_AUTO_TEST_CASE(a_rejection_of_who_is_deactivated_is_remembered) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.set(jane, false);
    const auto said = w.ask(w.asked_by(w.bob, reject_request{jane}));
    BOOST_REQUIRE(said.has_value());
    BOOST_TEST(!std::get<approval_rejected>(said->events.back().body).holds_seat);
    w.carry_out(*said);
    BOOST_TEST(w.status(jane) == "deactivated");
    BOOST_TEST(w.core(jane).suspended.has(suspension_reason::rejected));
}

BOOST_AUTO_TEST_CASE(a_rejected_role_of_who_is_deactivated_leaves_nothing) {
    approvals_world w({}, [] {
        approval_terms asked;
        asked.roles = true;
        return asked;
    }());
    const auto jane = w.member(1, "jane");
    w.run(w.asked_by(w.ada, role_for(jane, "boss")));
    BOOST_REQUIRE(w.core(jane).approval->request.has_value());
    w.set(jane, false);
    w.run(w.asked_by(w.bob, reject_request{jane}));
    BOOST_TEST(w.status(jane) == "deactivated");
    BOOST_TEST(!w.core(jane).suspended.any());
}

BOOST_AUTO_TEST_CASE(an_approval_ends_no_suspension_by_an_admin) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    w.run(by_operator(w.acme, suspend_user{jane, suspension_reason::admin}));
    BOOST_TEST(w.status(jane) == "suspended");
    w.run(w.asked_by(w.bob, approve_request{jane}));
    BOOST_TEST(w.status(jane) == "suspended");
    w.run(by_operator(w.acme, resume_user{jane, suspension_reason::admin}));
    BOOST_TEST(w.status(jane) == "active");
}

BOOST_AUTO_TEST_CASE(who_is_resumed_goes_on_waiting) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    w.run(by_operator(w.acme, suspend_user{jane, suspension_reason::admin}));
    w.run(by_operator(w.acme, resume_user{jane, suspension_reason::admin}));
    BOOST_TEST(w.status(jane) == "pending_role");
}

BOOST_AUTO_TEST_CASE(who_waits_holds_a_seat_unless_the_plan_says_no) {
    approvals_world w(2);
    w.invite(1, "jane");
    w.invite(2, "kim");
    BOOST_TEST(w.code(w.pushed(create_user{id_of(3), wish_for("lee")})) == "seat_limit");
    w.run(w.asked_by(w.bob, reject_request{id_of(1)}));
    BOOST_TEST(w.done_or(w.pushed(create_user{id_of(3), wish_for("lee")})) == "accepted");
    // Who was rejected needs a free one to wait again.
    BOOST_TEST(w.code(w.asked_by(w.ada, role_for(id_of(1), "clerk"))) == "seat_limit");

    approvals_world light;
    create_plan plan{id_of(0x55), "light", {}};
    plan.terms.seats = 1;
    plan.terms.seat_states = seat_state_bit(user_status::active);
    light.run(by_operator(system_tenant, plan));
    set_tenant on;
    on.plan = "light";
    light.run(by_operator(light.acme, on));
    for (const std::uint8_t id : {std::uint8_t{1}, std::uint8_t{2}}) {
        light.invite(id, "u" + std::to_string(id));
        light.run(light.asked_by(light.ada, role_for(id_of(id), "clerk")));
    }
    BOOST_TEST(light.done_or(light.asked_by(light.bob, approve_request{id_of(1)})) == "accepted");
    BOOST_TEST(light.code(light.asked_by(light.bob, approve_request{id_of(2)})) == "seat_limit");
    BOOST_TEST(light.status(id_of(2)) == "pending_approval");
}

/// Such a plan is refused now; a log of before may have one.
BOOST_AUTO_TEST_CASE(a_plan_of_before_that_counts_the_suspended_and_not_who_waits_holds_nobody_up) {
    approvals_world w(1);
    const auto jane = w.invite(1, "jane");
    tenant_changed odd{read_tenant(w.rows, w.acme)->settings, {"plan_terms"}};
    odd.settings.terms.seat_states =
        seat_state_bit(user_status::active) | seat_state_bit(user_status::suspended);
    event fact = w.ask(w.asked_by(w.ada, reject_request{jane}))->events.back();
    fact.subject = {};
    fact.body = odd;
    w.record(fact, {});
    const auto kim = w.invite(2, "kim");
    w.run(w.asked_by(w.ada, role_for(kim, "clerk")));
    w.run(w.asked_by(w.bob, approve_request{kim}));
    w.run(w.asked_by(w.ada, reject_request{jane}));
    BOOST_TEST(w.status(jane) == "suspended");
    BOOST_TEST(seats_used(odd.settings.terms, w.counters(w.acme).by_status) == 2u);
    BOOST_TEST(w.done_or(w.pushed(patch(jane, false))) == "accepted");
    BOOST_TEST(seats_used(odd.settings.terms, w.counters(w.acme).by_status) == 1u);
}

BOOST_AUTO_TEST_CASE(time_is_kept_by_commands_that_may_come_late_or_twice) {
    approvals_world w;
    const auto jane = w.invite(1, "jane");
    const std::uint64_t opened = w.core(jane).approval->request->opened;
    const auto asked = [&](command_body body) { return by_operator(w.acme, std::move(body)); };
    BOOST_TEST(w.done_or(asked(remind_of_request{jane, opened, 0})) == "nothing");
    BOOST_TEST(w.done_or(asked(expire_request{jane, opened})) == "nothing");
    const auto due = *w.core(jane).approval->request->due;
    w.now = due;
    BOOST_TEST(w.done_or(asked(remind_of_request{jane, opened + 1, 0})) == "nothing");
    BOOST_TEST(w.done_or(asked(remind_of_request{jane, opened, 0})) == "accepted");
    BOOST_TEST(w.done_or(asked(remind_of_request{jane, opened, 0})) == "nothing");
    BOOST_TEST(w.core(jane).approval->request->reminders == 1u);
    BOOST_TEST(
        (*w.core(jane).approval->request->due == base::moment{due.unix_ms + 3 * ms_per_day}));
    w.now = *w.core(jane).approval->request->expires_at;
    BOOST_TEST(w.done_or(asked(expire_request{jane, opened + 1})) == "nothing");
    BOOST_TEST(w.done_or(asked(expire_request{jane, opened})) == "accepted");
    BOOST_TEST(w.done_or(asked(expire_request{jane, opened})) == "nothing");
}

BOOST_AUTO_TEST_CASE(a_request_without_an_end_is_only_reminded_of) {
    open_request r;
    r.since = {1'000};
    BOOST_TEST(!due_after(r, {5'000}));
    r.remind_days = 2;
    BOOST_TEST((due_after(r, {1'000}) == base::moment{1'000 + 2 * ms_per_day}));
    // Weeks of standstill are one reminder, not many.
    BOOST_TEST((due_after(r, {1'000 + 21 * ms_per_day}) == base::moment{1'000 + 22 * ms_per_day}));
    r.expires_at = base::moment{1'000 + 3 * ms_per_day};
    BOOST_TEST((due_after(r, {1'000 + 2 * ms_per_day}) == r.expires_at));
}

BOOST_AUTO_TEST_CASE(the_rows_of_a_request_come_and_go_with_it) {
    approvals_world w;
    const auto count = [&](char kind) {
        std::size_t n = 0;
        for (const auto& [place, value] : w.rows.rows)
            n += place.first != table::index && place.second.front() == kind ? 1u : 0u;
        return n;
    };
    const auto all = [&] { return std::vector{count('O'), count('d'), count('Q')}; };
    using counts = std::vector<std::size_t>;
    const auto jane = w.invite(1, "jane");
    w.invite(2, "kim");
    BOOST_TEST((all() == counts{2, 2, 2}));
    const auto secret = w.keys.lookup_secret(w.rows, w.acme);
    BOOST_TEST((read_request_of_email(w.rows, *secret, w.acme, "jane@example.com") == jane));
    BOOST_TEST(!read_request_of_email(w.rows, *secret, w.acme, "lee@example.com"));
    user_wish wish = wish_for("jane", true, "e-jane");
    wish.content.email_keys = {"a@example.com", "b@example.com"};
    w.run(w.pushed(change_user{jane, {}, always(wish), {}}));
    BOOST_TEST((all() == counts{2, 2, 3}));
    BOOST_TEST(!read_request_of_email(w.rows, *secret, w.acme, "jane@example.com"));
    w.run(w.asked_by(w.ada, role_for(jane, "clerk")));
    BOOST_TEST((all() == counts{2, 2, 3}));
    w.run(w.asked_by(w.bob, approve_request{jane}));
    BOOST_TEST((all() == counts{1, 1, 1}));
    w.run(w.pushed(delete_user{id_of(2), {}}));
    BOOST_TEST((all() == counts{0, 0, 0}));
}

BOOST_AUTO_TEST_SUITE_END()
