// The store against plain maps: random commits, reads at every turn, reopened in the middle.
#include "eventlog/store.hpp"
#include "tests/eventlog/store_support.hpp"
#include "tests/support/any_event.hpp"
#include "tests/support/map_rows.hpp"
#include "tests/support/properties.hpp"

#include <algorithm>
#include <map>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct model {
    struct entry {
        tenant_no tenant;
        subject_id subject;
        std::int64_t unix_ms;
        std::string bytes;
    };

    std::vector<entry> log; ///< log[i] stands at offset i + 1
    std::map<tenant_no, std::vector<position>> seqs;
    map_rows rows;
    std::int64_t clock = 1'000;
};

struct judged : store_on_disk {
    model expected;

    void commit_something() {
        std::vector<record_draft> drafts;
        const auto count = *rc::gen::inRange(0, 5);
        for (int i = 0; i < count; ++i) {
            expected.clock += *rc::gen::element<std::int64_t>(0, 0, 1, 700, 5'000);
            event e = event_of(user_created_named(*any_text(20)), {*rc::gen::inRange(1u, 4u)},
                               id_of(static_cast<std::uint8_t>(*rc::gen::inRange(1, 5))));
            e.time = {expected.clock};
            drafts.push_back(chain.next(e));
            expected.log.push_back({e.tenant, e.subject, e.time.unix_ms, {}});
            expected.seqs[e.tenant].push_back(at(expected.log.size()));
        }
        std::vector<row_change> changes;
        const auto changed = *rc::gen::inRange(0, 5);
        for (int i = 0; i < changed; ++i) {
            const auto t = static_cast<table>(*rc::gen::inRange(0, 7));
            const std::string key(1, static_cast<char>('a' + *rc::gen::inRange(0, 6)));
            changes.push_back(*rc::gen::inRange(0, 3) == 0 ? erase_row(t, key)
                                                           : put_row(t, key, *any_text(10)));
            expected.rows.apply(changes.back());
        }
        const auto last = db->commit(drafts, changes);
        RC_ASSERT(last.has_value());
        RC_ASSERT(last->offset == expected.log.size());
        for (std::size_t i = 0; i < drafts.size(); ++i)
            expected.log[expected.log.size() - drafts.size() + i].bytes = drafts[i].bytes;
    }

    void compare() {
        RC_ASSERT(db->head() == at(expected.log.size()));
        compare_walk();
        compare_indexes();
        compare_rows();
    }

    void compare_walk() {
        const auto first = *rc::gen::inRange<std::uint64_t>(1, expected.log.size() + 2);
        const auto walk = db->records(at(first), *rc::gen::arbitrary<bool>());
        std::uint64_t offset = first;
        for (std::string_view bytes; walk->next(bytes); ++offset)
            RC_ASSERT(bytes == expected.log.at(offset - 1).bytes);
        RC_ASSERT(offset == std::max<std::uint64_t>(first, expected.log.size() + 1));
    }

    void compare_indexes() {
        for (std::uint32_t t = 1; t < 4; ++t) {
            const auto& seqs = expected.seqs[{t}];
            const auto head = db->chain({t});
            RC_ASSERT(head.has_value() == !seqs.empty());
            if (head) RC_ASSERT(head->seq.value == seqs.size() && head->at == seqs.back());
            for (std::size_t i = 0; i < seqs.size(); ++i)
                RC_ASSERT(db->locate({t}, {i + 1}) == seqs[i]);
            RC_ASSERT(!db->locate({t}, {seqs.size() + 1}));
        }
        const auto upto = *rc::gen::inRange<std::uint64_t>(0, expected.log.size() + 2);
        const tenant_no tenant{*rc::gen::inRange(1u, 4u)};
        const subject_id subject = id_of(static_cast<std::uint8_t>(*rc::gen::inRange(1, 5)));
        std::vector<position> after;
        std::optional<position> latest;
        for (std::size_t i = 0; i < expected.log.size(); ++i) {
            if (expected.log[i].tenant != tenant || expected.log[i].subject != subject) continue;
            if (i + 1 <= upto) latest = at(i + 1);
            if (i + 1 > upto) after.push_back(at(i + 1));
        }
        RC_ASSERT(db->latest(tenant, subject, at(upto)) == latest);
        RC_ASSERT(db->history(tenant, subject, at(upto), 1000) == after);
        const std::int64_t when = *rc::gen::inRange<std::int64_t>(0, expected.clock + 2'000);
        const auto past = std::count_if(expected.log.begin(), expected.log.end(),
                                        [&](const auto& e) { return e.unix_ms <= when; });
        RC_ASSERT(db->at_time({when}).offset == static_cast<std::uint64_t>(past));
    }

    void compare_rows() {
        const auto snapshot = db->snapshot();
        for (int t = 0; t < 7; ++t) {
            map_rows::content seen;
            const auto cursor = snapshot->cursor(static_cast<table>(t), "");
            for (cursor->seek(""); cursor->valid(); cursor->next()) {
                seen[{static_cast<table>(t), std::string(cursor->key())}] = cursor->value();
            }
            map_rows::content wanted;
            for (const auto& row : expected.rows.rows) {
                if (row.first.first == static_cast<table>(t)) wanted.insert(row);
            }
            RC_ASSERT(seen == wanted);
        }
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(store_model_test)

BOOST_AUTO_TEST_CASE(agrees_with_a_map_however_it_is_reopened) {
    check_in_cases(12, [] {
        judged s;
        s.open();
        const auto steps = *rc::gen::inRange(1, 14);
        for (int i = 0; i < steps; ++i) {
            switch (*rc::gen::inRange(0, 6)) {
            case 0: s.reopen(); break;
            case 1: RC_ASSERT(s.db->flush().has_value()); break;
            default: s.commit_something();
            }
            s.compare();
        }
        s.reopen();
        s.compare();
    });
}

BOOST_AUTO_TEST_SUITE_END()
