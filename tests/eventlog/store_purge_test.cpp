// What is erased must be found in no file: looked for in the raw bytes of the whole directory.
#include "eventlog/error.hpp"
#include "eventlog/store.hpp"
#include "tests/eventlog/store_support.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

const std::string canary = "CANARY-7d1f0a";
const std::vector<std::string> nowhere;

struct with_canary : store_on_disk {
    with_canary() {
        options.purge_patience = std::chrono::milliseconds(50);
        open();
        // Neighbours on both sides, and enough of them that a flush makes a file of many.
        for (int i = 0; i < 200; ++i) {
            put(table::state, "user/" + std::to_string(i), "neighbour");
            put(table::keys, "S" + std::to_string(i), "neighbour");
        }
        put(table::state, "user/100/jane", canary);
        put(table::keys, "S100x", canary);
    }

    void put(table t, const std::string& key, const std::string& value) {
        BOOST_REQUIRE(commit({}, {put_row(t, key, value)}).has_value());
    }

    void erase() {
        BOOST_REQUIRE(
            commit({}, {erase_row(table::state, "user/100/jane"), erase_row(table::keys, "S100x")})
                .has_value());
    }

    [[nodiscard]] base::result<void> purge() const {
        return db->purge({{table::state, "user/", "user0"}, {table::keys, "S", "T"}});
    }

    [[nodiscard]] std::vector<std::string> holding(const std::string& text) {
        return files_containing(options.directory, text);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_purge_test, with_canary)

BOOST_AUTO_TEST_CASE(erasing_alone_leaves_the_bytes_on_the_disk) {
    erase();
    BOOST_TEST(!holding(canary).empty());
}

BOOST_AUTO_TEST_CASE(purging_takes_the_bytes_out_of_every_file) {
    erase();
    BOOST_REQUIRE(purge().has_value());
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
    BOOST_TEST(row(table::state, "user/5") == "neighbour");
    BOOST_TEST(row(table::keys, "S199") == "neighbour");
}

BOOST_AUTO_TEST_CASE(so_it_does_from_every_level_and_after_restarts) {
    BOOST_REQUIRE(db->flush().has_value());
    BOOST_REQUIRE(purge().has_value()); // the canary sinks to the bottom level
    put(table::state, "user/100/jane", canary + " again");
    BOOST_REQUIRE(db->flush().has_value());
    reopen();
    erase();
    BOOST_REQUIRE(purge().has_value());
    reopen();
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
    BOOST_TEST(holding("jane") == nowhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_value_written_over_is_purged_too) {
    put(table::state, "user/100/jane", "erased");
    put(table::keys, "S100x", "erased");
    BOOST_REQUIRE(purge().has_value());
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_generation_that_was_dropped_or_flipped_away_is_gone) {
    BOOST_REQUIRE(db->begin_generation().has_value());
    BOOST_REQUIRE(db->write_generation({put_row(table::state, "x", canary)}).has_value());
    BOOST_REQUIRE(db->begin_generation().has_value());
    BOOST_REQUIRE(db->write_generation({put_row(table::state, "x", "clean")}).has_value());
    BOOST_REQUIRE(db->flip_generation(1).has_value());
    erase();
    BOOST_REQUIRE(purge().has_value());
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_purge_never_succeeds_while_a_reader_still_holds_the_old_view) {
    auto snapshot = db->snapshot();
    erase();
    const auto purged = purge();
    BOOST_REQUIRE(!purged.has_value());
    BOOST_TEST(purged.error().message.find("purge again") != std::string::npos);
    snapshot.reset();
    BOOST_REQUIRE(purge().has_value());
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_cursor_that_holds_old_files_counts_as_a_reader) {
    BOOST_REQUIRE(db->flush().has_value());
    auto snapshot = db->snapshot();
    auto cursor = snapshot->cursor(table::state, "");
    cursor->seek("");
    snapshot.reset();
    erase();
    BOOST_TEST(!purge().has_value());
    cursor.reset();
    BOOST_REQUIRE(purge().has_value());
    BOOST_TEST(holding(canary) == nowhere, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
