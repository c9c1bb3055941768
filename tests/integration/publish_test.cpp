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

BOOST_AUTO_TEST_CASE(brokers_are_spoken_to_as_the_settings_say) {
    using support::kafka_broker;
    const kafka_broker secured({.secured = true});
    const support::temp_directory place;
    const auto write_password = [&](const char* name, const std::string& password) {
        support::write_bytes(place / name, password + "\n");
        std::filesystem::permissions(place / name, std::filesystem::perms::owner_read);
        return (place / name).string();
    };
    const std::string right = write_password("right", kafka_broker::password);
    const std::string wrong = write_password("wrong", "open-seseme-4712");
    const std::string ca = secured.ca_file().string();

    struct {
        const char* name;
        std::vector<std::string> words;
        bool well;
    } const rows[]{
        {"SCRAM through TLS",
         {"--kafka", secured.sasl_tls_address(), "--kafka-security", "sasl_ssl",
          "--kafka-mechanism", "SCRAM-SHA-512", "--kafka-user", kafka_broker::user,
          "--kafka-password-file", right, "--kafka-ca-file", ca},
         true},
        {"PLAIN without TLS",
         {"--kafka", secured.sasl_address(), "--kafka-security", "sasl_plaintext",
          "--kafka-mechanism", "PLAIN", "--kafka-user", kafka_broker::user, "--kafka-password-file",
          right},
         true},
        {"our own certificate",
         {"--kafka", secured.mutual_tls_address(), "--kafka-security", "ssl", "--kafka-ca-file", ca,
          "--kafka-cert-file", secured.client_certificate_file().string(), "--kafka-key-file",
          secured.client_key_file().string()},
         true},
        {"a wrong password",
         {"--kafka", secured.sasl_tls_address(), "--kafka-security", "sasl_ssl",
          "--kafka-mechanism", "SCRAM-SHA-256", "--kafka-user", kafka_broker::user,
          "--kafka-password-file", wrong, "--kafka-ca-file", ca},
         false},
        {"a broker that nobody vouches for",
         {"--kafka", secured.tls_address(), "--kafka-security", "ssl"},
         false},
    };

    unsigned number = 0;
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            installation home;
            std::vector<std::string> words = row.words;
            const std::string prefix = "secured" + std::to_string(++number) + ".";
            words.insert(words.end(), {"--kafka-topic-prefix", prefix});
            home.start(words);
            const std::string key = home.make_tenant("acme");
            require_deprovisioning(home, key, "secured");
            if (row.well) {
                await_all_published(home);
                BOOST_TEST(home.ask({"log", "verify", "--topic"}).flag("/ok"));
            } else {
                BOOST_TEST(http::testing::eventually(
                    [&] { return !publisher_says(home, "last_error").empty(); }));
                BOOST_TEST(has(readyz(home, 200), R"("publisher":"failing")"));
            }
            BOOST_TEST(home.stop().code == 0);
            BOOST_TEST(!has(home.complaints(), "open-ses"), home.complaints());
        }
    }
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

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
