#include "gateway/http/endpoint.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::http {
namespace {

BOOST_AUTO_TEST_SUITE(endpoint_test)

BOOST_AUTO_TEST_CASE(good_addresses_are_read_and_spelled_alike) {
    for (const char* text : {"127.0.0.1:8080", "localhost:0", "[::1]:65535", "0.0.0.0:1",
                             "unix:/run/a.sock", "unix:relative", "unix:a:b"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto read = endpoint::parse(text);
            BOOST_REQUIRE(read.has_value());
            BOOST_TEST(read->text() == text);
        }
    }
    BOOST_TEST(endpoint::parse("[::1]:80")->host == "::1");
    BOOST_TEST(endpoint::parse("unix:/a")->path == "/a");
}

BOOST_AUTO_TEST_CASE(bad_addresses_are_refused_with_advice) {
    for (const char* text : {"", "8080", "localhost", ":8080", "localhost:", "localhost:x",
                             "localhost:80x", "localhost:-1", "localhost:+1", "localhost:65536",
                             "::1:80", "[]:80", "unix:", "localhost: 80"}) {
        BOOST_TEST_CONTEXT(text) {
            const auto read = endpoint::parse(text);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST(read.error().message.find("HOST:PORT") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(addresses_are_resolved) {
    const auto v4 = resolve(endpoint::tcp("127.0.0.1", 80));
    BOOST_REQUIRE(v4.has_value());
    BOOST_TEST(peer_text(v4->storage) == "127.0.0.1");
    const auto v6 = resolve(endpoint::tcp("::1", 80));
    BOOST_REQUIRE(v6.has_value());
    BOOST_TEST(peer_text(v6->storage) == "::1");
    const auto file = resolve(endpoint::unix_path(std::string(107, 'a')));
    BOOST_REQUIRE(file.has_value());
    BOOST_TEST(peer_text(file->storage) == "unix");

    const auto too_long = resolve(endpoint::unix_path(std::string(108, 'a')));
    BOOST_REQUIRE(!too_long.has_value());
    BOOST_TEST(too_long.error().message.find("shorter") != std::string::npos);
    const auto nowhere = resolve(endpoint::tcp("no host has a blank", 80));
    BOOST_REQUIRE(!nowhere.has_value());
    BOOST_TEST(nowhere.error().message.find("no host has a blank") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::http
