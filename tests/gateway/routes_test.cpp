#include "gateway/routes.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::gateway {
namespace {

using http::method;

route row(method m, std::string_view pattern, std::string_view name) {
    return {m, pattern, permission::open, name, [](call&) {}};
}

route_table sample() {
    area scim;
    scim.prefixes = {"/scim/v2", "/t/{tenant}/scim/v2"};
    scim.routes = {row(method::get, "/Users/{id}", "get"), row(method::get, "/Users", "list"),
                   row(method::post, "/Users/.search", "search"),
                   row(method::del, "/Users/{id}", "delete")};
    // As in the real table, the literal stands before the argument that would swallow it.
    std::swap(scim.routes[0], scim.routes[2]);
    area rest;
    rest.prefixes = {""};
    rest.routes = {row(method::get, "/healthz", "health")};
    std::vector<area> areas;
    areas.push_back(std::move(scim));
    areas.push_back(std::move(rest));
    return route_table(std::move(areas));
}

http::path_segments path(std::string_view text) {
    http::path_segments segments;
    BOOST_REQUIRE(segments.parse(text, 32).has_value());
    return segments;
}

BOOST_AUTO_TEST_SUITE(routes_test)

BOOST_AUTO_TEST_CASE(a_target_that_cannot_be_read_finds_its_area) {
    struct row {
        const char* target;
        const char* prefix; ///< the first of the area's; null: none
    };

    const row rows[] = {
        {"/scim/v2/Users/%00", "/scim/v2"},
        {"/scim/v2/..", "/scim/v2"},
        {"//scim/%762?x=%ff", "/scim/v2"},
        {"/t/%ff/scim/v2", "/scim/v2"},
        {"/t/scim/v2", ""},
        {"/scim/./v2", ""},
        {"/scim?/v2", ""},
        {"/SCIM/v2", ""},
        {"*", ""},
        {"/", ""},
        {"", nullptr},
    };
    const route_table table = sample();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.target) {
            const area* found = table.area_of(r.target);
            BOOST_REQUIRE((found != nullptr) == (r.prefix != nullptr));
            if (found != nullptr) BOOST_TEST(found->prefixes.front() == r.prefix);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_path_finds_its_route) {
    struct row {
        const char* name;
        method asked;
        const char* path;
        const char* route; ///< empty: none
        bool path_known;
        const char* id;
        const char* tenant;
    };

    const row rows[] = {
        {"a resource", method::get, "/scim/v2/Users/7", "get", true, "7", ""},
        {"the other base", method::get, "/t/acme/scim/v2/Users/7", "get", true, "7", "acme"},
        {"HEAD is GET", method::head, "/scim/v2/Users", "list", true, "", ""},
        {"a literal before an argument", method::post, "/scim/v2/Users/.search", "search", true, "",
         ""},
        {"a literal keeps other methods out", method::get, "/scim/v2/Users/.search", "", true, "",
         ""},
        {"another method of the path", method::del, "/scim/v2/Users/7", "delete", true, "7", ""},
        {"no such method", method::put, "/scim/v2/Users/7", "", true, "", ""},
        {"no such path", method::get, "/scim/v2/Users/7/8", "", false, "", ""},
        {"another case", method::get, "/scim/v2/users", "", false, "", ""},
        {"the base alone", method::get, "/scim/v2", "", false, "", ""},
        {"half a base", method::get, "/scim", "", false, "", ""},
        {"the area without a prefix", method::get, "/healthz", "health", true, "", ""},
        {"a route of an area needs its prefix", method::get, "/Users", "", false, "", ""},
        {"the root", method::get, "/", "", false, "", ""},
        {"an escaped slash does not divide", method::get, "/scim/v2/Users%2F7", "", false, "", ""},
    };
    const route_table table = sample();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto segments = path(r.path);
            const route_match found = table.find(r.asked, segments);
            BOOST_REQUIRE(found.area != nullptr);
            BOOST_TEST((found.where != nullptr ? found.where->name : "") == r.route);
            BOOST_TEST(found.path_known == r.path_known);
            if (found.where != nullptr) {
                BOOST_TEST(found.arguments["id"] == r.id);
                BOOST_TEST(table.routes()[found.number] == found.where);
            } else {
                BOOST_TEST(found.number == table.routes().size());
            }
            BOOST_TEST(found.arguments["tenant"] == r.tenant);
        }
    }
}

BOOST_AUTO_TEST_CASE(prefixes_that_come_while_the_server_runs) {
    std::size_t taken = 0;
    area scim;
    scim.prefixes = {"/scim/v2"};
    scim.more_prefixes = [&taken](const http::path_segments& asked) {
        return asked.size() > 0 && asked[0] == "auth" ? taken : 0;
    };
    scim.routes = {row(method::get, "/Users/{id}", "get"), row(method::get, "/Users", "list")};
    area rest;
    rest.prefixes = {""};
    std::vector<area> areas;
    areas.push_back(std::move(scim));
    areas.push_back(std::move(rest));
    const route_table table(std::move(areas));

    const auto before = path("/auth/scim/Users/7");
    BOOST_TEST(!table.find(method::get, before).path_known);
    BOOST_TEST(!table.find(method::get, before).by_more_prefixes);
    taken = 2;
    const route_match found = table.find(method::get, before);
    BOOST_REQUIRE(found.where != nullptr);
    BOOST_TEST(found.where->name == "get");
    BOOST_TEST(found.by_more_prefixes);
    BOOST_TEST(found.prefix_segments == 2u);
    BOOST_TEST(arguments_of(found, before)["id"] == "7");
    const auto usual = path("/scim/v2/Users");
    BOOST_TEST(table.find(method::get, usual).where->name == "list");
    BOOST_TEST(!table.find(method::get, usual).by_more_prefixes);
    const auto other = path("/auth/scim/Groups");
    BOOST_TEST(table.find(method::get, other).where == nullptr);
    BOOST_TEST(table.find(method::put, before).path_known);
    BOOST_TEST(table.allowed(table.find(method::put, before), before) == "GET, HEAD");
}

BOOST_AUTO_TEST_CASE(allow_lists_the_methods_of_the_deciding_pattern) {
    struct row {
        const char* path;
        const char* allow;
    };

    const row rows[] = {
        {"/scim/v2/Users/7", "GET, HEAD, DELETE"},
        {"/scim/v2/Users/.search", "POST"},
        {"/scim/v2/Users", "GET, HEAD"},
    };
    const route_table table = sample();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.path) {
            const auto segments = path(r.path);
            BOOST_TEST(table.allowed(table.find(method::patch, segments), segments) == r.allow);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
