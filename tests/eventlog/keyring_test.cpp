#include "eventlog/error.hpp"
#include "eventlog/keyring.hpp"
#include "tests/support/events.hpp"
#include "tests/support/map_rows.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <algorithm>
#include <map>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace {

const secret_key master_key(filled<32>(0x01));
constexpr tenant_no acme{1};
constexpr tenant_no other{2};

struct keys_of_a_tenant {
    map_rows rows;
    keyring keys{make_local_wrapper(master_key)};

    keys_of_a_tenant() { keys.create_tenant(rows, acme); }

    secret_key add(std::uint8_t subject) {
        return keys.create_subject(rows, acme, id_of(subject)).value();
    }

    [[nodiscard]] base::result<secret_key> key(std::uint8_t subject) {
        return keys.subject_key(rows, acme, id_of(subject));
    }

    void rewrap_all(std::size_t at_once) {
        for (subject_id after{};;) {
            const auto last = keys.rewrap_some(*rows.snapshot(), rows, acme, after, at_once);
            BOOST_REQUIRE(last.has_value());
            if (last->is_nil()) return;
            BOOST_REQUIRE(after < *last);
            after = *last;
        }
    }

    void rotate(std::size_t at_once) {
        BOOST_REQUIRE(keys.begin_rotation(rows, acme).has_value());
        rewrap_all(at_once);
        BOOST_REQUIRE(keys.end_rotation(*rows.snapshot(), rows, acme).has_value());
    }

    [[nodiscard]] std::size_t generations() const {
        return static_cast<std::size_t>(
            std::count_if(rows.rows.begin(), rows.rows.end(),
                          [](const auto& row) { return row.first.second[0] == 'T'; }));
    }
};

/// The key of the row that holds acme's subject.
std::string row_of(std::uint8_t subject) {
    return 'S' + std::string("\0\0\0\1", 4) + std::string(16, static_cast<char>(subject));
}

bool same(const base::result<secret_key>& a, const secret_key& b) {
    return a.has_value() && a->bytes() == b.bytes();
}

/// Rows of which one changes under the reader's feet, as in a store that is written to meanwhile.
struct moving_rows final : row_reader {
    const row_reader* before;
    const row_reader* after;
    mutable int reads = 0;

    bool get(table t, std::string_view key, std::string& value) const override {
        return (reads++ == 0 ? before : after)->get(t, key, value);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(keyring_test)

BOOST_FIXTURE_TEST_CASE(a_subject_keeps_his_key_across_restarts, keys_of_a_tenant) {
    const secret_key jane = add(1);
    BOOST_TEST(same(key(1), jane));
    keyring again(make_local_wrapper(master_key));
    BOOST_TEST(same(again.subject_key(rows, acme, id_of(1)), jane));
    BOOST_TEST((add(2).bytes() != jane.bytes()));
    BOOST_TEST(keyring::has_subject(rows, acme, id_of(1)));
    BOOST_TEST(!keyring::has_subject(rows, acme, id_of(3)));
    BOOST_TEST(!keyring::has_subject(rows, other, id_of(1)));
}

BOOST_FIXTURE_TEST_CASE(no_key_lies_in_the_rows_in_clear, keys_of_a_tenant) {
    const secret_key jane = add(1);
    const secret_key lookups = keys.lookup_secret(rows, acme).value();
    for (const secret_key& secret : {jane, lookups, master_key}) {
        const std::string_view bytes(reinterpret_cast<const char*>(secret.bytes().data()), 32);
        for (const auto& [where, value] : rows.rows)
            BOOST_TEST(value.find(bytes) == std::string::npos);
    }
}

BOOST_FIXTURE_TEST_CASE(what_does_not_open, keys_of_a_tenant) {
    add(1);
    const map_rows good = rows;

    struct row {
        const char* name;
        log_errc code;
        secret_key master;
        std::function<void(map_rows&)> damage;
        tenant_no tenant = acme;
    };

    const auto each = [](char kind, auto change) {
        return [kind, change](map_rows& r) {
            for (auto at = r.rows.begin(); at != r.rows.end();) {
                const auto here = at++;
                if (here->first.second[0] == kind) change(r.rows, here);
            }
        };
    };
    const auto flip = [](auto&, auto at) { at->second.back() ^= 1; };
    const auto drop = [](auto& all, auto at) { all.erase(at); };
    const auto cut = [](auto&, auto at) { at->second.resize(3); };
    const row table_of_faults[] = {
        {"another master key", log_errc::sealed_damaged, secret_key(filled<32>(0x02)),
         [](map_rows&) {}},
        {"tenant key damaged", log_errc::sealed_damaged, master_key, each('T', flip)},
        {"subject key damaged", log_errc::sealed_damaged, master_key, each('S', flip)},
        {"subject key cut off", log_errc::sealed_damaged, master_key, each('S', cut)},
        {"tenant key gone", log_errc::key_destroyed, master_key, each('T', drop)},
        {"subject key gone", log_errc::key_destroyed, master_key, each('S', drop)},
        {"another tenant", log_errc::key_destroyed, master_key, [](map_rows&) {}, other},
    };
    for (const row& r : table_of_faults) {
        BOOST_TEST_CONTEXT(r.name) {
            map_rows damaged = good;
            r.damage(damaged);
            keyring fresh(make_local_wrapper(r.master));
            const auto opened = fresh.subject_key(damaged, r.tenant, id_of(1));
            BOOST_REQUIRE(!opened.has_value());
            BOOST_TEST((opened.error().code == r.code), opened.error().message);
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_key_row_does_not_open_in_another_place, keys_of_a_tenant) {
    add(1);
    add(2);
    BOOST_REQUIRE((rows.rows.count({table::keys, row_of(1)}) == 1u));
    rows.rows[{table::keys, row_of(2)}] = rows.rows[{table::keys, row_of(1)}];
    BOOST_TEST((key(2).error().code == log_errc::sealed_damaged));
}

BOOST_FIXTURE_TEST_CASE(a_tenant_without_keys_makes_none_for_subjects, keys_of_a_tenant) {
    BOOST_TEST(
        (keys.create_subject(rows, other, id_of(1)).error().code == log_errc::key_destroyed));
    BOOST_TEST((keys.lookup_secret(rows, other).error().code == log_errc::key_destroyed));
    BOOST_TEST((keys.begin_rotation(rows, other).error().code == log_errc::key_destroyed));
}

BOOST_FIXTURE_TEST_CASE(the_lookup_secret_outlives_rotation_and_restart, keys_of_a_tenant) {
    const secret_key before = keys.lookup_secret(rows, acme).value();
    rotate(100);
    keyring again(make_local_wrapper(master_key));
    BOOST_TEST(same(again.lookup_secret(rows, acme), before));
}

RC_BOOST_PROP(rotation_in_chunks_keeps_every_key_and_drops_the_old_tenant_key, ()) {
    keys_of_a_tenant t;
    std::map<std::uint8_t, secret_key> known;
    const auto count = *rc::gen::inRange(0, 12);
    for (int i = 1; i <= count; ++i)
        known[static_cast<std::uint8_t>(i)] = t.add(static_cast<std::uint8_t>(i));
    const map_rows copy = t.rows;
    RC_ASSERT(t.keys.begin_rotation(t.rows, acme).has_value());
    // Created while the rotation is under way, before and behind the chunks.
    known[200] = t.add(200);
    known[0] = t.add(13);
    known.erase(0);
    t.rewrap_all(static_cast<std::size_t>(*rc::gen::inRange(1, 5)));
    known[201] = t.add(201);
    RC_ASSERT(t.keys.end_rotation(*t.rows.snapshot(), t.rows, acme).has_value());
    keyring fresh(make_local_wrapper(master_key));
    for (const auto& [subject, key] : known) {
        RC_ASSERT(same(t.key(subject), key));
        RC_ASSERT(same(fresh.subject_key(t.rows, acme, id_of(subject)), key));
    }
    RC_ASSERT(t.generations() == 1u);
    // An old copy of a subject's row is dead without the old tenant key.
    for (const auto& [where, value] : copy.rows) {
        if (where.second[0] != 'S') continue;
        map_rows old = t.rows;
        old.rows[where] = value;
        const auto opened =
            fresh.subject_key(old, acme, id_of(static_cast<std::uint8_t>(where.second.back())));
        RC_ASSERT(!opened.has_value());
    }
}

BOOST_FIXTURE_TEST_CASE(who_was_destroyed_stays_so_through_a_rotation, keys_of_a_tenant) {
    add(1);
    const secret_key joe = add(2);
    keyring::destroy_subject(rows, acme, id_of(1));
    BOOST_TEST((key(1).error().code == log_errc::key_destroyed));
    // The snapshot may still list him: he must not come back.
    const auto before = rows.snapshot();
    BOOST_REQUIRE(keys.begin_rotation(rows, acme).has_value());
    map_rows with_jane = rows;
    keys.create_subject(with_jane, acme, id_of(1)).value();
    BOOST_REQUIRE(keys.rewrap_some(*with_jane.snapshot(), rows, acme, {}, 100).has_value());
    BOOST_REQUIRE(keys.end_rotation(*rows.snapshot(), rows, acme).has_value());
    BOOST_TEST((key(1).error().code == log_errc::key_destroyed));
    BOOST_TEST(same(key(2), joe));
}

BOOST_FIXTURE_TEST_CASE(a_key_that_does_not_open_is_passed_over_by_a_rotation, keys_of_a_tenant) {
    struct row {
        const char* name;
        log_errc code;
        std::function<void(std::string&)> damage;
    };

    const row rows_of_faults[] = {
        {"damaged", log_errc::sealed_damaged, [](std::string& v) { v.back() ^= 1; }},
        {"cut off", log_errc::sealed_damaged, [](std::string& v) { v.resize(3); }},
        {"empty", log_errc::sealed_damaged, [](std::string& v) { v.clear(); }},
        {"of a generation that is gone", log_errc::key_destroyed,
         [](std::string& v) { v[0] = 99; }},
    };
    for (const row& r : rows_of_faults) {
        for (const std::size_t at_once : {1u, 2u, 100u}) {
            BOOST_TEST_CONTEXT(r.name << ", chunks of " << at_once) {
                keys_of_a_tenant t;
                const secret_key first = t.add(1);
                t.add(2);
                const secret_key last = t.add(3);
                std::string& bad = t.rows.rows[{table::keys, row_of(2)}];
                r.damage(bad);
                const std::string as_it_was = bad;
                t.rotate(at_once);
                BOOST_TEST((t.rows.rows[{table::keys, row_of(2)}] == as_it_was));
                BOOST_TEST(t.generations() == 1u);
                keyring fresh(make_local_wrapper(master_key));
                BOOST_TEST(same(fresh.subject_key(t.rows, acme, id_of(1)), first));
                BOOST_TEST(same(fresh.subject_key(t.rows, acme, id_of(3)), last));
                BOOST_TEST(!fresh.subject_key(t.rows, acme, id_of(2)).has_value());
                t.rotate(at_once); // and no later one is kept up either
                BOOST_TEST(t.generations() == 1u);
            }
        }
    }
}

BOOST_FIXTURE_TEST_CASE(a_rotation_that_was_not_ended_is_taken_up_again, keys_of_a_tenant) {
    for (std::uint8_t i = 1; i <= 3; ++i)
        add(i);
    for (int tries = 0; tries < 5; ++tries) {
        BOOST_REQUIRE(keys.begin_rotation(rows, acme).has_value());
        BOOST_REQUIRE(keys.rewrap_some(*rows.snapshot(), rows, acme, {}, 2).has_value());
        BOOST_TEST(generations() == 2u);
    }
    rotate(2);
    BOOST_TEST(generations() == 1u);
    const auto before = rows.rows[{table::keys, row_of(1)}];
    rotate(2); // the one that was ended is not taken up
    BOOST_TEST((rows.rows[{table::keys, row_of(1)}] != before));
}

BOOST_FIXTURE_TEST_CASE(who_is_destroyed_in_an_open_rotation_is_dead_in_old_copies_too,
                        keys_of_a_tenant) {
    add(1);
    BOOST_REQUIRE(keys.begin_rotation(rows, acme).has_value());
    rewrap_all(100);
    const map_rows copy = rows; // she is wrapped by the newest key here
    keyring::destroy_subject(rows, acme, id_of(1));
    rotate(100);
    rows.rows[{table::keys, row_of(1)}] = copy.rows.at({table::keys, row_of(1)});
    keyring fresh(make_local_wrapper(master_key));
    const auto opened = fresh.subject_key(rows, acme, id_of(1));
    BOOST_REQUIRE(!opened.has_value());
    BOOST_TEST((opened.error().code == log_errc::key_destroyed));
    BOOST_TEST(generations() == 1u);
}

BOOST_FIXTURE_TEST_CASE(forget_drops_keys_of_rows_that_never_came_to_be, keys_of_a_tenant) {
    // A turn makes a tenant and uses its keys; the turn is taken back; the number is used again.
    map_rows taken_back = rows;
    keys.create_tenant(taken_back, other);
    BOOST_REQUIRE(keys.create_subject(taken_back, other, id_of(1)).has_value());
    BOOST_REQUIRE(keys.lookup_secret(taken_back, other).has_value());
    keys.forget();
    keys.create_tenant(rows, other);
    const secret_key jane = keys.create_subject(rows, other, id_of(1)).value();
    const secret_key lookups = keys.lookup_secret(rows, other).value();
    keyring fresh(make_local_wrapper(master_key));
    BOOST_TEST(same(fresh.subject_key(rows, other, id_of(1)), jane));
    BOOST_TEST(same(fresh.lookup_secret(rows, other), lookups));
}

BOOST_FIXTURE_TEST_CASE(a_rotation_between_two_reads_does_not_look_like_an_erasure,
                        keys_of_a_tenant) {
    const secret_key jane = add(1);
    const map_rows before = rows;
    rotate(100);
    // The subject's row is read before the rotation, the tenant's key after it.
    moving_rows moving;
    moving.before = &before;
    moving.after = &rows;
    keyring fresh(make_local_wrapper(master_key));
    BOOST_TEST(same(fresh.subject_key(moving, acme, id_of(1)), jane));
}

BOOST_AUTO_TEST_SUITE_END()
