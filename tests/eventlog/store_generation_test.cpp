#include "eventlog/error.hpp"
#include "eventlog/store.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/raw_database.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct with_rows : store_on_disk {
    with_rows() {
        open();
        BOOST_REQUIRE(
            commit({}, {put_row(table::state, "a", "old"), put_row(table::index, "a", "old"),
                        put_row(table::keys, "a", "kept")}));
    }

    void begin() { BOOST_REQUIRE(db->begin_generation().has_value()); }

    void write(const std::string& key, const std::string& value) {
        BOOST_REQUIRE(db->write_generation({put_row(table::state, key, value)}).has_value());
    }

    void flip(std::uint32_t version = 1) {
        BOOST_REQUIRE(db->flip_generation(version).has_value());
    }

    [[nodiscard]] std::string new_row(const std::string& key) const {
        std::string value;
        return db->get_generation(table::state, key, value) ? value : "-";
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_generation_test, with_rows)

BOOST_AUTO_TEST_CASE(a_new_generation_stands_beside_the_live_one_until_the_flip) {
    begin();
    BOOST_TEST(new_row("a") == "-");
    write("a", "new");
    write("b", "new");
    BOOST_TEST(row(table::state, "a") == "old");
    BOOST_TEST(new_row("a") == "new");
    std::string seen;
    auto cursor = db->generation_cursor(table::state);
    for (cursor->seek(""); cursor->valid(); cursor->next())
        seen += cursor->key();
    cursor.reset();
    BOOST_TEST(seen == "ab");
    BOOST_TEST(db->generation() == 1u);
    flip();
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST_CONTEXT("round " << round) {
            BOOST_TEST(db->generation() == 2u);
            BOOST_TEST(row(table::state, "a") == "new");
            BOOST_TEST(row(table::index, "a") == "-");
            BOOST_TEST(row(table::keys, "a") == "kept");
        }
        if (round == 0) {
            BOOST_REQUIRE(commit({}, {put_row(table::state, "c", "after")}));
            reopen();
            BOOST_TEST(row(table::state, "c") == "after");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_left_over_generation_is_dropped_when_the_store_opens) {
    begin();
    write("a", "new");
    reopen();
    BOOST_TEST(db->generation() == 1u);
    BOOST_TEST(row(table::state, "a") == "old");
    begin();
    BOOST_TEST(new_row("a") == "-");
    flip();
    BOOST_TEST(db->generation() == 2u);
}

BOOST_AUTO_TEST_CASE(beginning_again_starts_empty) {
    begin();
    write("a", "first try");
    begin();
    BOOST_TEST(new_row("a") == "-");
    BOOST_REQUIRE(db->drop_generation().has_value());
    BOOST_REQUIRE(db->drop_generation().has_value());
    BOOST_TEST(row(table::state, "a") == "old");
}

BOOST_AUTO_TEST_CASE(many_flips_in_a_row_leave_one_generation) {
    for (std::uint32_t i = 2; i <= 6; ++i) {
        begin();
        write("a", std::to_string(i));
        flip();
        BOOST_TEST(db->generation() == i);
    }
    reopen();
    BOOST_TEST(db->generation() == 6u);
    BOOST_TEST(row(table::state, "a") == "6");
}

BOOST_AUTO_TEST_CASE(a_snapshot_taken_before_a_flip_keeps_the_old_rows) {
    auto snapshot = db->snapshot();
    auto cursor = snapshot->cursor(table::state, "");
    begin();
    write("a", "new");
    flip();
    BOOST_REQUIRE(commit({}, {put_row(table::state, "a", "newer")}));
    std::string value;
    BOOST_TEST((snapshot->get(table::state, "a", value) && value == "old"));
    cursor->seek("");
    BOOST_TEST((cursor->valid() && cursor->value() == "old"));
    cursor.reset();
    snapshot.reset();
    BOOST_TEST(row(table::state, "a") == "newer");
}

BOOST_AUTO_TEST_CASE(the_links_of_a_generation_come_and_go_with_its_rows) {
    BOOST_REQUIRE(
        commit({}, {put_row(table::links, "a", "old"), put_row(table::links, "b", "old")}));
    begin();
    std::string value;
    BOOST_TEST(!db->get_generation(table::links, "a", value));
    BOOST_REQUIRE(
        db->write_generation({put_row(table::links, "a", "new"), put_row(table::links, "c", "new"),
                              erase_row(table::links, "c")})
            .has_value());
    BOOST_TEST(row(table::links, "a") == "old");
    BOOST_TEST((db->get_generation(table::links, "a", value) && value == "new"));
    const auto keys_in = [](row_cursor& cursor) {
        std::string seen;
        for (cursor.seek(""); cursor.valid(); cursor.next())
            seen += cursor.key();
        return seen;
    };
    BOOST_TEST(keys_in(*db->generation_cursor(table::links)) == "a");
    BOOST_TEST(keys_in(*db->cursor(table::links, "")) == "ab");
    const auto before = db->snapshot();
    flip();
    BOOST_TEST(keys_in(*before->cursor(table::links, "")) == "ab");
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST((row(table::links, "a") == "new" && row(table::links, "b") == "-"));
        if (round == 0) {
            begin();
            BOOST_REQUIRE(
                db->write_generation({put_row(table::links, "d", "given up")}).has_value());
            BOOST_REQUIRE(db->drop_generation().has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_the_rows_mean_is_told_at_the_flip_and_remembered) {
    BOOST_TEST(db->generation_version() == 1u);
    begin();
    BOOST_TEST(db->generation_version() == 1u);
    flip(7);
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST(db->generation_version() == 7u);
        reopen();
    }
    begin();
    BOOST_REQUIRE(db->drop_generation().has_value());
    BOOST_TEST(db->generation_version() == 7u);
    db.reset();
    options.read_only = true;
    open();
    BOOST_TEST(db->generation_version() == 7u);
}

BOOST_AUTO_TEST_CASE(a_directory_of_a_writer_without_links_is_read_and_served) {
    BOOST_REQUIRE(commit({}, {put_row(table::links, "a", "gone below")}));
    db.reset();
    raw_database(options.directory).drop("links.1");
    const auto families = raw_database::families(options.directory);
    BOOST_REQUIRE(std::find(families.begin(), families.end(), "links.1") == families.end());

    options.read_only = true;
    open();
    BOOST_TEST(row(table::state, "a") == "old");
    BOOST_TEST(row(table::links, "a") == "-");
    std::string value;
    const auto snapshot = db->snapshot();
    BOOST_TEST(!snapshot->get(table::links, "a", value));
    for (const auto& cursor : {snapshot->cursor(table::links, ""), db->cursor(table::links, "a")}) {
        cursor->seek("");
        BOOST_TEST(!cursor->valid());
        cursor->seek_for_prev("z");
        BOOST_TEST(!cursor->valid());
    }
    BOOST_TEST((raw_database::families(options.directory) == families));
}

BOOST_AUTO_TEST_CASE(a_directory_without_links_gets_them_with_new_rows_and_not_before) {
    const auto has_links = [this] {
        const auto families = raw_database::families(options.directory);
        return std::any_of(families.begin(), families.end(),
                           [](const std::string& name) { return name.starts_with("links."); });
    };
    db.reset();
    raw_database(options.directory).drop("links.1");
    open();
    BOOST_TEST(row(table::links, "a") == "-");
    for (const auto& written : {commit({}, {put_row(table::links, "a", "new")}).error(),
                                db->write_unsynced({erase_row(table::links, "a")}).error()}) {
        BOOST_TEST((written.code == log_errc::older_rows));
    }
    BOOST_TEST(!db->stopped());
    BOOST_REQUIRE(commit({}, {put_row(table::state, "a", "other")}));
    BOOST_REQUIRE(db->purge({{table::links, "", "z"}, {table::state, "", "z"}}).has_value());
    begin();
    BOOST_REQUIRE(db->write_generation({put_row(table::links, "a", "given up")}).has_value());
    BOOST_REQUIRE(db->drop_generation().has_value());
    reopen();
    BOOST_TEST(!has_links());
    BOOST_TEST((row(table::links, "a") == "-" && row(table::state, "a") == "other"));

    begin();
    BOOST_REQUIRE(db->write_generation({put_row(table::links, "a", "new")}).has_value());
    flip(2);
    BOOST_REQUIRE(commit({}, {put_row(table::links, "b", "newer")}));
    reopen();
    BOOST_TEST((row(table::links, "a") == "new" && row(table::links, "b") == "newer"));
    db.reset();
    raw_database(options.directory).drop("links.2");
    const auto lost = refused();
    BOOST_TEST((lost.code == log_errc::storage));
    BOOST_TEST(lost.message.find("links.2") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(reading_only_passes_over_a_left_over_generation) {
    begin();
    write("b", "new");
    db.reset();
    options.read_only = true;
    open();
    BOOST_TEST(row(table::state, "a") == "old");
    BOOST_TEST(row(table::state, "b") == "-");
}

BOOST_AUTO_TEST_SUITE_END()
