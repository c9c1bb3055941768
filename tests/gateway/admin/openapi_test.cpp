// The OpenAPI document beside the table of routes, and beside the fields of a person.
#include "gateway/admin/api.hpp"
#include "gateway/admin/openapi.hpp"
#include "gateway/admin/person.hpp"
#include "tests/projections/server.hpp"

#include <simdjson.h>

#include <map>
#include <set>

namespace rollcall::admin {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

struct description {
    simdjson::dom::parser parser;
    element root = parser.parse(openapi_document());
};

std::string word_of(http::method method) {
    switch (method) {
    case http::method::get: return "get";
    case http::method::post: return "post";
    case http::method::put: return "put";
    case http::method::patch: return "patch";
    case http::method::del: return "delete";
    default: return "?";
    }
}

/// `get /tenants` to the route's name.
std::map<std::string, std::string> all_routes() {
    projections::test::server house;
    eventlog::log_signal signal;
    const gateway::limits bounds;
    const profiles::profile_shelf shelf;
    gateway::key_usage used;
    const gateway::authenticator authenticator(house.views(), used, bounds, shelf);
    gateway::gate gate(authenticator, house.desk(), bounds, false);
    const gateway::admin_authenticator tokens(house.views(), used);
    gateway::admin_gate admin_gate(tokens, gate, house.desk());
    gateway::worker_pool workers(1, 1);
    gateway::password_office passwords(bounds);
    api under_test({.store = house.log(),
                    .keys = house.keys(),
                    .signal = signal,
                    .directory = house.views(),
                    .desk = house.desk(),
                    .writer = house.queue(),
                    .gate = admin_gate,
                    .workers = workers,
                    .passwords = passwords,
                    .profiles = shelf,
                    .public_url = {},
                    .key_last_used = {},
                    .token_last_used = {},
                    .erased = {},
                    .examine = {}});
    std::map<std::string, std::string> all;
    for (const gateway::route& r : under_test.area().routes)
        all.emplace(word_of(r.method) + " " + std::string(r.pattern), r.name);
    return all;
}

void collect_refs(element from, std::set<std::string>& into) {
    if (from.is_array()) {
        for (const element one : array(from))
            collect_refs(one, into);
    } else if (from.is_object()) {
        for (const auto [name, value] : object(from)) {
            if (name == "$ref") into.emplace(std::string_view(value));
            collect_refs(value, into);
        }
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(openapi_test)

BOOST_AUTO_TEST_CASE(every_route_is_described_and_nothing_else_is) {
    description document;
    std::map<std::string, std::string> described;
    for (const auto [path, item] : object(document.root["paths"])) {
        for (const auto [method, operation] : object(item)) {
            if (method == "parameters") continue;
            described.emplace(std::string(method) + " " + std::string(path),
                              std::string_view(operation["operationId"]));
        }
    }
    const auto routes = all_routes();
    BOOST_TEST(routes.size() > 20u);
    for (const auto& [place, name] : routes) {
        BOOST_TEST_CONTEXT(place) {
            BOOST_TEST(described.contains(place));
            BOOST_TEST(described[place] == name);
        }
    }
    for (const auto& [place, name] : described)
        BOOST_TEST(routes.contains(place), place << " is described and is no route");
}

BOOST_AUTO_TEST_CASE(every_argument_of_a_path_is_described) {
    description document;
    for (const auto [path, item] : object(document.root["paths"])) {
        BOOST_TEST_CONTEXT(path) {
            std::set<std::string> described;
            element parameters;
            if (item["parameters"].get(parameters) == simdjson::SUCCESS) {
                for (element one : array(parameters)) {
                    std::string_view ref;
                    if (one["$ref"].get(ref) == simdjson::SUCCESS)
                        one = document.root.at_pointer(ref.substr(1));
                    BOOST_TEST(std::string_view(one["in"]) == "path");
                    described.emplace(std::string_view(one["name"]));
                }
            }
            std::set<std::string> wanted;
            for (std::string_view rest = path; rest.find('{') != rest.npos;) {
                rest.remove_prefix(rest.find('{') + 1);
                wanted.emplace(rest.substr(0, rest.find('}')));
            }
            BOOST_TEST(described == wanted, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_reference_leads_somewhere_and_nothing_is_left_over) {
    description document;
    std::set<std::string> refs;
    collect_refs(document.root, refs);
    BOOST_TEST(refs.size() > 30u);
    for (const std::string& ref : refs) {
        BOOST_TEST(ref.starts_with("#/"), ref);
        BOOST_TEST((document.root.at_pointer(ref.substr(1)).error() == simdjson::SUCCESS), ref);
    }
    for (const char* kind : {"schemas", "parameters", "responses", "headers"}) {
        for (const auto [name, value] : object(document.root["components"][kind])) {
            const std::string ref = "#/components/" + std::string(kind) + "/" + std::string(name);
            BOOST_TEST(refs.contains(ref), ref << " is used nowhere");
        }
    }
}

BOOST_AUTO_TEST_CASE(a_person_has_the_same_fields) {
    description document;
    for (const char* schema : {"NewPerson", "PersonChange"}) {
        BOOST_TEST_CONTEXT(schema) {
            std::vector<std::string_view> described;
            for (const auto [name, value] :
                 object(document.root["components"]["schemas"][schema]["properties"]))
                described.push_back(name);
            std::vector<std::string_view> fields;
            for (const person_field& field : person_fields)
                fields.push_back(field.name);
            BOOST_TEST(described == fields, boost::test_tools::per_element());
        }
    }
}

BOOST_AUTO_TEST_CASE(what_any_request_may_be_answered_is_said_everywhere) {
    description document;
    for (const auto [path, item] : object(document.root["paths"])) {
        for (const auto [method, operation] : object(item)) {
            if (method == "parameters") continue;
            BOOST_TEST_CONTEXT(method << ' ' << path) {
                for (const char* status : {"400", "401", "403", "429", "500", "503"})
                    BOOST_TEST((operation["responses"][status].error() == simdjson::SUCCESS),
                               status);
                const bool body = operation["requestBody"].error() == simdjson::SUCCESS;
                BOOST_TEST((operation["responses"]["413"].error() == simdjson::SUCCESS) == body);
                BOOST_TEST((operation["responses"]["507"].error() == simdjson::SUCCESS) ==
                           (method != "get"));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
