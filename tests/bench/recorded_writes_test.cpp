#include "bench/loader.hpp"
#include "bench/recorded_writes.hpp"
#include "eventlog/store.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

BOOST_AUTO_TEST_SUITE(recorded_writes_test)

using namespace rollcall;
using bench::recorded_row;
using bench::recorded_writes;

namespace {

constexpr std::uint64_t users = 300;

/// What the product left after making `users` persons. Before that, a tenant and his key: two
/// events of their own.
base::result<recorded_writes> record_creations(const std::filesystem::path& directory) {
    {
        auto l = bench::loader::open(directory);
        if (!l) return tl::unexpected(l.error());
        const auto acme = (*l)->add_customer("acme");
        if (!acme) return tl::unexpected(acme.error());
        const auto ids = (*l)->add_users(*acme, 0, users);
        if (!ids) return tl::unexpected(ids.error());
    }
    return recorded_writes::read(directory / "db");
}

using state = std::map<std::pair<std::size_t, std::string>, std::string>;

/// What a database holds after all operations were committed in batches of this size.
state commit_in_batches(const recorded_writes& recorded, std::size_t size, std::size_t& rows) {
    state all;
    for (std::size_t first = 0; first < recorded.operations(); first += size) {
        const std::size_t last = std::min(first + size, recorded.operations());
        recorded.for_batch(first, last, [&](const recorded_row& r) {
            ++rows;
            const std::pair key{r.family, std::string(r.key)};
            if (r.erased) {
                all.erase(key);
            } else {
                all[key] = r.value;
            }
        });
    }
    return all;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_event_is_an_operation_and_any_batching_ends_in_the_same_state) {
    const support::temp_directory directory;
    const auto recorded = record_creations(directory / "data");
    BOOST_REQUIRE_MESSAGE(recorded.has_value(), (recorded ? "" : recorded.error().message));
    BOOST_TEST(recorded->operations() == users + 2);
    std::size_t single_rows = 0;
    const state expected = commit_in_batches(*recorded, 1, single_rows);
    std::size_t last_rows = single_rows;
    for (const std::size_t size : {2u, 7u, 64u, 256u, 1000u}) {
        BOOST_TEST_CONTEXT("batches of " << size) {
            std::size_t rows = 0;
            BOOST_TEST((commit_in_batches(*recorded, size, rows) == expected));
            BOOST_TEST(rows <= last_rows); // counters and heads are written once per batch
            last_rows = rows;
        }
    }
    BOOST_TEST(last_rows == expected.size());
}

BOOST_AUTO_TEST_CASE(the_state_is_what_the_product_has) {
    const support::temp_directory directory;
    const auto recorded = record_creations(directory / "data");
    BOOST_REQUIRE(recorded.has_value());
    std::size_t rows = 0;
    const state all = commit_in_batches(*recorded, 16, rows);
    eventlog::store_options options;
    options.directory = directory / "data" / "db";
    options.read_only = true;
    const auto store = eventlog::store::open(options);
    BOOST_REQUIRE(store.has_value());
    const auto snapshot = (*store)->snapshot();
    std::size_t found = 0;
    for (const auto& [key, value] : all) {
        const std::string& family = recorded->families()[key.first];
        if (!family.starts_with("state.")) continue;
        std::string stored;
        BOOST_TEST(snapshot->get(eventlog::table::state, key.second, stored));
        BOOST_TEST((stored == value));
        ++found;
    }
    BOOST_TEST(found > users);
}

BOOST_AUTO_TEST_CASE(a_directory_without_operations_is_refused) {
    const support::temp_directory directory;
    {
        const auto l = bench::loader::open(directory / "data");
        BOOST_REQUIRE(l.has_value());
    }
    const auto recorded = recorded_writes::read(directory / "data" / "db");
    BOOST_REQUIRE(!recorded.has_value());
    BOOST_TEST(!recorded.error().message.empty());
    BOOST_TEST(!recorded_writes::read(directory / "nowhere").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
