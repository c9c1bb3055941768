#include "gateway/answer_budget.hpp"

#include <boost/test/unit_test.hpp>

#include <optional>

namespace rollcall::gateway {
namespace {

using eventlog::tenant_no;

BOOST_AUTO_TEST_SUITE(answer_budget_test)

BOOST_AUTO_TEST_CASE(room_is_taken_whole_or_not_at_all) {
    struct row {
        const char* name;
        std::size_t his;
        std::size_t others;
        std::size_t asked;
        bool granted;
    };

    // 100 in all, 60 for each.
    const row rows[] = {
        {"his share", 0, 0, 60, true},
        {"one past his share", 0, 0, 61, false},
        {"the rest of his share", 50, 0, 10, true},
        {"one past the rest of his share", 50, 0, 11, false},
        {"the rest of the sum", 0, 60, 40, true},
        {"one past the rest of the sum", 0, 60, 41, false},
        {"nothing of his is left", 60, 0, 1, false},
        {"nothing at all is left", 40, 60, 1, false},
        {"far too much", 10, 0, SIZE_MAX, false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            answer_budget budget(100, 60);
            const tenant_no he{1};
            const auto first = r.his > 0 ? budget.take(he, r.his) : nullptr;
            const auto other = r.others > 0 ? budget.take(tenant_no{2}, r.others) : nullptr;
            BOOST_TEST(budget.used_up(he) == (r.his == 60 || r.his + r.others == 100));
            BOOST_TEST((budget.take(he, r.asked) != nullptr) == r.granted);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_last_copy_gives_back_also_after_the_budget_has_gone) {
    std::optional<answer_budget> budget(std::in_place, 100, 100);
    auto room = budget->take(tenant_no{1}, 100);
    auto copy = room;
    room.reset();
    BOOST_TEST(budget->used_up(tenant_no{2}));
    copy.reset();
    BOOST_TEST(!budget->used_up(tenant_no{2}));
    copy = budget->take(tenant_no{1}, 100);
    BOOST_TEST((copy != nullptr));
    budget.reset();
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
