// Refusals as statuses, words and sentences.
#include "eventlog/error.hpp"
#include "gateway/admin/problem.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

using projections::refusal_code;

struct row {
    unsigned status;
    refusal_code code;
    bool retry;
};

const row rows[] = {
    {400, refusal_code::invalid, false},
    {404, refusal_code::not_found, false},
    {409, refusal_code::name_taken, false},
    {409, refusal_code::other_person, false},
    {412, refusal_code::precondition_failed, false},
    {409, refusal_code::seat_limit, false},
    {409, refusal_code::tenant_exists, false},
    {410, refusal_code::tenant_deleted, false},
    {403, refusal_code::scim_disabled, false},
    {409, refusal_code::key_revoked, false},
    {400, refusal_code::unknown_plan, false},
    {409, refusal_code::plan_exists, false},
    {409, refusal_code::not_active, false},
    {409, refusal_code::request_open, false},
    {409, refusal_code::no_request, false},
    {409, refusal_code::role_missing, false},
    {403, refusal_code::four_eyes, false},
    {422, refusal_code::idempotency_reused, false},
    {507, refusal_code::disk_low, false},
    {429, refusal_code::queue_full, true},
    {503, refusal_code::expired, true},
    {503, refusal_code::stopped, true},
    {503, refusal_code::unknown, true},
    {500, refusal_code::internal, false},
};

} // namespace

BOOST_AUTO_TEST_SUITE(problem_test)

BOOST_AUTO_TEST_CASE(every_refusal_has_a_status_and_its_own_word) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(projections::refusal_name(r.code)) {
            const problem p = problem_of(projections::refusal{r.code, "why", 0});
            BOOST_TEST(p.status == r.status);
            BOOST_TEST(p.word == projections::refusal_name(r.code));
            BOOST_TEST(p.detail == "why");
            BOOST_TEST((p.retry_after_s > 0) == r.retry);
        }
    }
}

BOOST_AUTO_TEST_CASE(failures_of_the_log_have_a_status) {
    using eventlog::log_errc;
    BOOST_TEST(problem_of(base::failure{log_errc::not_found, "x"}).status == 404u);
    BOOST_TEST(problem_of(base::failure{log_errc::stopped, "x"}).status == 503u);
    BOOST_TEST(problem_of(base::failure{log_errc::storage, "x"}).status == 500u);
}

BOOST_AUTO_TEST_CASE(a_body_is_one_json_object) {
    problem p{409, "ambiguous", "a \"quoted\" name", "\"candidates\":[]", 0};
    BOOST_TEST(
        body_of(p, "r-1") ==
        R"({"error":"ambiguous","detail":"a \"quoted\" name","request_id":"r-1","candidates":[]})");
    p.members.clear();
    BOOST_TEST(body_of(p, "r-1").ends_with(R"("request_id":"r-1"})"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
