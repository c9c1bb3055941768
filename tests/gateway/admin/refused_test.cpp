// Refusals of one person: found under her name and her id, newest first, and not more than is
// wanted.
#include "gateway/admin/refused.hpp"
#include "tests/projections/world.hpp"

namespace rollcall::admin {
namespace {

using namespace projections;

const std::string jane_id = test::id_of(0x17).text();

class book : public test::world {
  public:
    tenant_no acme = make_tenant("acme");

    void refuse(const std::string& who, std::string reason, std::uint16_t status,
                std::uint16_t code) {
        now.unix_ms += 1;
        const attempt a{acme, test::identity_provider, "r-1", "create user", who, status, reason,
                        code};
        BOOST_REQUIRE(enter_attempt(rows, keys, {}, a, now));
    }

    std::vector<attempt_record> under(const std::vector<std::string>& names, std::size_t most) {
        auto found = refused_under(rows, keys, acme, names, most);
        BOOST_REQUIRE(found);
        return std::move(*found);
    }
};

struct word_row {
    const char* name;
    std::string word;
    std::string looked_up;
};

const word_row word_rows[] = {
    {"a user name", "jane@acme.example", "jane@acme.example"},
    {"capitals", "JANE@Acme.example", "jane@acme.example"},
    {"an id", jane_id, jane_id},
    {"what is no user name", "a\x01", "a\x01"},
};

struct refusal_row {
    const char* name;
    std::uint16_t status;
    std::uint16_t code;
    const char* there;
};

const refusal_row refusal_rows[] = {
    {"before its turn", 400, 0, R"("status":400,"code":null,)"},
    {"in its turn", 0, static_cast<std::uint16_t>(refusal_code::seat_limit),
     R"("status":null,"code":"seat_limit",)"},
    {"a fault that stopped nothing", 0, 0, R"("status":null,"code":null,)"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(refused_test)

BOOST_AUTO_TEST_CASE(a_word_is_looked_up_as_it_was_refused) {
    for (const word_row& row : word_rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto names = refused_names(row.word);
            BOOST_REQUIRE(names.size() == 1u);
            BOOST_TEST(names[0] == row.looked_up);
        }
    }
}

BOOST_AUTO_TEST_CASE(name_and_id_are_one_list_newest_first_with_an_end) {
    book b;
    for (const char* reason : {"1", "3"}) {
        b.refuse("jane", reason, 400, 0);
        b.refuse(jane_id, std::to_string(std::stoi(reason) + 1), 400, 0);
    }
    b.refuse("joe", "5", 400, 0);
    std::string order;
    for (const attempt_record& r : b.under({"jane", jane_id}, 4))
        order += r.what.reason;
    BOOST_TEST(order == "4321");
    BOOST_TEST(b.under({"jane", jane_id}, 5).size() == 4u);
    const auto cut = b.under({"jane", jane_id}, 3);
    BOOST_REQUIRE(cut.size() == 3u);
    BOOST_TEST(cut.back().what.reason == "2");
    BOOST_TEST(b.under({"nobody"}, 4).empty());
}

BOOST_AUTO_TEST_CASE(a_refusal_says_where_it_was_refused) {
    for (const refusal_row& row : refusal_rows) {
        BOOST_TEST_CONTEXT(row.name) {
            book b;
            b.refuse("jane", "so \"it\" is", row.status, row.code);
            b.refuse("jane", "so \"it\" is", row.status, row.code);
            std::string out;
            base::json_writer json(out);
            json.begin_object();
            write_refused(json, b.under({"jane"}, 1));
            json.end_object();
            BOOST_TEST(out == R"({"refused":[{"who":"jane","action":"create user",)" +
                                  std::string(row.there) +
                                  R"("reason":"so \"it\" is","count":2,"first":")" +
                                  base::moment{b.now.unix_ms - 1}.text() + R"(","last":")" +
                                  b.now.text() + R"(","request_id":"r-1"}]})");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
