// The embedded log and the writer on it, with real threads on a real disk.
#include "eventlog/embedded_log.hpp"
#include "eventlog/verify.hpp"
#include "tests/eventlog/writer_support.hpp"
#include "tests/support/fault_env.hpp"

#include <atomic>
#include <set>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

struct served : store_on_disk {
    fault_env disk;
    log_signal signal;
    std::unique_ptr<embedded_log> log;
    keyring keys{make_local_wrapper(secret_key(filled<32>(1)))};
    writer_options limits;
    ledger book;
    std::unique_ptr<writer> w;
    std::atomic<int> batches_told{0};

    served() { options.env = disk.env(); }

    ~served() { stop(); }

    void start() {
        open();
        log = std::make_unique<embedded_log>(*db, signal);
        w = std::make_unique<writer>(*db, *log, keys, limits, [this] { ++batches_told; });
    }

    void stop() {
        w.reset();
        log.reset();
        db.reset();
    }

    bool submit(std::string name, decision decide) {
        return w->submit(std::make_unique<lambda_work>(book, std::move(name), std::move(decide)),
                         queue_class::ordinary);
    }
};

decision count_up(const std::string& key) {
    return [key](turn& t) {
        std::string value;
        const int n = t.rows().get(table::state, key, value) ? std::stoi(value) : 0;
        t.rows().put(table::state, key, std::to_string(n + 1));
        event e = event_of(user_deleted{});
        e.time = t.time();
        return t.emit(std::move(e)).has_value();
    };
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(embedded_log_test, served)

BOOST_AUTO_TEST_CASE(many_threads_lose_no_update_and_the_log_verifies) {
    start();
    constexpr std::size_t threads = 8;
    constexpr std::size_t each = 250;
    std::atomic<int> refused{0};
    std::vector<std::thread> senders;
    for (std::size_t t = 0; t < threads; ++t) {
        senders.emplace_back([&] {
            for (std::size_t i = 0; i < each; ++i)
                refused += !submit("n", count_up("counter"));
        });
    }
    // Readers meanwhile, on snapshots and on the log.
    std::atomic<bool> enough{false};
    std::atomic<bool> ran_back{false};
    std::atomic<bool> head_missing{false};
    std::thread reader([&] {
        int last = 0;
        while (!enough) {
            std::string value = "0";
            db->snapshot()->get(table::state, "counter", value);
            const int now = std::stoi(value);
            if (now < last) ran_back = true;
            last = now;
            const position head = db->head();
            if (head.offset > 0 && !db->read(head)) head_missing = true;
        }
    });
    for (std::thread& t : senders)
        t.join();
    const auto entries = book.wait_for(threads * each);
    enough = true;
    reader.join();
    BOOST_TEST((refused == 0 && !ran_back && !head_missing));
    BOOST_REQUIRE(entries.size() == threads * each);
    BOOST_TEST(row(table::state, "counter") == std::to_string(threads * each));
    position last;
    for (const told& t : entries) {
        BOOST_REQUIRE((t.outcome == submission_outcome::done));
        BOOST_REQUIRE((t.last.offset >= last.offset));
        last = t.last;
    }
    BOOST_TEST((signal.wait_past(at(threads * each - 1), std::chrono::steady_clock::now()) ==
                at(threads * each)));
    BOOST_TEST(batches_told >= 1);
    const auto report = verify_log(*db, [](auto, auto) { return true; });
    BOOST_TEST(report.ok(), report.first_bad.value_or(verify_finding{}).what);
}

BOOST_AUTO_TEST_CASE(of_many_that_want_one_name_exactly_one_gets_it) {
    start();
    std::atomic<int> winners{0};
    std::atomic<int> refused{0};
    std::vector<std::thread> senders;
    for (int t = 0; t < 8; ++t) {
        senders.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                refused += !submit("n", [&](turn& turn_) {
                    std::string value;
                    if (turn_.rows().get(table::state, "jane", value)) return false;
                    ++winners;
                    turn_.rows().put(table::state, "jane", "taken");
                    return turn_.emit(event_of(user_deleted{})).has_value();
                });
            }
        });
    }
    for (std::thread& t : senders)
        t.join();
    BOOST_TEST(book.wait_for(400).size() == 400u);
    BOOST_TEST((winners == 1 && refused == 0));
    BOOST_TEST((db->head() == at(1)));
}

BOOST_AUTO_TEST_CASE(the_signal_knows_a_log_that_was_there_before) {
    start();
    BOOST_REQUIRE(submit("a", count_up("counter")));
    BOOST_REQUIRE(book.wait_for(1).size() == 1u);
    stop();
    open();
    log_signal fresh;
    embedded_log again(*db, fresh);
    BOOST_TEST((fresh.wait_past(at(0), std::chrono::steady_clock::now()) == at(1)));
}

BOOST_AUTO_TEST_CASE(a_failed_sync_is_told_as_unknown_and_everything_after_as_undone) {
    start();
    BOOST_REQUIRE(submit("a", count_up("counter")));
    BOOST_REQUIRE(book.wait_for(1).size() == 1u);
    disk.fail_syncs(1);
    BOOST_REQUIRE(submit("b", count_up("counter")));
    auto entries = book.wait_for(2);
    BOOST_TEST(ledger::text(entries) == "a=done b=unknown");
    BOOST_REQUIRE(submit("c", count_up("counter")));
    entries = book.wait_for(3);
    BOOST_REQUIRE(entries.size() == 3u);
    BOOST_TEST((entries[2].outcome == submission_outcome::stopped ||
                entries[2].outcome == submission_outcome::voided));
    BOOST_TEST(fatal.size() == 1u);
    w->stop();
    stop();
    open();
    BOOST_TEST((db->head().offset == 1u || db->head().offset == 2u));
}

BOOST_AUTO_TEST_CASE(batches_behind_a_failed_sync_are_surely_not_in_the_log) {
    limits.batch_submissions_max = 1;
    start();
    BOOST_REQUIRE(submit("a", count_up("counter")));
    BOOST_REQUIRE(book.wait_for(1).size() == 1u);
    disk.delay_wal_syncs(std::chrono::milliseconds(1));
    disk.fail_syncs(1);
    for (int i = 0; i < 6; ++i)
        BOOST_REQUIRE(submit("x", count_up("counter")));
    const auto entries = book.wait_for(7);
    BOOST_REQUIRE(entries.size() == 7u);
    int unknown = 0;
    for (std::size_t i = 1; i < entries.size(); ++i) {
        BOOST_TEST((entries[i].outcome != submission_outcome::done));
        unknown += entries[i].outcome == submission_outcome::unknown;
    }
    BOOST_TEST(unknown == 1);
    w->stop();
    stop();
    open();
    BOOST_TEST(db->head().offset <= 2u);
}

BOOST_AUTO_TEST_CASE(after_a_power_cut_everything_told_as_done_is_there) {
    start();
    std::vector<std::thread> senders;
    std::atomic<bool> enough{false};
    for (int t = 0; t < 4; ++t) {
        senders.emplace_back([&, t] {
            for (int i = 0; !enough; ++i) {
                const std::string key = std::to_string(t) + "." + std::to_string(i);
                if (!submit(key, count_up(key))) std::this_thread::yield();
            }
        });
    }
    book.wait_for(2'000);
    disk.cut_power();
    enough = true;
    for (std::thread& t : senders)
        t.join();
    w->stop();
    stop();
    disk.restore_power();
    open();
    std::size_t done = 0;
    for (const told& t : book.now()) {
        if (t.outcome != submission_outcome::done) continue;
        ++done;
        BOOST_REQUIRE_MESSAGE(row(table::state, t.name) == "1", t.name << " is lost");
    }
    BOOST_TEST(done >= 2'000u);
    const auto report = verify_log(*db, [](auto, auto) { return true; });
    BOOST_TEST(report.ok(), report.first_bad.value_or(verify_finding{}).what);
    BOOST_TEST(report.events >= done);
}

BOOST_AUTO_TEST_CASE(notes_of_a_refused_turn_are_written_without_a_sync) {
    start();
    BOOST_REQUIRE(submit("a", count_up("counter")));
    BOOST_REQUIRE(book.wait_for(1).size() == 1u);
    const auto syncs = disk.wal_syncs();
    BOOST_REQUIRE(submit("refused", [](turn& t) {
        t.note(put_row(table::attempts, "who", "why"));
        return false;
    }));
    BOOST_REQUIRE(book.wait_for(2).size() == 2u);
    BOOST_TEST(row(table::attempts, "who") == "why");
    BOOST_TEST(disk.wal_syncs() == syncs);
}

BOOST_AUTO_TEST_CASE(a_slow_disk_makes_batches_larger) {
    start();
    disk.delay_wal_syncs(std::chrono::milliseconds(2));
    for (int i = 0; i < 1000; ++i)
        BOOST_REQUIRE(submit("n", count_up("counter")));
    BOOST_TEST(book.wait_for(1000).size() == 1000u);
    BOOST_TEST(w->figures().batches < 500u);
    BOOST_TEST(row(table::state, "counter") == "1000");
}

BOOST_AUTO_TEST_SUITE_END()
