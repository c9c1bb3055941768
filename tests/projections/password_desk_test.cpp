// Passwords as the desk, the log and the rows know them: a hash that comes in with a command, and
// is asked for only if the rest of the command would be done.
#include "projections/rebuild.hpp"
#include "tests/projections/server.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

namespace {

const std::string first_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$Zmlyc3Q";
const std::string second_hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$c2Vjb25k";

password_wish set_to(std::string hash) {
    return {password_wish::kind::set, std::move(hash)};
}

const password_wish not_made_yet{password_wish::kind::set, ""};
const password_wish removal{password_wish::kind::remove, ""};

struct house : server {
    tenant_no acme = make_tenant("acme");
    tenant_no full = make_tenant("full", 0);

    static create_user creation(const std::string& name, std::optional<password_wish> password,
                                std::optional<std::string> external_id = std::nullopt) {
        create_user c{subject_id::make_v7(1), wish_for(name, true, std::move(external_id))};
        c.password = std::move(password);
        return c;
    }

    user_state make(const std::string& name, std::optional<password_wish> password,
                    std::optional<std::string> external_id = std::nullopt) {
        return *run(by_provider(acme, creation(name, std::move(password), std::move(external_id))))
                    .user;
    }

    change_user change(const user_state& user, bool active, std::optional<password_wish> password) {
        change_user c;
        c.id = user.id;
        c.evaluate = set_active(active);
        c.deprovisions = !active;
        c.password = std::move(password);
        return c;
    }

    std::string password(const user_state& user) {
        return views().password_of(acme, user.id).value_or("none");
    }

    std::uint64_t events() { return log().head().offset; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(password_desk_test, house)

BOOST_AUTO_TEST_CASE(a_hash_is_asked_for_only_if_the_rest_would_be_done) {
    const user_state jane = make("jane", std::nullopt);

    struct row {
        const char* name;
        command asked;
        std::string expected; ///< the refusal, or `asks`
    };

    auto again = by_provider(acme, creation("tom", not_made_yet));
    again.once = {"once", {}};
    const row rows[] = {
        {"a name that is free", by_provider(acme, creation("kim", not_made_yet)), "asks"},
        {"with an idempotency key", again, "asks"},
        {"with the same one: nothing was kept of it", again, "asks"},
        {"a change of nothing else", by_provider(acme, change(jane, true, not_made_yet)), "asks"},
        {"a name that is taken", by_provider(acme, creation("jane", not_made_yet)), "name_taken"},
        {"no seat", by_provider(full, creation("kim", not_made_yet)), "seat_limit"},
        {"nobody",
         by_provider(acme,
                     [&] {
                         auto c = change(jane, true, not_made_yet);
                         c.id = id_of(9);
                         return c;
                     }()),
         "not_found"},
        {"no such tenant", by_provider({99}, creation("kim", not_made_yet)), "not_found"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto before = events();
            const auto said = ask(r.asked);
            BOOST_TEST(events() == before);
            if (said) {
                BOOST_TEST((said->needs_password && !said->repeated));
                BOOST_TEST("asks" == r.expected);
            } else {
                BOOST_TEST(std::string(refusal_name(said.error().code)) == r.expected);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_create_brings_the_person_and_then_the_password) {
    const auto before = events();
    auto asked = by_provider(acme, creation("jane", set_to(first_hash)));
    asked.once = {"once", {}};
    const done made = run(asked);
    BOOST_TEST(events() == before + 2);
    BOOST_TEST((made.what == done::kind::created));
    BOOST_TEST(made.user->core.password.value == made.user->core.version.value);
    BOOST_TEST(made.user->content.user_name == "jane");
    BOOST_TEST(password(*made.user) == first_hash);
    const done repeated = run(asked);
    BOOST_TEST((repeated.repeated && repeated.user == made.user));
    BOOST_TEST(events() == before + 2);
}

BOOST_AUTO_TEST_CASE(what_becomes_of_a_password) {
    struct row {
        const char* name;
        std::optional<password_wish> begins;
        bool active;
        std::optional<password_wish> wish;
        std::string expected;
        std::uint64_t events;
    };

    const row rows[] = {
        {"set where there was none", std::nullopt, true, set_to(second_hash), second_hash, 1},
        {"set where there was one", set_to(first_hash), true, set_to(second_hash), second_hash, 1},
        {"left alone", set_to(first_hash), true, std::nullopt, first_hash, 0},
        {"removed", set_to(first_hash), true, removal, "none", 1},
        {"removed where there was none", std::nullopt, true, removal, "none", 0},
        {"kept by a deactivation", set_to(first_hash), false, std::nullopt, first_hash, 1},
        {"a deactivation sets none", set_to(first_hash), false, set_to(second_hash), first_hash, 1},
        {"nor does it wait for one", set_to(first_hash), false, not_made_yet, first_hash, 1},
        {"nor remove one", set_to(first_hash), false, removal, first_hash, 1}};
    int count = 0;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const user_state user = make("u" + std::to_string(++count), r.begins);
            const auto before = events();
            const done said = run(by_provider(acme, change(user, r.active, r.wish)));
            BOOST_TEST(!said.needs_password);
            BOOST_TEST(said.user->core.active == r.active);
            BOOST_TEST(password(user) == r.expected);
            BOOST_TEST(events() == before + r.events);
            BOOST_TEST((said.what == done::kind::unchanged) == (r.events == 0));
        }
    }
}

BOOST_AUTO_TEST_CASE(who_comes_back_has_his_password_only_if_it_is_surely_he) {
    struct row {
        const char* name;
        std::optional<std::string> old_id, new_id;
        std::optional<password_wish> wish;
        std::string expected;
    };

    const row rows[] = {
        {"the same person", "e-1", "e-1", std::nullopt, first_hash},
        {"the same person, a new one", "e-2", "e-2", set_to(second_hash), second_hash},
        {"perhaps another", std::nullopt, "e-3", std::nullopt, "none"},
        {"perhaps another, a new one", "e-4", std::nullopt, set_to(second_hash), second_hash}};
    int count = 0;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string name = "u" + std::to_string(++count);
            const user_state user = make(name, set_to(first_hash), r.old_id);
            run(by_provider(acme, change(user, false, std::nullopt)));
            const done back = run(by_provider(acme, creation(name, r.wish, r.new_id)));
            BOOST_TEST((back.what == done::kind::restored));
            BOOST_TEST(password(user) == r.expected);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_password_goes_with_the_person_and_is_the_same_after_a_rebuild) {
    const user_state jane = make("jane", set_to(first_hash));
    const user_state left = make("left", set_to(first_hash));
    const user_state erased = make("ghost", set_to(first_hash));
    run(by_provider(acme, delete_user{left.id, {}}));
    run(by_operator(acme, erase_user{erased.id}));
    const auto hash = views().counters(acme).state_hash;
    reopen();
    BOOST_TEST(password(jane) == first_hash);
    BOOST_TEST(password(left) == "none");
    BOOST_TEST(password(erased) == "none");
    const auto kept = views().user(acme, jane.id);
    BOOST_REQUIRE(kept.has_value());
    BOOST_TEST(kept->core.password.value == kept->core.version.value);
    // As the log tells it, whatever the rows say.
    const auto told = views().user_after(acme, jane.id, kept->core.version);
    BOOST_REQUIRE(told.has_value());
    BOOST_TEST((*told == *kept));
    const auto made = rebuild(log(), keys(), &queue(), &views(), {});
    BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
    BOOST_TEST((made->flipped && made->differences == 0u));
    BOOST_TEST((views().counters(acme).state_hash == hash));
    BOOST_TEST((views().user(acme, jane.id) == kept));
    BOOST_TEST(password(jane) == first_hash);
}

BOOST_AUTO_TEST_SUITE_END()
