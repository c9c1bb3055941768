// Whose rights end with what: keys with their owner's, an admin's with the access of the user that
// he is. And that nothing of this ever stands in the way of taking access away.
#include "projections/rows.hpp"
#include "tests/projections/world.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(rights_decide_test)

namespace {

constexpr std::uint8_t first_key = 0x41;

class offices : public world {
  public:
    tenant_no acme = make_tenant("acme");
    tenant_no bold = make_tenant("bold");
    admin_state ada = make_admin(acme, 1, "ada", admin_role::primary_admin);
    admin_state bob = make_admin(acme, 2, "bob", admin_role::admin);
    admin_state vic = make_admin(acme, 3, "vic", admin_role::viewer);
    admin_state gone = make_admin(acme, 4, "gone", admin_role::admin);
    admin_state other = make_admin(bold, 5, "ada", admin_role::primary_admin);
    admin_state olga = make_admin(system_tenant, 7, "olga", admin_role::operator_);
    user_state jane = make_user(acme, 21, wish_for("jane"));
    user_state kim = make_user(acme, 22, wish_for("kim"));
    user_state idle = make_user(acme, 23, wish_for("idle", false));
    user_state held = make_user(acme, 24, wish_for("held"));
    user_state far = make_user(bold, 25, wish_for("far"));

    offices() {
        run(by_operator(acme, disable_admin{gone.id}));
        run(by_operator(acme, suspend_user{held.id, suspension_reason::admin}));
    }

    /// Key number `n` of acme, whose secret is digest_of(n).
    subject_id make_key(std::uint8_t n, std::optional<subject_id> owner = std::nullopt) {
        run(by_operator(acme, create_key{id_of(n), digest_of(n), "okta", {}, owner}));
        return id_of(n);
    }

    void link(const admin_state& who, const subject_id& user) {
        run(by_operator(acme, link_admin{who.id, user}));
    }

    [[nodiscard]] key_state key(const subject_id& id) const {
        return read_key(rows, acme, id).value();
    }

    [[nodiscard]] admin_state admin(const subject_id& id) const {
        return read_admin(rows, acme, id).value();
    }

    [[nodiscard]] std::size_t owned_rows(const subject_id& owner) const {
        std::size_t many = 0;
        rows.walk_links(key_of::all_owned_keys(acme, owner),
                        [&](std::string_view, std::string_view) { return ++many > 0; });
        return many;
    }
};

change_user deactivation(const subject_id& id) {
    change_user c;
    c.id = id;
    c.evaluate = set_active(false);
    c.deprovisions = true;
    return c;
}

} // namespace

BOOST_AUTO_TEST_CASE(who_may_own_a_key) {
    offices house;

    struct row {
        const char* name;
        subject_id owner;
        std::optional<refusal_code> refused;
    };

    const row table[] = {
        {"a primary admin", house.ada.id, {}},
        {"an admin", house.bob.id, {}},
        {"a viewer", house.vic.id, refusal_code::invalid},
        {"who is disabled", house.gone.id, refusal_code::admin_disabled},
        {"another tenant's admin", house.other.id, refusal_code::not_found},
        {"an operator", house.olga.id, refusal_code::not_found},
        {"a user who is no admin", house.jane.id, refusal_code::not_found},
        {"nobody of this world", id_of(0xfe), refusal_code::not_found},
        {"a nil id", {}, refusal_code::not_found},
    };
    std::uint8_t n = first_key;
    for (const row& r : table) {
        BOOST_TEST_CONTEXT(r.name) {
            ++n;
            const auto said = house.ask(
                by_operator(house.acme, create_key{id_of(n), digest_of(n), "k", {}, r.owner}));
            BOOST_TEST(said.has_value() == !r.refused);
            if (r.refused && !said) BOOST_TEST((said.error().code == *r.refused));
            if (said) {
                house.carry_out(*said);
                BOOST_TEST((house.key(id_of(n)).owner == r.owner));
                BOOST_TEST(house.owned_rows(r.owner) == 1u);
            }
        }
    }
}

// Each of them ends in the turn that ends the owner's rights.
BOOST_AUTO_TEST_CASE(as_many_keys_as_one_may_own_and_one_more) {
    static_assert(first_key + owner_keys_max + 1 <= UINT8_MAX);
    offices house;
    const auto ask = [&house](const std::optional<subject_id>& owner) {
        return house.ask(
            by_operator(house.acme, create_key{id_of(0xff), digest_of(0xff), "k", {}, owner}));
    };
    std::uint8_t n = first_key;
    const auto make = [&](const admin_state& owner) { house.make_key(n++, owner.id); };
    for (std::size_t i = 1; i < owner_keys_max; ++i)
        make(house.ada);
    make(house.bob); // another's do not count
    BOOST_TEST(ask(house.ada.id).has_value());
    make(house.ada);
    BOOST_TEST(house.owned_rows(house.ada.id) == owner_keys_max);
    const auto said = ask(house.ada.id);
    BOOST_REQUIRE(!said.has_value());
    BOOST_TEST((said.error().code == refusal_code::invalid));
    BOOST_TEST(said.error().message ==
               "An admin may own at most 100 keys that have neither expired nor been revoked: "
               "revoke those of ada that are not used any more.");
    BOOST_TEST(ask(house.bob.id).has_value());
    BOOST_TEST(ask(std::nullopt).has_value());
    // A revoked one makes room, and all of them end at once.
    house.run(by_operator(house.acme, revoke_key{id_of(first_key)}));
    BOOST_TEST(ask(house.ada.id).has_value());
    house.run(by_operator(house.acme, disable_admin{house.ada.id}));
    BOOST_TEST(house.owned_rows(house.ada.id) == 0u);
}

// Who rotates keys that expire never comes to the end of what he may own.
BOOST_AUTO_TEST_CASE(a_new_key_ends_those_that_expired_where_there_is_no_room) {
    offices house;
    const base::moment soon{house.now.unix_ms + 3'600'000};
    const base::moment late{house.now.unix_ms + 7'200'000};
    const auto make = [&house](std::uint8_t n, std::optional<base::moment> expires_at) {
        house.run(by_operator(house.acme,
                              create_key{id_of(n), digest_of(n), "k", expires_at, house.ada.id}));
    };
    std::uint8_t n = first_key;
    for (std::size_t i = 0; i < owner_keys_max; ++i)
        make(n++, i < 3 ? std::optional(soon) : i < 5 ? std::optional(late) : std::nullopt);
    const auto ask = [&house] {
        return house.ask(by_operator(
            house.acme, create_key{id_of(0xff), digest_of(0xff), "k", {}, house.ada.id}));
    };
    house.now.unix_ms = soon.unix_ms - 1;
    BOOST_TEST(!ask().has_value());
    house.now = soon;
    const auto said = ask();
    BOOST_REQUIRE(said.has_value());
    BOOST_TEST(said->events.size() == 4u);
    BOOST_TEST((said->events.back().subject == id_of(0xff)));
    house.carry_out(*said);
    for (std::uint8_t i = 0; i < 5; ++i) {
        BOOST_TEST(house.key(id_of(static_cast<std::uint8_t>(first_key + i))).revoked == (i < 3));
    }
    BOOST_TEST((house.key(id_of(first_key)).because == rights_end::asked));
    BOOST_TEST(house.key(id_of(0xff)).owner.has_value());
    BOOST_TEST(house.owned_rows(house.ada.id) == owner_keys_max - 2);
    // While there is room nothing that expired is touched.
    house.now = late;
    const auto next = house.ask(
        by_operator(house.acme, create_key{id_of(0xfe), digest_of(0xfe), "k", {}, house.ada.id}));
    BOOST_REQUIRE(next.has_value());
    BOOST_TEST(next->events.size() == 1u);
}

BOOST_AUTO_TEST_CASE(keys_end_with_their_owner) {
    struct row {
        const char* name;
        command (*ask)(const offices&);
        bool linked; ///< ada is jane
        rights_end key;
        std::optional<rights_end> admin; ///< why she is disabled; nothing: she is not
    };

    const row table[] = {
        {"she is disabled",
         [](const offices& h) { return by_operator(h.acme, disable_admin{h.ada.id}); }, false,
         rights_end::owner_disabled, rights_end::asked},
        {"she becomes a viewer",
         [](const offices& h) {
             return by_operator(h.acme, set_admin_role{h.ada.id, admin_role::viewer});
         },
         false, rights_end::owner_demoted, std::nullopt},
        {"she is deactivated over SCIM",
         [](const offices& h) { return by_provider(h.acme, deactivation(h.jane.id)); }, true,
         rights_end::user_deactivated, rights_end::user_deactivated},
        {"she is deactivated by an operator",
         [](const offices& h) { return by_operator(h.acme, deactivation(h.jane.id)); }, true,
         rights_end::user_deactivated, rights_end::user_deactivated},
        {"she is deleted",
         [](const offices& h) {
             return by_provider(h.acme, delete_user{h.jane.id, {}});
         },
         true, rights_end::user_deleted, rights_end::user_deleted},
        {"she is erased",
         [](const offices& h) { return by_operator(h.acme, erase_user{h.jane.id}); }, true,
         rights_end::user_deleted, rights_end::user_deleted},
        {"she is suspended",
         [](const offices& h) {
             return by_operator(h.acme, suspend_user{h.jane.id, suspension_reason::admin});
         },
         true, rights_end::user_suspended, rights_end::user_suspended},
        {"she suspends herself",
         [](const offices& h) {
             return by_admin(h.ada, h.acme, suspend_user{h.jane.id, suspension_reason::admin});
         },
         true, rights_end::user_suspended, rights_end::user_suspended},
    };
    for (const row& r : table) {
        BOOST_TEST_CONTEXT(r.name) {
            offices house;
            const subject_id hers[] = {house.make_key(first_key, house.ada.id),
                                       house.make_key(first_key + 1, house.ada.id)};
            const subject_id past = house.make_key(first_key + 2, house.ada.id);
            const subject_id his = house.make_key(first_key + 3, house.bob.id);
            const subject_id nobodys = house.make_key(first_key + 4);
            house.run(by_operator(house.acme, revoke_key{past}));
            if (r.linked) house.link(house.ada, house.jane.id);

            const auto said = house.ask(r.ask(house));
            BOOST_REQUIRE(said.has_value());
            house.carry_out(*said);
            for (const subject_id& id : hers) {
                BOOST_TEST(house.key(id).revoked);
                BOOST_TEST((house.key(id).because == r.key));
                BOOST_TEST((house.key(id).owner == house.ada.id));
            }
            BOOST_TEST((house.key(past).because == rights_end::asked));
            BOOST_TEST(!house.key(his).revoked);
            BOOST_TEST(!house.key(nobodys).revoked);
            BOOST_TEST(house.owned_rows(house.ada.id) == 0u);
            BOOST_TEST(house.admin(house.ada.id).core.disabled == r.admin.has_value());
            if (r.admin) BOOST_TEST((house.admin(house.ada.id).core.because == *r.admin));
            BOOST_TEST((!read_admin_of_user(house.rows, house.acme, house.jane.id)));
            // The last fact is what was asked for; the others come before it.
            const auto ends = [](const event& e) {
                return std::holds_alternative<key_revoked>(e.body);
            };
            BOOST_TEST(std::count_if(said->events.begin(), said->events.end(), ends) == 2);
            BOOST_TEST(!ends(said->events.back()));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_ends_nobodys_rights) {
    offices house;
    const subject_id hers = house.make_key(first_key, house.ada.id);
    house.link(house.ada, house.jane.id);
    change_user renames;
    renames.id = house.jane.id;
    renames.evaluate = always(wish_for("janet"));
    const std::pair<const char*, command> harmless[] = {
        {"she becomes an admin",
         by_operator(house.acme, set_admin_role{house.ada.id, admin_role::admin})},
        {"she is renamed", by_provider(house.acme, renames)},
        {"a new token",
         by_operator(house.acme, create_admin_token{house.ada.id, digest_of(9), {}})},
        {"somebody else leaves", by_provider(house.acme, deactivation(house.kim.id))},
        {"another tenant's user leaves", by_provider(house.bold, deactivation(house.far.id))},
        {"another admin is disabled", by_operator(house.acme, disable_admin{house.bob.id})},
        {"the link ends", by_operator(house.acme, link_admin{house.ada.id, std::nullopt})},
        {"who she was leaves", by_provider(house.acme, deactivation(house.jane.id))},
    };
    for (const auto& [name, asked] : harmless) {
        BOOST_TEST_CONTEXT(name) {
            house.run(asked);
            BOOST_TEST(!house.key(hers).revoked);
            BOOST_TEST(!house.admin(house.ada.id).core.disabled);
        }
    }
}

BOOST_AUTO_TEST_CASE(rights_do_not_come_back_with_the_access) {
    offices house;
    const subject_id hers = house.make_key(first_key, house.ada.id);
    house.link(house.ada, house.jane.id);
    house.run(by_provider(house.acme, deactivation(house.jane.id)));
    change_user back;
    back.id = house.jane.id;
    back.evaluate = set_active(true);
    house.run(by_provider(house.acme, back));
    BOOST_TEST(house.key(hers).revoked);
    BOOST_TEST(house.admin(house.ada.id).core.disabled);
    // Whoever comes back is made an admin anew, under the same name, and linked anew.
    const admin_state again = house.make_admin(house.acme, 31, "ada", admin_role::admin);
    house.link(again, house.jane.id);
    BOOST_TEST((read_admin_of_user(house.rows, house.acme, house.jane.id) == again.id));
}

BOOST_AUTO_TEST_CASE(an_admin_without_rights_decides_nothing) {
    offices house;
    house.link(house.ada, house.jane.id);
    house.run(by_provider(house.acme, deactivation(house.jane.id)));
    // He was let in before: his command has waited.
    const auto said = house.ask(
        by_admin(house.ada, house.acme, create_key{id_of(first_key), digest_of(1), "k", {}, {}}));
    BOOST_REQUIRE(!said.has_value());
    BOOST_TEST((said.error().code == refusal_code::not_permitted));
}

BOOST_AUTO_TEST_CASE(who_may_be_linked_to_whom) {
    offices house;
    house.link(house.bob, house.kim.id);

    struct row {
        const char* name;
        command asked;
        std::optional<refusal_code> refused;
    };

    const auto by_op = [&](const subject_id& who, std::optional<subject_id> user) {
        return by_operator(house.acme, link_admin{who, user});
    };
    const row table[] = {
        {"an active user", by_op(house.ada.id, house.jane.id), {}},
        {"by another admin",
         by_admin(house.ada, house.acme, link_admin{house.vic.id, house.jane.id}),
         {}},
        {"the same again", by_op(house.bob.id, house.kim.id), {}},
        {"nobody, who was nobody", by_op(house.ada.id, std::nullopt), {}},
        {"who is inactive", by_op(house.ada.id, house.idle.id), refusal_code::not_active},
        {"who is suspended", by_op(house.ada.id, house.held.id), refusal_code::not_active},
        {"who is another admin already", by_op(house.ada.id, house.kim.id),
         refusal_code::name_taken},
        {"another tenant's user", by_op(house.ada.id, house.far.id), refusal_code::not_found},
        {"who does not exist", by_op(house.ada.id, id_of(0xfe)), refusal_code::not_found},
        {"an admin's id", by_op(house.ada.id, house.bob.id), refusal_code::not_found},
        {"a disabled admin", by_op(house.gone.id, house.jane.id), refusal_code::admin_disabled},
        {"another tenant's admin", by_op(house.other.id, house.jane.id), refusal_code::not_found},
        {"an operator", by_operator(system_tenant, link_admin{house.olga.id, house.jane.id}),
         refusal_code::not_found},
        {"himself", by_admin(house.ada, house.acme, link_admin{house.ada.id, house.jane.id}),
         refusal_code::not_permitted},
        {"himself, to nobody", by_admin(house.bob, house.acme, link_admin{house.bob.id, {}}),
         refusal_code::not_permitted},
    };
    for (const row& r : table) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto said = house.ask(r.asked);
            BOOST_TEST(said.has_value() == !r.refused);
            if (r.refused && !said) BOOST_TEST((said.error().code == *r.refused));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_link_is_moved_and_ended) {
    offices house;
    house.link(house.ada, house.jane.id);
    house.link(house.ada, house.kim.id);
    BOOST_TEST((!read_admin_of_user(house.rows, house.acme, house.jane.id)));
    BOOST_TEST((read_admin_of_user(house.rows, house.acme, house.kim.id) == house.ada.id));
    house.run(by_operator(house.acme, link_admin{house.ada.id, std::nullopt}));
    BOOST_TEST((!read_admin_of_user(house.rows, house.acme, house.kim.id)));
    house.link(house.bob, house.kim.id);
    BOOST_TEST((house.admin(house.bob.id).core.user == house.kim.id));
}

BOOST_AUTO_TEST_CASE(single_sign_on_is_set_replaced_and_cleared) {
    offices house;
    const sso_provider first{"urn:one", "https://one.example/sso", {{digest_of(1), {1}}}, {}};
    sso_provider second = first;
    second.document_sha256 = digest_of(2);
    const auto sso = [&] { return read_tenant(house.rows, house.acme)->sso; };
    house.run(by_operator(house.acme, set_sso{first, "<x/>"}));
    BOOST_REQUIRE(sso().has_value());
    BOOST_TEST((sso()->provider == first));
    const auto same = house.ask(by_operator(house.acme, set_sso{first, "<x/>"}));
    BOOST_REQUIRE(same.has_value());
    BOOST_TEST(same->events.empty());
    // What else changes of a tenant leaves it as it is.
    set_tenant renamed;
    renamed.name = "Acme Ltd";
    house.run(by_operator(house.acme, renamed));
    BOOST_TEST((sso()->provider == first));
    house.run(by_operator(house.acme, set_sso{second, {}}));
    BOOST_TEST((sso()->provider == second));
    house.run(by_operator(house.acme, clear_sso{}));
    BOOST_TEST(!sso().has_value());
    const auto nothing = house.ask(by_operator(house.acme, clear_sso{}));
    BOOST_REQUIRE(nothing.has_value());
    BOOST_TEST(nothing->events.empty());

    set_sso huge{first, std::string(sso_document_bytes_max + 1, 'x')};
    sso_provider crowded = first;
    crowded.certificates.resize(sso_certificates_max + 1);
    for (const auto& refused : {huge, set_sso{crowded, {}}}) {
        const auto said = house.ask(by_operator(house.acme, refused));
        BOOST_REQUIRE(!said.has_value());
        BOOST_TEST((said.error().code == refusal_code::invalid));
    }
    BOOST_TEST((!house.ask(by_operator(system_tenant, set_sso{first, {}}))));
}

BOOST_AUTO_TEST_SUITE_END()
