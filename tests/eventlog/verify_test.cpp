#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/verify.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/raw_database.hpp"

#include <atomic>
#include <functional>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

constexpr std::uint64_t events = 10; ///< odd offsets: tenant 1; even: tenant 2

/// Seconds 0, 0, 0, then 30 with two events, 50 with two, 70 with two, 90 with one.
constexpr std::uint64_t second_of(std::uint64_t offset) {
    return offset < 4 ? 0 : offset / 2 * 20 - 10;
}

std::string first_at(std::uint64_t offset) {
    std::string value;
    base::put_be(value, offset);
    return value;
}

std::string time_key(std::uint64_t second) {
    return keys::time(position::embedded, second);
}

struct verified : store_on_disk {
    verified() {
        open();
        for (std::uint64_t i = 1; i <= events; ++i) {
            event e = event_of(user_created_named("user-" + std::to_string(i)),
                               {i % 2 == 1 ? 1u : 2u}, id_of(static_cast<std::uint8_t>(i)));
            e.time.unix_ms = static_cast<std::int64_t>(second_of(i)) * 1000 + 123;
            const auto last = commit({e});
            BOOST_REQUIRE_MESSAGE(last.has_value(), last.error().message);
        }
    }

    verify_report verify() const {
        return verify_log(*db, [](auto, auto) { return true; });
    }

    void damage(const std::function<void(raw_database&)>& how) {
        db.reset();
        {
            raw_database raw(options.directory);
            how(raw);
        }
        open();
    }
};

std::string key_of(std::uint64_t offset) {
    return keys::log(at(offset));
}

void change_record(raw_database& raw, std::uint64_t offset,
                   const std::function<void(std::string&)>& change, bool fix_crc) {
    std::string bytes = raw.get("log", key_of(offset));
    change(bytes);
    if (fix_crc) {
        bytes.resize(bytes.size() - 4);
        base::put_le(bytes, base::crc32c(bytes));
    }
    raw.put("log", key_of(offset), bytes);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(verify_test, verified)

BOOST_AUTO_TEST_CASE(an_intact_log_holds) {
    for (int round = 0; round < 2; ++round) {
        const auto report = verify();
        BOOST_TEST(report.ok(), report.first_bad.value_or(verify_finding{}).what);
        BOOST_TEST((report.events == events && report.head == at(events)));
        reopen();
    }
}

BOOST_AUTO_TEST_CASE(its_hash_tells_two_logs_of_one_length_apart) {
    const digest before = verify().hash;
    BOOST_TEST((before != digest{}));
    BOOST_TEST((verify().hash == before));
    store_on_disk a;
    store_on_disk b;
    for (store_on_disk* s : {&a, &b}) {
        s->open();
        s->add_user(s == &a ? "ann" : "bob");
    }
    const auto whole = [](const store& log) {
        return verify_log(log, [](auto, auto) { return true; });
    };
    BOOST_TEST((whole(*a.db).head == whole(*b.db).head));
    BOOST_TEST((whole(*a.db).hash != whole(*b.db).hash));
    const digest one = whole(*a.db).hash;
    a.add_user("cid");
    BOOST_TEST((whole(*a.db).hash != one));
    a.reopen();
    BOOST_TEST((whole(*a.db).ok() && whole(*a.db).hash != one));
}

BOOST_AUTO_TEST_CASE(an_empty_log_holds) {
    store_on_disk empty;
    empty.open();
    const auto report = verify_log(*empty.db, [](auto, auto) { return true; });
    BOOST_TEST((report.ok() && report.events == 0u && report.head == at(0)));
}

BOOST_AUTO_TEST_CASE(progress_ends_at_the_whole_and_may_end_the_walk) {
    std::uint64_t done = 0;
    std::uint64_t total = 0;
    verify_log(*db, [&](std::uint64_t d, std::uint64_t t) {
        done = d;
        total = t;
        return true;
    });
    BOOST_TEST((done == events && total == events));
}

BOOST_AUTO_TEST_CASE(each_kind_of_damage_is_reported_with_its_place_and_reason) {
    struct row {
        const char* name;
        std::uint64_t at;
        const char* reason;
        std::function<void(raw_database&)> how;
    };

    const row rows[] = {
        {"a byte changed", 4, "checksum",
         [](auto& raw) {
             change_record(
                 raw, 4, [](auto& b) { b[230] ^= 1; }, false);
         }},
        {"a byte changed under a new crc", 4, "hash",
         [](auto& raw) {
             change_record(
                 raw, 4, [](auto& b) { b[230] ^= 1; }, true);
         }},
        {"the sealed part changed under a new crc", 4, "sealed",
         [](auto& raw) {
             change_record(
                 raw, 4, [](auto& b) { b[b.size() - 6] ^= 1; }, true);
         }},
        {"cut off", 4, "cut off",
         [](auto& raw) {
             change_record(
                 raw, 4, [](auto& b) { b.resize(100); }, false);
         }},
        {"two records swapped", 3, "stands at @4",
         [](auto& raw) {
             const auto third = raw.get("log", key_of(3));
             raw.put("log", key_of(3), raw.get("log", key_of(4)));
             raw.put("log", key_of(4), third);
         }},
        {"two records swapped, with their places made to fit", 3, "jumps",
         [](auto& raw) {
             const auto third = raw.get("log", key_of(3));
             const auto fifth = raw.get("log", key_of(5));
             raw.put("log", key_of(3), fifth);
             raw.put("log", key_of(5), third);
             for (const std::uint64_t offset : {3u, 5u}) {
                 change_record(
                     raw, offset, [&](auto& b) { base::set_le(b.data() + 8, offset); }, true);
             }
         }},
        {"one missing in the middle", 4, "@4 is missing",
         [](auto& raw) { raw.erase("log", key_of(4)); }},
        {"the first missing", 1, "@1 is missing", [](auto& raw) { raw.erase("log", key_of(1)); }},
        {"an event of another tenant's chain", 5, "jumps",
         [](auto& raw) {
             change_record(
                 raw, 5, [](auto&) {}, true);
             std::string bytes = raw.get("log", key_of(4));
             base::set_le(bytes.data() + 8, std::uint64_t{5});
             bytes.resize(bytes.size() - 4);
             base::put_le(bytes, base::crc32c(bytes));
             raw.put("log", key_of(5), bytes);
         }},
        {"a record of a newer format", 4, "format 2",
         [](auto& raw) {
             change_record(
                 raw, 4, [](auto& b) { b[48] = 2; }, true);
         }},
        {"a seq row missing", 5, "seq index",
         [](auto& raw) { raw.erase("seq", keys::seq({1}, {3})); }},
        {"a seq row that leads elsewhere", 5, "seq index",
         [](auto& raw) { raw.put("seq", keys::seq({1}, {3}), key_of(7)); }},
        {"a subject row missing", 6, "subject index",
         [](auto& raw) { raw.erase("subject", keys::subject({2}, id_of(6), at(6))); }},
        {"a time row missing", 6, "time index", [](auto& raw) { raw.erase("time", time_key(50)); }},
        {"the first time row missing", 4, "time index",
         [](auto& raw) { raw.erase("time", time_key(30)); }},
        {"the last time row missing", 10, "time index",
         [](auto& raw) { raw.erase("time", time_key(90)); }},
        {"a time row that leads to the second event", 6, "time index",
         [](auto& raw) { raw.put("time", time_key(50), first_at(7)); }},
        {"a time row that leads to the second before", 6, "time index",
         [](auto& raw) { raw.put("time", time_key(50), first_at(5)); }},
        {"a time row of a second without events", 8, "time index",
         [](auto& raw) { raw.put("time", time_key(60), first_at(8)); }},
        {"a time row before the first second", 4, "time index",
         [](auto& raw) { raw.put("time", time_key(29), first_at(4)); }},
        {"a time row after the last second", 10, "time index",
         [](auto& raw) { raw.put("time", time_key(91), first_at(5)); }},
        {"a time row after the last second that leads to nothing", 10, "time index",
         [](auto& raw) { raw.put("time", time_key(91), first_at(11)); }},
        {"a time row cut off", 6, "time index",
         [](auto& raw) { raw.put("time", time_key(50), "x"); }},
        {"a time row that leads before the log", 6, "time index",
         [](auto& raw) { raw.put("time", time_key(50), first_at(0)); }},
        {"a chain head missing", 9, "chain head",
         [](auto& raw) { raw.erase("default", keys::chain({1})); }},
        {"a chain head of another hash", 10, "chain head",
         [](auto& raw) {
             std::string head = raw.get("default", keys::chain({2}));
             head[10] ^= 1;
             raw.put("default", keys::chain({2}), head);
         }},
        {"a chain head that is behind", 10, "chain head",
         [](auto& raw) {
             std::string head = raw.get("default", keys::chain({2}));
             head[0] = 4;
             raw.put("default", keys::chain({2}), head);
         }},
        {"a chain head cut off", 11, "chain head",
         [](auto& raw) { raw.put("default", keys::chain({2}), "x"); }},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            verified v;
            v.damage(r.how);
            const auto report = v.verify();
            BOOST_REQUIRE(!report.ok());
            BOOST_TEST(report.first_bad->at.offset == r.at);
            BOOST_TEST(report.first_bad->what.find(r.reason) != std::string::npos,
                       report.first_bad->what);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_chain_head_ahead_of_the_log_is_a_lost_event) {
    // As if the last event of a tenant were gone with its row, index rows and all, but its head.
    damage([](raw_database& raw) { raw.erase("log", key_of(events)); });
    const auto report = verify();
    BOOST_REQUIRE(!report.ok());
    BOOST_TEST(report.first_bad->what.find("chain head") != std::string::npos,
               report.first_bad->what);
}

BOOST_AUTO_TEST_CASE(it_may_run_while_the_log_grows) {
    std::atomic<bool> enough{false};
    std::atomic<int> failed{0};
    std::thread grows([&] {
        for (int i = 0; i < 2000 && !enough; ++i)
            failed += !commit({event_of(user_created_named("more"), {1}, id_of(0x66))});
    });
    for (int i = 0; i < 5; ++i) {
        const auto report = verify();
        BOOST_TEST(report.ok(), report.first_bad.value_or(verify_finding{}).what);
    }
    enough = true;
    grows.join();
    BOOST_TEST(failed == 0);
}

BOOST_AUTO_TEST_SUITE_END()
