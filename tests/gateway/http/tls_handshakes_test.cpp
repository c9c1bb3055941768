// Who has to go, and when, of those whose handshake is under way.
#include "gateway/http/tls_handshakes.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace rollcall::http {
namespace {

using std::chrono::milliseconds;

struct guest final : tls_handshakes::member {
    void give_up() override { ++gave_up; }

    int gave_up = 0;
};

struct party {
    explicit party(std::size_t handshakes_max) : room(handshakes_max, milliseconds(100), count) {}

    static tls_handshakes::time_point at(int ms) {
        return tls_handshakes::time_point(milliseconds(ms));
    }

    /// How often each has given up: `0100`.
    std::string gone() {
        std::string all;
        for (const guest& g : guests)
            all += static_cast<char>('0' + g.gave_up);
        return all;
    }

    thread_counters count;
    tls_handshakes room;
    std::vector<guest> guests = std::vector<guest>(4);
};

BOOST_AUTO_TEST_SUITE(tls_handshakes_test)

BOOST_AUTO_TEST_CASE(past_the_limit_the_oldest_goes) {
    party p(3);
    for (std::size_t i = 0; i < 3; ++i)
        p.room.enter(p.guests[i], party::at(static_cast<int>(i)));
    BOOST_TEST(p.gone() == "0000");
    p.room.enter(p.guests[3], party::at(3));
    BOOST_TEST(p.gone() == "1000");
    BOOST_TEST(p.room.size() == 3U);
    BOOST_TEST(p.count.handshakes_crowded_out.value() == 1U);
    BOOST_TEST(p.count.timeouts_handshake.value() == 0U);
}

BOOST_AUTO_TEST_CASE(who_has_left_is_not_counted) {
    party p(2);
    p.room.enter(p.guests[0], party::at(0));
    p.room.enter(p.guests[1], party::at(1));
    p.room.leave(p.guests[0]);
    p.room.leave(p.guests[0]); // again
    p.room.enter(p.guests[2], party::at(2));
    BOOST_TEST(p.gone() == "0000");
    p.room.enter(p.guests[3], party::at(3));
    BOOST_TEST(p.gone() == "0100");
}

BOOST_AUTO_TEST_CASE(time_is_over_for_each_by_itself) {
    party p(8);
    p.room.enter(p.guests[0], party::at(0));
    p.room.enter(p.guests[1], party::at(50));
    p.room.enter(p.guests[2], party::at(50));
    p.room.sweep(party::at(99));
    BOOST_TEST(p.gone() == "0000");
    p.room.sweep(party::at(100));
    BOOST_TEST(p.gone() == "1000");
    p.room.leave(p.guests[1]);
    p.room.sweep(party::at(1000));
    BOOST_TEST(p.gone() == "1010");
    BOOST_TEST(p.room.size() == 0U);
    BOOST_TEST(p.count.timeouts_handshake.value() == 2U);
    p.room.sweep(party::at(2000));
    BOOST_TEST(p.gone() == "1010");
}

BOOST_AUTO_TEST_CASE(there_is_room_for_one_at_least) {
    party p(0);
    p.room.enter(p.guests[0], party::at(0));
    BOOST_TEST(p.gone() == "0000");
    p.room.enter(p.guests[1], party::at(0));
    BOOST_TEST(p.gone() == "1000");
    BOOST_TEST(p.room.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
