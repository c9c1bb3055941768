#include "gateway/profiles/base_path.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace rollcall::profiles {
namespace {

struct row {
    const char* what;
    std::string path;
    std::string fault; ///< what its message holds; empty: none
};

const row rows[] = {
    {"of a product's guide", "/auth/scim", ""},
    {"one segment", "/scim", ""},
    {"every character", "/Aa0-.~/x", ""},
    {"as many segments as may be", "/a/b/c/d", ""},
    {"nearly the usual one", "/scim/v3", ""},
    {"begins as a taken one does", "/tenants", ""},
    {"empty", "", "must begin with a slash"},
    {"no slash", "auth/scim", "must begin with a slash"},
    {"a slash at the end", "/auth/scim/", "must not end with a slash"},
    {"a slash alone", "/", "must not end with a slash"},
    {"two slashes", "/auth//scim", "empty segment"},
    {"a blank", "/auth scim", "letters, digits"},
    {"an argument", "/t1/{tenant}", "letters, digits"},
    {"a query", "/auth?x=1", "letters, digits"},
    {"percent", "/auth%2Fscim", "letters, digits"},
    {"not ASCII", "/zürich", "letters, digits"},
    {"underscore", "/auth_scim", "underscore"},
    {"one dot", "/auth/.", "only dots"},
    {"two dots", "/../etc", "only dots"},
    {"the usual one", "/scim/v2", "leave it out"},
    {"within the usual one", "/scim/v2/Users", "leave it out"},
    {"the admin API's", "/admin/v1", "begins with /admin"},
    {"that of named tenants", "/t/acme/scim", "begins with /t"},
    {"figures", "/metrics", "begins with /metrics"},
    {"health", "/healthz/x", "begins with /healthz"},
    {"readiness", "/readyz", "begins with /readyz"},
    {"the word for users", "/crew/Users", "has a segment Users"},
    {"the word for groups", "/Groups/x", "has a segment Groups"},
    {"nearly the word", "/users/UsersX", ""},
    {"one segment too many", "/a/b/c/d/e", "more than 4 segments"},
    {"one byte too many", "/" + std::string(base_path_bytes_max, 'a'), "longer than 128 bytes"},
};

BOOST_AUTO_TEST_SUITE(base_path_test)

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_base_path) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const std::string found = base_path_fault(r.path);
            BOOST_TEST(found.empty() == r.fault.empty(), found);
            BOOST_TEST((found.find(r.fault) != found.npos), found);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_longest_that_may_be) {
    BOOST_TEST(base_path_fault("/" + std::string(base_path_bytes_max - 1, 'a')) == "");
}

BOOST_AUTO_TEST_CASE(how_much_of_a_path_it_takes) {
    const std::vector<std::string_view> path{"auth", "scim", "Users"};
    BOOST_TEST(segments_within("/auth/scim", path) == 2u);
    BOOST_TEST(segments_within("/auth", path) == 1u);
    BOOST_TEST(segments_within("/auth/scim/Users", path) == 3u);
    BOOST_TEST(segments_within("/auth/sci", path) == 0u);
    BOOST_TEST(segments_within("/auth/scim/Users/7", path) == 0u);
    BOOST_TEST(segments_within("/Auth", path) == 0u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
