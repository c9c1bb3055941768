#include "projections/refusal_counts.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

namespace rollcall::projections {
namespace {

std::map<std::string, std::uint64_t> by_reason(const refusal_counts& counts) {
    std::map<std::string, std::uint64_t> all;
    for (const refusal_count& c : counts.read())
        all[std::string(c.reason)] = c.count;
    return all;
}

BOOST_AUTO_TEST_SUITE(refusal_counts_test)

BOOST_AUTO_TEST_CASE(each_reason_is_there_once_and_at_zero) {
    const refusal_counts counts;
    std::set<std::string_view> seen;
    for (const refusal_count& c : counts.read()) {
        BOOST_TEST(seen.insert(c.reason).second, c.reason);
        BOOST_TEST(c.count == 0u);
    }
    BOOST_TEST(seen.size() > 15u);
}

BOOST_AUTO_TEST_CASE(a_code_counts_under_its_name) {
    for (std::uint16_t number = 1; !refusal_name(refusal_code{number}).empty(); ++number) {
        refusal_counts counts;
        counts.add(refusal_code{number});
        BOOST_TEST(by_reason(counts)[std::string(refusal_name(refusal_code{number}))] == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_status_counts_under_a_word) {
    const std::pair<std::uint16_t, const char*> rows[]{
        {400, "invalid"},   {401, "bad_key"},   {403, "forbidden"},
        {404, "not_found"}, {413, "too_large"}, {415, "media_type"},
        {0, "other"},       {409, "other"},     {60'000, "other"},
    };
    for (const auto& [status, word] : rows) {
        BOOST_TEST_CONTEXT(status) {
            refusal_counts counts;
            counts.add_status(status);
            std::uint64_t sum = 0;
            for (const auto& [reason, count] : by_reason(counts))
                sum += count;
            BOOST_TEST(sum == 1u);
            BOOST_TEST(by_reason(counts)[word] == 1u);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::projections
