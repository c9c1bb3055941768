// The rules of admins and operators: who may come to be, who may do what to whom, and that rights
// are looked at again in a command's turn.
#include "eventlog/error.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(admin_decide_test)

namespace {

/// A tenant with its admins, another one, a deleted one, and the operator's people.
class offices : public world {
  public:
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    tenant_no gone = make_tenant("gone");
    admin_state ada = make_admin(acme, 1, "ada", admin_role::primary_admin);
    admin_state bob = make_admin(acme, 2, "bob", admin_role::admin);
    admin_state vic = make_admin(acme, 3, "vic", admin_role::viewer);
    admin_state out = make_admin(acme, 4, "out", admin_role::primary_admin); // disabled
    admin_state other = make_admin(bold, 5, "ada", admin_role::primary_admin);
    admin_state lost = make_admin(gone, 6, "lost", admin_role::primary_admin);
    admin_state olga = make_admin(system_tenant, 7, "olga", admin_role::operator_);
    admin_state sam = make_admin(system_tenant, 8, "sam", admin_role::support);
    admin_state oleg = make_admin(system_tenant, 9, "oleg", admin_role::operator_);
    admin_state brief; // whose token ends in an hour
    admin_state past;  // whose token has just ended
    user_state jane = make_user(acme, 21, wish_for("jane"));

    offices() {
        run(by_operator(acme, disable_admin{out.id}));
        run(by_operator(gone, delete_tenant{}));
        create_admin short_lived = admin_named(10, "brief", admin_role::admin);
        short_lived.expires_at = in(3'600);
        brief = *run(by_operator(acme, short_lived)).admin;
        create_admin ends_now = admin_named(11, "past", admin_role::admin);
        ends_now.expires_at = in(60);
        past = *run(by_operator(acme, ends_now)).admin;
        now = *past.core.expires_at;
    }

    [[nodiscard]] base::moment in(std::int64_t seconds) const {
        return {now.unix_ms + seconds * 1000};
    }
};

create_admin fresh(const std::string& name, admin_role role = admin_role::viewer) {
    return admin_named(99, name, role);
}

create_admin with_token(create_admin c, digest token) {
    c.token_hash = token;
    return c;
}

/// Let in under a role that is not his any more.
command let_in_as(command asked, std::optional<admin_role> role) {
    asked.as_role = role;
    return asked;
}

struct refused_case {
    const char* name;
    refusal_code code;
    command (*asked)(const offices&);
};

const refused_case refused_cases[] = {
    {"create: name in use", refusal_code::name_taken,
     [](const offices& o) { return by_operator(o.acme, fresh("ada")); }},
    {"create: operator's name in use", refusal_code::name_taken,
     [](const offices&) {
         return by_operator(system_tenant, fresh("sam", admin_role::operator_));
     }},
    {"create: operator in a tenant", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("x", admin_role::operator_)); }},
    {"create: support in a tenant", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("x", admin_role::support)); }},
    {"create: tenant's role among operators", refusal_code::invalid,
     [](const offices&) {
         return by_operator(system_tenant, fresh("x", admin_role::primary_admin));
     }},
    {"create: unknown role", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("x", static_cast<admin_role>(4))); }},
    {"create: empty name", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("")); }},
    {"create: blank at the end", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("ada ")); }},
    {"create: line feed in the name", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("a\nb")); }},
    {"create: one dot", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh(".")); }},
    {"create: two dots", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("..")); }},
    {"create: two dots before a slash", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("../x")); }},
    {"create: a dot between slashes", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("a/./b")); }},
    {"create: two dots behind a backslash", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("a\\..")); }},
    {"create: nothing between slashes", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("a//b")); }},
    {"create: a slash at the end", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, fresh("a/")); }},
    {"create: one byte too long", refusal_code::invalid,
     [](const offices& o) {
         return by_operator(o.acme, fresh(std::string(admin_name_bytes_max + 1, 'n')));
     }},
    {"create: no id", refusal_code::invalid,
     [](const offices& o) {
         create_admin c = fresh("x");
         c.id = {};
         return by_operator(o.acme, c);
     }},
    {"create: id of another admin", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, admin_named(2, "x", admin_role::viewer)); }},
    {"create: id of a user", refusal_code::invalid,
     [](const offices& o) {
         return by_operator(o.acme, admin_named(21, "x", admin_role::viewer));
     }},
    {"create: another tenant's token", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, with_token(fresh("x"), digest_of(5))); }},
    {"create: a disabled admin's token", refusal_code::invalid,
     [](const offices& o) { return by_operator(o.acme, with_token(fresh("x"), digest_of(4))); }},
    {"create: expired at birth", refusal_code::invalid,
     [](const offices& o) {
         create_admin c = fresh("x");
         c.expires_at = o.now;
         return by_operator(o.acme, c);
     }},
    {"create: unknown tenant", refusal_code::not_found,
     [](const offices&) { return by_operator(tenant_no{77}, fresh("x")); }},
    {"create: deleted tenant", refusal_code::tenant_deleted,
     [](const offices& o) { return by_operator(o.gone, fresh("x")); }},

    {"set: another tenant's admin", refusal_code::not_found,
     [](const offices& o) {
         return by_operator(o.bold, set_admin_role{o.bob.id, admin_role::viewer});
     }},
    {"set: a user", refusal_code::not_found,
     [](const offices& o) {
         return by_operator(o.acme, set_admin_role{o.jane.id, admin_role::viewer});
     }},
    {"set: disabled", refusal_code::admin_disabled,
     [](const offices& o) {
         return by_operator(o.acme, set_admin_role{o.out.id, admin_role::viewer});
     }},
    {"set: admin to operator", refusal_code::invalid,
     [](const offices& o) {
         return by_operator(o.acme, set_admin_role{o.bob.id, admin_role::operator_});
     }},
    {"set: in a deleted tenant", refusal_code::tenant_deleted,
     [](const offices& o) {
         return by_operator(o.gone, set_admin_role{o.lost.id, admin_role::viewer});
     }},
    {"set: oneself higher", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.bob, o.acme, set_admin_role{o.bob.id, admin_role::primary_admin});
     }},
    {"set: oneself lower", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.ada, o.acme, set_admin_role{o.ada.id, admin_role::viewer});
     }},
    {"set: oneself, as operator", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.olga, system_tenant, set_admin_role{o.olga.id, admin_role::support});
     }},
    {"disable: twice", refusal_code::admin_disabled,
     [](const offices& o) { return by_operator(o.acme, disable_admin{o.out.id}); }},
    {"disable: nobody", refusal_code::not_found,
     [](const offices& o) { return by_operator(o.acme, disable_admin{id_of(98)}); }},
    {"disable: oneself", refusal_code::not_permitted,
     [](const offices& o) { return by_admin(o.ada, o.acme, disable_admin{o.ada.id}); }},
    {"disable: an operator as if he were the tenant's", refusal_code::not_found,
     [](const offices& o) { return by_operator(o.acme, disable_admin{o.olga.id}); }},
    {"token: for a disabled admin", refusal_code::admin_disabled,
     [](const offices& o) {
         return by_operator(o.acme, create_admin_token{o.out.id, digest_of(98), {}});
     }},
    {"token: one that is there", refusal_code::invalid,
     [](const offices& o) {
         return by_operator(o.acme, create_admin_token{o.bob.id, digest_of(7), {}});
     }},
    {"token: expired at birth", refusal_code::invalid,
     [](const offices& o) {
         return by_operator(o.acme, create_admin_token{o.bob.id, digest_of(98), o.now});
     }},
    {"token: one's own for ever, though it was to end", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.brief, o.acme, create_admin_token{o.brief.id, digest_of(98), {}});
     }},
    {"token: one's own for longer", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.brief, o.acme,
                         create_admin_token{o.brief.id, digest_of(98),
                                            base::moment{o.brief.core.expires_at->unix_ms + 1}});
     }},

    {"acting: disabled meanwhile", refusal_code::not_permitted,
     [](const offices& o) { return by_admin(o.out, o.acme, disable_admin{o.vic.id}); }},
    {"acting: in another tenant", refusal_code::not_permitted,
     [](const offices& o) { return by_admin(o.ada, o.bold, disable_admin{o.other.id}); }},
    {"acting: among operators", refusal_code::not_permitted,
     [](const offices& o) { return by_admin(o.ada, system_tenant, disable_admin{o.sam.id}); }},
    {"acting: makes a tenant", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.ada, {}, create_tenant{"new", {"n", "generic", "default", {}, true}});
     }},
    {"acting: raised himself in the request", refusal_code::not_permitted,
     [](const offices& o) {
         return let_in_as(by_admin(o.vic, o.acme, disable_admin{o.bob.id}),
                          admin_role::primary_admin);
     }},
    {"acting: under no role", refusal_code::not_permitted,
     [](const offices& o) {
         return let_in_as(by_admin(o.ada, o.acme, disable_admin{o.bob.id}), std::nullopt);
     }},
    {"acting: support in place of an operator", refusal_code::not_permitted,
     [](const offices& o) {
         return let_in_as(by_admin(o.sam, o.acme, disable_admin{o.bob.id}), admin_role::operator_);
     }},
    {"acting: a tenant's admin as operator", refusal_code::not_permitted,
     [](const offices& o) {
         command asked = by_admin(o.ada, o.acme, disable_admin{o.bob.id});
         asked.by.kind = actor_kind::operator_;
         return asked;
     }},
    {"acting: a user's id", refusal_code::not_permitted,
     [](const offices& o) {
         command asked = by_admin(o.ada, o.acme, disable_admin{o.bob.id});
         asked.by.id = o.jane.id;
         return asked;
     }},
    {"acting: his token has expired meanwhile", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.past, o.acme, delete_user{o.jane.id, {}});
     }},
    {"acting: his token was replaced meanwhile", refusal_code::not_permitted,
     [](const offices& o) {
         command asked = by_admin(o.ada, o.acme, disable_admin{o.bob.id});
         asked.as_token = digest_of(0x99);
         return asked;
     }},
    {"acting: an operator's token was replaced meanwhile", refusal_code::not_permitted,
     [](const offices& o) {
         command asked = by_admin(o.olga, o.acme, disable_admin{o.bob.id});
         asked.as_token = digest_of(0x99);
         return asked;
     }},
    {"acting: with no token", refusal_code::not_permitted,
     [](const offices& o) {
         command asked = by_admin(o.ada, o.acme, disable_admin{o.bob.id});
         asked.as_token.reset();
         return asked;
     }},
    {"acting: on a user of another tenant", refusal_code::not_permitted,
     [](const offices& o) {
         return by_admin(o.other, o.acme, delete_user{o.jane.id, {}});
     }},

    {"erase: an admin as if he were a user", refusal_code::not_found,
     [](const offices& o) { return by_operator(o.acme, erase_user{o.bob.id}); }},
    {"erase: a disabled admin likewise", refusal_code::not_found,
     [](const offices& o) { return by_operator(o.acme, erase_user{o.out.id}); }},

    {"system: a key", refusal_code::not_found,
     [](const offices&) {
         return by_operator(system_tenant, create_key{id_of(98), digest_of(98), "", {}});
     }},
    {"system: a user", refusal_code::not_found,
     [](const offices&) {
         return by_operator(system_tenant, create_user{id_of(98), wish_for("jane")});
     }},
    {"system: an operator erased", refusal_code::not_found,
     [](const offices& o) { return by_operator(system_tenant, erase_user{o.sam.id}); }},
    {"system: deleted", refusal_code::not_found,
     [](const offices&) { return by_operator(system_tenant, delete_tenant{}); }},
    {"system: changed", refusal_code::not_found,
     [](const offices&) { return by_operator(system_tenant, set_tenant{}); }},
    {"system: a team", refusal_code::not_found,
     [](const offices&) {
         return by_operator(system_tenant, create_team{id_of(98), team_named("t"), {}});
     }},
};

/// The admin whose name this is now.
std::optional<subject_id> named(offices& o, tenant_no tenant, std::string_view name) {
    return *read_admin_named(o.rows, o.keys, tenant, name);
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_refused) {
    offices o;
    for (const refused_case& c : refused_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto told = o.ask(c.asked(o));
            BOOST_REQUIRE(!told.has_value());
            BOOST_TEST(refusal_name(told.error().code) == refusal_name(c.code),
                       told.error().message);
            BOOST_TEST(!told.error().message.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_name_of_the_longest_size_is_taken) {
    offices o;
    const std::string name(admin_name_bytes_max, 'n');
    BOOST_TEST(o.run(by_operator(o.acme, fresh(name))).admin->content.name == name);
}

BOOST_AUTO_TEST_CASE(as_many_as_may_be_and_one_more) {
    offices o;
    BOOST_TEST(o.counters(o.acme).admins == 6u);
    BOOST_TEST(o.counters(system_tenant).admins == 3u);
    tenant_counters counters = o.counters(o.acme);
    const auto ask_for_both = [&](std::uint64_t already) {
        counters.keys = already;
        counters.admins = already;
        o.rows.put(table::state, key_of::counters(o.acme), encode(counters));
        const bool admin = o.ask(by_operator(o.acme, fresh("x"))).has_value();
        const bool key =
            o.ask(by_operator(o.acme, create_key{id_of(97), digest_of(97), "", {}})).has_value();
        BOOST_TEST(admin == key);
        return admin;
    };
    static_assert(tenant_keys_max == tenant_admins_max);
    BOOST_TEST(ask_for_both(tenant_admins_max - 1));
    BOOST_TEST(!ask_for_both(tenant_admins_max));
}

BOOST_AUTO_TEST_CASE(the_first_operator_makes_the_system_tenant) {
    world w;
    const auto made =
        w.ask(by_operator(system_tenant, admin_named(7, "olga", admin_role::operator_)));
    BOOST_REQUIRE(made.has_value());
    BOOST_REQUIRE_EQUAL(made->events.size(), 2u);
    const auto* system = std::get_if<tenant_created>(&made->events.front().body);
    BOOST_REQUIRE(system != nullptr);
    BOOST_TEST(system->slug == system_slug);
    BOOST_TEST(!system->settings.scim_enabled);
    BOOST_TEST((made->events.front().tenant == system_tenant));
    w.carry_out(*made);
    BOOST_TEST((read_last_tenant(w.rows) == tenant_no{0}));
    const auto second =
        w.ask(by_operator(system_tenant, admin_named(8, "sam", admin_role::support)));
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST(second->events.size() == 1u);
    BOOST_TEST((w.make_tenant("acme") == tenant_no{1}));
}

BOOST_AUTO_TEST_CASE(an_admin_from_creation_to_the_end) {
    offices o;
    const digest empty = o.counters(o.acme).state_hash;
    create_admin c = admin_named(50, "new", admin_role::viewer);
    c.content.name = "New";
    const admin_state made = *o.run(by_admin(o.ada, o.acme, c)).admin;
    BOOST_TEST(made.content.name == "New");
    BOOST_TEST((made.core.role == admin_role::viewer && !made.core.disabled));
    BOOST_TEST((named(o, o.acme, "new") == made.id));
    BOOST_TEST((read_admin_of_token(o.rows, digest_of(50)) == made));

    const auto raised =
        o.run(by_admin(o.ada, o.acme, set_admin_role{made.id, admin_role::admin})).admin;
    BOOST_TEST((raised->core.role == admin_role::admin && raised->content == made.content));
    BOOST_TEST((raised->core.sealed_hash == made.core.sealed_hash));

    const auto again = o.ask(by_admin(o.ada, o.acme, set_admin_role{made.id, admin_role::admin}));
    BOOST_REQUIRE(again.has_value());
    BOOST_TEST((again->what == done::kind::unchanged && again->events.empty()));

    const auto renewed =
        o.run(by_operator(o.acme, create_admin_token{made.id, digest_of(51), o.in(60)})).admin;
    BOOST_TEST((renewed->core.expires_at.has_value()));
    BOOST_TEST(!read_admin_of_token(o.rows, digest_of(50)).has_value());
    BOOST_TEST((read_admin_of_token(o.rows, digest_of(51)) == renewed));

    const auto ended = o.run(by_admin(o.ada, o.acme, disable_admin{made.id})).admin;
    BOOST_TEST(ended->core.disabled);
    BOOST_TEST((read_admin_of_token(o.rows, digest_of(51)) == ended));
    BOOST_TEST(!named(o, o.acme, "new").has_value());

    const admin_state next = o.make_admin(o.acme, 52, "new", admin_role::viewer);
    BOOST_TEST((named(o, o.acme, "new") == next.id));
    digest sum = empty;
    add(sum, hash_of(ended->id, ended->core));
    add(sum, hash_of(next.id, next.core));
    BOOST_TEST((o.counters(o.acme).state_hash == sum));
}

BOOST_AUTO_TEST_CASE(ones_own_token_is_renewed_within_its_time) {
    offices o;
    const auto ends = *o.brief.core.expires_at;
    BOOST_TEST(o.ask(by_admin(o.brief, o.acme, create_admin_token{o.brief.id, digest_of(98), ends}))
                   .has_value());
    BOOST_TEST(o.ask(by_admin(o.vic, o.acme, create_admin_token{o.vic.id, digest_of(98), {}}))
                   .has_value());
    // Another one may give it more time.
    BOOST_TEST(o.ask(by_admin(o.ada, o.acme, create_admin_token{o.brief.id, digest_of(98), {}}))
                   .has_value());
}

BOOST_AUTO_TEST_CASE(of_two_who_disable_each_other_one_stays) {
    offices o;
    const admin_state eve = o.make_admin(o.acme, 60, "eve", admin_role::primary_admin);
    const command first = by_admin(o.ada, o.acme, disable_admin{eve.id});
    const command second = by_admin(eve, o.acme, disable_admin{o.ada.id});
    o.run(first);
    const auto told = o.ask(second);
    BOOST_REQUIRE(!told.has_value());
    BOOST_TEST((told.error().code == refusal_code::not_permitted));
}

BOOST_AUTO_TEST_CASE(a_role_that_was_lost_on_the_way_does_nothing) {
    offices o;
    const command asked =
        by_admin(o.olga, {}, create_tenant{"new", {"n", "generic", "default", {}, true}});
    BOOST_TEST(o.ask(asked).has_value());
    o.run(by_admin(o.oleg, system_tenant, set_admin_role{o.olga.id, admin_role::support}));
    BOOST_TEST((o.ask(asked).error().code == refusal_code::not_permitted));
}

BOOST_AUTO_TEST_CASE(only_what_takes_rights_away_always_works) {
    BOOST_TEST(deprovisions(by_operator({}, disable_admin{})));
    BOOST_TEST(!deprovisions(by_operator({}, create_admin{})));
    BOOST_TEST(!deprovisions(by_operator({}, set_admin_role{})));
    BOOST_TEST(!deprovisions(by_operator({}, create_admin_token{})));
}

BOOST_AUTO_TEST_CASE(facts_that_cannot_follow) {
    const event_header header{tenant_no{3}, {17}, {1000}, id_of(7), digest_of(9)};
    const std::optional<admin_core> nobody;
    admin_core living;
    admin_core ended;
    ended.disabled = true;

    struct row {
        const char* name;
        std::optional<admin_core> before;
        event_body body;
    };

    const row rows[] = {
        {"created twice", living, admin_created{}},
        {"created after the end", ended, admin_created{}},
        {"changed: nobody", nobody, admin_changed{}},
        {"disabled: nobody", nobody, admin_disabled{}},
        {"token: nobody", nobody, admin_token_created{}},
        {"changed after the end", ended, admin_changed{}},
        {"disabled twice", ended, admin_disabled{}},
        {"token after the end", ended, admin_token_created{}},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto now = after(r.before, header, r.body);
            BOOST_REQUIRE(!now.has_value());
            BOOST_TEST((now.error().code == log_errc::out_of_order));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
