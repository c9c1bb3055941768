// Walks over rows of table::links through the overlay: what is stored, in flight, decided and
// changed in the turn itself, as one sorted list.
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

struct linked : store_on_disk {
    std::unique_ptr<scripted_log> log;
    std::unique_ptr<overlay> over;

    linked() {
        open();
        log = std::make_unique<scripted_log>(*db);
        over = std::make_unique<overlay>(*db, *log);
    }

    void store_link(const std::string& key, const std::string& value) {
        BOOST_REQUIRE(commit({}, {put_row(table::links, key, value)}).has_value());
    }

    void link(const std::string& key, std::optional<std::string> value) {
        over->set(table::links, key, std::move(value));
    }

    /// `key=value` of each, at most `most`.
    [[nodiscard]] std::string walk(const std::string& prefix, std::size_t most = 99) const {
        std::string seen;
        std::size_t count = 0;
        over->walk_links(prefix, [&](std::string_view key, std::string_view value) {
            seen += std::string(key) + "=" + std::string(value) + " ";
            return ++count < most;
        });
        return seen;
    }

    std::vector<row_change> end_turn_and_batch() {
        over->accept();
        return over->end_batch();
    }

    void store_batch(const std::vector<row_change>& rows) {
        BOOST_REQUIRE(commit({}, rows).has_value());
        over->committed();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(overlay_links_test, linked)

BOOST_AUTO_TEST_CASE(four_layers_are_one_list_and_the_newest_counts) {
    for (const char* key : {"a1", "a3", "a5", "a7", "a9"})
        store_link(key, "stored");
    link("a2", "flight");
    link("a3", "flight");
    link("a7", std::nullopt);
    const auto in_flight = end_turn_and_batch();
    link("a3", "batch");
    link("a4", "batch");
    link("a5", std::nullopt);
    link("a7", "back");
    over->accept();
    link("a1", std::nullopt);
    link("a4", "turn");
    link("a6", "turn");
    BOOST_TEST(walk("a") == "a2=flight a3=batch a4=turn a6=turn a7=back a9=stored ");
    BOOST_TEST(walk("a", 2) == "a2=flight a3=batch ");
    over->reject();
    BOOST_TEST(walk("a") == "a1=stored a2=flight a3=batch a4=batch a7=back a9=stored ");
    store_batch(in_flight);
    BOOST_TEST(walk("a") == "a1=stored a2=flight a3=batch a4=batch a7=back a9=stored ");
    over->discard();
    BOOST_TEST(walk("a") == "a1=stored a2=flight a3=flight a5=stored a9=stored ");
}

BOOST_AUTO_TEST_CASE(a_walk_keeps_to_its_prefix_and_its_table) {
    struct prefix_case {
        const char* name;
        std::string prefix;
        std::string seen;
    };

    const std::string ff = "\xff";
    store_link("a", "s");
    store_link("ab", "s");
    store_link("b", "s");
    store_link(ff, "s");
    store_link(ff + ff + "1", "s");
    over->set(table::state, "ab9", "other table");
    over->set(table::index, "ab9", "other table");
    over->set(table::keys, "a", "other table");
    link("ab1", "t");
    link("abc", std::nullopt);
    link("b0", "t");
    link(ff + ff, "t");
    const prefix_case cases[] = {
        {"in the middle", "ab", "ab=s ab1=t "},
        {"of one row", "ab1", "ab1=t "},
        {"between rows", "aa", ""},
        {"before all", "A", ""},
        {"of erased rows only", "abc", ""},
        {"longer than a key that is there", "a", "a=s ab=s ab1=t "},
        {"the last", ff + ff, ff + ff + "=t " + ff + ff + "1=s "},
        {"after the last", ff + ff + ff, ""},
        {"none", "", "a=s ab=s ab1=t b=s b0=t " + ff + "=s " + ff + ff + "=t " + ff + ff + "1=s "},
    };
    for (int round = 0; round < 2; ++round) {
        for (const prefix_case& c : cases) {
            BOOST_TEST_CONTEXT(c.name << (round == 0 ? ", in the turn" : ", in the batch"))
            BOOST_TEST(walk(c.prefix) == c.seen);
        }
        over->accept();
    }
}

BOOST_AUTO_TEST_CASE(rows_of_links_follow_the_fates_that_others_do) {
    store_link("a", "stored");
    link("a", std::nullopt);
    link("b", "new");
    over->reject();
    BOOST_TEST(walk("") == "a=stored ");
    link("a", std::nullopt);
    link("b", "new");
    const auto rows = end_turn_and_batch();
    BOOST_REQUIRE(rows.size() == 2u);
    BOOST_TEST((rows[0].where == table::links && rows[0].key == "a" && !rows[0].value));
    BOOST_TEST((rows[1].where == table::links && rows[1].key == "b" && rows[1].value == "new"));
    BOOST_TEST(over->size() == 2u);
    std::string value;
    BOOST_TEST(!over->get(table::links, "a", value));
    BOOST_TEST((over->get(table::links, "b", value) && value == "new"));
    store_batch(rows);
    BOOST_TEST((walk("") == "b=new " && over->size() == 0u));
}

BOOST_AUTO_TEST_CASE(agrees_with_a_map_under_any_order_of_fates) {
    const auto any_key = [] {
        std::string key;
        const auto size = *rc::gen::inRange(1, 4);
        for (int i = 0; i < size; ++i)
            key.push_back(*rc::gen::element('a', 'b', '\xff'));
        return key;
    };
    check_in_cases(100, [&] {
        std::vector<row_change> all;
        const auto stored = db->cursor(table::links, "");
        for (stored->seek(""); stored->valid(); stored->next())
            all.push_back(erase_row(table::links, std::string(stored->key())));
        BOOST_REQUIRE(commit({}, all).has_value());
        over = std::make_unique<overlay>(*db, *log);
        map_rows::content durable;
        map_rows decided;
        std::deque<std::pair<std::vector<row_change>, map_rows::content>> in_flight;
        const auto steps = *rc::gen::inRange(1, 40);
        for (int i = 0; i < steps; ++i) {
            const auto what = *rc::gen::inRange(0, 10);
            map_rows turn = decided;
            if (what < 6) {
                const auto count = *rc::gen::inRange(0, 5);
                for (int k = 0; k < count; ++k) {
                    const std::string key = any_key();
                    std::optional<std::string> value;
                    if (*rc::gen::inRange(0, 3) != 0) value = *any_text(4);
                    link(key, value);
                    turn.apply({table::links, key, value});
                }
            }
            const std::string prefix = *rc::gen::arbitrary<bool>() ? any_key() : "";
            std::vector<std::pair<std::string, std::string>> expected;
            for (const auto& [place, value] : turn.rows) {
                if (place.second.starts_with(prefix)) expected.emplace_back(place.second, value);
            }
            std::vector<std::pair<std::string, std::string>> seen;
            over->walk_links(prefix, [&](std::string_view key, std::string_view value) {
                seen.emplace_back(key, value);
                return true;
            });
            RC_ASSERT(seen == expected);
            if (what < 2) {
                over->reject();
            } else if (what < 6) {
                over->accept();
                decided = turn;
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
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
