#include "gateway/replies.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

namespace rollcall::gateway {
namespace {

using projections::refusal;
using projections::refusal_code;

std::string wire(const http::reply& r) {
    std::string bytes;
    r.append_to(bytes, {});
    return bytes;
}

BOOST_AUTO_TEST_SUITE(replies_test)

BOOST_AUTO_TEST_CASE(every_refusal_has_its_reply) {
    struct row {
        refusal_code code;
        unsigned status;
        const char* type;  ///< scimType, empty for none
        const char* field; ///< a field that must be there
    };

    const row rows[] = {
        {refusal_code::invalid, 400, "invalidValue", ""},
        {refusal_code::not_found, 404, "", ""},
        {refusal_code::name_taken, 409, "uniqueness", ""},
        {refusal_code::other_person, 409, "uniqueness", ""},
        {refusal_code::precondition_failed, 412, "", ""},
        {refusal_code::seat_limit, 403, "", ""},
        {refusal_code::tenant_exists, 409, "uniqueness", ""},
        {refusal_code::tenant_deleted, 401, "", "WWW-Authenticate: Bearer realm"},
        {refusal_code::scim_disabled, 403, "", ""},
        {refusal_code::key_revoked, 409, "", ""},
        {refusal_code::unknown_plan, 400, "", ""},
        {refusal_code::plan_exists, 409, "", ""},
        {refusal_code::not_active, 409, "", ""},
        {refusal_code::request_open, 400, "", ""},
        {refusal_code::no_request, 409, "", ""},
        {refusal_code::role_missing, 409, "", ""},
        {refusal_code::four_eyes, 403, "", ""},
        {refusal_code::idempotency_reused, 422, "", ""},
        {refusal_code::disk_low, 507, "", "Retry-After: 60\r\n"},
        {refusal_code::queue_full, 429, "", "Retry-After: 2\r\n"},
        {refusal_code::expired, 503, "", "Retry-After: 5\r\n"},
        {refusal_code::stopped, 503, "", "Retry-After: 5\r\n"},
        {refusal_code::unknown, 503, "", "Retry-After: 5\r\n"},
        {refusal_code::internal, 500, "", ""},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(projections::refusal_name(r.code)) {
            http::reply reply;
            refuse_as_scim(reply, refusal{r.code, "because", 0});
            BOOST_TEST(reply.status == r.status);
            BOOST_TEST(reply.content_type == scim_media_type);
            BOOST_TEST(reply.body.find(R"("detail":"because")") != std::string::npos);
            BOOST_TEST(reply.body.find("\"status\":\"" + std::to_string(r.status) + "\"") !=
                       std::string::npos);
            const std::string type = "\"scimType\":\"" + std::string(r.type) + "\"";
            BOOST_TEST((reply.body.find(type) != std::string::npos) == (r.type[0] != '\0'));
            BOOST_TEST(wire(reply).find(r.field) != std::string::npos);
        }
    }
}

RC_BOOST_PROP(protocol_errors_survive_the_desk, ()) {
    scim::error before;
    before.status = *rc::gen::inRange(400, 600);
    before.type = static_cast<scim::scim_type>(*rc::gen::inRange(0, 11));
    before.detail = "x";
    RC_ASSERT(error_of(refusal_of(before)) == before);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
