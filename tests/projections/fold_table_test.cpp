// The fold's hash table against a map, with hashes that collide as badly as they can.
#include "projections/fold_table.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <map>

using namespace rollcall::projections;

BOOST_AUTO_TEST_SUITE(fold_table_test)

namespace {

/// `Spread`: how many different hashes there are.
template <std::uint64_t Spread>
struct item {
    std::uint32_t name = 0;
    std::uint32_t value = 0;

    [[nodiscard]] std::uint32_t key() const { return name; }

    static std::uint64_t hash(std::uint32_t key) { return ~std::uint64_t{0} - key % Spread; }
};

template <std::uint64_t Spread>
void agrees_with_a_map() {
    fold_table<item<Spread>> table;
    std::map<std::uint32_t, std::uint32_t> judge;
    const auto steps = *rc::gen::inRange(1, 400);
    const auto names = *rc::gen::element<std::uint32_t>(3, 40, 2000);
    for (int i = 0; i < steps; ++i) {
        const auto name = *rc::gen::inRange<std::uint32_t>(0, names);
        const auto value = *rc::gen::arbitrary<std::uint32_t>();
        auto* found = table.find(name);
        RC_ASSERT((found != nullptr) == judge.contains(name));
        switch (*rc::gen::inRange(0, 8)) {
        case 0: {
            const auto wanted = [value](const auto& one) { return (one.value ^ value) % 2 == 0; };
            table.keep_only(wanted);
            std::erase_if(judge, [&](const auto& one) {
                return !wanted(item<Spread>{one.first, one.second});
            });
            break;
        }
        case 1:
        case 2:
        case 3:
            if (found == nullptr) break;
            RC_ASSERT(found->value == judge[name]);
            table.erase(name);
            judge.erase(name);
            break;
        default:
            if (found != nullptr) {
                found->value = value;
            } else {
                table.insert({name, value});
            }
            judge[name] = value;
        }
        RC_ASSERT(table.size() == judge.size());
    }
    std::map<std::uint32_t, std::uint32_t> seen;
    table.each([&seen](const item<Spread>& one) { seen[one.name] = one.value; });
    RC_ASSERT(seen == judge);
    for (const auto& [name, value] : judge) {
        RC_ASSERT(table.find(name) != nullptr);
        RC_ASSERT(table.find(name)->value == value);
    }
    table.clear();
    RC_ASSERT(table.size() == 0u);
    RC_ASSERT(table.find(0) == nullptr);
}

} // namespace

RC_BOOST_PROP(agrees_with_a_map_if_all_hashes_collide, ()) {
    agrees_with_a_map<1>();
}

RC_BOOST_PROP(agrees_with_a_map_around_the_end_of_the_slots, ()) {
    agrees_with_a_map<5>();
}

RC_BOOST_PROP(agrees_with_a_map_if_hashes_spread, ()) {
    agrees_with_a_map<1u << 20>();
}

BOOST_AUTO_TEST_CASE(grows_and_finds_all_of_many) {
    fold_table<item<1u << 20>> table;
    for (std::uint32_t i = 0; i < 10'000; ++i)
        table.insert({i, i + 1});
    for (std::uint32_t i = 0; i < 10'000; i += 2)
        table.erase(i);
    BOOST_TEST(table.size() == 5'000u);
    for (std::uint32_t i = 0; i < 10'000; ++i) {
        const auto* found = table.find(i);
        BOOST_REQUIRE((found != nullptr) == (i % 2 == 1));
        if (found != nullptr) BOOST_REQUIRE(found->value == i + 1);
    }
}

BOOST_AUTO_TEST_SUITE_END()
