// What `doctor` says of a directory, and what it advises.
#include "cli/examination.hpp"
#include "gateway/admin/backups.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <string_view>

namespace rollcall::cli {
namespace {

namespace fs = std::filesystem;
using admin::finding;

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

finding only(const std::vector<finding>& all, std::string_view what) {
    std::vector<finding> named;
    for (const finding& f : all) {
        if (f.what == what) named.push_back(f);
    }
    BOOST_REQUIRE_EQUAL(named.size(), 1u);
    return named.front();
}

} // namespace

BOOST_AUTO_TEST_SUITE(examination_test)

BOOST_AUTO_TEST_CASE(a_disk_is_said_to_take_what_it_takes) {
    served house;
    house.stop();
    const auto home =
        eventlog::data_directory::open(house.data(), {}, eventlog::directory_use::read);
    BOOST_REQUIRE(home);
    const auto log = eventlog::store::open({.directory = home->database(), .read_only = true});
    BOOST_REQUIRE(log);
    constexpr auto more_than_any = std::numeric_limits<std::uint64_t>::max() / 2;

    struct row {
        const char* name;
        eventlog::disk_limits limits;
        eventlog::disk_state last;
        finding::grade how;
        const char* advice;
    };

    using eventlog::disk_state;
    // Enough for the limit and not for the tenth more that it takes to come back.
    const auto nearly = *eventlog::free_bytes(house.data()) / 100 * 95;
    const row rows[] = {
        {"ample", {0, 0}, disk_state::ample, finding::grade::good, ""},
        {"reserved",
         {more_than_any, 0},
         disk_state::ample,
         finding::grade::bad,
         "only deprovisioning is accepted"},
        {"full",
         {more_than_any, more_than_any},
         disk_state::ample,
         finding::grade::bad,
         "no write is accepted"},
        {"not yet ample again",
         {nearly, 0},
         disk_state::reserved,
         finding::grade::bad,
         "only deprovisioning is accepted"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const finding disk = only(examine_open(*home, **log, {r.limits, r.last}), "disk");
            BOOST_TEST_INFO(disk.says << " / " << disk.advice);
            BOOST_TEST((disk.how == r.how));
            BOOST_TEST(has(disk.advice, r.advice));
        }
    }
}

BOOST_AUTO_TEST_CASE(a_first_start_that_was_cut_short_is_not_somebody_elses_directory) {
    struct row {
        const char* name;
        std::vector<const char*> left; ///< of a directory that was made and has no data yet
        const char* says;
        const char* advice;
        bool served_next; ///< whether the next start makes what is missing
    };

    const row rows[] = {
        {"nothing yet", {}, "cut short, or has not begun", "A start makes", true},
        {"the lock", {"rollcall.lock"}, "cut short", "A start makes", true},
        {"the lock and the key",
         {"rollcall.lock", "master.key"},
         "cut short",
         "A start makes",
         true},
        {"the identity too",
         {"rollcall.lock", "master.key", "rollcall.id"},
         "",
         "start the server",
         true},
        {"a database without identity",
         {"rollcall.lock", "master.key", "db"},
         "not a data directory",
         "--data",
         false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            served whole;
            whole.stop();
            served cut(whole.data());
            for (const auto& entry : fs::directory_iterator(whole.data())) {
                const std::string name = entry.path().filename().string();
                const bool stays = std::any_of(r.left.begin(), r.left.end(),
                                               [&](const char* left) { return name == left; });
                if (!stays) fs::remove_all(cut.data() / name);
            }
            const auto before = support::all_files(cut.data());
            const std::vector<finding> all = examine_closed(cut.data(), {});
            const finding& last = all.back();
            BOOST_TEST_INFO(last.says << " / " << last.advice);
            BOOST_TEST((last.how == finding::grade::bad));
            BOOST_TEST(has(last.says, r.says));
            BOOST_TEST(has(last.advice, r.advice));
            BOOST_TEST((support::all_files(cut.data()) == before));
            if (r.served_next) {
                cut.restart();
                BOOST_TEST(!cut.make_tenant("acme").empty());
            } else {
                BOOST_TEST(!server::start(cut.options()));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_backup_that_is_old_or_failed_is_spoken_of) {
    using eventlog::backup_note;
    constexpr std::int64_t hour = 3'600'000;
    const base::moment now{2000 * hour};
    const auto ago = [&](std::int64_t hours) { return base::moment{now.unix_ms - hours * hour}; };
    const auto at = [](std::uint64_t offset) {
        return eventlog::position{eventlog::position::embedded, offset};
    };
    const backup_note::success fresh{ago(3), at(40), "/b"};
    const backup_note::success old{ago(24 * 7 + 1), at(40), "/b"};

    struct row {
        const char* name;
        backup_note note;
        finding::grade how;
        const char* says;
    };

    const row rows[] = {
        {"never", {}, finding::grade::note, "never"},
        {"this morning",
         {fresh, fresh, {}},
         finding::grade::good,
         "3 hours ago up to @40, 2 events before the end"},
        {"without keys", {fresh, {}, {}}, finding::grade::note, "the keys never"},
        {"old", {old, fresh, {}}, finding::grade::note, "7 days ago"},
        {"failed since",
         {fresh, fresh, backup_note::failure{ago(1), "no space"}},
         finding::grade::bad,
         "no space (last success: 3 hours ago"},
        {"failed from the start",
         {{}, {}, backup_note::failure{ago(1), "no space"}},
         finding::grade::bad,
         "last success: never"},
        {"of a clock that went back",
         {backup_note::success{ago(-5), at(99), "/b"}, fresh, {}},
         finding::grade::good,
         "0 minutes ago up to @99, 0 events before the end"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const finding f = admin::look_at_backups(r.note, at(42), now);
            BOOST_TEST_INFO(f.says);
            BOOST_TEST((f.how == r.how));
            BOOST_TEST(has(f.says, r.says));
            BOOST_TEST(f.advice.empty() == (r.how == finding::grade::good));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
