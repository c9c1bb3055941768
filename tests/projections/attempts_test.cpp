#include "projections/attempts.hpp"
#include "tests/projections/world.hpp"

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(attempts_test)

namespace {

constexpr std::int64_t hour_ms = 3'600'000;

class book : public world {
  public:
    tenant_no acme = make_tenant("acme");
    attempt_limits limits{3, 2, std::chrono::hours{24}};

    void refuse(const std::string& who, const std::string& reason = "no seat",
                std::uint16_t status = 403) {
        now.unix_ms += 1;
        attempt a{acme, identity_provider, "req", "create user", who, status, reason, 0};
        BOOST_TEST(enter_attempt(rows, keys, limits, a, now));
    }

    [[nodiscard]] std::vector<attempt_record> about(std::optional<std::string_view> who) {
        return list_attempts(rows, keys, acme, who, 100).value();
    }

    /// Everybody in the book, last refused first.
    [[nodiscard]] std::string people() {
        std::string names;
        for (const attempt_record& record : about(std::nullopt)) {
            names += record.what.who + " ";
        }
        return names;
    }

    [[nodiscard]] std::size_t attempt_rows() const {
        std::size_t count = 0;
        for (const auto& [place, value] : rows.rows) {
            if (place.first == table::attempts) ++count;
        }
        return count;
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(an_attempt_is_kept_whole) {
    book b;
    b.refuse("jane", "all seats are taken", 403);
    const auto found = b.about("jane");
    BOOST_REQUIRE(found.size() == 1);
    const attempt_record& record = found[0];
    BOOST_TEST(record.what.who == "jane");
    BOOST_TEST(record.what.reason == "all seats are taken");
    BOOST_TEST(record.what.action == "create user");
    BOOST_TEST(record.what.status == 403);
    BOOST_TEST(record.what.request_id == "req");
    BOOST_TEST((record.what.by == identity_provider));
    BOOST_TEST((record.what.tenant == b.acme));
    BOOST_TEST((record.first == b.now && record.last == b.now));
    BOOST_TEST(record.count == 1u);
    BOOST_TEST(b.about("joe").empty());
}

BOOST_AUTO_TEST_CASE(equal_refusals_are_counted_and_others_stand_beside_them) {
    book b;
    b.refuse("jane", "no seat");
    const base::moment first = b.now;
    b.refuse("jane", "bad phone", 400);
    b.refuse("jane", "no seat");
    const auto found = b.about("jane");
    BOOST_REQUIRE(found.size() == 2);
    BOOST_TEST(found[0].what.reason == "no seat");
    BOOST_TEST(found[0].count == 2u);
    BOOST_TEST((found[0].first == first && found[0].last == b.now));
    BOOST_TEST(found[1].what.reason == "bad phone");
    BOOST_TEST(found[1].count == 1u);
}

BOOST_AUTO_TEST_CASE(reasons_of_one_person_are_bounded_and_the_oldest_goes) {
    book b;
    b.refuse("jane", "one");
    b.refuse("jane", "two");
    BOOST_TEST(b.about("jane").size() == 2u);
    b.refuse("jane", "three");
    const auto found = b.about("jane");
    BOOST_REQUIRE(found.size() == 2);
    BOOST_TEST(found[0].what.reason == "three");
    BOOST_TEST(found[1].what.reason == "two");
}

BOOST_AUTO_TEST_CASE(people_are_bounded_and_who_was_refused_longest_ago_goes) {
    book b;
    b.refuse("ann");
    b.refuse("bob");
    b.refuse("cid");
    BOOST_TEST(b.people() == "cid bob ann ");
    b.refuse("ann");
    BOOST_TEST(b.people() == "ann cid bob ");
    b.refuse("dan"); // one past the limit
    BOOST_TEST(b.people() == "dan ann cid ");
    b.refuse("cid"); // from the middle
    BOOST_TEST(b.people() == "cid dan ann ");
    b.refuse("cid"); // the newest again
    b.refuse("eve");
    BOOST_TEST(b.people() == "eve cid dan ");
    BOOST_TEST(b.attempt_rows() == 3u * 2 + 1);
}

BOOST_AUTO_TEST_CASE(who_was_refused_too_long_ago_goes) {
    book b;
    b.refuse("ann");
    b.refuse("bob");
    const base::moment last = b.now;
    b.now = {last.unix_ms + 24 * hour_ms};
    BOOST_TEST(expire_attempts(b.rows, b.limits, b.acme, b.now, 100) == 1u); // ann, not bob
    BOOST_TEST(b.people() == "bob ");
    b.refuse("cid"); // lets bob go: one millisecond past the limit
    BOOST_TEST(b.people() == "cid ");
    b.now.unix_ms += 25 * hour_ms;
    BOOST_TEST(expire_attempts(b.rows, b.limits, b.acme, b.now, 100) == 1u);
    BOOST_TEST(b.people().empty());
    BOOST_TEST(expire_attempts(b.rows, b.limits, b.acme, b.now, 100) == 0u);
    b.refuse("dan");
    BOOST_TEST(b.people() == "dan ");
}

BOOST_AUTO_TEST_CASE(expiry_is_bounded) {
    book b;
    b.refuse("ann");
    b.refuse("bob");
    b.refuse("cid");
    b.now.unix_ms += 25 * hour_ms;
    BOOST_TEST(expire_attempts(b.rows, b.limits, b.acme, b.now, 2) == 2u);
    BOOST_TEST(b.people() == "cid ");
}

BOOST_AUTO_TEST_CASE(a_person_is_forgotten_wherever_he_stands) {
    for (const char* who : {"ann", "bob", "cid"}) {
        BOOST_TEST_CONTEXT(who) {
            book b;
            b.refuse("ann");
            b.refuse("bob");
            b.refuse("cid");
            drop_attempts(b.rows, b.keys, b.acme, who);
            BOOST_TEST(b.about(who).empty());
            BOOST_TEST(b.about(std::nullopt).size() == 2u);
            BOOST_TEST(b.attempt_rows() == 2u * 2 + 1);
            b.refuse(who);
            BOOST_TEST(b.about(std::nullopt).size() == 3u);
            BOOST_TEST(b.people().starts_with(who));
        }
    }
}

BOOST_AUTO_TEST_CASE(forgetting_somebody_unknown_changes_nothing) {
    book b;
    b.refuse("ann");
    const auto before = b.rows.rows;
    drop_attempts(b.rows, b.keys, b.acme, "bob");
    drop_attempts(b.rows, b.keys, tenant_no{99}, "ann");
    BOOST_TEST((b.rows.rows == before));
}

BOOST_AUTO_TEST_CASE(an_attempt_on_no_tenant_is_not_kept) {
    book b;
    attempt a;
    a.tenant = tenant_no{99};
    BOOST_TEST(!enter_attempt(b.rows, b.keys, b.limits, a, b.now));
    BOOST_TEST(b.attempt_rows() == 0u);
}

BOOST_AUTO_TEST_CASE(texts_are_cut_and_still_coalesce) {
    book b;
    const std::string reason(attempt_text_bytes_max + 1, 'r');
    b.refuse("jane", reason);
    b.refuse("jane", reason);
    const auto found = b.about("jane");
    BOOST_REQUIRE(found.size() == 1);
    BOOST_TEST(found[0].what.reason.size() == attempt_text_bytes_max);
    BOOST_TEST(found[0].count == 2u);
}

BOOST_AUTO_TEST_CASE(the_range_of_a_tenant_holds_all_that_is_sealed_of_his_and_nothing_else) {
    book b;
    const tenant_no next = b.make_tenant("next");
    b.refuse("ann");
    b.refuse("bob");
    b.acme = next;
    b.refuse("cid");
    const auto range = attempts_range(tenant_no{1});
    BOOST_TEST((range.where == table::attempts));
    std::size_t inside = 0;
    for (const auto& [place, value] : b.rows.rows) {
        if (place.first != table::attempts) continue;
        if (place.second >= range.first && place.second <= range.last) ++inside;
    }
    BOOST_TEST(inside == 2u);
}

BOOST_AUTO_TEST_CASE(no_row_shows_the_person_or_the_reason) {
    book b;
    b.refuse("jane.doe", "phone 555-0100 is malformed");
    for (const auto& [place, value] : b.rows.rows) {
        if (place.first != table::attempts) continue;
        BOOST_TEST((place.second + value).find("jane") == std::string::npos);
        BOOST_TEST((place.second + value).find("555") == std::string::npos);
    }
}

BOOST_AUTO_TEST_SUITE_END()
