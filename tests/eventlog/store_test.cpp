#include "eventlog/error.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/store.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/raw_database.hpp"

#include <filesystem>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

event timed(std::int64_t unix_ms) {
    event e = event_of(user_deleted{});
    e.time = {unix_ms};
    return e;
}

/// Commits, then lets the directory become what a SIGKILL at this moment would leave: the files as
/// they are, nothing closed, nothing flushed.
void commit_and_die(store_on_disk& s, int commits) {
    s.open();
    for (int i = 0; i < commits; ++i) {
        BOOST_REQUIRE(s.commit({event_of(user_created_named("u" + std::to_string(i)))},
                               {put_row(table::state, "k", std::to_string(i))})
                          .has_value());
    }
    const auto left = s.directory / "left";
    std::filesystem::copy(s.options.directory, left);
    s.db.reset();
    s.options.directory = left;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_test, store_on_disk)

BOOST_AUTO_TEST_CASE(an_empty_log_is_before_everything) {
    open();
    BOOST_TEST((db->head() == at(0)));
    BOOST_TEST((db->read(at(1)).error().code == log_errc::not_found));
    BOOST_TEST((!db->chain({1}) && !db->locate({1}, {1}) && !db->latest({1}, id_of(1), at(9))));
    BOOST_TEST(db->history({1}, id_of(1), at(0), 10).empty());
    BOOST_TEST((db->at_time({INT64_MAX / 2}) == at(0)));
    BOOST_TEST(documents().empty());
    BOOST_TEST(db->generation() == 1u);
    BOOST_TEST(!db->stopped());
}

BOOST_AUTO_TEST_CASE(a_commit_is_all_there_with_its_indexes_before_and_after_a_restart) {
    open();
    BOOST_TEST((commit({event_of(user_created_named("jane"), {1}, id_of(1)),
                        event_of(user_created_named("joe"), {2}, id_of(2)),
                        event_of(user_deleted{}, {1}, id_of(1))},
                       {put_row(table::state, "a", "1"), put_row(table::keys, "b", "2")})
                    .value() == at(3)));
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST_CONTEXT("round " << round) {
            BOOST_TEST((db->head() == at(3)));
            BOOST_TEST((db->locate({1}, {2}) == at(3) && db->locate({2}, {1}) == at(2)));
            BOOST_TEST((!db->locate({1}, {3}) && !db->locate({3}, {1})));
            BOOST_TEST((db->chain({1})->seq == tenant_seq{2} && db->chain({1})->at == at(3)));
            const auto last = db->read(at(3));
            BOOST_REQUIRE(last.has_value());
            const auto record = read_record(*last, record_check::crc_and_hashes);
            BOOST_REQUIRE(record.has_value());
            BOOST_TEST((record->at == at(3) && record->hash == db->chain({1})->hash));
            BOOST_TEST(row(table::state, "a") == "1");
            BOOST_TEST(row(table::keys, "b") == "2");
            BOOST_TEST(row(table::index, "a") == "-");
        }
        reopen();
    }
}

BOOST_AUTO_TEST_CASE(a_subject_at_a_past_moment_is_his_newest_event_until_then) {
    open();
    add_user("jane", {1}, id_of(1));
    add_user("joe", {1}, id_of(2));
    add_user("jane 2", {1}, id_of(1));
    add_user("jane of another tenant", {2}, id_of(1));
    BOOST_TEST((db->latest({1}, id_of(1), at(0)) == std::nullopt));
    BOOST_TEST((db->latest({1}, id_of(1), at(1)) == at(1)));
    BOOST_TEST((db->latest({1}, id_of(1), at(2)) == at(1)));
    BOOST_TEST((db->latest({1}, id_of(1), at(99)) == at(3)));
    BOOST_TEST((db->latest({2}, id_of(1), at(99)) == at(4)));
    BOOST_TEST((db->latest({1}, id_of(3), at(99)) == std::nullopt));
    BOOST_TEST((db->history({1}, id_of(1), at(0), 9) == std::vector{at(1), at(3)}));
    BOOST_TEST((db->history({1}, id_of(1), at(1), 9) == std::vector{at(3)}));
    BOOST_TEST((db->history({1}, id_of(1), at(0), 1) == std::vector{at(1)}));
    BOOST_TEST(db->history({1}, id_of(1), at(3), 9).empty());
    BOOST_TEST(db->history({1}, id_of(1), at(0), 0).empty());
}

BOOST_AUTO_TEST_CASE(at_time_is_the_last_event_not_later) {
    open();
    for (const std::int64_t ms : {10'000, 10'000, 10'500, 12'000, 12'999, 20'000})
        BOOST_REQUIRE(commit({timed(ms)}).has_value());
    reopen();
    BOOST_REQUIRE(commit({timed(20'001)}).has_value());

    struct row {
        const char* name;
        std::int64_t when;
        std::uint64_t offset;
    };

    const row rows[] = {
        {"before the epoch", -1, 0},
        {"zero", 0, 0},
        {"before all", 9'999, 0},
        {"two at once", 10'000, 2},
        {"between", 10'499, 2},
        {"same second", 10'500, 3},
        {"empty second", 11'500, 3},
        {"on it", 12'000, 4},
        {"end of a second", 12'999, 5},
        {"gap", 19'999, 5},
        {"last before restart", 20'000, 6},
        {"after restart, same second", 20'001, 7},
        {"far", 1'000'000'000'000, 7},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(db->at_time({r.when}).offset == r.offset);
        }
    }

    struct first_row {
        std::uint64_t second;
        std::optional<position> first;
    };

    const first_row first_rows[] = {{0, std::nullopt}, {9, std::nullopt},  {10, at(1)},
                                    {11, at(1)},       {12, at(4)},        {19, at(4)},
                                    {20, at(6)},       {UINT64_MAX, at(6)}};
    for (const first_row& r : first_rows) {
        BOOST_TEST_CONTEXT("first in second " << r.second) {
            BOOST_TEST((db->first_in(r.second) == r.first));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_walk_says_what_is_missing_and_passes_over_nothing) {
    open();
    for (int i = 1; i <= 6; ++i) {
        add_user("user" + std::to_string(i));
    }
    db.reset();
    support::raw_database(options.directory).erase("log", keys::log(at(4)));
    open();
    for (const bool bulk : {false, true}) {
        for (const std::uint64_t first : {0u, 1u, 3u, 4u}) {
            BOOST_TEST_CONTEXT("from " << first) {
                const auto walk = db->records(at(first), bulk);
                std::string_view bytes;
                for (std::uint64_t i = std::max<std::uint64_t>(first, 1); i < 4; ++i) {
                    BOOST_TEST(walk->next(bytes));
                }
                BOOST_CHECK_EXCEPTION(walk->next(bytes), storage_failure, [](const auto& why) {
                    return std::string_view(why.what()).find("@4") != std::string_view::npos;
                });
            }
        }
        std::string_view bytes;
        BOOST_TEST(db->records(at(5), bulk)->next(bytes));
    }
}

BOOST_AUTO_TEST_CASE(a_walk_ends_at_the_head_of_its_making) {
    open();
    for (int i = 0; i < 5; ++i)
        add_user("u" + std::to_string(i));
    const auto walk = db->records(at(3), true);
    add_user("later");
    std::vector<std::uint64_t> seen;
    for (std::string_view bytes; walk->next(bytes);)
        seen.push_back(read_record(bytes, record_check::crc)->at.offset);
    BOOST_TEST((seen == std::vector<std::uint64_t>{3, 4, 5}));
    std::string_view bytes;
    BOOST_TEST(!walk->next(bytes));
    BOOST_TEST(!db->records(at(7), false)->next(bytes));
}

BOOST_AUTO_TEST_CASE(a_snapshot_does_not_change) {
    open();
    BOOST_REQUIRE(commit({}, {put_row(table::state, "a", "1"), put_row(table::keys, "a", "1")}));
    const auto snapshot = db->snapshot();
    BOOST_REQUIRE(commit({}, {put_row(table::state, "a", "2"), erase_row(table::keys, "a"),
                              put_row(table::state, "b", "2")}));
    std::string value;
    BOOST_TEST((snapshot->get(table::state, "a", value) && value == "1"));
    BOOST_TEST((snapshot->get(table::keys, "a", value) && value == "1"));
    BOOST_TEST(!snapshot->get(table::state, "b", value));
    BOOST_TEST(row(table::state, "a") == "2");
    BOOST_TEST(row(table::keys, "a") == "-");
}

BOOST_AUTO_TEST_CASE(a_cursor_stays_within_its_prefix) {
    open();
    const std::string high = "\xff\xff";
    BOOST_REQUIRE(commit({}, {put_row(table::index, "a", "1"), put_row(table::index, "b", "2"),
                              put_row(table::index, "b1", "3"), put_row(table::index, "c", "4"),
                              put_row(table::index, high + "x", "5")}));
    const auto snapshot = db->snapshot();
    const auto walk = [&](std::string_view prefix) {
        std::string seen;
        const auto cursor = snapshot->cursor(table::index, prefix);
        for (cursor->seek(prefix); cursor->valid(); cursor->next())
            seen += std::string(cursor->key()) + "=" + std::string(cursor->value()) + " ";
        return seen;
    };
    BOOST_TEST(walk("b") == "b=2 b1=3 ");
    BOOST_TEST(walk("") == "a=1 b=2 b1=3 c=4 \xff\xffx=5 ");
    BOOST_TEST(walk(high) == "\xff\xffx=5 ");
    BOOST_TEST(walk("bb") == "");
    const auto cursor = snapshot->cursor(table::index, "b");
    cursor->seek_for_prev("bz");
    BOOST_TEST((cursor->valid() && cursor->key() == "b1"));
    cursor->prev();
    BOOST_TEST((cursor->valid() && cursor->key() == "b"));
    cursor->prev();
    BOOST_TEST(!cursor->valid());
}

BOOST_AUTO_TEST_CASE(a_directory_in_use_is_refused_as_such) {
    open();
    const auto failure = refused();
    BOOST_TEST((failure.code == log_errc::foreign_directory), failure.message);
    BOOST_TEST(failure.message.find("in use") != std::string::npos);
    BOOST_TEST(failure.message.find(options.directory.string()) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_directory_that_cannot_be_written_is_not_said_to_be_in_use) {
    // Its name holds the word that a lock's message holds too.
    const auto block = directory / "block";
    std::filesystem::create_directory(block);
    options.directory = block / "db";
    write_bytes(options.directory, "a file where the directory should be");
    const auto failure = refused();
    BOOST_TEST((failure.code == log_errc::storage), failure.message);
}

BOOST_AUTO_TEST_CASE(reading_only_shows_what_a_crash_left_and_writes_nothing) {
    commit_and_die(*this, 20);
    const auto before = all_files(directory.path());
    options.read_only = true;
    open();
    BOOST_TEST((db->head() == at(20)));
    BOOST_TEST(documents().size() == 20u);
    BOOST_TEST(row(table::state, "k") == "19");
    std::vector<record_draft> none;
    BOOST_TEST(!db->commit(none, {put_row(table::state, "k", "x")}).has_value());
    db.reset();
    BOOST_TEST((all_files(directory.path()) == before));
}

BOOST_AUTO_TEST_CASE(reading_only_needs_a_database) {
    options.read_only = true;
    BOOST_TEST((refused().code == log_errc::foreign_directory));
    BOOST_TEST(!std::filesystem::exists(options.directory));
}

BOOST_AUTO_TEST_CASE(what_died_without_closing_opens_with_all_its_commits) {
    commit_and_die(*this, 50);
    open();
    BOOST_TEST((db->head() == at(50)));
    BOOST_TEST(documents().size() == 50u);
    BOOST_TEST(row(table::state, "k") == "49");
}

BOOST_AUTO_TEST_CASE(a_database_without_its_current_file_is_refused_and_left_alone) {
    open();
    add_user("jane");
    BOOST_REQUIRE(db->flush().has_value());
    add_user("joe");
    db.reset();
    std::filesystem::remove(options.directory / "CURRENT");
    const auto before = all_files(options.directory);
    const auto failure = refused();
    BOOST_TEST((failure.code == log_errc::storage), failure.message);
    BOOST_TEST(failure.message.find("CURRENT") != std::string::npos, failure.message);
    BOOST_TEST((all_files(options.directory) == before));
}

BOOST_AUTO_TEST_CASE(a_lost_manifest_or_table_file_is_refused) {
    open();
    add_user("jane");
    BOOST_REQUIRE(db->flush().has_value());
    db.reset();
    const auto whole = all_files(options.directory);
    for (const auto& [name, bytes] : whole) {
        if (!name.starts_with("MANIFEST") && !name.ends_with(".sst")) continue;
        BOOST_TEST_CONTEXT(name) {
            std::filesystem::remove(options.directory / name);
            BOOST_TEST((refused().code == log_errc::storage));
            std::filesystem::remove_all(options.directory);
            std::filesystem::create_directory(options.directory);
            for (const auto& [file, content] : whole)
                write_bytes(options.directory / file, content);
        }
    }
    open();
    BOOST_TEST((db->head() == at(1)));
}

BOOST_AUTO_TEST_CASE(damage_in_a_table_file_is_found_and_never_returned) {
    open();
    for (int i = 0; i < 50; ++i)
        add_user("u" + std::to_string(i));
    BOOST_REQUIRE(db->flush().has_value());
    db.reset();
    std::filesystem::path largest;
    for (const auto& file : files_with_extension(options.directory, ".sst")) {
        if (largest.empty() ||
            std::filesystem::file_size(file) > std::filesystem::file_size(largest)) {
            largest = file;
        }
    }
    flip_bit(largest, 100);
    auto opened = store::open(options);
    if (!opened) return; // refused at once: as good
    db = std::move(*opened);
    BOOST_CHECK_THROW(static_cast<void>(documents()), storage_failure);
}

BOOST_AUTO_TEST_CASE(unsynced_rows_are_seen_at_once) {
    open();
    BOOST_REQUIRE(db->write_unsynced({put_row(table::attempts, "a", "1")}).has_value());
    BOOST_TEST(row(table::attempts, "a") == "1");
    BOOST_REQUIRE(db->write_unsynced({erase_row(table::attempts, "a")}).has_value());
    BOOST_TEST(row(table::attempts, "a") == "-");
}

BOOST_AUTO_TEST_SUITE_END()
