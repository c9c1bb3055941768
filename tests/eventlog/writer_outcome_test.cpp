// What becomes of submissions when batches commit, are void, or when nobody knows.
#include "tests/eventlog/writer_support.hpp"
#include "tests/support/properties.hpp"

#include <algorithm>
#include <set>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct one_by_one : scripted_writer {
    one_by_one() {
        limits.batch_submissions_max = 1;
        start();
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(writer_outcome_test, one_by_one)

BOOST_AUTO_TEST_CASE(nobody_hears_before_his_batch_is_settled_and_then_in_order) {
    submit("a", put("a", "1"));
    submit("b", put("b", "1"));
    BOOST_REQUIRE(log->wait_for(2));
    BOOST_TEST(book.now().empty());
    log->settle(commit_outcome::committed);
    BOOST_TEST(book.text_of(1) == "a=done");
    log->settle(commit_outcome::committed);
    const auto entries = book.wait_for(2);
    BOOST_TEST(ledger::text(entries) == "a=done b=done");
    BOOST_TEST((entries[0].last == at(1) && entries[1].last == at(2)));
}

BOOST_AUTO_TEST_CASE(later_turns_see_what_is_still_in_flight) {
    submit("a", put("name", "jane"));
    BOOST_REQUIRE(log->wait_for(1));
    std::string seen;
    submit("b", look("name", seen));
    BOOST_REQUIRE(log->wait_for(2));
    BOOST_TEST(seen == "jane");
    BOOST_TEST(row(table::state, "name") == "-");
    submit("c", put("other", "x"));
    BOOST_REQUIRE(log->wait_for(3));
    BOOST_TEST(log->oldest().records.front().seq.value == 1u);
    log->commit_everything();
    BOOST_TEST(book.text_of(3) == "a=done b=done c=done");
    BOOST_TEST((db->chain({1})->seq == tenant_seq{2}));
}

BOOST_AUTO_TEST_CASE(a_refusal_waits_for_the_batch_that_it_rests_on) {
    submit("creates", put("name", "jane"));
    BOOST_REQUIRE(log->wait_for(1));
    std::string seen;
    submit("refused", look("name", seen));
    BOOST_REQUIRE(log->wait_for(2));
    BOOST_TEST(seen == "jane");
    BOOST_TEST(book.now().empty());
    // The name was never taken: the refusal must not be told as if it had been.
    log->fail_all(commit_outcome::voided);
    BOOST_TEST(book.text_of(2) == "creates=voided refused=voided");
}

BOOST_AUTO_TEST_CASE(from_the_first_void_batch_everything_in_flight_is_void) {
    for (const char* name : {"a", "b", "c", "d"})
        submit(name, put(name, "1"));
    BOOST_REQUIRE(log->wait_for(4));
    log->settle(commit_outcome::committed);
    BOOST_TEST(book.text_of(1) == "a=done");
    log->fail_all(commit_outcome::voided);
    BOOST_TEST(book.text_of(4) == "a=done b=voided c=voided d=voided");
    // What is decided next stands on what is durable, and on nothing else.
    std::string b;
    submit("looks", look("b", b));
    submit("again", put("b", "2"));
    log->commit_everything();
    BOOST_TEST(book.text_of(6) == "a=done b=voided c=voided d=voided looks=done again=done");
    BOOST_TEST(b == "-");
    BOOST_TEST((db->head() == at(2) && db->chain({1})->seq == tenant_seq{2}));
    BOOST_TEST((row(table::state, "a") == "1" && row(table::state, "b") == "2"));
    BOOST_TEST(row(table::state, "c") == "-");
}

BOOST_AUTO_TEST_CASE(a_batch_decided_while_an_earlier_one_is_voided_does_not_stand_on_it) {
    // The log has told the void outcome, nothing of ours is in flight in its eyes, and the writer
    // is in the middle of a turn that read what is now void.
    submit("a", put("name", "jane"));
    BOOST_REQUIRE(log->wait_for(1));
    gate hold;
    std::promise<void> entered;
    std::string seen;
    submit("b", [&](turn& t) {
        t.rows().get(table::state, "name", seen);
        entered.set_value();
        hold.pass();
        t.rows().put(table::state, "owner of name", seen);
        return true;
    });
    entered.get_future().wait();
    log->fail_all(commit_outcome::voided);
    BOOST_TEST(book.text_of(1) == "a=voided");
    log->commit_everything();
    hold.open();
    const auto entries = book.wait_for(2);
    BOOST_TEST(seen == "jane");
    BOOST_TEST(ledger::text(entries) == "a=voided b=voided");
    BOOST_TEST(row(table::state, "owner of name") == "-");
    submit("c", put("name", "joe"));
    BOOST_TEST(book.text_of(3) == "a=voided b=voided c=done");
    BOOST_TEST(row(table::state, "name") == "joe");
}

BOOST_AUTO_TEST_CASE(unknown_is_told_as_unknown) {
    submit("a", put("a", "1"));
    submit("b", put("b", "1"));
    BOOST_REQUIRE(log->wait_for(2));
    log->fail_all(commit_outcome::unknown);
    BOOST_TEST(book.text_of(2) == "a=unknown b=voided");
}

BOOST_AUTO_TEST_CASE(a_refused_turn_with_nothing_to_write_still_keeps_its_place_in_line) {
    submit("a", put("a", "1"));
    submit("nothing", [](turn&) { return false; });
    submit("b", put("b", "1"));
    BOOST_REQUIRE(log->wait_for(3));
    log->settle(commit_outcome::committed);
    log->settle(commit_outcome::committed);
    BOOST_TEST(book.text_of(2) == "a=done nothing=done");
    log->settle(commit_outcome::committed);
    BOOST_TEST(book.text_of(3) == "a=done nothing=done b=done");
    BOOST_TEST((book.now()[1].last == position{}));
}

BOOST_AUTO_TEST_CASE(no_more_batches_are_in_flight_than_the_limit) {
    for (int i = 0; i < 10; ++i)
        submit("q", put("k", std::to_string(i)));
    BOOST_REQUIRE(log->wait_for(4));
    // The fifth would have been decided in the turn of this, which waits for a place.
    std::promise<void> decided;
    auto done = decided.get_future();
    submit("last", [&](turn&) { return (decided.set_value(), true); });
    BOOST_TEST((done.wait_for(std::chrono::milliseconds(30)) == std::future_status::timeout));
    BOOST_TEST(log->in_flight() == 4u);
    log->commit_everything();
    done.wait();
    BOOST_TEST(book.wait_for(11).size() == 11u);
    BOOST_TEST(row(table::state, "k") == "9");
}

BOOST_AUTO_TEST_CASE(a_stopped_store_takes_no_turn) {
    // The store stops, as after a background error, before the turn.
    BOOST_REQUIRE(db->flush().has_value());
    options.read_only = true;
    w.reset();
    reopen();
    std::vector<record_draft> none;
    BOOST_TEST(!db->commit(none, {put_row(table::state, "a", "b")}).has_value());
    BOOST_REQUIRE(db->stopped());
    owned_log = std::make_unique<scripted_log>(*db);
    log = owned_log.get();
    start();
    bool begun = false;
    submit("a", [&](turn&) { return begun = true; });
    BOOST_TEST(book.text_of(1) == "a=stopped");
    BOOST_TEST(!begun);
}

BOOST_AUTO_TEST_CASE(every_submission_hears_exactly_once_whatever_happens) {
    check_in_cases(25, [] {
        scripted_writer s;
        s.limits.batch_submissions_max = static_cast<std::size_t>(*rc::gen::inRange(1, 4));
        s.limits.in_flight_max = static_cast<std::size_t>(*rc::gen::inRange(1, 5));
        s.start();
        const auto count = *rc::gen::inRange(1, 20);
        std::multiset<std::string> wanted;
        std::size_t sent = 0;
        const auto settle_some = [&] {
            if (s.log->in_flight() == 0) return;
            if (*rc::gen::inRange(0, 4) == 0) {
                s.log->fail_all(commit_outcome::voided);
            } else {
                s.log->settle(commit_outcome::committed);
            }
        };
        for (int i = 0; i < count; ++i) {
            const std::string name = std::to_string(i);
            const auto kind = *rc::gen::inRange(0, 4);
            const bool sent_it =
                kind == 0 ? s.submit(name, [](turn&) { return false; })
                : kind == 1
                    ? s.submit(name,
                               [](turn&) -> bool { throw storage_failure("a test's failure"); })
                    : s.submit(name, scripted_writer::put(name, name));
            RC_ASSERT(sent_it);
            wanted.insert(name);
            ++sent;
            if (*rc::gen::inRange(0, 2) == 0) settle_some();
        }
        s.log->commit_everything();
        const auto entries = s.book.wait_for(sent);
        s.w->stop();
        RC_ASSERT(s.book.now().size() == sent);
        std::multiset<std::string> heard;
        std::uint64_t events = 0;
        for (const told& t : entries) {
            heard.insert(t.name);
            const bool there = s.row(table::state, t.name) == t.name;
            if (t.outcome == submission_outcome::voided) RC_ASSERT(!there);
            events += there;
        }
        RC_ASSERT(heard == wanted);
        RC_ASSERT(s.db->head().offset == events);
        RC_ASSERT(s.db->chain({1}).value_or(chain_head{}).seq.value == events);
        RC_ASSERT(s.documents().size() == events);
    });
}

BOOST_AUTO_TEST_SUITE_END()
