// The promise of the product, from outside: what was answered 2xx is there after any crash. The
// real program is killed with SIGKILL under load, again and again on one data directory; eight
// clients remember what they were told.
#include "tests/integration/clerk.hpp"
#include "tests/integration/crowd.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>

namespace rollcall::integration {

namespace {

constexpr std::size_t clients = 8;
constexpr unsigned rounds = 20;
constexpr unsigned request_rounds = 8;
constexpr std::chrono::seconds ready_time_max{2};

void require_nothing_wrong(const std::vector<std::string>& wrong) {
    for (const std::string& line : wrong)
        BOOST_ERROR(line);
    BOOST_REQUIRE(wrong.empty());
}

/// Lets up to five milliseconds pass, so that the kill meets the server anywhere in a batch and not
/// only just after an answer.
void drift(std::mt19937_64& random) {
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::microseconds(random() % 5000);
    while (std::chrono::steady_clock::now() < until) {}
}

} // namespace

BOOST_AUTO_TEST_SUITE(crash_test)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_survives_every_kill) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    installation home;
    home.start();
    const std::string key = home.make_tenant("acme");
    crowd people(clients, random());

    for (unsigned round = 1; round <= rounds; ++round) {
        BOOST_TEST_CONTEXT("round " << round << ", ROLLCALL_TEST_SEED=" << seed) {
            people.work(home.address(), key, 40 + random() % 400, [&] {
                drift(random);
                home.kill();
            });
            const auto ready_after = home.start();
            BOOST_TEST(ready_after.count() < std::chrono::milliseconds(ready_time_max).count());
            require_nothing_wrong(people.settle(home.address(), key, round == rounds));
            const json verified = home.ask({"log", "verify"});
            BOOST_TEST(verified.flag("/ok"));
            BOOST_TEST(verified.number("/events") >= people.acknowledged());
        }
    }
    BOOST_TEST_MESSAGE(people.acknowledged() << " acknowledged changes, " << people.living()
                                             << " users after " << rounds << " kills");
    BOOST_TEST(home.stop().code == 0);
}

// Requests for roles change several rows and counters at a time: after each kill these are what the
// log comes to, byte for byte, and what counting the people one by one gives.
BOOST_AUTO_TEST_CASE(requests_are_counted_right_after_every_kill) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    installation home;
    home.start();
    clerk::tokens with;
    with.provider = home.make_tenant("acme", {"--profile", "zamp"});
    const auto token_of = [&home](const char* admin) {
        return home.ask({"admin", "create", "acme", admin, "--role", "admin"}).text("/token");
    };
    with.giver = token_of("ada");
    with.approver = token_of("bob");
    std::deque<clerk> clerks;
    for (std::size_t i = 0; i < clients; ++i)
        clerks.emplace_back("k" + std::to_string(i), random());

    for (unsigned round = 1; round <= request_rounds; ++round) {
        BOOST_TEST_CONTEXT("round " << round << ", ROLLCALL_TEST_SEED=" << seed) {
            std::vector<std::function<ledger::turn()>> workers;
            for (clerk& mine : clerks) {
                workers.emplace_back(
                    [&mine, at = std::make_shared<clerk::desk>(home.address(), with)] {
                        return mine.go_on(*at);
                    });
            }
            work_together(workers, 40 + random() % 400, [&] {
                drift(random);
                home.kill();
            });
            home.start();
            clerk::desk at(home.address(), with);
            std::map<std::string, std::uint64_t> counted;
            for (clerk& one : clerks) {
                require_nothing_wrong(one.settle(at));
                one.count(counted);
            }
            const json told = home.ask({"tenant", "show", "acme"});
            for (const char* status :
                 {"pending_role", "pending_approval", "active", "suspended", "deactivated"})
                BOOST_TEST(told.number("/by_status/" + std::string(status)) == counted[status],
                           status);
            BOOST_TEST(told.number("/seats_used") ==
                       counted["pending_role"] + counted["pending_approval"] + counted["active"]);
            const json open = home.ask({"approval", "list", "acme"});
            BOOST_TEST(open.size("") == counted["pending_role"] + counted["pending_approval"]);
            BOOST_TEST(home.ask({"rebuild", "--verify"}).flag("/equal"));
        }
    }
    BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
    BOOST_TEST(home.stop().code == 0);
}

// The judge is judged: an older copy of the directory, put back whole, opens without complaint (its
// witness is as old as it is), and only the ledgers can know that something is missing.
BOOST_AUTO_TEST_CASE(a_loss_would_be_noticed) {
    const std::uint64_t seed = seed_of_this_run();
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        installation home;
        home.start();
        const std::string key = home.make_tenant("acme");
        crowd people(2, seed);
        people.work(home.address(), key, 50, [] {});
        BOOST_REQUIRE(home.stop().code == 0);

        const support::temp_directory attic;
        std::filesystem::copy(home.data(), attic / "data",
                              std::filesystem::copy_options::recursive);
        home.start();
        people.work(home.address(), key, 50, [] {});
        BOOST_REQUIRE(home.stop().code == 0);

        std::filesystem::remove_all(home.data());
        std::filesystem::copy(attic / "data", home.data(),
                              std::filesystem::copy_options::recursive);
        home.start();
        BOOST_TEST(!people.settle(home.address(), key, true).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_drain_under_load_loses_nothing) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    installation home;
    home.start();
    const std::string key = home.make_tenant("acme");
    crowd people(clients, random());
    for (unsigned round = 1; round <= 3; ++round) {
        BOOST_TEST_CONTEXT("round " << round << ", ROLLCALL_TEST_SEED=" << seed) {
            ending how;
            people.work(home.address(), key, 200, [&] {
                drift(random);
                how = home.stop();
            });
            BOOST_TEST(how.code == 0);
            BOOST_TEST(how.signal == 0);
            home.start();
            require_nothing_wrong(people.settle(home.address(), key, true));
        }
    }
    BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
