// Refusals as statuses, words and sentences.
#include "eventlog/error.hpp"
#include "gateway/admin/problem.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

using projections::refusal_code;

struct row {
    refusal_code code;
    unsigned status;
    bool retry;
};

const row rows[] = {
    {refusal_code::invalid, 400, false},
    {refusal_code::not_found, 404, false},
    {refusal_code::name_taken, 409, false},
    {refusal_code::other_person, 409, false},
    {refusal_code::precondition_failed, 412, false},
    {refusal_code::seat_limit, 409, false},
    {refusal_code::tenant_exists, 409, false},
    {refusal_code::tenant_deleted, 410, false},
    {refusal_code::scim_disabled, 403, false},
    {refusal_code::key_revoked, 409, false},
    {refusal_code::idempotency_reused, 422, false},
    {refusal_code::disk_low, 507, false},
    {refusal_code::queue_full, 429, true},
    {refusal_code::expired, 503, true},
    {refusal_code::stopped, 503, true},
    {refusal_code::unknown, 503, true},
    {refusal_code::internal, 500, false},
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
