#include "gateway/scim/body.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/text.hpp"
#include "gateway/scim/work_budget.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::scim {
namespace {

std::string repeated(std::string_view what, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += what;
    return out;
}

/// A user with `count` e-mails whose `type` and `display` have `size` bytes.
resource crowded(std::size_t count, std::size_t size) {
    std::string members = R"("userName":"a","title":"b","emails":[)";
    for (std::size_t i = 0; i < count; ++i) {
        members += (i == 0 ? "" : ",") + (R"({"value":"e)" + std::to_string(i)) +
                   R"(@x","display":")" + std::string(size, 'd') + R"(","type":")" +
                   std::string(size, 't') + R"("})";
    }
    return sample::user(members + "]");
}

std::string outcome(const resource& current, const std::string& operations) {
    const auto asked = patch::read(user_type(), sample::patch_body(operations));
    if (!asked) return sample::line(asked.error());
    const auto done = asked->apply_to(current);
    if (!done) return sample::line(done.error());
    if (!done->faults.empty()) return "faults: " + sample::line(done->faults.front());
    return "applied";
}

} // namespace

BOOST_AUTO_TEST_SUITE(work_budget_test)

BOOST_AUTO_TEST_CASE(what_is_spent_is_counted_up_to_the_limit) {
    BOOST_TEST(work_budget::spend(1'000'000)); // nobody counts
    {
        const work_budget budget(10);
        BOOST_TEST(work_budget::spend(4));
        BOOST_TEST(work_budget::spend(6));
        BOOST_TEST(!budget.exhausted());
        BOOST_TEST(!work_budget::spend(1));
        BOOST_TEST(budget.exhausted());
    }
    const work_budget fresh(1);
    BOOST_TEST(!work_budget::spend(2));
    BOOST_TEST(!work_budget::spend(1)); // what is used up stays so
}

BOOST_AUTO_TEST_CASE(a_patch_may_cost_so_much_and_no_more) {
    const std::string remove = R"({"op":"remove","path":"emails[display co \"q\"]"},)";
    const std::string title = R"({"op":"replace","path":"title","value":"c"})";
    const std::string off = R"({"op":"replace","path":"active","value":false})";
    const std::string wide =
        "emails[display co \\\"q" + repeated("0\\\" or display co \\\"q", 90) + "\\\"]";

    const struct {
        const char* name;
        resource current;
        std::string operations;
        const char* line;
    } rows[]{
        {"what people do", crowded(20, 30), repeated(remove, 100) + title, "applied"},
        {"many looks at large values", crowded(200, 1'000), repeated(remove, 20) + title,
         "413: ..."},
        {"many terms", crowded(100, 1'000), R"({"op":"remove","path":")" + wide + R"("},)" + title,
         "413: ..."},
        {"one large value for many", crowded(1'000, 1),
         R"({"op":"replace","path":"emails.display","value":")" + std::string(4'000, 'x') + R"("})",
         "413: ..."},
        {"many additions to many", crowded(200, 500),
         repeated(R"({"op":"add","path":"emails","value":[{"value":"n@x"}]},)", 200) + title,
         "413: ..."},
        {"deactivation among them", crowded(200, 1'000), repeated(remove, 20) + off,
         "faults: 413: ..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const std::string line = outcome(row.current, row.operations);
            BOOST_TEST_INFO(line);
            const bool same = sample::agrees(line, row.line);
            BOOST_TEST(same);
        }
    }
}

BOOST_AUTO_TEST_CASE(marks_beyond_reason_are_not_put_in_order) {
    // Grave (above, 230) behind dot below (220): out of canonical order.
    const auto marked = [](std::size_t pairs) { return "A" + repeated("\u0300\u0323", pairs); };
    BOOST_TEST(folded(marked(limits::marks_max / 2)) != marked(limits::marks_max / 2));
    BOOST_TEST(folded(marked(limits::marks_max / 2 + 1)) == marked(limits::marks_max / 2 + 1));
    // No mark itself, and made of two.
    for (const char* pair : {"\u0f73", "\u0f75", "\u0f81"}) {
        const std::string few = "A" + repeated(pair, limits::marks_max / 2);
        const std::string many = "A" + repeated(pair, limits::marks_max / 2 + 1);
        BOOST_TEST(folded(few) != few);
        BOOST_TEST(folded(many) == many);
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::scim
