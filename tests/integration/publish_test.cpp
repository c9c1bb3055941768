// The log reaches topics from the real program to a real broker, whatever is killed; and what goes
// wrong there is no business of an identity provider.
#include "tests/gateway/http/support.hpp"
#include "tests/integration/crowd.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/kcat.hpp"
#include "tests/integration/roster.hpp"
#include "tests/integration/seed.hpp"
#include "tests/support/kafka_broker.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace rollcall::integration {

namespace {

constexpr std::size_t clients = 4;
constexpr unsigned rounds = 6;
/// Nothing listens there: a broker that is away.
constexpr const char* nowhere = "127.0.0.1:1";

support::kafka_broker& broker() {
    static support::kafka_broker one;
    return one;
}

/// Topics of its own for each case.
std::vector<std::string> options_for(const std::string& prefix) {
    return {"--kafka", broker().addresses(), "--kafka-topic-prefix",
            prefix,    "--kafka-partitions", "3"};
}

void require_nothing_wrong(const std::vector<std::string>& wrong) {
    for (const std::string& line : wrong)
        BOOST_ERROR(line);
    BOOST_REQUIRE(wrong.empty());
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

/// Where the publisher stands in a list of consumers.
std::string publisher_at(const json& consumers) {
    for (std::size_t i = 0; i < consumers.size(""); ++i) {
        const std::string at = "/" + std::to_string(i);
        if (consumers.text(at + "/name") == "publisher") return at;
    }
    throw std::runtime_error("there is no consumer publisher");
}

/// A text of its own; empty for null.
std::string publisher_says(const installation& home, const std::string& member) {
    const std::string all = home.tell({"consumers", "--json"});
    const std::string value = raw_member(all.substr(all.find(R"("name":"publisher")")), member);
    return value == "null" ? "" : value;
}

void await_all_published(const installation& home) {
    // A broker that was killed is given some seconds by the client library before it is asked
    // again.
    const auto all_published = [&] {
        const json all = home.ask({"consumer", "list"});
        return all.number(publisher_at(all) + "/lag") == 0;
    };
    BOOST_REQUIRE(
        (http::testing::eventually(all_published) || http::testing::eventually(all_published)));
}

void await_alarm(const installation& home) {
    BOOST_REQUIRE(
        http::testing::eventually([&] { return !publisher_says(home, "alarm").empty(); }));
}

std::string readyz(const installation& home, unsigned status) {
    http::client door(home.address());
    const auto answer = door.send("GET", "/readyz", {});
    BOOST_REQUIRE(answer.has_value());
    BOOST_TEST(answer->status == status);
    return answer->body;
}

/// The compacted topic against what SCIM answers, byte for byte.
void compare_state(const installation& home, const std::string& key, const std::string& prefix,
                   std::size_t people) {
    const auto state = compacted(read_topic(broker().addresses(), prefix + "state.v1"));
    provider scim(home.address(), key);
    std::size_t users = 0;
    for (const auto& [name, value] : state) {
        if (!name.starts_with("acme/user/")) continue;
        ++users;
        const std::string id = name.substr(std::string("acme/user/").size());
        const reply found = scim.get(id);
        BOOST_TEST_CONTEXT(name) {
            BOOST_REQUIRE(found.code() == 200u);
            // The document without its braces is a part of the answer.
            const std::string attributes = raw_member(value, "attributes");
            BOOST_REQUIRE(attributes.size() > 2u);
            const std::string inside = attributes.substr(1, attributes.size() - 2);
            BOOST_TEST(has(found.body, inside), found.body + "\nhas not\n" + inside);
            BOOST_TEST(json(value).flag("/active") == found.json().flag("/active"));
        }
    }
    BOOST_TEST(users == people);
}

/// What cannot be taken from anybody: whoever has a key can take access away.
void require_deprovisioning(const installation& home, const std::string& key,
                            const std::string& name) {
    provider scim(home.address(), key);
    const reply one = scim.create(user_body(name + "-1@example.com", "a"));
    const reply two = scim.create(user_body(name + "-2@example.com", "b"));
    BOOST_REQUIRE(one.code() == 201u);
    BOOST_REQUIRE(two.code() == 201u);
    BOOST_TEST(scim.patch(one.json().text("/id"), patch_body("c", false)).code() == 200u);
    BOOST_TEST(scim.remove(two.json().text("/id")).code() == 204u);
}

/// What the roster should be.
std::vector<std::string> people_of(const installation& home) {
    std::vector<std::string> people;
    const json all = home.ask({"user", "list", "acme"});
    for (std::size_t i = 0; i < all.size(""); ++i) {
        const std::string at = "/" + std::to_string(i);
        people.push_back("acme " + all.text(at + "/userName") + " " + all.text(at + "/status"));
    }
    std::sort(people.begin(), people.end());
    return people;
}

} // namespace

BOOST_AUTO_TEST_SUITE(publish_test)

BOOST_AUTO_TEST_CASE(what_was_acknowledged_reaches_the_topics_through_every_kill) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    const std::string prefix = "kills.";
    installation home;
    home.start(options_for(prefix));
    const std::string key = home.make_tenant("acme");
    crowd people(clients, random());

    for (unsigned round = 1; round <= rounds; ++round) {
        BOOST_TEST_CONTEXT("round " << round << ", ROLLCALL_TEST_SEED=" << seed) {
            if (round % 3 == 0) broker().kill(0);
            people.work(home.address(), key, 20 + random() % 200, [&] { home.kill(); });
            if (round % 3 == 0) broker().start(0);
            home.start(options_for(prefix));
            require_nothing_wrong(people.settle(home.address(), key, round == rounds));
        }
    }
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        await_all_published(home);
        const json verified = home.ask({"log", "verify", "--topic"});
        BOOST_TEST(verified.flag("/ok"));
        BOOST_TEST(verified.number("/waiting") == 0u);
        BOOST_TEST(verified.number("/events") >= people.acknowledged());
        require_nothing_wrong(gaps_in(read_topic(broker().addresses(), prefix + "lifecycle.v1")));
        compare_state(home, key, prefix, people.living());
    }
    BOOST_TEST(home.stop().code == 0);
    // Without a server the directory is asked, with the settings on the line.
    std::vector<std::string> words{"log", "verify", "--topic"};
    for (const std::string& word : options_for(prefix))
        words.push_back(word);
    BOOST_TEST(home.ask(words).flag("/ok"));
}

BOOST_AUTO_TEST_CASE(a_restored_log_is_published_once_somebody_has_decided) {
    const std::string prefix = "restored.";
    const support::temp_directory outside;
    installation home;
    home.start(options_for(prefix));
    const std::string key = home.make_tenant("acme");
    provider scim(home.address(), key);
    const reply jane = scim.create(user_body("jane@example.com", "a"));
    BOOST_REQUIRE(jane.code() == 201u);
    roster subscriber(broker().addresses(), prefix);
    await_all_published(home);
    BOOST_TEST(subscriber.read() == people_of(home), boost::test_tools::per_element());
    const std::string log = (outside / "log").string();
    const std::string keys = (outside / "keys").string();
    home.tell({"backup", "create", log, "--keys-to", keys});
    // What comes after the backup is in the topics, and will not be in the log.
    BOOST_REQUIRE(scim.create(user_body("joe@example.com", "b")).code() == 201u);
    BOOST_REQUIRE(scim.remove(jane.json().text("/id")).code() == 204u);
    home.make_tenant("beta");
    await_all_published(home);
    BOOST_TEST(subscriber.read() == people_of(home), boost::test_tools::per_element());
    BOOST_REQUIRE(home.stop().code == 0);

    const support::temp_directory elsewhere;
    installation again(elsewhere.path());
    again.tell({"backup", "restore", log, "--keys-from", keys, "--key-file",
                (home.data() / "master.key").string()});
    auto options = options_for(prefix);
    options.insert(options.end(), {"--key-file", (home.data() / "master.key").string()});
    again.start(options);
    await_alarm(again);

    // It is no reason to take the server away, and for nobody to wait.
    BOOST_TEST(has(readyz(again, 200), R"("details":{"publisher":"alarm"})"));
    require_deprovisioning(again, key, "alarm");
    const said ill = again.run({"doctor"});
    BOOST_TEST(ill.how.code == 1);
    BOOST_TEST(has(ill.output, "rollcall publish resume --new-lineage"), ill.output);
    BOOST_TEST(has(again.run({"consumer", "list"}).output, "publisher alarm: "));
    const said refused = again.run({"publish", "resume"});
    BOOST_TEST(refused.how.code == 1);
    BOOST_TEST(has(refused.complaint, "lineage"), refused.complaint);
    BOOST_TEST(again.run({"log", "verify", "--topic"}).how.code == 1);

    again.tell({"publish", "resume", "--new-lineage"});
    await_all_published(again);
    BOOST_TEST(publisher_says(again, "alarm") == "");
    again.make_tenant("beta"); // the log does not know that there was one
    await_all_published(again);
    const said twice = again.run({"publish", "resume", "--new-lineage"});
    BOOST_TEST(twice.how.code == 1);
    BOOST_TEST(has(twice.complaint, "there is no alarm"), twice.complaint);
    const json verified = again.ask({"log", "verify", "--topic"});
    BOOST_TEST(verified.flag("/ok"));
    BOOST_TEST(verified.number("/waiting") == 0u);
    BOOST_TEST(verified.number("/earlier_lineages") > 0u);
    require_nothing_wrong(gaps_in(read_topic(broker().addresses(), prefix + "lifecycle.v1")));
    BOOST_TEST(subscriber.read() == people_of(again), boost::test_tools::per_element());
    compare_state(again, key, prefix, 2); // jane is back, joe is gone, alarm-1 is inactive
    BOOST_TEST(again.stop().code == 0);
}

BOOST_AUTO_TEST_CASE(the_sample_subscriber_has_everybody_however_often_it_is_killed) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    const std::string prefix = "roster.";
    installation home;
    home.start(options_for(prefix));
    const std::string key = home.make_tenant("acme");
    crowd people(clients, random());
    roster subscriber(broker().addresses(), prefix);
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        await_all_published(home);
        BOOST_TEST(subscriber.read().empty());
        for (unsigned round = 0; round < 4; ++round) {
            people.work(home.address(), key, 20 + random() % 100, [&] {});
            subscriber.read_and_die();
        }
        require_nothing_wrong(people.settle(home.address(), key, true));
        await_all_published(home);
        BOOST_TEST(subscriber.read() == people_of(home), boost::test_tools::per_element());
        // Once more, with nothing new.
        BOOST_TEST(subscriber.read() == people_of(home), boost::test_tools::per_element());
        // And who begins now has the same.
        BOOST_TEST(roster(broker().addresses(), prefix).read() == people_of(home),
                   boost::test_tools::per_element());
    }

    // Somebody leaves an event out: the subscriber says so, and does not go on.
    const auto lines = read_topic(broker().addresses(), prefix + "lifecycle.v1");
    std::string last = lines.back().value.value_or("");
    const std::uint64_t seq = json(last).number("/seq");
    const std::string member = "\"seq\":" + std::to_string(seq);
    last.replace(last.find(member), member.size(), "\"seq\":" + std::to_string(seq + 2));
    const support::temp_directory scratch;
    support::write_bytes(scratch / "event", lines.back().key + "\t" + last + "\n");
    child writer({"/usr/bin/kcat", "-b", broker().addresses(), "-P", "-t", prefix + "lifecycle.v1",
                  "-p", std::to_string(lines.back().partition), "-K", "\t", "-l",
                  (scratch / "event").string()},
                 scratch / "complaints");
    BOOST_REQUIRE(writer.wait(std::chrono::seconds(30)).code == 0);
    const said stopped = subscriber.run_once();
    BOOST_TEST(stopped.how.code == 1);
    BOOST_TEST(has(stopped.complaint, std::to_string(seq + 1) + " never did"), stopped.complaint);
    // What stands there is not what the log says.
    const said verified = home.run({"log", "verify", "--topic"});
    BOOST_TEST(verified.how.code == 1);
    BOOST_TEST(has(verified.complaint, "does not hold in partition"), verified.complaint);
    BOOST_TEST(home.stop().code == 0);
}

BOOST_AUTO_TEST_CASE(a_broker_that_is_away_holds_nobody_up) {
    installation home;
    const auto took = home.start({"--kafka", nowhere});
    BOOST_TEST(took.count() < 10'000);
    const std::string key = home.make_tenant("acme");
    require_deprovisioning(home, key, "away");
    BOOST_TEST(has(readyz(home, 200), R"("details":{"publisher":)"));
    BOOST_REQUIRE(http::testing::eventually(
        [&] { return has(publisher_says(home, "last_error"), nowhere); }));
    BOOST_TEST(has(readyz(home, 200), R"("details":{"publisher":"failing"})"));
    BOOST_TEST(!publisher_says(home, "oldest_unpublished").empty());
    const said ill = home.run({"doctor"});
    BOOST_TEST(ill.how.code == 1);
    BOOST_TEST(has(ill.output, "consumer publisher: "), ill.output);
    BOOST_TEST(has(ill.output, "events are not published"), ill.output);
    BOOST_TEST(home.run({"log", "verify", "--topic"}).how.code == 1);

    home.tell({"consumer", "pause", "publisher"});
    BOOST_TEST(has(readyz(home, 200), R"("details":{"publisher":"paused"})"));
    require_deprovisioning(home, key, "paused");
    home.tell({"publish", "resume"});
    BOOST_TEST(publisher_says(home, "paused") == "false");

    const auto begin = std::chrono::steady_clock::now();
    BOOST_TEST(home.stop().code == 0);
    const auto stopping = std::chrono::steady_clock::now() - begin;
    BOOST_TEST(std::chrono::duration_cast<std::chrono::milliseconds>(stopping).count() < 10'000);
}

BOOST_AUTO_TEST_CASE(without_brokers_nothing_is_published_and_nothing_is_said_of_it) {
    installation home;
    home.start();
    BOOST_TEST(!has(readyz(home, 200), "details"));
    BOOST_TEST(!has(home.tell({"consumers", "--json"}), "publisher"));
    for (const auto& words : {std::vector<std::string>{"publish", "resume"},
                              {"publish", "resume", "--new-lineage"},
                              {"log", "verify", "--topic"}}) {
        const said refused = home.run(words);
        BOOST_TEST(refused.how.code == 1);
        BOOST_TEST(has(refused.complaint, "nothing is published"), refused.complaint);
    }
    BOOST_TEST(
        has(home.run({"log", "verify", "--topic", "--kafka", nowhere}).complaint, "a server runs"));
    BOOST_TEST(home.stop().code == 0);
}

BOOST_AUTO_TEST_CASE(settings_that_do_not_fit_together_refuse_the_start) {
    const support::temp_directory place;
    support::write_bytes(place / "password", "open sesame\n");
    std::filesystem::permissions(place / "password", std::filesystem::perms::owner_read);
    support::write_bytes(place / "open", "open sesame\n");
    std::filesystem::permissions(place / "open", std::filesystem::perms::owner_read |
                                                     std::filesystem::perms::others_read);
    const std::string password = (place / "password").string();

    struct {
        const char* name;
        std::vector<std::string> words;
        const char* said;
    } const rows[]{
        {"no port", {"--kafka", "localhost"}, "has no port"},
        {"a protocol", {"--kafka", "kafka://localhost:9092"}, "begins with a protocol"},
        {"a blank", {"--kafka", "localhost:9092, other:9092"}, "without blanks"},
        {"no brokers", {"--kafka-partitions", "3"}, "without kafka"},
        {"password without SASL",
         {"--kafka", "h:1", "--kafka-password-file", password},
         "but the security is plaintext"},
        {"SASL without a mechanism",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-user", "u",
          "--kafka-password-file", password},
         "no mechanism is given"},
        {"SASL without a user",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-password-file", password},
         "no user is given"},
        {"SASL without a password",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u"},
         "no password is given"},
        {"password that others can read",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u", "--kafka-password-file", (place / "open").string()},
         "chmod 600"},
        {"password file that is not there",
         {"--kafka", "h:1", "--kafka-security", "sasl_ssl", "--kafka-mechanism", "PLAIN",
          "--kafka-user", "u", "--kafka-password-file", (place / "none").string()},
         "cannot be read"},
        {"TLS file without TLS",
         {"--kafka", "h:1", "--kafka-ca-file", password},
         "a file for TLS is given"},
        {"certificate without its key",
         {"--kafka", "h:1", "--kafka-security", "ssl", "--kafka-cert-file", password},
         "without its key"},
        {"authority that is not there",
         {"--kafka", "h:1", "--kafka-security", "ssl", "--kafka-ca-file",
          (place / "none").string()},
         "kafka-ca-file: "},
        {"prefix that no topic can have",
         {"--kafka", "h:1", "--kafka-topic-prefix", "a b"},
         "no topic can be called"},
        {"prefix that is too long",
         {"--kafka", "h:1", "--kafka-topic-prefix", std::string(250, 'a')},
         "no topic can be called"},
        {"unknown security", {"--kafka", "h:1", "--kafka-security", "tls"}, "must be one of"},
        {"unknown mechanism", {"--kafka", "h:1", "--kafka-mechanism", "plain"}, "must be one of"},
        {"unknown privacy", {"--kafka", "h:1", "--kafka-personal-state", "all"}, "must be one of"},
        {"unknown mode", {"--kafka", "h:1", "--kafka-mode", "json"}, "must be one of"},
        {"no partitions", {"--kafka", "h:1", "--kafka-partitions", "0"}, "must be a whole number"},
        {"password on the line", {"--kafka", "h:1", "--kafka-password", "open sesame"}, ""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const installation home;
            std::vector<std::string> words{"serve", "--listen", "127.0.0.1:0"};
            words.insert(words.end(), row.words.begin(), row.words.end());
            const said refused = home.run(words);
            BOOST_TEST(refused.how.code == 2);
            BOOST_TEST(has(refused.complaint, row.said), refused.complaint);
            BOOST_TEST(!has(refused.complaint, "sesame\n"), refused.complaint);
            BOOST_TEST(!std::filesystem::exists(home.data()));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
