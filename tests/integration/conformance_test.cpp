// A client that was not written by us, and knows only the RFCs, goes through everything that the
// server advertises.
#include "tests/integration/installation.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <string>
#include <vector>

namespace rollcall::integration {
namespace {

/// What it does not like and we do on purpose; docs/SCIM.md says why. Each must be met, or it is
/// out of date.
const std::vector<std::string> deviations{
    "active: cannot be removed; set it to true or false",
    "urn:rollcall:params:scim:schemas:1.0:User: is set by the server only",
};

/// What it leaves out because we say that we do not offer it.
constexpr std::string_view not_offered = "searching several resource types at once";

} // namespace

BOOST_AUTO_TEST_SUITE(conformance_test)

BOOST_AUTO_TEST_CASE(an_independent_client_finds_what_we_advertise) {
    const std::string python = ROLLCALL_TREE "/build/python/bin/python";
    BOOST_REQUIRE_MESSAGE(std::filesystem::exists(python),
                          python << " is missing: ./dev test installs it");
    installation home;
    home.start();
    const std::string key = home.make_tenant("acme");
    const std::string base = "http://" + home.address().text() + "/scim/v2";

    support::temp_directory place;
    const auto key_file = place / "key";
    const auto printed = place / "printed";
    std::ofstream(key_file) << key << '\n';
    const std::string command = python + " " ROLLCALL_TREE "/tests/conformance/run_tester.py " +
                                base + " < " + key_file.string() + " > " + printed.string() +
                                " 2>&1";
    const int code = std::system(command.c_str());

    std::ifstream in(printed);
    std::vector<bool> met(deviations.size());
    std::string counts;
    for (std::string line; std::getline(in, line);) {
        if (line.starts_with("counts\t")) {
            counts = line;
            continue;
        }
        bool known = line.find(not_offered) != std::string::npos;
        for (std::size_t i = 0; i < deviations.size(); ++i) {
            if (line.find(deviations[i]) == std::string::npos) continue;
            known = true;
            met[i] = true;
        }
        BOOST_TEST(known, line);
    }
    BOOST_TEST(code == 0);
    for (std::size_t i = 0; i < deviations.size(); ++i)
        BOOST_TEST(met[i], deviations[i]);
    BOOST_TEST_MESSAGE(counts);
    const std::size_t good = counts.find("SUCCESS=");
    BOOST_REQUIRE(good != std::string::npos);
    BOOST_TEST(std::stoul(counts.substr(good + 8)) >= 100u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
