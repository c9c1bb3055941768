#include "projections/decide.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(decide_test)

namespace {

/// Tenants and users that the cases below speak of.
class town : public world {
  public:
    tenant_no acme = make_tenant("acme");     // no limit
    tenant_no full = make_tenant("full", 2);  // both seats taken
    tenant_no closed = make_tenant("closed"); // provisioning switched off
    tenant_no gone = make_tenant("gone");     // deleted

    user_state jane = make_user(acme, 1, wish_for("jane", true, "e-1"));
    user_state idle = make_user(acme, 2, wish_for("idle", false, "e-2"));
    user_state bare = make_user(acme, 3, wish_for("bare", false));
    user_state left = make_user(acme, 4, wish_for("left"));    // deleted below
    user_state erased = make_user(acme, 5, wish_for("ghost")); // erased below
    user_state ann = make_user(full, 11, wish_for("ann"));
    user_state bob = make_user(full, 12, wish_for("bob"));
    user_state off = make_user(full, 13, wish_for("off", false, "e-13"));
    user_state cara = make_user(closed, 21, wish_for("cara"));
    user_state dan = make_user(closed, 22, wish_for("dan", false));
    user_state eve = make_user(gone, 31, wish_for("eve"));
    subject_id live_key = id_of(41);
    subject_id revoked_key = id_of(42);

    town() {
        run(by_operator(acme, delete_user{left.id, {}}));
        run(by_operator(acme, erase_user{erased.id}));
        run(by_operator(acme, create_key{live_key, digest_of(41), "okta", {}}));
        run(by_operator(acme, create_key{revoked_key, digest_of(42), "old", {}}));
        run(by_operator(acme, revoke_key{revoked_key}));
        set_tenant off_switch;
        off_switch.scim_enabled = false;
        run(by_operator(closed, off_switch));
        run(by_operator(gone, delete_tenant{}));
    }

    [[nodiscard]] static change_user change(const user_state& user, user_wish wish,
                                            bool deprovisions = false) {
        return {user.id, {}, always(std::move(wish)), {}, deprovisions};
    }

    [[nodiscard]] static change_user renamed(const user_state& user, const std::string& name) {
        return change(user, wish_for(name, user.core.active));
    }

    [[nodiscard]] static change_user on_version(change_user c, std::uint64_t version) {
        c.if_match = {version_condition::kind::one_of, {version}};
        return c;
    }
};

using ask = command (*)(const town&);

tenant_settings settings_named(std::string name) {
    return {std::move(name), "generic", "default", {}, true};
}

command create_slug(std::string slug) {
    return by_operator({}, create_tenant{std::move(slug), settings_named("x")});
}

struct refused_case {
    const char* name;
    refusal_code code;
    ask asked;
};

const refused_case refused_cases[] = {
    {"tenant: empty slug", refusal_code::invalid, [](const town&) { return create_slug(""); }},
    {"tenant: upper case", refusal_code::invalid, [](const town&) { return create_slug("Acme"); }},
    {"tenant: dash first", refusal_code::invalid, [](const town&) { return create_slug("-a"); }},
    {"tenant: the word of an operator", refusal_code::invalid,
     [](const town&) { return create_slug("operator"); }},
    {"tenant: the word of this machine's operator", refusal_code::invalid,
     [](const town&) { return create_slug("local-operator"); }},
    {"tenant: the word of the server", refusal_code::invalid,
     [](const town&) { return create_slug("system"); }},
    {"tenant: a word of paths", refusal_code::invalid,
     [](const town&) { return create_slug("operators"); }},
    {"tenant: system", refusal_code::invalid, [](const town&) { return create_slug("_system"); }},
    {"tenant: dot", refusal_code::invalid, [](const town&) { return create_slug("a.b"); }},
    {"tenant: not ASCII", refusal_code::invalid,
     [](const town&) { return create_slug("caf\xc3\xa9"); }},
    {"tenant: 64 characters", refusal_code::invalid,
     [](const town&) { return create_slug(std::string(64, 'a')); }},
    {"tenant: name one byte too long", refusal_code::invalid,
     [](const town&) {
         return by_operator(
             {}, create_tenant{"new", settings_named(std::string(label_bytes_max + 1, 'n'))});
     }},
    {"tenant: in use", refusal_code::tenant_exists,
     [](const town&) { return create_slug("acme"); }},
    {"tenant: slug of a deleted one", refusal_code::tenant_exists,
     [](const town&) { return create_slug("gone"); }},
    {"set tenant: unknown", refusal_code::not_found,
     [](const town&) { return by_operator(tenant_no{99}, set_tenant{}); }},
    {"set tenant: deleted", refusal_code::tenant_deleted,
     [](const town& t) { return by_operator(t.gone, set_tenant{}); }},
    {"set mapping: unknown tenant", refusal_code::not_found,
     [](const town&) {
         return by_operator(tenant_no{99}, set_mapping{"[1]", {}});
     }},
    {"set mapping: deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) {
         return by_operator(t.gone, set_mapping{"[1]", {}});
     }},
    {"set mapping: the system tenant", refusal_code::not_found,
     [](const town&) {
         return by_operator(system_tenant, set_mapping{"[1]", {}});
     }},
    {"delete tenant: twice", refusal_code::tenant_deleted,
     [](const town& t) { return by_operator(t.gone, delete_tenant{}); }},

    {"key: no id", refusal_code::invalid,
     [](const town& t) {
         return by_operator(t.acme, create_key{{}, digest_of(9), "", {}});
     }},
    {"key: id in use", refusal_code::invalid,
     [](const town& t) {
         return by_operator(t.acme, create_key{t.live_key, digest_of(9), "", {}});
     }},
    {"key: secret in use by another tenant", refusal_code::invalid,
     [](const town& t) {
         return by_operator(t.full, create_key{id_of(9), digest_of(41), "", {}});
     }},
    {"key: expired at birth", refusal_code::invalid,
     [](const town& t) {
         return by_operator(t.acme, create_key{id_of(9), digest_of(9), "", t.now});
     }},
    {"key: expires before 1970", refusal_code::invalid,
     [](const town& t) {
         return by_operator(t.acme, set_key_expiry{t.live_key, base::moment{-1}});
     }},
    {"key: label one byte too long", refusal_code::invalid,
     [](const town& t) {
         return by_operator(
             t.acme, create_key{id_of(9), digest_of(9), std::string(label_bytes_max + 1, 'l'), {}});
     }},
    {"key: in a deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) {
         return by_operator(t.gone, create_key{id_of(9), digest_of(9), "", {}});
     }},
    {"revoke key: unknown", refusal_code::not_found,
     [](const town& t) { return by_operator(t.acme, revoke_key{id_of(9)}); }},
    {"revoke key: of another tenant", refusal_code::not_found,
     [](const town& t) { return by_operator(t.full, revoke_key{t.live_key}); }},
    {"revoke key: twice", refusal_code::key_revoked,
     [](const town& t) { return by_operator(t.acme, revoke_key{t.revoked_key}); }},
    {"key expiry: of a revoked key", refusal_code::key_revoked,
     [](const town& t) {
         return by_operator(t.acme, set_key_expiry{t.revoked_key, {}});
     }},

    {"create: unknown tenant", refusal_code::not_found,
     [](const town&) {
         return by_provider(tenant_no{99}, create_user{id_of(9), wish_for("new")});
     }},
    {"create: deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) {
         return by_provider(t.gone, create_user{id_of(9), wish_for("new")});
     }},
    {"create: provisioning off", refusal_code::scim_disabled,
     [](const town& t) {
         return by_provider(t.closed, create_user{id_of(9), wish_for("new")});
     }},
    {"create: no name", refusal_code::invalid,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("")});
     }},
    {"create: nil id", refusal_code::invalid,
     [](const town& t) {
         return by_provider(t.acme, create_user{{}, wish_for("new")});
     }},
    {"create: id of a living user", refusal_code::invalid,
     [](const town& t) {
         return by_provider(t.acme, create_user{t.jane.id, wish_for("new")});
     }},
    {"create: id of a deleted user", refusal_code::invalid,
     [](const town& t) {
         return by_provider(t.acme, create_user{t.left.id, wish_for("new")});
     }},
    {"create: content one byte too heavy", refusal_code::invalid,
     [](const town& t) {
         user_wish wish = wish_for("new");
         wish.content.document.assign(user_content_bytes_max, 'd');
         return by_provider(t.acme, create_user{id_of(9), wish});
     }},
    {"create: names of changes too heavy", refusal_code::invalid,
     [](const town& t) {
         user_wish wish = wish_for("new");
         wish.changed = {std::string(changed_names_bytes_max + 1, 'c')};
         return by_provider(t.acme, create_user{id_of(9), wish});
     }},
    {"create: name of an active user", refusal_code::name_taken,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("jane", true, "e-1")});
     }},
    {"create: inactive user of another external id", refusal_code::other_person,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("idle", true, "e-9")});
     }},
    {"create: no seat", refusal_code::seat_limit,
     [](const town& t) {
         return by_provider(t.full, create_user{id_of(9), wish_for("new")});
     }},
    {"restore: no seat", refusal_code::seat_limit,
     [](const town& t) {
         return by_provider(t.full, create_user{id_of(9), wish_for("off", true, "e-13")});
     }},
    {"restore: provisioning off", refusal_code::scim_disabled,
     [](const town& t) {
         return by_provider(t.closed, create_user{id_of(9), wish_for("dan")});
     }},

    {"change: unknown user", refusal_code::not_found,
     [](const town& t) {
         change_user c = town::renamed(t.jane, "x");
         c.id = id_of(9);
         return by_provider(t.acme, c);
     }},
    {"change: user of another tenant", refusal_code::not_found,
     [](const town& t) { return by_provider(t.full, town::renamed(t.jane, "x")); }},
    {"change: deleted user", refusal_code::not_found,
     [](const town& t) { return by_provider(t.acme, town::renamed(t.left, "x")); }},
    {"change: deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) { return by_provider(t.gone, town::renamed(t.eve, "x")); }},
    {"change: provisioning off", refusal_code::scim_disabled,
     [](const town& t) { return by_provider(t.closed, town::renamed(t.cara, "x")); }},
    {"change: old version", refusal_code::precondition_failed,
     [](const town& t) {
         return by_provider(
             t.acme, town::on_version(town::renamed(t.jane, "x"), t.jane.core.version.value - 1));
     }},
    {"change: version of nobody", refusal_code::precondition_failed,
     [](const town& t) {
         change_user c = town::renamed(t.jane, "x");
         c.if_match = {version_condition::kind::one_of, {}};
         return by_provider(t.acme, c);
     }},
    {"change: evaluation refuses", refusal_code::invalid,
     [](const town& t) {
         change_user c = town::renamed(t.jane, "x");
         c.evaluate = [](const user_state&) -> base::result<user_wish, refusal> {
             return tl::unexpected(refusal{refusal_code::invalid, "no", 7});
         };
         return by_provider(t.acme, c);
     }},
    {"change: name of another user", refusal_code::name_taken,
     [](const town& t) { return by_provider(t.acme, town::renamed(t.jane, "idle")); }},
    {"change: name taken away", refusal_code::invalid,
     [](const town& t) { return by_provider(t.acme, town::renamed(t.jane, "")); }},
    {"reactivate: no seat", refusal_code::seat_limit,
     [](const town& t) {
         return by_provider(t.full, change_user{t.off.id, {}, set_active(true), {}, false});
     }},
    {"deactivate: deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) {
         return by_provider(t.gone, change_user{t.eve.id, {}, set_active(false), {}, true});
     }},
    {"deactivate: old version", refusal_code::precondition_failed,
     [](const town& t) {
         return by_provider(t.acme,
                            town::on_version({t.jane.id, {}, set_active(false), {}, true}, 1));
     }},

    {"delete: unknown user", refusal_code::not_found,
     [](const town& t) {
         return by_provider(t.acme, delete_user{id_of(9), {}});
     }},
    {"delete: twice", refusal_code::not_found,
     [](const town& t) {
         return by_provider(t.acme, delete_user{t.left.id, {}});
     }},
    {"delete: user of another tenant", refusal_code::not_found,
     [](const town& t) {
         return by_provider(t.acme, delete_user{t.ann.id, {}});
     }},
    {"delete: old version", refusal_code::precondition_failed,
     [](const town& t) {
         return by_provider(t.acme, delete_user{t.jane.id, {version_condition::kind::one_of, {1}}});
     }},
    {"delete: deleted tenant", refusal_code::tenant_deleted,
     [](const town& t) {
         return by_provider(t.gone, delete_user{t.eve.id, {}});
     }},
    {"erase: nobody", refusal_code::not_found,
     [](const town& t) { return by_operator(t.acme, erase_user{id_of(9)}); }},
    {"erase: twice", refusal_code::not_found,
     [](const town& t) { return by_operator(t.acme, erase_user{t.erased.id}); }},
    {"erase: user of another tenant", refusal_code::not_found,
     [](const town& t) { return by_operator(t.acme, erase_user{t.ann.id}); }},
    {"erase: unknown tenant", refusal_code::not_found,
     [](const town& t) { return by_operator(tenant_no{99}, erase_user{t.ann.id}); }},
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_refused) {
    town t;
    const auto before = t.rows.rows;
    for (const refused_case& c : refused_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto decided = t.ask(c.asked(t));
            BOOST_REQUIRE(!decided.has_value());
            BOOST_TEST(refusal_name(decided.error().code) == refusal_name(c.code));
            BOOST_TEST(!decided.error().message.empty());
        }
    }
    BOOST_TEST((t.rows.rows == before));
}

namespace {

struct accepted_case {
    const char* name;
    event_type event; // 0: no event
    ask asked;
};

constexpr event_type no_event{};

const accepted_case accepted_cases[] = {
    {"tenant: 63 characters", event_type::tenant_created,
     [](const town&) { return create_slug(std::string(63, 'z')); }},
    {"tenant: digits and dashes", event_type::tenant_created,
     [](const town&) { return create_slug("0-a-"); }},
    {"set tenant: nothing", no_event,
     [](const town& t) { return by_operator(t.acme, set_tenant{}); }},
    {"set tenant: the same name", no_event,
     [](const town& t) {
         set_tenant set;
         set.name = "acme";
         return by_operator(t.acme, set);
     }},
    {"set tenant: limit below what is used", event_type::tenant_changed,
     [](const town& t) {
         set_tenant set;
         set.seat_limit = std::optional<std::uint64_t>(0);
         return by_operator(t.full, set);
     }},
    {"set tenant: limit taken away", event_type::tenant_changed,
     [](const town& t) {
         set_tenant set;
         set.seat_limit = std::optional<std::uint64_t>();
         return by_operator(t.full, set);
     }},
    {"key expiry: the same", no_event,
     [](const town& t) {
         return by_operator(t.acme, set_key_expiry{t.live_key, {}});
     }},
    {"key expiry: in the past, to end it now", event_type::key_expiry_changed,
     [](const town& t) {
         return by_operator(t.acme, set_key_expiry{t.live_key, base::moment{1}});
     }},
    {"create: another tenant's name", event_type::user_created,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("ann")});
     }},
    {"create: name of a deleted user", event_type::user_created,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("left")});
     }},
    {"create: inactive, without a free seat", event_type::user_created,
     [](const town& t) {
         return by_provider(t.full, create_user{id_of(9), wish_for("new", false)});
     }},
    {"create: by an admin, provisioning off", event_type::user_created,
     [](const town& t) {
         return by_operator(t.closed, create_user{id_of(9), wish_for("new")});
     }},
    {"create: content as heavy as allowed", event_type::user_created,
     [](const town& t) {
         user_wish wish = wish_for("new");
         wish.content = {};
         wish.content.user_name_key = "n";
         wish.content.document.assign(user_content_bytes_max - 1, 'd');
         return by_provider(t.acme, create_user{id_of(9), wish});
     }},
    {"create over inactive, same external id", event_type::user_restored,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("idle", true, "e-2")});
     }},
    {"create over inactive, none sent", event_type::user_restored,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("idle")});
     }},
    {"create over inactive, none stored", event_type::user_restored,
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("bare", true, "e-7")});
     }},
    {"create over inactive, still inactive, no seat", event_type::user_restored,
     [](const town& t) {
         return by_provider(t.full, create_user{id_of(9), wish_for("off", false, "e-13")});
     }},
    {"change: title", event_type::user_changed,
     [](const town& t) { return by_provider(t.acme, town::change(t.jane, wish_for("jane"))); }},
    {"change: name that is free", event_type::user_changed,
     [](const town& t) { return by_provider(t.acme, town::renamed(t.jane, "left")); }},
    {"change: on the current version", event_type::user_changed,
     [](const town& t) {
         return by_provider(
             t.acme, town::on_version(town::renamed(t.jane, "x"), t.jane.core.version.value));
     }},
    {"change: active repeated", no_event,
     [](const town& t) {
         return by_provider(t.acme, change_user{t.jane.id, {}, set_active(true), {}, false});
     }},
    {"change: in a full tenant", event_type::user_changed,
     [](const town& t) { return by_provider(t.full, town::renamed(t.ann, "anna")); }},
    {"deactivate", event_type::user_deactivated,
     [](const town& t) {
         return by_provider(t.acme, change_user{t.jane.id, {}, set_active(false), {}, true});
     }},
    {"deactivate and rename", event_type::user_deactivated,
     [](const town& t) {
         return by_provider(t.acme, town::change(t.jane, wish_for("j", false), true));
     }},
    {"deactivate: provisioning off", event_type::user_deactivated,
     [](const town& t) {
         return by_provider(t.closed, change_user{t.cara.id, {}, set_active(false), {}, true});
     }},
    {"deactivate: inactive already", no_event,
     [](const town& t) {
         return by_provider(t.acme, change_user{t.idle.id, {}, set_active(false), {}, true});
     }},
    {"reactivate", event_type::user_reactivated,
     [](const town& t) {
         return by_provider(t.acme, change_user{t.idle.id, {}, set_active(true), {}, false});
     }},
    {"delete: provisioning off", event_type::user_deleted,
     [](const town& t) {
         return by_provider(t.closed, delete_user{t.cara.id, {}});
     }},
    {"delete: any version", event_type::user_deleted,
     [](const town& t) {
         return by_provider(t.acme, delete_user{t.jane.id, {version_condition::kind::any, {}}});
     }},
    {"erase: living", event_type::user_erased,
     [](const town& t) { return by_operator(t.acme, erase_user{t.jane.id}); }},
    {"erase: deleted", event_type::user_erased,
     [](const town& t) { return by_operator(t.acme, erase_user{t.left.id}); }},
    {"erase: in a deleted tenant", event_type::user_erased,
     [](const town& t) { return by_operator(t.gone, erase_user{t.eve.id}); }},
    {"delete tenant", event_type::tenant_deleted,
     [](const town& t) { return by_operator(t.full, delete_tenant{}); }},
};

} // namespace

BOOST_AUTO_TEST_CASE(what_is_accepted) {
    for (const accepted_case& c : accepted_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            town t;
            const auto decided = t.ask(c.asked(t));
            BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
            const event_type got =
                decided->events.empty() ? no_event : type_of(decided->events.back().body);
            BOOST_TEST(event_type_name(got) == event_type_name(c.event));
            BOOST_TEST((decided->what == done::kind::unchanged) == decided->events.empty());
            t.carry_out(*decided);
        }
    }
}

BOOST_AUTO_TEST_CASE(where_nothing_else_is_accepted_a_deactivation_takes_nothing_along) {
    struct least_case {
        const char* name;
        bool closed;     ///< provisioning is switched off
        bool only_least; ///< as the desk says on a low disk
        bool active;     ///< the user's state before
        const char* wanted;
        event_type event; // 0: no event
        std::size_t faults;
    };

    const least_case cases[] = {
        {"off: rename on the way out", true, false, true, "other", event_type::user_deactivated, 1},
        {"off: deactivate only", true, false, true, nullptr, event_type::user_deactivated, 0},
        {"off: rename, inactive already", true, false, false, "other", no_event, 1},
        {"low disk: rename on the way out", false, true, true, "other",
         event_type::user_deactivated, 1},
        {"low disk: rename, inactive already", false, true, false, "other", no_event, 1},
        {"open: rename on the way out", false, false, true, "other", event_type::user_deactivated,
         0},
        {"open: rename, inactive already", false, false, false, "other", event_type::user_changed,
         0},
    };
    for (const least_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            town t;
            const user_state& user =
                c.closed ? (c.active ? t.cara : t.dan) : (c.active ? t.jane : t.idle);
            change_user change{user.id, {}, set_active(false), {}, true};
            if (c.wanted != nullptr) change.evaluate = always(wish_for(c.wanted, false));
            change.only_least = c.only_least;
            const auto decided = t.ask(by_provider(c.closed ? t.closed : t.acme, change));
            BOOST_REQUIRE(decided.has_value());
            const event_type got =
                decided->events.empty() ? no_event : type_of(decided->events.back().body);
            BOOST_TEST(event_type_name(got) == event_type_name(c.event));
            BOOST_TEST(decided->faults.size() == c.faults);
            if (got == event_type::user_deactivated) {
                const auto* content = content_of(decided->events.back().body);
                const bool renamed = content->user_name_key != user.content.user_name_key;
                BOOST_TEST(renamed == (c.wanted != nullptr && c.faults == 0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_restore_names_what_it_makes_different) {
    town t;
    create_user create{id_of(9), wish_for("idle", true, "e-2")};
    create.differs_from =
        [](const user_state& was) -> base::result<std::vector<std::string>, refusal> {
        return std::vector<std::string>{"display of " + was.content.user_name_key, "title"};
    };
    const auto decided = t.ask(by_provider(t.acme, create));
    BOOST_REQUIRE(decided.has_value());
    const auto& fact = std::get<user_restored>(decided->events.back().body);
    BOOST_TEST(
        (fact.facts.changed == std::vector<std::string>{"active", "display of idle", "title"}));
}

BOOST_AUTO_TEST_CASE(who_must_be_new_brings_nobody_back) {
    struct new_case {
        const char* name;
        const char* user_name;
        std::optional<std::string> sent;
        const char* outcome;
    };

    const new_case cases[] = {
        {"a free name", "new", std::nullopt, "created"},
        {"the name of somebody deleted", "left", std::nullopt, "created"},
        {"of somebody active", "jane", std::nullopt, "name_taken"},
        {"of somebody inactive", "bare", std::nullopt, "name_taken"},
        {"of somebody inactive, same external id", "idle", "e-2", "name_taken"},
        {"of somebody inactive, another external id", "idle", "e-9", "name_taken"},
    };
    for (const new_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            town t;
            create_user create{id_of(9), wish_for(c.user_name, true, c.sent)};
            create.origin = user_origin::native;
            create.only_new = true;
            const auto decided = t.ask(by_operator(t.acme, create));
            BOOST_TEST((decided ? "created" : refusal_name(decided.error().code)) == c.outcome);
            if (!decided) continue;
            const auto& fact = std::get<user_created>(decided->events.back().body);
            BOOST_TEST((fact.facts.origin == user_origin::native));
            BOOST_TEST(fact.facts.holds_seat);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_restore_keeps_id_and_place_and_takes_the_new_content) {
    struct restore_case {
        const char* name;
        const char* user_name;
        std::optional<std::string> sent;
        bool reset;
    };

    const restore_case cases[] = {
        {"same external id: surely the same person", "idle", "e-2", false},
        {"none sent", "idle", std::nullopt, true},
        {"none stored", "bare", "e-3", true},
        {"none on either side", "bare", std::nullopt, true},
    };
    for (const restore_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            town t;
            const user_state before = std::string_view(c.user_name) == "idle" ? t.idle : t.bare;
            user_wish wish = wish_for(c.user_name, true, c.sent);
            wish.content.display = "New Name";
            const auto decided = t.ask(by_provider(t.acme, create_user{id_of(9), wish}));
            BOOST_REQUIRE(decided.has_value());
            BOOST_TEST((decided->what == done::kind::restored));
            BOOST_TEST(std::get<user_restored>(decided->events.back().body).reset == c.reset);
            const auto now = t.carry_out(*decided).user;
            BOOST_REQUIRE(now.has_value());
            BOOST_TEST((now->id == before.id));
            BOOST_TEST(now->core.ordinal == before.core.ordinal);
            BOOST_TEST((now->core.created == before.core.created));
            BOOST_TEST((now->content == wish.content));
            BOOST_TEST(now->core.active);
            BOOST_TEST((now->core.status() == user_status::active));
        }
    }
}

BOOST_AUTO_TEST_CASE(deprovisioning_drops_what_is_wrong_and_keeps_the_deactivation) {
    const auto refuse = [](const user_state&) -> base::result<user_wish, refusal> {
        return tl::unexpected(refusal{refusal_code::invalid, "phone number is malformed", 7});
    };
    user_wish heavy = wish_for("jane", false, "e-1");
    heavy.content.document.assign(user_content_bytes_max, 'd');

    struct wrong_case {
        const char* name;
        evaluate_user evaluate;
        std::uint16_t tag;
    };

    const wrong_case cases[] = {
        {"the evaluation refuses", refuse, 7},
        {"the new name is taken", always(wish_for("idle", false)), 0},
        {"the name would be empty", always(wish_for("", false)), 0},
        {"too much content", always(heavy), 0},
    };
    for (const wrong_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            town t;
            const auto decided =
                t.ask(by_provider(t.acme, change_user{t.jane.id, {}, c.evaluate, {}, true}));
            BOOST_REQUIRE(decided.has_value());
            const auto* fact = std::get_if<user_deactivated>(&decided->events.back().body);
            BOOST_REQUIRE(fact != nullptr);
            BOOST_TEST((fact->content == t.jane.content));
            BOOST_TEST((fact->facts.changed == std::vector<std::string>{"active"}));
            BOOST_TEST(!fact->facts.holds_seat);
            BOOST_REQUIRE(decided->faults.size() == 1);
            BOOST_TEST(decided->faults[0].tag == c.tag);
            BOOST_TEST(!decided->faults[0].message.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(the_least_that_a_deprovisioning_means_is_taken_if_it_can_be) {
    const town t;
    user_wish least = wish_for("jane", false, "e-1");
    least.content.document = R"({"userName":"jane","active":false})";
    user_wish heavy = least;
    heavy.content.document.assign(user_content_bytes_max, 'd');
    const evaluate_user refuses = [](const user_state&) -> base::result<user_wish, refusal> {
        return tl::unexpected(refusal{refusal_code::invalid, "no", 0});
    };

    struct least_case {
        const char* name;
        evaluate_user least;
        std::string document;
    };

    const least_case cases[] = {
        {"given", always(least), least.content.document},
        {"refuses", refuses, t.jane.content.document},
        {"cannot be applied", always(heavy), t.jane.content.document},
    };
    for (const least_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            change_user change = town::change(t.jane, wish_for("idle", false), true);
            change.least = c.least;
            town fresh;
            const auto decided = fresh.ask(by_provider(t.acme, change));
            BOOST_REQUIRE(decided.has_value());
            const auto* fact = std::get_if<user_deactivated>(&decided->events.back().body);
            BOOST_REQUIRE(fact != nullptr);
            BOOST_TEST(fact->content.document == c.document);
            BOOST_TEST(decided->faults.size() == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(faults_of_an_accepted_wish_are_handed_on) {
    town t;
    user_wish wish = wish_for("jane", false, "e-1");
    wish.faults = {{3, "title was not a string"}};
    const auto decided =
        t.ask(by_provider(t.acme, change_user{t.jane.id, {}, always(wish), {}, true}));
    BOOST_REQUIRE(decided.has_value());
    BOOST_REQUIRE(decided->faults.size() == 1);
    BOOST_TEST(decided->faults[0].tag == 3);
}

BOOST_AUTO_TEST_CASE(an_evaluation_made_ahead_counts_only_on_its_version) {
    town t;
    int evaluated = 0;
    change_user c{t.jane.id,
                  {},
                  nullptr,
                  change_user::prepared{t.jane.core.version, wish_for("ahead")},
                  false};
    c.evaluate = [&evaluated](const user_state& current) {
        ++evaluated;
        user_wish wish;
        wish.content = current.content;
        wish.content.display = "evaluated again";
        wish.active = current.core.active;
        wish.changed = {"displayName"};
        return wish;
    };

    const auto fresh = t.ask(by_provider(t.acme, c));
    BOOST_REQUIRE(fresh.has_value());
    BOOST_TEST(evaluated == 0);
    BOOST_TEST(content_of(fresh->events.back().body)->user_name == "ahead");

    t.run(by_provider(t.acme, change_user{t.jane.id, {}, set_active(false), {}, true}));
    const auto outdated = t.ask(by_provider(t.acme, c));
    BOOST_REQUIRE(outdated.has_value());
    BOOST_TEST(evaluated == 1);
    BOOST_TEST(content_of(outdated->events.back().body)->display == "evaluated again");
    BOOST_TEST(!facts_of(outdated->events.back().body)->active);
}

BOOST_AUTO_TEST_CASE(seats_follow_activity) {
    town t;
    BOOST_TEST(seats_used({}, t.counters(t.full).by_status) == 2u);
    BOOST_TEST(t.counters(t.full).users == 3u);
    t.run(by_provider(t.full, change_user{t.ann.id, {}, set_active(false), {}, true}));
    BOOST_TEST(seats_used({}, t.counters(t.full).by_status) == 1u);
    t.run(by_provider(t.full, change_user{t.off.id, {}, set_active(true), {}, false}));
    BOOST_TEST(seats_used({}, t.counters(t.full).by_status) == 2u);
    BOOST_TEST(!t.ask(by_provider(t.full, change_user{t.ann.id, {}, set_active(true), {}, false})));
    t.run(by_provider(t.full, delete_user{t.off.id, {}}));
    BOOST_TEST(seats_used({}, t.counters(t.full).by_status) == 1u);
    BOOST_TEST(t.counters(t.full).users == 2u);
    t.run(by_provider(t.full, change_user{t.ann.id, {}, set_active(true), {}, false}));
    BOOST_TEST(seats_used({}, t.counters(t.full).by_status) == 2u);
}

BOOST_AUTO_TEST_CASE(a_request_id_that_is_too_long_is_cut) {
    town t;
    command c = by_provider(t.acme, create_user{id_of(9), wish_for("new")});
    c.request_id.assign(request_id_bytes_max + 1, 'r');
    const auto decided = t.ask(c);
    BOOST_REQUIRE(decided.has_value());
    BOOST_TEST(decided->events.back().request_id.size() == request_id_bytes_max);
}

BOOST_AUTO_TEST_CASE(every_event_carries_the_trace_of_its_request) {
    town t;
    command c = by_provider(t.acme, delete_user{t.jane.id, {}});
    c.request_id = "r-1";
    const auto untraced = t.ask(c);
    c.trace = base::parse_traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    BOOST_REQUIRE(c.trace.has_value());
    const auto traced = t.ask(c);
    BOOST_REQUIRE((untraced.has_value() && traced.has_value()));
    for (const event& e : untraced->events)
        BOOST_TEST(!e.trace.has_value());
    for (const event& e : traced->events)
        BOOST_TEST((e.trace == c.trace && e.request_id == "r-1"));
}

BOOST_AUTO_TEST_CASE(what_always_works) {
    const town t;
    BOOST_TEST(deprovisions(by_provider(t.acme, delete_user{t.jane.id, {}})));
    BOOST_TEST(deprovisions(by_provider(t.acme, erase_user{t.jane.id})));
    BOOST_TEST(deprovisions(by_provider(t.acme, revoke_key{t.live_key})));
    BOOST_TEST(
        deprovisions(by_provider(t.acme, change_user{t.jane.id, {}, set_active(false), {}, true})));
    BOOST_TEST(!deprovisions(by_provider(t.acme, town::renamed(t.jane, "x"))));
    BOOST_TEST(!deprovisions(by_provider(t.acme, create_user{id_of(9), wish_for("new")})));
    BOOST_TEST(!deprovisions(by_provider(t.acme, delete_tenant{})));
}

namespace {

command judged(command c, const char* profile) {
    c.judged_by = std::make_shared<const policy>(policy{profile, std::string(profile) + "@3"});
    return c;
}

/// Commands that a profile judges; the town's tenants have `generic`.
struct judged_case {
    const char* name;
    ask asked;
    bool always; ///< what deprovisions is done under another profile too
};

const judged_case judged_cases[] = {
    {"create",
     [](const town& t) {
         return by_provider(t.acme, create_user{id_of(9), wish_for("new")});
     },
     false},
    {"change", [](const town& t) { return by_provider(t.acme, town::renamed(t.jane, "x")); },
     false},
    {"reactivate",
     [](const town& t) {
         return by_provider(t.acme, change_user{t.idle.id, {}, set_active(true), {}, false});
     },
     false},
    {"deactivate",
     [](const town& t) {
         return by_provider(t.acme, change_user{t.jane.id, {}, set_active(false), {}, true});
     },
     true},
    {"delete",
     [](const town& t) {
         return by_provider(t.acme, delete_user{t.jane.id, {}});
     },
     true},
};

} // namespace

BOOST_AUTO_TEST_CASE(what_another_profile_judged_is_not_done) {
    town t;
    for (const judged_case& c : judged_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            const auto same = t.ask(judged(c.asked(t), "generic"));
            BOOST_REQUIRE(same.has_value());
            for (const event& e : same->events)
                BOOST_TEST(e.profile == "generic@3");
            const auto other = t.ask(judged(c.asked(t), "zamp"));
            BOOST_TEST(other.has_value() == c.always);
            if (!other) {
                BOOST_TEST(refusal_name(other.error().code) == "profile_changed");
            }
            const auto none = t.ask(c.asked(t));
            BOOST_REQUIRE(none.has_value());
            for (const event& e : none->events)
                BOOST_TEST(e.profile == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_another_mapping_turned_is_not_done) {
    town t;
    const auto set = t.run(by_operator(t.acme, set_mapping{"[1]", {}}));
    const std::uint64_t version = set.tenant->mapping.version.value;
    BOOST_TEST(version == set.tenant->version.value);
    const auto turned = [&](command c, std::optional<std::uint64_t> by) {
        policy under{"generic", "generic@3"};
        under.mapping = by;
        c.judged_by = std::make_shared<const policy>(std::move(under));
        return c;
    };
    for (const judged_case& c : judged_cases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_TEST(t.ask(turned(c.asked(t), version)).has_value());
            BOOST_TEST(t.ask(turned(c.asked(t), std::nullopt)).has_value());
            for (const std::uint64_t other : {std::uint64_t{0}, version - 1, version + 1}) {
                const auto stale = t.ask(turned(c.asked(t), other));
                BOOST_TEST(stale.has_value() == c.always);
                if (!stale) BOOST_TEST(refusal_name(stale.error().code) == "profile_changed");
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_mapping_is_set_and_cleared) {
    town t;
    const std::string longest(mapping_bytes_max, 'x');

    struct step {
        const char* name;
        std::string rules;
        std::optional<std::uint64_t> instead_of;
        const char* said; ///< the type of the event, `unchanged`, or why not
    };

    // What `version` stands for in a step: that of the mapping in force.
    constexpr std::uint64_t version = UINT64_MAX;
    const step steps[] = {
        {"none to clear", "", {}, "unchanged"},
        {"instead of one that there is not", "[1]", 3, "precondition_failed"},
        {"where there is none", "[1]", 0, "mapping_set"},
        {"where there is none any more", "[2]", 0, "precondition_failed"},
        {"the same again", "[1]", version, "unchanged"},
        {"instead of any", "[2]", {}, "mapping_set"},
        {"instead of the one in force", longest, version, "mapping_set"},
        {"too long", longest + "x", {}, "invalid"},
        {"clear another one", "", 1, "precondition_failed"},
        {"clear", "", version, "mapping_cleared"},
        {"again", "[1]", 0, "mapping_set"},
    };
    std::uint64_t now = 0;
    for (const step& s : steps) {
        BOOST_TEST_CONTEXT(s.name) {
            const auto command = by_operator(
                t.acme, set_mapping{s.rules, s.instead_of == version ? now : s.instead_of});
            const auto decided = t.ask(command);
            if (!decided) {
                BOOST_TEST(refusal_name(decided.error().code) == s.said);
                continue;
            }
            BOOST_REQUIRE(decided->events.size() == (std::string(s.said) != "unchanged"));
            if (decided->events.empty()) continue;
            BOOST_TEST(event_type_name(type_of(decided->events[0].body)) == s.said);
            const auto after = t.carry_out(*decided);
            BOOST_TEST(after.tenant->mapping.rules == s.rules);
            now = after.tenant->mapping.version.value;
            BOOST_TEST((now == 0) == s.rules.empty());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_deactivation_that_another_profile_judged_brings_nothing_else) {
    town t;
    user_wish wish = wish_for("renamed", false, "e-1");
    const auto decided =
        t.ask(judged(by_provider(t.acme, town::change(t.jane, wish, true)), "zamp"));
    BOOST_REQUIRE(decided.has_value());
    BOOST_REQUIRE(decided->events.size() == 1u);
    BOOST_TEST((type_of(decided->events[0].body) == event_type::user_deactivated));
    BOOST_TEST(content_of(decided->events[0].body)->user_name == "jane");
    BOOST_TEST(decided->faults.size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
