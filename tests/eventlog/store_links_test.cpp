// Rows of table::links that stand together in the filters: whoever walks finds what is there, among
// them and over them, in memory, in a file, and in a file of a writer who knew no such filters.
#include "tests/eventlog/store_support.hpp"
#include "tests/support/raw_database.hpp"

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

/// What all keys of one group begin with: a kind, a tenant, an id.
std::string group(char kind, char id) {
    return kind + std::string("\0\0\0\1", 4) + std::string(16, id);
}

std::vector<row_change> some_links() {
    return {put_row(table::links, group('J', '1') + "a", ""),
            put_row(table::links, group('J', '1') + "b", ""),
            put_row(table::links, group('J', '5') + "c", ""),
            put_row(table::links, group('Q', '5') + "d", "")};
}

/// The last letters of the keys from `first` on.
std::string seen(row_cursor& cursor, const std::string& first) {
    std::string letters;
    for (cursor.seek(first); cursor.valid(); cursor.next())
        letters += cursor.key().back();
    return letters;
}

} // namespace

BOOST_AUTO_TEST_SUITE(store_links_test)

BOOST_AUTO_TEST_CASE(walks_among_a_group_and_over_several) {
    struct walk {
        const char* name;
        std::string prefix;
        std::string first;
        std::string letters;
    };

    struct place {
        const char* name;
        void (*take_there)(store_on_disk& s);
    };

    const walk walks[] = {
        {"a group", group('J', '1'), group('J', '1'), "ab"},
        {"a group from its middle on", group('J', '1'), group('J', '1') + "b", "b"},
        {"a group that is not there", group('J', '3'), group('J', '3'), ""},
        {"a part of a group", group('J', '1') + "b", group('J', '1') + "b", "b"},
        {"a part that is not there", group('J', '1') + "c", group('J', '1') + "c", ""},
        {"a kind", "J", "J", "abc"},
        {"a kind, from a group that is not there", "J", group('J', '3'), "c"},
        {"a kind, from behind all of it", "J", group('J', '7'), ""},
        {"all", "", "", "abcd"},
        {"all, from a group that is not there", "", group('K', '3') + "x", "d"},
    };
    const place places[] = {
        {"in memory", [](store_on_disk&) {}},
        {"in a file", [](store_on_disk& s) { BOOST_REQUIRE(s.db->flush().has_value()); }},
        {"in a file without filters",
         [](store_on_disk& s) {
             s.db.reset();
             { const raw_database writes_a_file(s.options.directory); }
             s.open();
         }},
    };
    for (const place& p : places) {
        store_on_disk s;
        s.open();
        BOOST_REQUIRE(s.commit({}, some_links()).has_value());
        p.take_there(s);
        const auto snapshot = s.db->snapshot();
        for (const walk& w : walks) {
            BOOST_TEST_CONTEXT(p.name << ": " << w.name) {
                BOOST_TEST(seen(*s.db->cursor(table::links, w.prefix), w.first) == w.letters);
                BOOST_TEST(seen(*snapshot->cursor(table::links, w.prefix), w.first) == w.letters);
            }
        }
        BOOST_TEST_CONTEXT(p.name) {
            const auto back = s.db->cursor(table::links, "J");
            back->seek_for_prev(group('J', '3') + "x");
            BOOST_REQUIRE(back->valid());
            BOOST_TEST(back->key() == group('J', '1') + "b");
        }
        // The last row of a group, from wherever one asks; the filters know nothing of those keys.
        for (const std::string& from : {group('J', '2'), std::string("z"), group('J', '1') + "b",
                                        group('J', '1') + std::string(600, '\xff')}) {
            BOOST_TEST_CONTEXT(p.name << ": back from " << from) {
                const auto last = s.db->cursor(table::links, group('J', '1'));
                last->seek_for_prev(from);
                BOOST_REQUIRE(last->valid());
                BOOST_TEST(last->key() == group('J', '1') + "b");
            }
        }
        BOOST_TEST_CONTEXT(p.name) {
            const auto none = s.db->cursor(table::links, group('J', '2'));
            for (const std::string& from :
                 {group('J', '1') + "x", group('J', '3'), std::string()}) {
                none->seek_for_prev(from);
                BOOST_TEST(!none->valid());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(rows_that_are_made_anew_are_walked_likewise) {
    store_on_disk s;
    s.open();
    BOOST_REQUIRE(s.db->begin_generation().has_value());
    BOOST_REQUIRE(s.db->write_generation(some_links()).has_value());
    const auto cursor = s.db->generation_cursor(table::links);
    BOOST_TEST(seen(*cursor, "") == "abcd");
    BOOST_TEST(seen(*cursor, group('J', '3')) == "cd");
}

BOOST_AUTO_TEST_SUITE_END()
