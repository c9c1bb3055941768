// Clients that behave badly harm nobody else, and a start that cannot succeed says why and leaves
// everything as it was.
#include "gateway/http/limits.hpp"
#include "tests/integration/descriptors.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <deque>

namespace rollcall::integration {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t slow_clients = 500;
constexpr std::chrono::seconds answer_time_max{2};

} // namespace

BOOST_AUTO_TEST_SUITE(neighbours_test)

// 500 connections send the head of a request byte by byte. Each is told 408 or cut at the deadline;
// meanwhile a client next to them is served as if they were not there.
BOOST_AUTO_TEST_CASE(slow_clients_harm_only_themselves) {
    allow_descriptors(2 * slow_clients);
    installation home;
    home.start();
    const std::string key = home.make_tenant("acme");
    provider good(home.address(), key);
    BOOST_REQUIRE(good.create(user_body("jane@example.com", "a")).done());

    http::client_options patient;
    patient.answer_time_max = std::chrono::seconds(30);
    std::deque<http::client> slow;
    for (std::size_t i = 0; i < slow_clients; ++i) {
        slow.emplace_back(home.address(), patient);
        BOOST_REQUIRE(slow.back().connect());
        BOOST_REQUIRE(slow.back().send_raw("GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nX-Slow: "));
    }

    const http::limits limits;
    const auto until = steady::now() + limits.head_time_max + std::chrono::seconds(1);
    steady::duration longest{};
    std::size_t answered = 0;
    for (std::size_t turn = 0; steady::now() < until; ++turn) {
        const auto asked = steady::now();
        BOOST_REQUIRE(good.find("jane@example.com").status == 200);
        longest = std::max(longest, steady::now() - asked);
        ++answered;
        // Fails once the server has cut that one.
        static_cast<void>(slow[turn % slow_clients].send_raw("a"));
    }
    BOOST_TEST(answered > slow_clients); // so each of them sent some more, and won no time by it
    BOOST_TEST((longest < answer_time_max));

    std::size_t told = 0;
    std::size_t cut = 0;
    for (http::client& one : slow) {
        const auto answer = one.receive();
        if (answer)
            told += answer->status == 408 ? 1u : 0u;
        else
            cut += answer.error().code == http::client_errc::connection_lost ? 1u : 0u;
    }
    BOOST_TEST(told + cut == slow_clients);
    BOOST_TEST(told > 0u);
    BOOST_TEST(home.stop().code == 0);
}

BOOST_AUTO_TEST_CASE(a_start_that_cannot_succeed_says_what_to_do) {
    installation first;
    first.start();
    const std::string taken = first.address().text();

    struct row {
        std::string_view name;
        std::vector<std::string> words;
        std::vector<std::string_view> told; ///< all of these are said
        int code = 1;
    };

    const support::temp_directory scratch;
    const std::string fresh = (scratch / "fresh").string();
    const std::string foreign = (scratch / "foreign").string();
    std::filesystem::create_directory(foreign);
    support::write_bytes(foreign + "/letter.txt", "dear aunt");
    const std::vector<row> rows = {
        {"port in use", {"serve", "--data", fresh, "--listen", taken}, {taken}},
        {"directory in use",
         {"serve", "--data", first.data().string(), "--listen", "127.0.0.1:0"},
         {first.data().native()}},
        {"directory of somebody else",
         {"serve", "--data", foreign, "--listen", "127.0.0.1:0"},
         {"foreign"}},
        {"open to the world without TLS",
         {"serve", "--data", fresh, "--listen", "0.0.0.0:0"},
         {"--behind-proxy"},
         2},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto before = support::all_files(foreign);
            std::vector<std::string> words = r.words;
            words.insert(words.begin(), installation::program());
            child refused(words, scratch / "complaints");
            BOOST_TEST(refused.rest().find("ready") == std::string::npos);
            BOOST_TEST(refused.wait(std::chrono::seconds(30)).code == r.code);
            const std::string complaint = support::read_bytes(scratch / "complaints");
            for (const std::string_view words_told : r.told)
                BOOST_TEST(complaint.find(words_told) != std::string::npos, complaint);
            BOOST_TEST((before == support::all_files(foreign)));
            std::filesystem::remove(scratch / "complaints");
        }
    }
    BOOST_TEST(first.stop().code == 0);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
