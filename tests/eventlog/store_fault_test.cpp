// The store on a disk that fails: power cuts, fsync and append errors, reads that do not come back.
#include "eventlog/error.hpp"
#include "eventlog/store.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/fault_env.hpp"
#include "tests/support/properties.hpp"
#include "tests/support/raw_database.hpp"

#include <atomic>
#include <filesystem>
#include <optional>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct store_on_faulty_disk : store_on_disk {
    fault_env disk;

    store_on_faulty_disk() { options.env = disk.env(); }

    ~store_on_faulty_disk() { db.reset(); }

    bool add(const std::string& name) {
        return commit({event_of(user_created_named(name))}, {put_row(table::state, "last", name)})
            .has_value();
    }

    /// Commits `count` users; what was acknowledged, in order.
    std::vector<std::string> add_some(int count, const std::string& prefix = "u") {
        std::vector<std::string> acked;
        for (int i = 0; i < count; ++i) {
            const std::string name = prefix + std::to_string(i);
            if (add(name)) acked.push_back(name);
        }
        return acked;
    }

    void crash() {
        disk.cut_power();
        db.reset();
        disk.restore_power();
    }

    [[nodiscard]] bool holds_exactly(const std::vector<std::string>& names) const {
        const auto found = documents();
        if (found.size() != names.size()) return false;
        for (std::size_t i = 0; i < names.size(); ++i) {
            if (found[i].find("\"" + names[i] + "\"") == std::string::npos) return false;
        }
        return true;
    }
};

/// What must hold after any failed commit: nothing more is taken, and it was told once.
void check_stopped(store_on_faulty_disk& s, const base::result<position>& said) {
    BOOST_REQUIRE(!said.has_value());
    BOOST_TEST((said.error().code == log_errc::storage), said.error().message);
    BOOST_TEST(s.db->stopped());
    BOOST_TEST(s.fatal.size() == 1u);
    const auto later = s.commit({event_of(user_created_named("later"))});
    BOOST_REQUIRE(!later.has_value());
    BOOST_TEST((later.error().code == log_errc::stopped));
    BOOST_TEST((s.db->write_unsynced({put_row(table::attempts, "a", "b")}).error().code ==
                log_errc::stopped));
    BOOST_TEST(s.fatal.size() == 1u);
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_fault_test, store_on_faulty_disk)

BOOST_AUTO_TEST_CASE(after_a_power_cut_exactly_what_was_acknowledged_is_there) {
    open();
    auto acked = add_some(40);
    BOOST_TEST(acked.size() == 40u);
    disk.cut_power();
    BOOST_TEST(!add("after the cut"));
    crash();
    open();
    BOOST_TEST(holds_exactly(acked));
    BOOST_TEST(row(table::state, "last") == "u39");
    // And again, from what was recovered.
    BOOST_TEST((db->head() == at(40)));
}

BOOST_AUTO_TEST_CASE(without_sync_a_power_cut_loses_acknowledged_events) {
    // The test above proves something only because this loss is seen.
    options.sync_commits = false;
    open();
    const auto acked = add_some(40);
    BOOST_REQUIRE(acked.size() == 40u);
    crash();
    auto opened = store::open(options);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), opened.error().message);
    db = std::move(*opened);
    BOOST_TEST(db->head().offset < 40u);
    BOOST_TEST(!holds_exactly(acked));
}

BOOST_AUTO_TEST_CASE(a_power_cut_at_the_first_commit_keeps_the_directory) {
    // The names of new files and of the directory itself must be durable too.
    open();
    BOOST_REQUIRE(add("first"));
    crash();
    BOOST_REQUIRE(std::filesystem::exists(options.directory));
    open();
    BOOST_TEST(holds_exactly({"first"}));
}

BOOST_AUTO_TEST_CASE(a_power_cut_before_the_first_commit_leaves_a_directory_that_opens) {
    open();
    crash();
    open();
    BOOST_TEST((db->head() == at(0)));
    BOOST_TEST(add("first"));
}

BOOST_AUTO_TEST_CASE(power_cuts_at_any_point_of_commits_flushes_and_flips) {
    check_in_cases(8, [] {
        store_on_faulty_disk s;
        s.options.write_buffer_bytes = 64u << 10; // flushes and compactions come often
        std::vector<std::string> acked;
        std::optional<std::string> in_doubt; // not acknowledged, but it may have reached the disk
        const auto settle_doubt = [&] {
            if (in_doubt && s.db->head().offset > acked.size()) acked.push_back(*in_doubt);
            in_doubt.reset();
        };
        const auto rounds = *rc::gen::inRange(1, 4);
        for (int round = 0; round < rounds; ++round) {
            auto opened = store::open(s.options);
            RC_ASSERT(opened.has_value());
            s.db = std::move(*opened);
            settle_doubt();
            RC_ASSERT(s.holds_exactly(acked));
            RC_ASSERT(s.row(table::state, "last") == (acked.empty() ? "-" : acked.back()));
            s.chain = {};
            // The power goes in the middle of whatever the other thread does then.
            std::atomic<int> done{0};
            const auto cut_after = *rc::gen::inRange(0, 60);
            const auto flush_every = *rc::gen::inRange(5, 30);
            std::thread power([&] {
                while (done < cut_after)
                    std::this_thread::yield();
                s.disk.cut_power();
            });
            for (int i = 0; i < 80; ++i) {
                const std::string name = std::to_string(round) + "." + std::to_string(i);
                if (!s.add(name)) {
                    in_doubt = name;
                    break;
                }
                acked.push_back(name);
                ++done;
                if (i % flush_every == 0) static_cast<void>(s.db->flush());
            }
            done = 1000;
            power.join();
            s.db.reset();
            s.disk.restore_power();
        }
        s.open();
        settle_doubt();
        RC_ASSERT(s.holds_exactly(acked));
    });
}

BOOST_AUTO_TEST_CASE(after_a_flip_that_nobody_knows_of_either_generation_is_whole) {
    struct row {
        const char* name;
        bool power_cut; ///< else only the process ends, and what was written but not synced stays
        std::uint32_t live;
        const char* state;
    };

    for (const row& r : {row{"the name was lost", true, 1, "jane"},
                         row{"the name was written", false, 2, "rebuilt"}}) {
        BOOST_TEST_CONTEXT(r.name) {
            store_on_faulty_disk s;
            s.open();
            BOOST_REQUIRE(s.add("jane"));
            const auto build = [&](const std::string& value) {
                BOOST_REQUIRE(s.db->begin_generation().has_value());
                const auto written = s.db->write_generation({put_row(table::state, "last", value),
                                                             put_row(table::index, "at", value),
                                                             put_row(table::links, "to", value)});
                BOOST_REQUIRE(written.has_value());
            };
            build("rebuilt");
            s.disk.fail_syncs_if([](const std::string& path) { return path.ends_with(".log"); });
            const auto flipped = s.db->flip_generation(5);
            s.disk.fail_syncs_if(nullptr);
            BOOST_REQUIRE(!flipped.has_value());
            BOOST_TEST((flipped.error().code == log_errc::storage));
            BOOST_TEST((s.db->stopped() && s.fatal.size() == 1u));
            // What whoever rebuilds does next.
            BOOST_TEST(s.db->drop_generation().has_value());
            const auto again = s.db->begin_generation();
            BOOST_REQUIRE(!again.has_value());
            BOOST_TEST((again.error().code == log_errc::stopped));
            if (r.power_cut) {
                s.crash();
            } else {
                s.db.reset();
            }
            s.open();
            BOOST_TEST(s.db->generation() == r.live);
            BOOST_TEST(s.row(table::state, "last") == r.state);
            BOOST_TEST(s.row(table::index, "at") == (r.live == 2 ? "rebuilt" : "-"));
            BOOST_TEST(s.row(table::links, "to") == (r.live == 2 ? "rebuilt" : "-"));
            BOOST_TEST(s.db->generation_version() == (r.live == 2 ? 5u : 1u));
            // The decision is durable before the other's tables are dropped.
            s.crash();
            s.open();
            BOOST_TEST(s.db->generation() == r.live);
            BOOST_TEST(s.row(table::state, "last") == r.state);
            build("again");
            BOOST_REQUIRE(s.db->flip_generation(1).has_value());
            s.db.reset();
            s.open();
            BOOST_TEST(s.row(table::state, "last") == "again");
            s.db.reset();
            const raw_database raw(s.options.directory);
            for (std::uint32_t g = 1; g <= 4; ++g) {
                for (const char* kind : {"state.", "index.", "links."}) {
                    BOOST_TEST(raw.has_family(kind + std::to_string(g)) == (g == r.live + 1));
                }
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_generation_of_which_only_half_was_made_does_not_block_the_next) {
    open();
    BOOST_REQUIRE(add("jane"));
    int manifests = 0;
    disk.fail_syncs_if([&](const std::string& path) {
        return path.find("MANIFEST") != std::string::npos && ++manifests == 2;
    });
    BOOST_REQUIRE(!db->begin_generation().has_value());
    disk.fail_syncs_if(nullptr);
    BOOST_REQUIRE(!db->stopped());
    const auto begun = db->begin_generation();
    BOOST_REQUIRE_MESSAGE(begun.has_value(), begun.error().message);
    BOOST_REQUIRE(db->write_generation({put_row(table::state, "last", "new")}).has_value());
    BOOST_REQUIRE(db->flip_generation(1).has_value());
    reopen();
    BOOST_TEST(db->generation() == 2u);
    BOOST_TEST(row(table::state, "last") == "new");
}

BOOST_AUTO_TEST_CASE(a_power_cut_in_a_rebuild_leaves_the_old_or_the_new_generation) {
    for (const bool after_flip : {false, true}) {
        BOOST_TEST_CONTEXT((after_flip ? "after the flip" : "before the flip")) {
            store_on_faulty_disk s;
            s.open();
            BOOST_REQUIRE(s.add("jane"));
            BOOST_REQUIRE(s.db->begin_generation().has_value());
            BOOST_REQUIRE(
                s.db->write_generation({put_row(table::state, "last", "rebuilt")}).has_value());
            if (after_flip) BOOST_REQUIRE(s.db->flip_generation(1).has_value());
            s.crash();
            s.open();
            BOOST_TEST(s.row(table::state, "last") == (after_flip ? "rebuilt" : "jane"));
            BOOST_TEST(s.db->generation() == (after_flip ? 2u : 1u));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_fsync_is_unknown_and_final) {
    open();
    auto acked = add_some(10);
    disk.fail_syncs(1);
    check_stopped(*this, commit({event_of(user_created_named("unknown"))}));
    BOOST_TEST(documents().size() == 10u);
    BOOST_TEST((db->head() == at(10)));
    db.reset();
    open();
    // It may be there or not, but whole, and behind everything acknowledged.
    const auto found = documents();
    BOOST_TEST((found.size() == 10u || found.size() == 11u));
    BOOST_TEST((db->head() == at(found.size())));
    BOOST_TEST((db->chain({1})->seq == tenant_seq{found.size()}));
}

BOOST_AUTO_TEST_CASE(a_failed_fsync_and_then_a_power_cut_lose_nothing_acknowledged) {
    open();
    const auto acked = add_some(10);
    disk.fail_syncs(1);
    BOOST_TEST(!add("unknown"));
    crash();
    open();
    BOOST_TEST(holds_exactly(acked));
}

BOOST_AUTO_TEST_CASE(a_full_disk_or_a_bad_write_stops_the_store) {
    for (const append_fault how : {append_fault::no_space, append_fault::io_error}) {
        BOOST_TEST_CONTEXT((how == append_fault::no_space ? "ENOSPC" : "EIO")) {
            store_on_faulty_disk s;
            s.open();
            const auto acked = s.add_some(10);
            s.disk.fail_appends(how);
            check_stopped(s, s.commit({event_of(user_created_named("unknown"))}));
            s.disk.fail_appends(append_fault::none);
            BOOST_TEST(!s.add("still stopped"));
            BOOST_TEST(s.holds_exactly(acked));
            s.db.reset();
            s.open();
            const auto found = s.documents();
            BOOST_TEST((found.size() == 10u || found.size() == 11u));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_failed_flush_in_the_background_stops_the_store) {
    open();
    const auto acked = add_some(10);
    disk.fail_appends(append_fault::io_error);
    BOOST_TEST(!db->flush().has_value());
    BOOST_TEST(db->stopped());
    BOOST_TEST(fatal.size() == 1u);
    disk.fail_appends(append_fault::none);
    BOOST_TEST(!add("stopped"));
    db.reset();
    open();
    BOOST_TEST(holds_exactly(acked));
}

BOOST_AUTO_TEST_CASE(reads_that_fail_throw_and_writes_go_on) {
    options.block_cache_bytes = 0;
    open();
    const auto acked = add_some(10);
    BOOST_REQUIRE(db->flush().has_value());
    reopen();
    disk.fail_reads(true);
    std::string value;
    BOOST_CHECK_THROW(static_cast<void>(db->get(table::state, "last", value)), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->read(at(3))), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->chain({1})), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->locate({1}, {1})), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->latest({1}, id_of(0x55), at(9))), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->history({1}, id_of(0x55), at(0), 9)), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(db->at_time({INT64_MAX / 2})), storage_failure);
    BOOST_CHECK_THROW(static_cast<void>(documents()), storage_failure);
    const auto snapshot = db->snapshot();
    const auto cursor = snapshot->cursor(table::state, "");
    BOOST_CHECK_THROW(cursor->seek(""), storage_failure);
    disk.fail_reads(false);
    BOOST_TEST(holds_exactly(acked));
}

BOOST_AUTO_TEST_CASE(an_open_that_cannot_read_is_refused_as_a_value) {
    options.block_cache_bytes = 0;
    open();
    add_some(10);
    BOOST_REQUIRE(db->flush().has_value());
    db.reset();
    disk.fail_reads(true);
    BOOST_TEST((refused().code == log_errc::storage));
    disk.fail_reads(false);
    open();
    BOOST_TEST((db->head() == at(10)));
}

BOOST_AUTO_TEST_CASE(each_commit_is_one_sync_of_the_write_ahead_file) {
    open();
    const auto before = disk.wal_syncs();
    add_some(25);
    BOOST_TEST(disk.wal_syncs() - before == 25u);
    BOOST_REQUIRE(db->write_unsynced({put_row(table::attempts, "a", "b")}).has_value());
    BOOST_TEST(disk.wal_syncs() - before == 25u);
}

BOOST_AUTO_TEST_CASE(a_slow_disk_is_only_slow) {
    open();
    disk.delay_wal_syncs(std::chrono::milliseconds(2));
    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(add_some(5).size() == 5u);
    BOOST_TEST((std::chrono::steady_clock::now() - begin >= std::chrono::milliseconds(10)));
}

BOOST_AUTO_TEST_SUITE_END()
