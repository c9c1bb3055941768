#include "eventlog/overlay.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/any_event.hpp"
#include "tests/support/map_rows.hpp"
#include "tests/support/properties.hpp"
#include "tests/support/scripted_log.hpp"

#include <deque>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct overlay_on_store : store_on_disk {
    std::unique_ptr<scripted_log> log;
    std::unique_ptr<overlay> over;

    overlay_on_store() {
        open();
        BOOST_REQUIRE(commit({}, {put_row(table::state, "a", "stored")}).has_value());
        log = std::make_unique<scripted_log>(*db);
        over = std::make_unique<overlay>(*db, *log);
    }

    [[nodiscard]] std::string seen(const std::string& key, table t = table::state) const {
        std::string value;
        return over->get(t, key, value) ? value : "-";
    }

    /// What the log would do when the batch is durable.
    void store_batch(const std::vector<row_change>& rows) {
        BOOST_REQUIRE(commit({}, rows).has_value());
        over->committed();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(overlay_test, overlay_on_store)

BOOST_AUTO_TEST_CASE(a_turn_sees_its_own_changes_and_a_rejected_one_leaves_none) {
    over->set(table::state, "a", "changed");
    over->set(table::state, "b", "new");
    over->set(table::keys, "a", "other table");
    BOOST_TEST((seen("a") == "changed" && seen("b") == "new"));
    BOOST_TEST(seen("a", table::keys) == "other table");
    over->reject();
    BOOST_TEST((seen("a") == "stored" && seen("b") == "-" && seen("a", table::keys) == "-"));
    BOOST_TEST(over->end_batch().empty());
}

BOOST_AUTO_TEST_CASE(an_erased_row_hides_the_stored_one) {
    over->set(table::state, "a", std::nullopt);
    BOOST_TEST(seen("a") == "-");
    over->accept();
    BOOST_TEST(seen("a") == "-");
    const auto rows = over->end_batch();
    BOOST_REQUIRE(rows.size() == 1u);
    BOOST_TEST((rows[0].key == "a" && !rows[0].value));
    store_batch(rows);
    BOOST_TEST((seen("a") == "-" && over->size() == 0u));
}

BOOST_AUTO_TEST_CASE(a_batch_holds_each_touched_key_once_with_its_last_value) {
    for (const char* value : {"1", "2", "3"}) {
        over->set(table::state, "a", value);
        over->accept();
    }
    over->set(table::state, "a", "rejected");
    over->reject();
    const auto rows = over->end_batch();
    BOOST_REQUIRE(rows.size() == 1u);
    BOOST_TEST((rows[0].where == table::state && rows[0].key == "a" && rows[0].value == "3"));
}

BOOST_AUTO_TEST_CASE(a_newer_batch_keeps_its_value_when_an_older_one_commits) {
    over->set(table::state, "a", "one");
    over->set(table::state, "b", "one");
    over->accept();
    const auto first = over->end_batch();
    over->set(table::state, "a", "two");
    over->accept();
    const auto second = over->end_batch();
    store_batch(first);
    BOOST_TEST((seen("a") == "two" && seen("b") == "one" && over->size() == 1u));
    store_batch(second);
    BOOST_TEST((seen("a") == "two" && over->size() == 0u));
}

BOOST_AUTO_TEST_CASE(chain_heads_follow_the_same_layers) {
    const chain_head one{{1}, filled<32>(1), {}};
    const chain_head two{{2}, filled<32>(2), {}};
    BOOST_TEST((over->chain({7}) == chain_head{}));
    over->set_chain({7}, one);
    BOOST_TEST((over->chain({7}) == one));
    over->reject();
    BOOST_TEST((over->chain({7}) == chain_head{}));
    over->set_chain({7}, one);
    over->accept();
    over->end_batch();
    over->set_chain({7}, two);
    over->accept();
    over->end_batch();
    over->committed();
    BOOST_TEST((over->chain({7}) == two));
    over->discard();
    BOOST_TEST((over->chain({7}) == chain_head{}));
}

BOOST_AUTO_TEST_CASE(discarding_leaves_what_is_durable) {
    over->set(table::state, "a", "never");
    over->accept();
    over->end_batch();
    over->set(table::state, "b", "never");
    over->accept();
    over->end_batch();
    over->discard();
    BOOST_TEST((seen("a") == "stored" && seen("b") == "-" && over->size() == 0u));
    over->set(table::state, "b", "then");
    over->accept();
    store_batch(over->end_batch());
    BOOST_TEST((seen("b") == "then" && over->size() == 0u));
}

BOOST_AUTO_TEST_CASE(agrees_with_a_map_under_any_order_of_fates) {
    check_in_cases(100, [this] {
        BOOST_REQUIRE(
            commit({}, {put_row(table::state, "a", "stored"), erase_row(table::state, "b"),
                        erase_row(table::state, "c"), erase_row(table::state, "d")})
                .has_value());
        over = std::make_unique<overlay>(*db, *log);
        map_rows::content durable;
        durable[{table::state, "a"}] = "stored";
        map_rows decided;
        decided.rows = durable;
        std::deque<std::pair<std::vector<row_change>, map_rows::content>> in_flight;
        const auto steps = *rc::gen::inRange(1, 40);
        for (int i = 0; i < steps; ++i) {
            const auto what = *rc::gen::inRange(0, 10);
            if (what < 6) {
                map_rows turn = decided;
                const auto count = *rc::gen::inRange(0, 4);
                for (int k = 0; k < count; ++k) {
                    const std::string key(1, static_cast<char>('a' + *rc::gen::inRange(0, 4)));
                    std::optional<std::string> value;
                    if (*rc::gen::inRange(0, 4) != 0) value = *any_text(4);
                    over->set(table::state, key, value);
                    turn.apply({table::state, key, value});
                }
                if (*rc::gen::inRange(0, 3) == 0) {
                    over->reject();
                } else {
                    over->accept();
                    decided = turn;
                }
            } else if (what < 8) {
                in_flight.emplace_back(over->end_batch(), decided.rows);
            } else if (what == 8 && !in_flight.empty()) {
                store_batch(in_flight.front().first);
                durable = in_flight.front().second;
                in_flight.pop_front();
            } else if (what == 9) {
                over->discard();
                in_flight.clear();
                decided.rows = durable;
            }
            for (const char key : {'a', 'b', 'c', 'd'}) {
                const std::string name(1, key);
                std::string wanted;
                const bool there = decided.get(table::state, name, wanted);
                RC_ASSERT(seen(name) == (there ? wanted : "-"));
            }
        }
        over->end_batch();
        if (in_flight.empty() && decided.rows == durable) return;
        over->discard();
        RC_ASSERT(over->size() == 0u);
    });
}

BOOST_AUTO_TEST_SUITE_END()
