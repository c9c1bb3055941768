// 500 connections at once, of which 400 push people and their memberships with a request on each of
// them under way, and 100 are slow, broken, or ask for much and read nothing. What was acknowledged
// is so at the end, to the last member.
#include "tests/integration/descriptors.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <random>
#include <set>
#include <thread>

namespace rollcall::integration {

namespace {

constexpr std::size_t threads = 8;
constexpr std::size_t pushers_each = 50;
constexpr std::size_t people_each = 6;
constexpr std::size_t turns = 12;
constexpr std::size_t slow_clients = 40;
constexpr std::size_t silent_readers = 30;
constexpr std::size_t broken_clients = 30;

struct person {
    std::string id;
    bool member = false;
    bool deleted = false;
};

/// What all clients know, and what they found wrong.
struct scene {
    http::endpoint where;
    std::string key;
    std::string team;
    std::mutex mutex;
    std::vector<std::string> wrong;

    void complain(const std::string& what) {
        const std::lock_guard lock(mutex);
        wrong.push_back(what);
    }

    [[nodiscard]] std::string request(std::string_view method, const std::string& target,
                                      std::string_view body) const {
        return std::string(method) + " " + target +
               " HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer " + key +
               "\r\nContent-Type: application/scim+json\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
    }

    [[nodiscard]] std::string team_change(std::string_view operations) const {
        return request("PATCH", "/scim/v2/Groups/" + team,
                       R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
                       R"("Operations":[)" +
                           std::string(operations) + "]}");
    }
};

std::string join(const std::string& id) {
    return R"({"op":"add","path":"members","value":[{"value":")" + id + R"("}]})";
}

std::string leave(const std::string& id) {
    return R"({"op":"remove","path":"members[value eq \")" + id + R"(\"]"})";
}

/// One connection that pushes people of its own, so that it knows what must be so of them.
class pusher {
  public:
    pusher(const scene& at, std::string name, std::uint64_t seed)
        : at_(at), name_(std::move(name)), chance_(seed), line_(at.where) {}

    /// Sends the next request and does not wait.
    bool ask() {
        const std::size_t who = chance_() % people_each;
        if (people.size() < people_each) {
            people.emplace_back();
            asked_ = &people.back();
            what_ = act::create;
            const std::string user_name = name_ + "-" + std::to_string(people.size());
            return send(at_.request("POST", "/scim/v2/Users", user_body(user_name, "t")));
        }
        asked_ = &people[who];
        switch (asked_->deleted ? 3 : chance_() % 8) {
        case 0:
            what_ = act::remove_user;
            return send(at_.request("DELETE", "/scim/v2/Users/" + asked_->id, ""));
        case 1: what_ = act::leave; return send(at_.team_change(leave(asked_->id)));
        case 2: // out and in again within one message
            what_ = act::join;
            return send(at_.team_change(leave(asked_->id) + "," + join(asked_->id)));
        case 3:
            what_ = act::look;
            return send(at_.request("GET", "/scim/v2/Users/" + asked_->id, ""));
        default: what_ = act::join; return send(at_.team_change(join(asked_->id)));
        }
    }

    /// Takes the answer. A queue that is full is no fault: nothing was done then.
    bool hear(scene& at) {
        const auto answer = line_.receive();
        if (!answer) {
            at.complain(name_ + ": " + answer.error().message);
            return false;
        }
        if (answer->status == 429) {
            if (what_ == act::create) people.pop_back();
            return true;
        }
        if (const std::string fault = judge(*answer); !fault.empty()) {
            at.complain(name_ + ": " + fault + ": " + std::to_string(answer->status) + " " +
                        answer->body);
            return false;
        }
        return true;
    }

    std::deque<person> people;

  private:
    enum class act : std::uint8_t { create, join, leave, remove_user, look };

    bool send(const std::string& bytes) { return line_.send_raw(bytes).has_value(); }

    std::string judge(const http::answer& answer) {
        const bool done = answer.status / 100 == 2;
        switch (what_) {
        case act::create:
            if (!done) return "a create was refused";
            asked_->id = json(answer.body).text("/id");
            return "";
        case act::join: asked_->member = true; return done ? "" : "a member was refused";
        case act::leave: asked_->member = false; return done ? "" : "a leave was refused";
        case act::remove_user:
            asked_->deleted = true;
            asked_->member = false;
            return done ? "" : "a deletion was refused";
        case act::look:
            if (asked_->deleted) return answer.status == 404 ? "" : "a deleted user was shown";
            if (!done) return "a user was not shown";
            return json(answer.body).has("/groups/0") == asked_->member ? "" : "wrong groups";
        }
        return "";
    }

    const scene& at_;
    std::string name_;
    std::mt19937_64 chance_;
    http::client line_;
    person* asked_ = nullptr;
    act what_ = act::create;
};

/// What a client that is broken, or means harm, sends before it goes.
std::vector<std::string> broken_messages(const scene& at) {
    const std::string whole = at.team_change(R"({"op":"remove","path":"members"})");
    return {
        "\x16\x03\x01\x02\x01\x01\xfc\x03\x03 not TLS here",
        "GET / HTTP/1.1\r\n\r\n\r\n",
        std::string(100'000, 'x'),
        whole.substr(0, whole.size() - 1),
        whole.substr(0, whole.size() / 2),
        "POST /scim/v2/Users HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        at.request("PATCH", "/scim/v2/Groups/" + at.team, "{\"Operations\":[{\"op\":\"rem"),
    };
}

std::set<std::string> members_of(const scene& at) {
    provider idp(at.where, at.key);
    const json team = idp.send("GET", "/scim/v2/Groups/" + at.team).json();
    std::set<std::string> all;
    for (std::size_t i = 0; i < team.size("/members"); ++i)
        all.insert(team.text("/members/" + std::to_string(i) + "/value"));
    BOOST_TEST(all.size() == team.size("/members"));
    return all;
}

} // namespace

BOOST_AUTO_TEST_SUITE(load_test)

BOOST_AUTO_TEST_CASE(five_hundred_connections_and_a_fifth_of_them_misbehaves) {
    allow_descriptors(2048);
    const std::uint64_t seed = seed_of_this_run();
    BOOST_TEST_MESSAGE("ROLLCALL_TEST_SEED=" << seed);
    installation home;
    home.start();
    scene at;
    at.where = home.address();
    at.key = home.make_tenant("acme");
    provider idp(at.where, at.key);
    const reply made = idp.send("POST", "/scim/v2/Groups",
                                R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
                                R"("displayName":"Everybody"})");
    BOOST_REQUIRE_EQUAL(made.code(), 201u);
    at.team = made.json().text("/id");

    std::deque<http::client> slow;
    for (std::size_t i = 0; i < slow_clients; ++i) {
        slow.emplace_back(at.where);
        BOOST_REQUIRE(slow.back().send_raw("GET /scim/v2/Users HTTP/1.1\r\nHost: a\r\nX-Slow: "));
    }
    std::deque<pusher> pushers;
    for (std::size_t i = 0; i < threads * pushers_each; ++i)
        pushers.emplace_back(at, "p" + std::to_string(i), seed + i);
    const auto messages = broken_messages(at);
    std::deque<http::client> silent;
    {
        std::vector<std::jthread> hands;
        for (std::size_t t = 0; t < threads; ++t) {
            hands.emplace_back([&at, &pushers, t] {
                const auto mine = pushers.begin() + static_cast<std::ptrdiff_t>(t * pushers_each);
                for (std::size_t turn = 0; turn < people_each + turns; ++turn) {
                    for (std::size_t i = 0; i < pushers_each; ++i) {
                        if (!mine[static_cast<std::ptrdiff_t>(i)].ask()) {
                            return at.complain("a connection was closed");
                        }
                    }
                    for (std::size_t i = 0; i < pushers_each; ++i) {
                        if (!mine[static_cast<std::ptrdiff_t>(i)].hear(at)) return;
                    }
                }
            });
        }
        for (std::size_t i = 0; i < std::max(silent_readers, broken_clients); ++i) {
            if (i < silent_readers) {
                silent.emplace_back(at.where);
                for (int again = 0; again < 20; ++again) {
                    static_cast<void>(
                        silent.back().send_raw(at.request("GET", "/scim/v2/Users?count=500", "")));
                }
            }
            if (i < broken_clients) {
                http::client broken(at.where);
                static_cast<void>(broken.send_raw(messages[i % messages.size()]));
            }
            static_cast<void>(slow[i % slow_clients].send_raw("a"));
        }
    }

    BOOST_TEST_CONTEXT("seed " << seed) {
        for (const std::string& fault : at.wrong)
            BOOST_TEST_ERROR(fault);
        std::set<std::string> expected;
        for (const pusher& one : pushers) {
            for (const person& somebody : one.people)
                if (somebody.member) expected.insert(somebody.id);
        }
        BOOST_TEST(expected.size() > pushers.size()); // else hardly anything was tried
        const auto members = members_of(at);
        BOOST_TEST((members == expected));
        BOOST_TEST(home.stop().code == 0);
        BOOST_TEST(home.run({"log", "verify"}).ok());
        BOOST_TEST(home.run({"rebuild", "--verify"}).ok());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
