// Whose directory it is, the older program's or this one's, whatever becomes of an upgrade.
#include "cli/upgrade.hpp"
#include "eventlog/error.hpp"
#include "projections/state_hash.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

using namespace rollcall;
using namespace rollcall::cli;
using namespace rollcall::eventlog;

namespace {

/// An empty directory as a program of format 1 left it.
struct older {
    support::temp_directory place;
    data_directory home;
    std::unique_ptr<store> rows;

    older() {
        auto opened = data_directory::open(place / "data", {}, directory_use::serve);
        BOOST_REQUIRE(opened.has_value());
        home = std::move(*opened);
        BOOST_REQUIRE(home.set_format(1).has_value());
        auto made = store::open({.directory = home.database(), .rows_version = 1});
        BOOST_REQUIRE(made.has_value());
        rows = std::move(*made);
    }

    /// As the next program to open it would read it.
    [[nodiscard]] std::uint32_t format() const {
        const auto read = data_directory::open(home.path, {}, directory_use::read);
        BOOST_REQUIRE(read.has_value());
        return read->format;
    }

    base::result<void> flip() const {
        if (auto begun = rows->begin_generation(); !begun) return begun;
        return rows->flip_generation(projections::projection_version);
    }
};

const auto failure = base::fail(log_errc::storage, "no space");

} // namespace

BOOST_FIXTURE_TEST_SUITE(upgrade_test, older)

BOOST_AUTO_TEST_CASE(who_makes_the_rows_has_the_directory) {
    BOOST_TEST(needs_upgrade(home, *rows));
    const auto made = as_newest(home, *rows, [this] {
        BOOST_TEST(format() == data_format);
        return flip();
    });
    BOOST_TEST(made.has_value());
    BOOST_TEST(format() == data_format);
    BOOST_TEST(!needs_upgrade(home, *rows));
}

BOOST_AUTO_TEST_CASE(a_failure_gives_it_back) {
    const auto made = as_newest(home, *rows, []() -> base::result<void> { return failure; });
    BOOST_REQUIRE(!made.has_value());
    BOOST_TEST(made.error().message == "no space");
    BOOST_TEST((format() == 1u && home.format == 1u));
    BOOST_TEST(needs_upgrade(home, *rows));
}

BOOST_AUTO_TEST_CASE(a_failure_after_the_flip_does_not) {
    const auto made = as_newest(home, *rows, [this]() -> base::result<void> {
        BOOST_TEST(flip().has_value());
        return failure;
    });
    BOOST_TEST(!made.has_value());
    BOOST_TEST(format() == data_format);
}

BOOST_AUTO_TEST_CASE(new_rows_need_only_the_new_format) {
    BOOST_TEST(upgrade(home, *rows, {}).has_value());
    BOOST_TEST(format() == data_format);
    BOOST_TEST(rows->generation_version() == projections::projection_version);
    // New rows, but the identity of before: as if it had been put back from a copy.
    BOOST_REQUIRE(home.set_format(1).has_value());
    BOOST_TEST(needs_upgrade(home, *rows));
    const auto generation = rows->generation();
    BOOST_TEST(upgrade(home, *rows, {}).has_value());
    BOOST_TEST(format() == data_format);
    BOOST_TEST(rows->generation() == generation);
}

BOOST_AUTO_TEST_SUITE_END()
