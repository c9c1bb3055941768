#include "gateway/key_usage.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

projections::subject_id id_of(std::uint8_t n) {
    projections::subject_id id{};
    id.bytes[15] = n;
    return id;
}

std::vector<projections::key_use> flushed(key_usage& usage) {
    std::vector<projections::key_use> all;
    usage.flush([&all](std::vector<projections::key_use> some) { all = std::move(some); });
    return all;
}

BOOST_AUTO_TEST_SUITE(key_usage_test)

BOOST_AUTO_TEST_CASE(uses_are_kept_by_the_minute) {
    key_usage usage;
    const auto cell = usage.cell({1}, id_of(1));
    BOOST_TEST(!usage.last_used(id_of(1)).has_value());
    BOOST_TEST(!usage.last_used(id_of(2)).has_value());
    key_usage::note(*cell, base::moment{60'000 * 5 + 59'999});
    BOOST_TEST(usage.last_used(id_of(1))->unix_ms == 60'000 * 5);
    BOOST_TEST((usage.cell({1}, id_of(1)) == cell));
}

BOOST_AUTO_TEST_CASE(a_flush_hands_over_what_is_new) {
    key_usage usage;
    const auto one = usage.cell({1}, id_of(1));
    usage.cell({1}, id_of(2)); // never used
    BOOST_TEST(flushed(usage).empty());
    key_usage::note(*one, base::moment{60'000});
    const auto first = flushed(usage);
    BOOST_REQUIRE(first.size() == 1u);
    BOOST_TEST((first[0] == projections::key_use{{1}, id_of(1), base::moment{60'000}}));
    BOOST_TEST(flushed(usage).empty());
    key_usage::note(*one, base::moment{60'001});
    BOOST_TEST(flushed(usage).empty());
    key_usage::note(*one, base::moment{120'000});
    BOOST_TEST(flushed(usage).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
