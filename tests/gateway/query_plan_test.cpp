#include "gateway/query_plan.hpp"
#include "gateway/scim/schema.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

BOOST_AUTO_TEST_SUITE(query_plan_test)

BOOST_AUTO_TEST_CASE(filters_become_plans) {
    using kind = query_plan::kind;
    using field = scim::lookup_field;

    struct row {
        const char* filter;
        kind how;
        field by;
        const char* key;
        bool exact;
        std::size_t comparisons;
    };

    const row rows[] = {
        {R"(userName eq "Ann@X.com")", kind::look_up, field::user_name, "ann@x.com", true, 1},
        {R"(id eq "7")", kind::look_up, field::id, "7", true, 1},
        {R"(externalId eq "E")", kind::look_up, field::external_id, "E", false, 1},
        {R"(emails eq "A@x")", kind::look_up, field::email, "a@x", false, 1},
        {R"(active eq true and userName eq "a")", kind::look_up, field::user_name, "a", false, 2},
        {R"(emails eq "a@x" and id eq "7")", kind::look_up, field::id, "7", false, 2},
        {R"(externalId eq "e" and userName eq "a")", kind::look_up, field::user_name, "a", false,
         2},
        {R"(emails[type eq "work" and value eq "a@x"])", kind::look_up, field::email, "a@x", false,
         2},
        {R"(userName eq "a" or userName eq "b")", kind::scan, field::id, "", false, 2},
        {R"(not (userName eq "a"))", kind::scan, field::id, "", false, 1},
        {R"(userName sw "a")", kind::scan, field::id, "", false, 1},
        {R"(userName ne "a")", kind::scan, field::id, "", false, 1},
        {R"(title pr)", kind::scan, field::id, "", false, 1},
        {R"(id eq "7" and (title pr or not (title co "x" and active eq true)))", kind::look_up,
         field::id, "7", false, 4},
        {R"(userName eq "")", kind::nothing, field::user_name, "", true, 1},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.filter) {
            auto filter = scim::parse_filter(scim::user_type(), r.filter);
            BOOST_REQUIRE(filter.has_value());
            const query_plan plan = plan_query(std::move(*filter));
            BOOST_TEST((plan.how == r.how));
            BOOST_TEST(plan.exact == r.exact);
            BOOST_TEST(plan.comparisons == r.comparisons);
            if (plan.how == kind::look_up) {
                BOOST_TEST((plan.by.field == r.by));
                BOOST_TEST(plan.by.key == r.key);
            }
            BOOST_TEST(plan.filter.has_value());
        }
    }
    BOOST_TEST((plan_query(std::nullopt).how == kind::page));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
