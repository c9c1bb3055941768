#include "eventlog/cursor.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "tests/support/events.hpp"
#include "tests/support/map_rows.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <atomic>
#include <future>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;
using namespace std::chrono_literals;

namespace {

using steady = std::chrono::steady_clock;

position at(std::uint64_t offset) {
    return {position::embedded, offset};
}

/// Far enough not to pass while a test runs.
steady::time_point far_off() {
    return steady::now() + 60s;
}

struct sealed_log {
    map_rows rows;
    keyring keys{make_local_wrapper(secret_key(filled<32>(1)))};
    const subject_id jane = id_of(0x55);

    sealed_log() {
        keys.create_tenant(rows, {1});
        BOOST_REQUIRE(keys.create_subject(rows, {1}, jane).has_value());
    }

    std::string record_of(const event_body& body, std::uint16_t sealed_as = 0) {
        const event e = event_of(body);
        const auto type = static_cast<std::uint16_t>(type_of(body));
        std::string sealed;
        if (const auto content = encode_content(body)) {
            sealed = seal(keys.subject_key(rows, e.tenant, e.subject).value(),
                          event_seal_context(e.tenant, e.subject, sealed_as ? sealed_as : type,
                                             schema_of(body)),
                          *content);
        }
        record_draft draft =
            draft_record(e, encode_clear(body), schema_of(body), sealed, {1}, {}, 0);
        place_record(draft, at(1));
        return draft.bytes;
    }

    base::result<read_event> decode(const std::string& bytes,
                                    content_mode mode = content_mode::open) {
        return decode_event(read_record(bytes, record_check::crc).value(), mode, rows, keys);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(cursor_test)

BOOST_FIXTURE_TEST_CASE(every_type_reads_back_with_its_content, sealed_log) {
    for (const event_body& body : one_of_each()) {
        BOOST_TEST_CONTEXT(event_type_name(type_of(body))) {
            const auto read = decode(record_of(body));
            BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
            BOOST_TEST((read->what == event_of(body)));
            BOOST_TEST((!read->content_erased && read->at == at(1)));
        }
    }
}

BOOST_FIXTURE_TEST_CASE(content_may_stay_sealed, sealed_log) {
    const auto read = decode(record_of(user_created_named("jane")), content_mode::leave_sealed);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*content_of(read->what.body) == user_content{}));
    BOOST_TEST(!read->content_erased);
}

BOOST_FIXTURE_TEST_CASE(an_erased_person_reads_as_erased_and_not_as_an_error, sealed_log) {
    const std::string bytes = record_of(user_created_named("jane"));
    keyring::destroy_subject(rows, {1}, jane);
    const auto read = decode(bytes);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->content_erased);
    BOOST_TEST((*content_of(read->what.body) == user_content{}));
    BOOST_TEST((*facts_of(read->what.body) == user_created_named("jane").facts));
}

BOOST_FIXTURE_TEST_CASE(what_does_not_open_is_an_error_and_not_an_erasure, sealed_log) {
    const auto moved = decode(record_of(user_created_named("jane"), 21));
    BOOST_REQUIRE(!moved.has_value());
    BOOST_TEST((moved.error().code == log_errc::sealed_damaged));
    const std::string bytes = record_of(user_created_named("jane"));
    keyring other(make_local_wrapper(secret_key(filled<32>(2))));
    const auto wrong_master = decode_event(read_record(bytes, record_check::crc).value(),
                                           content_mode::open, rows, other);
    BOOST_REQUIRE(!wrong_master.has_value());
    BOOST_TEST((wrong_master.error().code == log_errc::sealed_damaged));
}

// --- log_signal ---

BOOST_AUTO_TEST_CASE(waiting_ends_when_the_head_is_past) {
    log_signal signal;
    auto waited =
        std::async(std::launch::async, [&] { return signal.wait_past(at(4), far_off()); });
    signal.advance(at(3));
    signal.advance(at(4));
    signal.advance(at(7));
    BOOST_TEST((waited.get() == at(7)));
    BOOST_TEST((signal.wait_past(at(6), far_off()) == at(7)));
}

BOOST_AUTO_TEST_CASE(waiting_ends_at_its_deadline) {
    log_signal signal;
    signal.advance(at(3));
    BOOST_TEST((signal.wait_past(at(3), steady::now()) == at(3)));
    BOOST_TEST((signal.wait_past(at(3), steady::now() + 5ms) == at(3)));
}

BOOST_AUTO_TEST_CASE(the_head_never_goes_back) {
    log_signal signal;
    signal.advance(at(9));
    signal.advance(at(5));
    BOOST_TEST((signal.wait_past(at(8), steady::now()) == at(9)));
}

BOOST_AUTO_TEST_CASE(a_wake_comes_once_and_only_past_its_position) {
    log_signal signal;
    int woken = 0;
    const auto ticket = signal.when_past(at(2), [&] { ++woken; });
    signal.advance(at(1));
    signal.advance(at(2));
    BOOST_TEST(woken == 0);
    signal.advance(at(3));
    signal.advance(at(4));
    BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_CASE(a_wake_comes_at_once_if_the_head_is_past_already) {
    log_signal signal;
    signal.advance(at(3));
    int woken = 0;
    const auto ticket = signal.when_past(at(2), [&] { ++woken; });
    BOOST_TEST(woken == 1);
    signal.advance(at(4));
    BOOST_TEST(woken == 1);
}

BOOST_AUTO_TEST_CASE(a_ticket_that_is_gone_is_never_woken) {
    log_signal signal;
    int woken = 0;
    auto first = signal.when_past(at(0), [&] { woken += 1; });
    auto second = signal.when_past(at(0), [&] { woken += 10; });
    auto third = signal.when_past(at(0), [&] { woken += 100; });
    second.reset();
    signal.advance(at(1));
    BOOST_TEST(woken == 101);
    first.reset();
    third.reset();
    signal.advance(at(2));
    BOOST_TEST(woken == 101);
}

BOOST_AUTO_TEST_CASE(closing_releases_everybody_and_for_good) {
    log_signal signal;
    int woken = 0;
    const auto ticket = signal.when_past(at(5), [&] { ++woken; });
    auto waited =
        std::async(std::launch::async, [&] { return signal.wait_past(at(5), far_off()); });
    signal.close();
    BOOST_TEST((waited.get() == at(0)));
    BOOST_TEST(woken == 1);
    BOOST_TEST((signal.wait_past(at(5), far_off()) == at(0)));
    const auto late = signal.when_past(at(5), [&] { ++woken; });
    BOOST_TEST(woken == 2);
    signal.advance(at(9));
    BOOST_TEST(woken == 2);
}

BOOST_AUTO_TEST_CASE(tickets_come_and_go_while_the_log_grows) {
    log_signal signal;
    std::atomic<std::uint64_t> woken{0};
    std::atomic<bool> enough{false};
    std::thread grows([&] {
        for (std::uint64_t i = 1; !enough; ++i)
            signal.advance(at(i));
    });
    std::vector<std::thread> waiters;
    for (int t = 0; t < 3; ++t) {
        waiters.emplace_back([&] {
            for (int i = 0; i < 300; ++i) {
                const position head = signal.wait_past(at(0), far_off());
                auto kept = signal.when_past(at(head.offset + 3), [&] { ++woken; });
                auto dropped = signal.when_past(at(head.offset + 2), [&] { ++woken; });
                dropped.reset();
                signal.wait_past(at(head.offset + 3), far_off());
            }
        });
    }
    for (std::thread& t : waiters)
        t.join();
    enough = true;
    grows.join();
    BOOST_TEST(woken >= 900u);
    BOOST_TEST(woken <= 1800u);
}

BOOST_AUTO_TEST_SUITE_END()
