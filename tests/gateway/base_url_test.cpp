#include "gateway/base_url.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

BOOST_AUTO_TEST_SUITE(base_url_test)

BOOST_AUTO_TEST_CASE(hosts) {
    struct row {
        const char* text;
        bool good;
    };

    const row rows[] = {
        {"example.com", true},
        {"example.com:8443", true},
        {"127.0.0.1:1", true},
        {"[::1]:8080", true},
        {"[2001:db8::1]", true},
        {"my_host-1", true},
        {"", false},
        {":80", false},
        {"example.com:", false},
        {"example.com:port", false},
        {"example.com:123456", false},
        {"user@example.com", false},
        {"example.com/path", false},
        {"exa mple.com", false},
        {"example.com\"", false},
        {"<script>", false},
        {"[::1", false},
        {"[]", false},
        {"[::1]x", false},
        {"[::1]:", false},
        {"[::zz]", false},
        {"a,b", false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            BOOST_TEST(is_host(r.text) == r.good);
        }
    }
    BOOST_TEST(is_host(std::string(261, 'a')));
    BOOST_TEST(!is_host(std::string(262, 'a')));
}

BOOST_AUTO_TEST_CASE(the_base_is_what_the_client_used) {
    struct row {
        const char* name;
        base_url_options options;
        const char* host;
        const char* path;
        std::size_t prefix;
        const char* base; ///< empty: refused
    };

    const row rows[] = {
        {"the request's host", {}, "h:1", "/scim/v2/Users/7", 2, "http://h:1/scim/v2"},
        {"behind TLS", {"", true}, "h", "/scim/v2/Users", 2, "https://h/scim/v2"},
        {"a tenant's base", {}, "h", "//t/acme//scim/v2/Users", 4, "http://h/t/acme/scim/v2"},
        {"a public URL",
         {"https://id.example.com/x", false},
         "evil",
         "/scim/v2",
         2,
         "https://id.example.com/x/scim/v2"},
        {"a public URL needs no host",
         {"https://id.example.com", false},
         "",
         "/scim/v2",
         2,
         "https://id.example.com/scim/v2"},
        {"what a URL cannot hold is escaped",
         {},
         "h",
         "/t/%22a%22%20b/scim/v2",
         4,
         "http://h/t/%22a%22%20b/scim/v2"},
        {"a bad host", {}, "h\"", "/scim/v2", 2, ""},
        {"no host", {}, "", "/scim/v2", 2, ""},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            http::path_segments path;
            BOOST_REQUIRE(path.parse(r.path, 32).has_value());
            std::string base;
            const bool done = set_base_url(base, r.options, r.host, path, r.prefix);
            BOOST_TEST((done ? base : "") == r.base);
        }
    }
}

BOOST_AUTO_TEST_CASE(public_urls) {
    struct row {
        const char* text;
        const char* read; ///< empty: refused
    };

    const row rows[] = {
        {"https://id.example.com", "https://id.example.com"},
        {"https://id.example.com/", "https://id.example.com"},
        {"http://localhost:8080/rollcall/", "http://localhost:8080/rollcall"},
        {"id.example.com", ""},
        {"ftp://id.example.com", ""},
        {"https://", ""},
        {"https://user@id.example.com", ""},
        {"https://id.example.com?x=1", ""},
        {"https://id.example.com/#top", ""},
        {"https://id.example.com/a b", ""},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.text) {
            BOOST_TEST(parse_public_url(r.text).value_or("") == r.read);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
