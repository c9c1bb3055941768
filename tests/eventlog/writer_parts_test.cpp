// Submissions that take several turns: who comes in between, and what they are told.
#include "eventlog/error.hpp"
#include "eventlog/writer.hpp"
#include "tests/eventlog/writer_support.hpp"

#include <algorithm>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

using part_decision = std::function<bool(submission& self, turn& t, int part)>;

/// Takes `parts` turns, unless one of them is taken back.
class parted_work final : public submission {
  public:
    parted_work(ledger& book, std::string name, tenant_no whose, int parts, part_decision decide)
        : book_(book), name_(std::move(name)), parts_(parts), decide_(std::move(decide)) {
        tenant = whose;
    }

    bool decide(turn& t) override { return decide_(*this, t, next_++); }

    [[nodiscard]] bool unfinished() const override { return next_ < parts_; }

    void complete(submission_outcome outcome, position last) noexcept override {
        book_.enter({name_, outcome, last});
    }

  private:
    ledger& book_;
    std::string name_;
    int parts_;
    int next_ = 0;
    part_decision decide_;
};

struct parted_writer : scripted_writer {
    std::mutex mutex;
    std::string turns; ///< "A0 b A1 ...", in the order of the turns

    void saw(const std::string& what) {
        const std::lock_guard lock(mutex);
        turns += (turns.empty() ? "" : " ") + what;
    }

    std::string seen() {
        const std::lock_guard lock(mutex);
        return turns;
    }

    /// The writer stands in a turn, `gate0`, until `hold` is opened.
    void hold_up(gate& hold) {
        std::promise<void> entered;
        submit_parts("gate", {9}, 1, [&](submission&, turn&, int) {
            entered.set_value();
            hold.pass();
            return true;
        });
        entered.get_future().wait();
    }

    /// A turn that took long by chance may let others in between, but those keep their order.
    bool comes_before(const std::string& one, const std::string& other) {
        const std::string all = seen();
        return all.find(one) < all.find(other) && all.find(other) != std::string::npos;
    }

    bool submit_parts(const std::string& name, tenant_no whose, int parts,
                      part_decision decide = {}, queue_class room = queue_class::ordinary) {
        auto all = [this, name, decide = std::move(decide)](submission& self, turn& t, int part) {
            saw(name + std::to_string(part));
            t.rows().put(table::state, name + std::to_string(part), "there");
            if (!t.emit(event_of(user_deleted{})).has_value()) return false;
            return decide ? decide(self, t, part) : true;
        };
        return w->submit(std::make_unique<parted_work>(book, name, whose, parts, std::move(all)),
                         room);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(writer_parts_test, parted_writer)

BOOST_AUTO_TEST_CASE(others_come_between_the_parts_and_its_own_tenant_behind_them) {
    start();
    log->commit_everything();
    gate hold;
    hold_up(hold);
    submit_parts("A", {1}, 3, [&](submission&, turn&, int part) {
        return submit_parts("b" + std::to_string(part), {2}, 1);
    });
    submit_parts("own", {1}, 1);
    submit_parts("later", {1}, 1);
    hold.open();
    BOOST_TEST(book.wait_for(7).size() == 7u);
    BOOST_TEST(seen() == "gate0 A0 b00 A1 b10 A2 own0 later0 b20");
}

BOOST_AUTO_TEST_CASE(who_goes_first_comes_between_the_parts) {
    start();
    log->commit_everything();
    submit_parts("A", {1}, 4, [&](submission&, turn&, int part) {
        if (part > 1) return true;
        return submit_parts("own" + std::to_string(part), {1}, 1) &&
               submit_parts("first" + std::to_string(part), {1}, 1, {}, queue_class::first) &&
               submit_parts("next" + std::to_string(part), {1}, 1, {}, queue_class::first);
    });
    BOOST_TEST(book.wait_for(7).size() == 7u);
    BOOST_TEST(comes_before("first00", "A2"));
    BOOST_TEST(comes_before("next00", "A3"));
    BOOST_TEST(comes_before("next10", "own00"));
    BOOST_TEST(comes_before("A3", "own00"));
    BOOST_TEST(comes_before("own00", "own10"));
}

BOOST_AUTO_TEST_CASE(after_a_slow_turn_somebody_else_has_his) {
    start();
    log->commit_everything();
    gate hold;
    hold_up(hold);
    submit_parts("A", {1}, 1, [&](submission&, turn&, int) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(10);
        while (std::chrono::steady_clock::now() < until) {}
        return submit_parts("other", {2}, 1);
    });
    for (const char* name : {"B", "C", "D"})
        submit_parts(name, {1}, 1);
    hold.open();
    BOOST_TEST(book.wait_for(6).size() == 6u);
    BOOST_TEST(comes_before("other0", "C0"));
    BOOST_TEST(comes_before("B0", "C0"));
    BOOST_TEST(comes_before("C0", "D0"));
}

BOOST_AUTO_TEST_CASE(what_is_told_of_several_parts) {
    struct row {
        const char* name;
        int commits;           ///< batches, one part in each, before the others fare so
        commit_outcome then;   ///< of the next one
        std::size_t in_flight; ///< at most
        std::string_view told;
        std::string_view turns;
    };

    const row rows[] = {
        {"all are committed", 3, commit_outcome::committed, 4, "A=done", "A0 A1 A2"},
        {"the first is not", 0, commit_outcome::voided, 4, "A=unknown", "A0 A1 A2"},
        {"the last is not", 2, commit_outcome::voided, 4, "A=unknown", "A0 A1 A2"},
        {"nobody knows of the last", 2, commit_outcome::unknown, 4, "A=unknown", "A0 A1 A2"},
        {"the first is not, before the second is decided", 0, commit_outcome::voided, 1,
         "A=unknown", "A0"},
        {"the second is not, before the third is decided", 1, commit_outcome::voided, 1,
         "A=unknown", "A0 A1"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            parted_writer one;
            one.limits.batch_time_max = std::chrono::milliseconds(0);
            one.limits.in_flight_max = r.in_flight;
            one.start();
            one.submit_parts("A", {1}, 3);
            const std::size_t at_once = std::min<std::size_t>(r.in_flight, 3);
            BOOST_REQUIRE(one.log->wait_for(at_once));
            for (int i = 0; i < r.commits; ++i) {
                BOOST_REQUIRE(one.log->wait_for(1));
                BOOST_TEST(one.book.now().empty());
                one.log->settle(commit_outcome::committed);
            }
            if (r.then != commit_outcome::committed) {
                BOOST_REQUIRE(one.log->wait_for(1));
                one.log->fail_all(r.then);
            }
            BOOST_TEST(one.book.text_of(1) == r.told);
            BOOST_TEST(one.seen() == r.turns);
            for (int part = 0; part < 3; ++part) {
                BOOST_TEST((one.row(table::state, "A" + std::to_string(part)) == "there") ==
                           (part < r.commits));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_part_that_fails_leaves_those_before_it) {
    struct row {
        const char* name;
        part_decision decide;
        std::string_view told;
    };

    const row rows[] = {
        {"taken back", [](submission&, turn&, int part) { return part != 1; }, "A=done"},
        {"a read fails",
         [](submission&, turn&, int part) {
             if (part == 1) throw storage_failure("as asked");
             return true;
         },
         "A=unknown"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            parted_writer one;
            one.start();
            one.log->commit_everything();
            one.submit_parts("A", {1}, 3, r.decide);
            BOOST_TEST(one.book.text_of(1) == r.told);
            one.w->stop();
            BOOST_TEST(one.seen() == "A0 A1");
            BOOST_TEST(one.row(table::state, "A0") == "there");
            BOOST_TEST(one.row(table::state, "A1") == "-");
            BOOST_TEST((one.db->head() == at(1)));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_begun_does_not_expire) {
    start();
    log->commit_everything();
    submit_parts("A", {1}, 3, [](submission& self, turn&, int) {
        self.deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
        return true;
    });
    BOOST_TEST(book.text_of(1) == "A=done");
    BOOST_TEST(seen() == "A0 A1 A2");
}

BOOST_AUTO_TEST_CASE(stopping_finishes_all_parts) {
    start();
    log->commit_everything();
    submit_parts("A", {1}, 50);
    submit_parts("own", {1}, 1);
    w->stop();
    BOOST_TEST(ledger::text(book.now()) == "A=done own=done");
    BOOST_TEST(row(table::state, "A49") == "there");
}

BOOST_AUTO_TEST_SUITE_END()
