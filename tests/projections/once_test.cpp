#include "projections/once.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(once_test)

namespace {

using std::chrono::hours;

constexpr std::int64_t hour_ms = 3'600'000;
constexpr base::moment noon{1'700'049'600'000}; // 2023-11-15T12:00:00Z

once_record record_at(base::moment time) {
    return {digest_of(1), time, done::kind::created, entity::user, tenant_no{2}, id_of(3), {4}};
}

} // namespace

BOOST_AUTO_TEST_CASE(the_scope_is_the_actor) {
    const actor other_key{actor_kind::key, id_of(0xbb)};
    const actor admin{actor_kind::admin, identity_provider.id};
    const auto hash = hash_once(identity_provider, "k");
    BOOST_TEST((hash == hash_once(identity_provider, "k")));
    BOOST_TEST((hash != hash_once(identity_provider, "l")));
    BOOST_TEST((hash != hash_once(other_key, "k")));
    BOOST_TEST((hash != hash_once(admin, "k")));
}

BOOST_AUTO_TEST_CASE(a_record_is_found_until_it_is_too_old) {
    const once_hash hash = hash_once(identity_provider, "k");

    struct age_case {
        const char* name;
        std::int64_t age_ms;
        bool found;
    };

    const age_case cases[] = {
        {"at once", 0, true},
        {"after midnight", 13 * hour_ms, true},
        {"at the limit", 24 * hour_ms, true},
        {"one past it", 24 * hour_ms + 1, false},
        {"two days later", 48 * hour_ms, false},
    };
    for (const age_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            memory_rows rows;
            put_once(rows, tenant_no{2}, hash, record_at(noon));
            const base::moment now{noon.unix_ms + c.age_ms};
            const auto found = find_once(rows, tenant_no{2}, hash, now, hours{24});
            BOOST_TEST(found.has_value() == c.found);
            if (found) BOOST_TEST((*found == record_at(noon)));
        }
    }
}

BOOST_AUTO_TEST_CASE(another_tenant_and_another_key_find_nothing) {
    memory_rows rows;
    const once_hash hash = hash_once(identity_provider, "k");
    put_once(rows, tenant_no{2}, hash, record_at(noon));
    BOOST_TEST(!find_once(rows, tenant_no{3}, hash, noon, hours{24}));
    BOOST_TEST(!find_once(rows, tenant_no{2}, hash_once(identity_provider, "l"), noon, hours{24}));
}

BOOST_AUTO_TEST_CASE(a_newer_record_under_the_same_key_replaces_an_expired_one) {
    memory_rows rows;
    const once_hash hash = hash_once(identity_provider, "k");
    put_once(rows, tenant_no{2}, hash, record_at(noon));
    const base::moment later{noon.unix_ms + 25 * hour_ms};
    put_once(rows, tenant_no{2}, hash, record_at(later));
    const auto found = find_once(rows, tenant_no{2}, hash, later, hours{24});
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST((found->time == later));
}

BOOST_AUTO_TEST_SUITE_END()
