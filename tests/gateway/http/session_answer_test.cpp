// What becomes of an answer between the handler and the client: who still wants it, and when it has
// gone.
#include "gateway/http/session.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace rollcall::http {
namespace {

using namespace testing;
using std::string;
using std::chrono::milliseconds;

BOOST_AUTO_TEST_SUITE(session_answer_test)

BOOST_AUTO_TEST_CASE(what_an_answer_keeps_is_kept_until_it_is_sent) {
    http::limits bounds = unhurried();
    const string big = "/big?bytes=30000000"; // more than two socket buffers hold
    {
        const running r(bounds);
        client c = r.connect();
        const auto held = [&] { return r.answers.token.use_count() - 1; };
        BOOST_REQUIRE(c.send_raw(get(big)).has_value());
        BOOST_TEST(eventually([&] { return r.front->counters().requests == 1 && held() == 1; }));
        BOOST_TEST(c.receive()->body.size() == 30'000'000U);
        BOOST_TEST(eventually([&] { return held() == 0; }));
        for (const char* small : {"/big?bytes=1", "/big?bytes=0", "/hello"}) {
            BOOST_TEST(c.send("GET", small)->status == 200U);
            BOOST_TEST(eventually([&] { return held() == 0; }));
        }
        BOOST_TEST(c.send("HEAD", big)->status == 200U);
        BOOST_TEST(eventually([&] { return held() == 0; }));
    }
    bounds.write_time_max = milliseconds(40);
    { // nobody reads
        const running r(bounds);
        client c = r.connect();
        BOOST_REQUIRE(c.send_raw(get(big)).has_value());
        BOOST_TEST(eventually([&] { return r.front->counters().timeouts_write == 1; }));
        BOOST_TEST(eventually([&] { return r.answers.token.use_count() == 1; }));
    }
}

BOOST_AUTO_TEST_CASE(work_for_who_has_gone_is_known_not_to_be_wanted) {
    http::limits bounds = unhurried();
    bounds.client_watch_period = milliseconds(2);
    running r(bounds);
    client stays = r.connect();
    BOOST_REQUIRE(stays.send_raw(get("/later/stays")).has_value());
    auto awaited = r.answers.take_waiting(1);

    struct {
        const char* name;
        string sent;
        bool whole; ///< closes the connection, not his side only
    } const rows[]{
        {"half closed", get("/later/a"), false},
        {"half closed behind a pipelined request", get("/later/b") + get("/hello"), false},
        {"closed", get("/later/c"), true},
        {"closed behind a pipelined request", get("/later/d") + get("/hello"), true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            std::optional<client> c = r.connect();
            BOOST_REQUIRE(c->send_raw(row.sent).has_value());
            auto waiting = r.answers.take_waiting(1);
            BOOST_TEST(waiting[0].wanted());
            if (row.whole) {
                c.reset();
            } else {
                c->finish_sending();
            }
            BOOST_TEST(eventually([&] { return !waiting[0].wanted(); }));
            std::move(waiting[0]).complete(routes::answered());
            // Who still reads gets what there is.
            if (!row.whole) BOOST_TEST(c->receive()->body.starts_with("/later/"));
        }
    }
    BOOST_TEST(awaited[0].wanted());
    std::move(awaited[0]).complete(routes::answered());
    BOOST_TEST(stays.receive()->body == "/later/stays");

    // Its connection ended before the answer came.
    client late = r.connect();
    BOOST_REQUIRE(late.send_raw(get("/later/e")).has_value());
    const auto orphan = r.answers.take_waiting(1);
    r.front.reset();
    BOOST_TEST(!orphan[0].wanted());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
