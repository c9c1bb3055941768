// Which key seals and which ones still open, at which times.
#include "gateway/http/tls_tickets.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::http {
namespace {

using std::chrono::hours;
using std::chrono::nanoseconds;

const ticket_keys::time_point start{};
constexpr nanoseconds instant{1};

struct seen {
    bool opens = false;
    bool stale = false;
};

seen open_at(ticket_keys& keys, const ticket_keys::key& with, ticket_keys::time_point when) {
    seen s;
    const auto found = keys.to_open(with.name, when, s.stale);
    s.opens = found && found->cipher == with.cipher && found->mac == with.mac;
    BOOST_TEST((s.opens || !found));
    return s;
}

BOOST_AUTO_TEST_SUITE(tls_tickets_test)

BOOST_AUTO_TEST_CASE(a_key_seals_for_its_time_and_opens_for_as_long_again) {
    struct {
        const char* name;
        nanoseconds asked;
        bool seals, opens, stale;
    } const rows[]{
        {"at once", {}, true, true, false},
        {"at the last moment", ticket_key_age_max - instant, true, true, false},
        {"when its time is over", ticket_key_age_max, false, true, true},
        {"at the very last moment", 2 * ticket_key_age_max - instant, false, true, true},
        {"when that is over", 2 * ticket_key_age_max, false, false, false},
        {"after a long silence", 100 * ticket_key_age_max, false, false, false},
    };

    for (const auto& row : rows) {
        for (const bool open_first : {false, true}) {
            BOOST_TEST_CONTEXT(row.name << (open_first ? ", opened first" : ", sealed first")) {
                ticket_keys keys(start);
                const auto first = keys.to_seal(start);
                const auto when = start + row.asked;
                seen got;
                if (open_first) got = open_at(keys, first, when);
                BOOST_TEST((keys.to_seal(when).name == first.name) == row.seals);
                if (!open_first) got = open_at(keys, first, when);
                BOOST_TEST(got.opens == row.opens);
                BOOST_TEST(got.stale == row.stale);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_was_still_used_late_does_not_live_longer) {
    ticket_keys keys(start);
    const auto first = keys.to_seal(start);
    const auto late = start + ticket_key_age_max + hours(5);
    BOOST_TEST((keys.to_seal(late).name != first.name)); // made only now
    BOOST_TEST(open_at(keys, first, late).opens);
    BOOST_TEST(!open_at(keys, first, start + 2 * ticket_key_age_max).opens);
}

BOOST_AUTO_TEST_CASE(keys_of_others_are_unknown) {
    ticket_keys ours(start);
    ticket_keys theirs(start);
    BOOST_TEST(!open_at(ours, theirs.to_seal(start), start).opens);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
