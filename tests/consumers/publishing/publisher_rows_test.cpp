// The row that the publisher keeps, and what is no such row.
#include "consumers/publishing/publisher_rows.hpp"
#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/wire.hpp"
#include "tests/support/events.hpp"
#include "tests/support/map_rows.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <functional>

using namespace rollcall;
using namespace rollcall::publishing;

namespace {

memory two_partitions() {
    memory known;
    known.lineage = support::id_of(1);
    known.previous = support::id_of(2);
    known.to_announce = true;
    known.marks = {{.through = 7, .last = 9, .lifecycle_offset = 4},
                   {.through = 3, .last = 3, .state_offset = 8, .accepted_offset = 2}};
    return known;
}

/// With a checksum that holds.
std::string sealed(std::string row) {
    base::put_le(row, base::crc32c(row));
    return row;
}

std::string unsealed() {
    std::string row = encode(two_partitions());
    row.resize(row.size() - 4);
    return row;
}

std::string changed(std::size_t at, char to) {
    std::string row = unsealed();
    row[at] = to;
    return sealed(row);
}

struct bad_row {
    const char* name;
    std::string row;
};

std::vector<bad_row> bad_rows() {
    const std::string good = encode(two_partitions());
    return {
        {"empty", ""},
        {"shorter than a checksum", "abc"},
        {"a checksum of nothing", sealed("")},
        {"cut off", good.substr(0, good.size() - 1)},
        {"without its last partition", sealed(unsealed().substr(0, unsealed().size() - 40))},
        {"one byte more", sealed(unsealed() + "x")},
        {"another checksum", unsealed() + std::string(4, '\0')},
        {"a newer format", changed(0, 2)},
        {"an unknown flag", changed(1, 2)},
        {"no partitions", changed(2, 0)},
        {"more partitions than there are", changed(2, 3)},
        {"far too many partitions", changed(5, '\x7f')},
        {"an offset below -1", changed(38 + 16 + 7, '\x80')},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(publisher_rows_test)

BOOST_AUTO_TEST_CASE(comes_back) {
    const auto back = decode_memory(encode(two_partitions()));
    BOOST_REQUIRE(back);
    BOOST_TEST((*back == two_partitions()));
    BOOST_TEST(back->checkpoint() == 3u);
    BOOST_TEST(memory{}.checkpoint() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_no_row) {
    for (const bad_row& row : bad_rows()) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(!decode_memory(row.row).has_value());
            support::map_rows rows;
            rows.put(eventlog::table::checkpoints, "publisher/progress", row.row);
            const remembered found = read_memory(rows);
            BOOST_TEST(found.damaged);
            BOOST_TEST(!found.known.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(is_a_row_of_its_own) {
    support::map_rows rows;
    BOOST_TEST(!read_memory(rows).damaged);
    BOOST_TEST(!read_memory(rows).known.has_value());
    write_memory(rows, two_partitions());
    BOOST_REQUIRE(read_memory(rows).known.has_value());
    BOOST_TEST((*read_memory(rows).known == two_partitions()));
}

RC_BOOST_PROP(a_damaged_byte_is_seen, ()) {
    std::string row = encode(two_partitions());
    const auto at = *rc::gen::inRange<std::size_t>(0, row.size());
    row[at] = static_cast<char>(row[at] ^ *rc::gen::inRange(1, 256));
    RC_ASSERT(!decode_memory(row).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
