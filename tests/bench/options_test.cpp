#include "bench/options.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(options_test)

using rollcall::bench::read_options;
using arguments = std::vector<std::string_view>;

BOOST_AUTO_TEST_CASE(nothing_means_everything_with_the_defaults) {
    const auto o = read_options({});
    BOOST_REQUIRE(o.has_value());
    BOOST_TEST(o->names.empty());
    BOOST_TEST(o->plan.rounds == 5u);
    BOOST_TEST(o->plan.round_time.count() == 2000);
    BOOST_TEST(!o->plan.full);
    BOOST_TEST(!o->plan.smoke);
    BOOST_TEST(!o->json.has_value());
}

BOOST_AUTO_TEST_CASE(each_option) {
    const arguments given = {"create",   "--seconds", "3",        "--rounds", "1000",
                             "get_user", "--json",    "out.json", "--full"};
    const auto o = read_options(given);
    BOOST_REQUIRE(o.has_value());
    BOOST_TEST(o->names == (std::vector<std::string>{"create", "get_user"}));
    BOOST_TEST(o->plan.round_time.count() == 3000);
    BOOST_TEST(o->plan.rounds == 1000u);
    BOOST_TEST(o->json->string() == "out.json");
    BOOST_TEST(o->plan.full);
}

BOOST_AUTO_TEST_CASE(what_is_refused_and_why) {
    struct row {
        std::string name;
        arguments given;
        std::string says;
    };

    const std::vector<row> rows = {
        {"unknown option", {"--fast"}, "--fast"},
        {"unknown workload", {"get_users"}, "get_users"},
        {"empty word", {""}, "no workload"},
        {"a value is missing", {"--seconds"}, "--seconds needs a value"},
        {"a file is missing", {"create", "--json"}, "--json needs a value"},
        {"zero", {"--rounds", "0"}, "--rounds"},
        {"one past the most", {"--rounds", "1001"}, "--rounds"},
        {"negative", {"--seconds", "-1"}, "--seconds"},
        {"a fraction", {"--seconds", "1.5"}, "--seconds"},
        {"a word", {"--seconds", "two"}, "--seconds"},
        {"an empty value", {"--seconds", ""}, "--seconds"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto o = read_options(r.given);
            BOOST_REQUIRE(!o.has_value());
            BOOST_TEST_INFO(o.error().message);
            BOOST_TEST(o.error().message.find(r.says) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
