#include "gateway/http/content_coding.hpp"
#include "gateway/http/request_reader.hpp"
#include "tests/gateway/http/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstring>
#include <string>

namespace rollcall::http {
namespace {

coding_wish wish_of(const std::string& fields) {
    const http::limits bounds;
    input_budget budget(bounds.input_bytes_total_max);
    request_reader reader(bounds, budget, "192.0.2.1");
    const std::string bytes = "GET / HTTP/1.1\r\nHost: h\r\n" + fields + "\r\n";
    BOOST_REQUIRE((reader.advance() == request_reader::step::need_bytes));
    BOOST_REQUIRE(reader.room().size() >= bytes.size());
    std::memcpy(reader.room().data(), bytes.data(), bytes.size());
    reader.add(bytes.size());
    BOOST_REQUIRE((reader.advance() == request_reader::step::head));
    return wished_coding(reader.asked());
}

} // namespace

BOOST_AUTO_TEST_SUITE(content_coding_test)

BOOST_AUTO_TEST_CASE(fields_are_understood) {
    using enum coding_wish;

    struct {
        const char* name;
        const char* field;
        coding_wish wish;
    } const rows[]{
        {"gzip", "gzip", gzip},
        {"its old name", "x-gzip", gzip},
        {"in capitals", "GZIP", gzip},
        {"what browsers send", "gzip, deflate, br", gzip},
        {"what Go sends", "gzip", gzip},
        {"what Java sends", "gzip, x-gzip, deflate", gzip},
        {"anything", "*", gzip},
        {"blanks and tabs", " \tgzip ;\tq=0.5 , br", gzip},
        {"empty elements", ",,gzip,,", gzip},
        {"weight one", "gzip;q=1", gzip},
        {"with all digits", "gzip;q=1.000", gzip},
        {"small, but identity is not named", "gzip;q=0.001", gzip},
        {"as welcome as identity", "identity, gzip", gzip},
        {"more welcome than identity", "identity;q=0.5, gzip;q=0.501", gzip},
        {"more welcome than anything else", "gzip;q=0.8, *;q=0.1", gzip},
        {"capital Q", "gzip;Q=0.5, identity;q=0.1", gzip},
        {"any is gzip too", "br, *;q=0.5", gzip},

        {"only gzip", "gzip, identity;q=0", only_gzip},
        {"only gzip, in three digits", "gzip;q=0.002, identity;q=0.000", only_gzip},
        {"nothing else", "gzip, *;q=0", only_gzip},
        {"anything but identity", "*, identity;q=0", only_gzip},

        {"empty", "", plain},
        {"identity", "identity", plain},
        {"others", "br, deflate, zstd", plain},
        {"gzip forbidden", "gzip;q=0", plain},
        {"gzip forbidden, anything else welcome", "gzip;q=0, *", plain},
        {"nothing is welcome", "*;q=0", plain},
        {"neither", "gzip;q=0, identity;q=0", plain},
        {"identity is more welcome", "gzip;q=0.5, identity;q=0.6", plain},
        {"identity by any", "gzip;q=0.5, *;q=0.6", plain},
        {"a longer word", "gzipped", plain},
        {"a shorter word", "gzi", plain},
        {"two words", "gzip br", plain},
        {"weight missing", "gzip;q=", plain},
        {"weight a word", "gzip;q=high", plain},
        {"weight above one", "gzip;q=1.001", plain},
        {"weight two", "gzip;q=2", plain},
        {"weight negative", "gzip;q=-1", plain},
        {"weight without a zero", "gzip;q=.5", plain},
        {"weight of four digits", "gzip;q=0.5000", plain},
        {"weight with a comma", "gzip;q=0,5", plain},
        {"another parameter", "gzip;level=9", plain},
        {"quoted weight", "gzip;q=\"1\"", plain},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(
                (wish_of("Accept-Encoding: " + std::string(row.field) + "\r\n") == row.wish));
        }
    }
}

BOOST_AUTO_TEST_CASE(fields_are_read_together) {
    BOOST_TEST((wish_of("") == coding_wish::plain));
    BOOST_TEST((wish_of("Accept-Encoding: br\r\naccept-encoding: gzip\r\n") == coding_wish::gzip));
    BOOST_TEST((wish_of("Accept-Encoding: gzip\r\nAccept-Encoding: identity;q=0\r\n") ==
                coding_wish::only_gzip));
    BOOST_TEST((wish_of("Accept: gzip\r\nContent-Encoding: gzip\r\n") == coding_wish::plain));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::http
