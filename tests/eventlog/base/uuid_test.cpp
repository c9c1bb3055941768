#include "eventlog/base/uuid.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <set>
#include <thread>
#include <vector>

using namespace rollcall::base;

BOOST_AUTO_TEST_SUITE(uuid_test)

BOOST_AUTO_TEST_CASE(parse_rows) {
    struct row {
        const char* name;
        const char* text;
        bool valid;
    };

    const row rows[] = {
        {"lower", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11", true},
        {"upper", "0193A1C0-7B1E-7C55-A1DE-3F0B8C6C2F11", true},
        {"nil", "00000000-0000-0000-0000-000000000000", true},
        {"empty", "", false},
        {"no dashes", "0193a1c07b1e7c55a1de3f0b8c6c2f11", false},
        {"braces", "{0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11}", false},
        {"urn", "urn:uuid:0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f11", false},
        {"one short", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f1", false},
        {"one long", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f111", false},
        {"foreign letter", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f1g", false},
        {"dash misplaced", "0193a1c-07b1e-7c55-a1de-3f0b8c6c2f11", false},
        {"dash missing", "0193a1c007b1e-7c55-a1de-3f0b8c6c2f11", false},
        {"dash too many", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f-1", false},
        {"space", "0193a1c0-7b1e-7c55-a1de-3f0b8c6c2f1 ", false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(uuid::parse(r.text).has_value() == r.valid);
        }
    }
    BOOST_TEST(uuid::parse(rows[1].text)->text() == rows[0].text);
}

RC_BOOST_PROP(reads_back, (const std::array<std::uint8_t, 16>& bytes)) {
    const uuid id{bytes};
    RC_ASSERT(uuid::parse(id.text()) == id);
    RC_ASSERT(id.is_nil() == (bytes == std::array<std::uint8_t, 16>{}));
}

BOOST_AUTO_TEST_CASE(version_7_carries_its_time_version_and_variant) {
    const uuid id = uuid::make_v7(0x0193a1c07b1e);
    BOOST_TEST(id.text().substr(0, 15) == "0193a1c0-7b1e-7");
    BOOST_TEST((id.bytes[8] & 0xc0) == 0x80);
}

BOOST_AUTO_TEST_CASE(version_7_rises_within_a_thread_whatever_the_clock_does) {
    // A clock that stands still, steps on, and runs back; in a thread of its own, because the
    // generator remembers.
    std::vector<uuid> made;
    std::thread([&] {
        for (int i = 0; i < 20'000; ++i) {
            const std::int64_t clock = 1'000'000 + (i / 1000) - (i % 7 == 0 ? 500 : 0);
            made.push_back(uuid::make_v7(clock));
        }
    }).join();
    for (std::size_t i = 1; i < made.size(); ++i)
        BOOST_REQUIRE_MESSAGE(made[i - 1] < made[i], "number " << i << " does not rise");
}

BOOST_AUTO_TEST_CASE(version_7_does_not_repeat_between_threads) {
    std::vector<std::vector<uuid>> made(4);
    {
        std::vector<std::thread> threads;
        for (auto& mine : made) {
            threads.emplace_back([&mine] {
                for (int i = 0; i < 5000; ++i)
                    mine.push_back(uuid::make_v7(42));
            });
        }
        for (std::thread& t : threads)
            t.join();
    }
    std::set<uuid> all;
    for (const auto& mine : made)
        all.insert(mine.begin(), mine.end());
    BOOST_TEST(all.size() == 20'000u);
}

BOOST_AUTO_TEST_SUITE_END()
