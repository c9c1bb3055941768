// The writer's queue, turns and thread. What becomes of batches is in writer_outcome_test.cpp.
#include "eventlog/cursor.hpp"
#include "eventlog/error.hpp"
#include "eventlog/writer.hpp"
#include "tests/eventlog/writer_support.hpp"

#include <atomic>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

BOOST_FIXTURE_TEST_SUITE(writer_test, scripted_writer)

BOOST_AUTO_TEST_CASE(the_queue_takes_its_limit_and_its_reserve_and_not_one_more) {
    limits.queue_max = 4;
    limits.queue_reserve = 2;
    start();
    gate hold;
    std::promise<void> entered;
    BOOST_REQUIRE(submit("gate", [&](turn&) {
        entered.set_value();
        hold.pass();
        return true;
    }));
    entered.get_future().wait();
    for (int i = 0; i < 4; ++i)
        BOOST_TEST(submit("q", nothing));
    BOOST_TEST(!submit("one past", nothing));
    BOOST_TEST(submit("r", nothing, queue_class::always));
    BOOST_TEST(submit("r", nothing, queue_class::always));
    BOOST_TEST(!submit("one past the reserve", nothing, queue_class::always));
    BOOST_TEST(w->figures().queue_depth == 6u);
    BOOST_TEST(w->figures().refused_full == 2u);
    log->commit_everything();
    hold.open();
    BOOST_TEST(book.text_of(7) == "gate=done q=done q=done q=done q=done r=done r=done");
    BOOST_TEST(submit("again", nothing));
    BOOST_TEST(book.wait_for(8).size() == 8u);
}

BOOST_AUTO_TEST_CASE(what_the_writer_took_but_did_not_begin_still_counts_as_waiting) {
    limits.queue_max = 4;
    limits.batch_submissions_max = 1;
    start();
    gate first;
    gate second;
    std::promise<void> in_first;
    std::promise<void> in_second;
    submit("a", [&](turn&) {
        in_first.set_value();
        first.pass();
        return true;
    });
    in_first.get_future().wait();
    submit("b", [&](turn&) {
        in_second.set_value();
        second.pass();
        return true;
    });
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(submit("q", nothing));
    first.open();
    in_second.get_future().wait();
    // Three wait. One more place, not four.
    BOOST_TEST(submit("fourth", nothing));
    BOOST_TEST(!submit("fifth", nothing));
    log->commit_everything();
    second.open();
    BOOST_TEST(book.wait_for(6).size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_batch_closes_at_its_number_and_at_its_bytes) {
    limits.batch_submissions_max = 3;
    limits.batch_bytes_max = 10'000;
    limits.in_flight_max = 100;
    start();
    gate hold;
    std::promise<void> entered;
    submit("gate", [&](turn&) {
        entered.set_value();
        hold.pass();
        return true;
    });
    entered.get_future().wait();
    const auto large = [](turn& t) {
        tenant_created fact;
        fact.settings.name = std::string(6'000, 'x');
        return t.emit(event_of(fact)).has_value();
    };
    for (int i = 0; i < 3; ++i)
        submit("small", put("k", "v"));
    for (int i = 0; i < 4; ++i)
        submit("large", large);
    hold.open();
    std::vector<std::size_t> sizes;
    for (std::size_t seen = 0; seen < 8;) {
        BOOST_REQUIRE(log->wait_for(1));
        sizes.push_back(log->oldest().records.size());
        log->settle(commit_outcome::committed);
        BOOST_REQUIRE(book.wait_for(seen + 1).size() > seen);
        seen = book.now().size();
    }
    for (const std::size_t size : sizes)
        BOOST_TEST(size <= 3u);
    BOOST_TEST(sizes.back() == 2u); // two of 6,000 bytes pass 10,000 and close it
    BOOST_TEST((sizes[sizes.size() - 2] == 2u || sizes[sizes.size() - 2] == 3u));
}

BOOST_AUTO_TEST_CASE(an_expired_submission_is_not_begun) {
    start();
    gate hold;
    std::promise<void> entered;
    submit("gate", [&](turn&) {
        entered.set_value();
        hold.pass();
        return true;
    });
    entered.get_future().wait();
    bool begun = false;
    auto late = work("late", [&](turn&) { return begun = true; });
    late->deadline = std::chrono::steady_clock::now() - std::chrono::seconds(1);
    BOOST_REQUIRE(w->submit(std::move(late), queue_class::ordinary));
    auto timely = work("timely", nothing);
    timely->deadline = std::chrono::steady_clock::now() + std::chrono::hours(1);
    BOOST_REQUIRE(w->submit(std::move(timely), queue_class::ordinary));
    log->commit_everything();
    hold.open();
    auto entries = book.wait_for(3);
    std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.name < b.name; });
    BOOST_TEST(ledger::text(entries) == "gate=done late=expired timely=done");
    BOOST_TEST(!begun);
}

BOOST_AUTO_TEST_CASE(a_refused_turn_leaves_no_rows_no_events_and_no_chain) {
    start();
    submit("refused", [](turn& t) {
        t.rows().put(table::state, "a", "never");
        t.rows().erase(table::state, "b");
        return t.emit(event_of(user_deleted{})).has_value() && false;
    });
    std::string seen;
    submit("looks", look("a", seen));
    submit("kept", put("b", "kept"));
    log->commit_everything();
    BOOST_TEST(book.text_of(3) == "refused=done looks=done kept=done");
    BOOST_TEST(seen == "-");
    BOOST_TEST((db->head() == at(1) && db->chain({1})->seq == tenant_seq{1}));
    BOOST_TEST((row(table::state, "a") == "-" && row(table::state, "b") == "kept"));
}

BOOST_AUTO_TEST_CASE(a_note_is_kept_even_if_the_turn_is_refused) {
    start();
    submit("refused", [](turn& t) {
        t.note(put_row(table::attempts, "who", "why"));
        return false;
    });
    BOOST_REQUIRE(log->wait_for(1));
    const log_batch batch = log->oldest();
    BOOST_TEST(batch.empty());
    BOOST_REQUIRE(batch.notes.size() == 1u);
    BOOST_TEST((batch.notes[0].where == table::attempts && batch.notes[0].key == "who"));
}

BOOST_AUTO_TEST_CASE(notes_of_a_turn_that_throws_are_taken_back_and_those_of_others_stay) {
    start();
    gate hold;
    std::promise<void> entered;
    const auto noting = [](std::string who) {
        return [who](turn& t) {
            t.note(put_row(table::attempts, who, "why"));
            return false;
        };
    };
    submit("before", [&](turn& t) {
        entered.set_value();
        hold.pass();
        return noting("before")(t);
    });
    entered.get_future().wait();
    // Taken together, or each in a batch of its own: both hold.
    submit("refused", noting("refused"));
    submit("fails", [&](turn& t) -> bool {
        noting("fails 1")(t);
        noting("fails 2")(t);
        throw storage_failure("a test's failure");
    });
    submit("after", noting("after"));
    hold.open();
    BOOST_TEST(book.text_of(1) == "fails=voided"); // at once, before its batch is settled
    std::string kept;
    while (book.now().size() < 4) {
        BOOST_REQUIRE(log->wait_for(1));
        for (const row_change& note : log->oldest().notes)
            kept += note.key + " ";
        log->settle(commit_outcome::committed);
    }
    BOOST_TEST(kept == "before refused after ");
}

BOOST_AUTO_TEST_CASE(a_read_that_fails_takes_back_that_turn_only) {
    start();
    gate hold;
    std::promise<void> entered;
    submit("before", [&](turn& t) {
        entered.set_value();
        hold.pass();
        return put("a", "before")(t);
    });
    entered.get_future().wait();
    submit("fails", [](turn& t) -> bool {
        t.rows().put(table::state, "a", "never");
        if (!t.emit(event_of(user_deleted{}))) return false;
        throw storage_failure("a test's failure");
    });
    submit("after", put("b", "after"));
    log->commit_everything();
    hold.open();
    auto entries = book.wait_for(3);
    std::sort(entries.begin(), entries.end(), [](auto& a, auto& b) { return a.name < b.name; });
    BOOST_TEST(ledger::text(entries) == "after=done before=done fails=voided");
    BOOST_TEST((row(table::state, "a") == "before" && row(table::state, "b") == "after"));
    BOOST_TEST((db->chain({1})->seq == tenant_seq{2}));
}

BOOST_AUTO_TEST_CASE(keys_made_in_a_turn_that_is_taken_back_are_not_used_later) {
    start();
    log->commit_everything();
    const auto make_tenant = [](turn& t, std::uint8_t subject) {
        t.keys().create_tenant(t.rows(), {9});
        return t.keys().create_subject(t.rows(), {9}, id_of(subject)).has_value() &&
               t.keys().lookup_secret(t.rows(), {9}).has_value();
    };
    secret_key kept;
    submit("refused", [&](turn& t) { return make_tenant(t, 1) && false; });
    submit("fails", [&](turn& t) -> bool {
        make_tenant(t, 1);
        throw storage_failure("a test's failure");
    });
    submit("made", [&](turn& t) {
        t.keys().create_tenant(t.rows(), {9});
        kept = t.keys().create_subject(t.rows(), {9}, id_of(1)).value();
        return true;
    });
    BOOST_REQUIRE(book.wait_for(3).size() == 3u);
    // What a restarted server can open is what counts.
    keyring fresh(make_local_wrapper(secret_key(filled<32>(1))));
    const auto read = fresh.subject_key(*db->snapshot(), {9}, id_of(1));
    BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
    BOOST_TEST((read->bytes() == kept.bytes()));
}

BOOST_AUTO_TEST_CASE(emit_seals_content_and_needs_the_subjects_key) {
    start();
    log->commit_everything();
    bool refused = false;
    submit("no key", [&](turn& t) {
        const auto said = t.emit(event_of(user_created_named("CANARY"), {9}));
        refused = !said && said.error().code == log_errc::key_destroyed;
        return false;
    });
    submit("made", [](turn& t) {
        t.keys().create_tenant(t.rows(), {9});
        if (!t.keys().create_subject(t.rows(), {9}, id_of(0x55))) return false;
        const auto said = t.emit(event_of(user_created_named("CANARY"), {9}));
        return said.has_value() && said->seq == tenant_seq{1} && said->sealed_hash != digest{};
    });
    BOOST_REQUIRE(book.wait_for(2).size() == 2u);
    BOOST_TEST(refused);
    BOOST_REQUIRE((db->head() == at(1)));
    const std::string bytes = db->read(at(1)).value();
    BOOST_TEST(bytes.find("CANARY") == std::string::npos);
    const auto read = decode_event(read_record(bytes, record_check::crc_and_hashes).value(),
                                   content_mode::open, *db->snapshot(), keys);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(content_of(read->what.body)->user_name == "CANARY");
}

BOOST_AUTO_TEST_CASE(time_does_not_run_back_behind_the_last_event) {
    event future = event_of(user_deleted{});
    future.time = {base::now().unix_ms + 3'600'000};
    BOOST_REQUIRE(commit({future}).has_value());
    start();
    log->commit_everything();
    base::moment seen;
    base::moment then;
    submit("a", [&](turn& t) { return (seen = t.time(), true); });
    submit("b", [&](turn& t) { return (then = t.time(), true); });
    BOOST_REQUIRE(book.wait_for(2).size() == 2u);
    BOOST_TEST((seen >= future.time && then >= seen));
}

BOOST_AUTO_TEST_CASE(work_that_is_alone_meets_nothing_in_flight) {
    start();
    submit("a", put("a", "1"));
    BOOST_REQUIRE(log->wait_for(1));
    std::promise<void> asked;
    auto alone = std::async(std::launch::async, [&] {
        asked.set_value();
        std::size_t in_flight = 99;
        const bool ran = w->run_alone([&] { in_flight = log->in_flight(); });
        return ran ? in_flight : 98;
    });
    asked.get_future().wait();
    BOOST_TEST((alone.wait_for(std::chrono::milliseconds(20)) == std::future_status::timeout));
    log->commit_everything();
    BOOST_TEST(alone.get() == 0u);
}

BOOST_AUTO_TEST_CASE(a_batch_is_closed_when_deciding_has_taken_long) {
    limits.batch_time_max = std::chrono::milliseconds(0);
    log->commit_everything();
    start();
    gate hold;
    submit("gate", [&hold](turn&) {
        hold.pass();
        return true;
    });
    for (int i = 0; i < 3; ++i)
        submit("waits", put("a", std::to_string(i)));
    hold.open();
    w->stop();
    BOOST_TEST(w->figures().batches == 3u); // and the gate's, which wrote nothing
}

BOOST_AUTO_TEST_CASE(a_busy_queue_does_not_starve_work_that_is_alone) {
    limits.batch_submissions_max = 2;
    limits.queue_max = 64;
    start();
    log->commit_everything();
    // Each submission puts the next into the queue: it is never empty.
    std::atomic<bool> enough{false};
    std::atomic<int> turns{0};
    std::function<void()> feed = [&] {
        if (enough) return;
        submit("busy", [&](turn&) {
            ++turns;
            feed();
            return true;
        });
    };
    for (int i = 0; i < 8; ++i)
        feed();
    int turns_before = 0;
    bool ran = false;
    BOOST_TEST(w->run_alone([&] {
        ran = true;
        turns_before = turns;
    }));
    BOOST_TEST(ran);
    enough = true;
    w->stop();
    BOOST_TEST(turns >= turns_before);
}

BOOST_AUTO_TEST_CASE(stopping_finishes_what_is_queued_and_then_refuses) {
    start();
    gate hold;
    std::promise<void> entered;
    submit("gate", [&](turn&) {
        entered.set_value();
        hold.pass();
        return true;
    });
    entered.get_future().wait();
    for (int i = 0; i < 5; ++i)
        submit("q", put("k", "v"));
    log->commit_everything();
    hold.open();
    w->stop();
    BOOST_TEST(book.now().size() == 6u);
    BOOST_TEST((db->head() == at(5)));
    BOOST_TEST(!submit("late", nothing));
    BOOST_TEST(!submit("late", nothing, queue_class::always));
    BOOST_TEST(!w->run_alone([] {}));
    w->stop();
}

BOOST_AUTO_TEST_CASE(figures_count_what_happened) {
    start();
    log->commit_everything();
    for (int i = 0; i < 10; ++i)
        submit("q", put("k", "v"));
    BOOST_REQUIRE(book.wait_for(10).size() == 10u);
    w->stop();
    const writer_figures f = w->figures();
    BOOST_TEST(f.submissions == 10u);
    BOOST_TEST(f.events == 10u);
    BOOST_TEST((f.batches >= 1u && f.batches <= 10u));
    BOOST_TEST((f.queue_depth == 0u && f.refused_full == 0u));
}

BOOST_AUTO_TEST_SUITE_END()
