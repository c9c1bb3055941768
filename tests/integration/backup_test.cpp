// Backups from outside: made while clients write, cut short by kills, damaged, and restored into a
// directory that serves. The judges are the clients' ledgers and the proofs of the log.
#include "tests/integration/crowd.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <functional>
#include <random>

namespace rollcall::integration {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t clients = 6;

void require_ok(const said& s) {
    BOOST_REQUIRE_MESSAGE(s.ok(), "exit " << s.how.code << ": " << s.complaint);
}

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void require_nothing_wrong(const std::vector<std::string>& wrong) {
    for (const std::string& line : wrong)
        BOOST_ERROR(line);
    BOOST_REQUIRE(wrong.empty());
}

/// Everything that is proven of a log, here of a running one.
void require_proven(const installation& home) {
    BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
    BOOST_TEST(home.ask({"rebuild", "--verify"}).flag("/equal"));
}

/// A served directory, and folders for its backups.
struct world {
    installation home;
    support::temp_directory outside;
    std::string to = (outside / "log").string();
    std::string keys_to = (outside / "keys").string();
    std::string key;

    world() {
        home.start();
        key = home.make_tenant("acme");
    }

    [[nodiscard]] std::string master() const { return (home.data() / "master.key").string(); }

    json back_up() const { return home.ask({"backup", "create", to, "--keys-to", keys_to}); }

    std::string make_user(const std::string& name) const {
        const reply made =
            provider(home.address(), key).create(user_body(name + "@example.com", name));
        BOOST_REQUIRE(made.code() == 201u);
        return made.json().text("/id");
    }

    said restore(const installation& other, const std::string& from, const std::string& keys,
                 const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"backup", "restore", from, "--key-file", master()};
        if (!keys.empty()) words.insert(words.end(), {"--keys-from", keys});
        words.insert(words.end(), more.begin(), more.end());
        return other.run(words);
    }

    void serve(installation& other) const { other.start({"--key-file", master()}); }
};

void copy_all(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
}

} // namespace

BOOST_AUTO_TEST_SUITE(backup_test)

BOOST_FIXTURE_TEST_CASE(what_is_backed_up_under_load_is_all_there, world) {
    const std::uint64_t seed = seed_of_this_run();
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        crowd people(clients, seed);
        const std::string jane = make_user("jane");
        std::uint64_t ends = 0;
        for (int round = 0; round < 3; ++round) {
            people.work(home.address(), key, 150, [&] {
                const json made = back_up();
                BOOST_TEST(made.number("/new_events") > 0u);
                ++ends;
                if (round == 1) home.tell({"erase", "acme", jane});
                require_ok(home.run({"backup", "verify", to, "--keys-from", keys_to}));
            });
        }
        BOOST_TEST(ends == 3u);
        back_up();
        const json proof = home.ask({"log", "verify"});
        const json told = home.ask({"backup", "verify", to, "--keys-from", keys_to});
        BOOST_TEST(told.flag("/states_compared"));
        BOOST_TEST(told.text("/hash") == proof.text("/hash"));
        BOOST_REQUIRE(home.stop().code == 0);

        const support::temp_directory place;
        installation other(place / "new");
        const said restored = restore(other, to, keys_to, {"--json"});
        require_ok(restored);
        const json report(restored.output);
        BOOST_TEST(report.number("/state_hashes_compared") > 0u);
        BOOST_TEST(report.number("/users") == people.living());
        BOOST_TEST(report.text("/lineage") != report.text("/from_lineage"));
        BOOST_TEST(other.ask({"log", "verify", "--key-file", master()}).text("/hash") ==
                   proof.text("/hash"));
        serve(other);
        require_nothing_wrong(people.settle(other.address(), key, true));
        BOOST_TEST(provider(other.address(), key).get(jane).code() == 404u);
        require_proven(other);
        // It is a log of its own: it goes on, and is not added to the backup of the other.
        people.work(other.address(), key, 50, [] {});
        require_proven(other);
        const said foreign = other.run({"backup", "create", to});
        BOOST_TEST(foreign.how.code == 1);
        BOOST_TEST(has(foreign.complaint, "has gone its own way since"));
        BOOST_TEST(other.stop().code == 0);
    }
}

// Each pair of a log and keys, older (made before bob was erased and cid came) and newer.
BOOST_FIXTURE_TEST_CASE(erased_people_stay_erased_as_far_as_it_is_promised, world) {
    const std::string ann = make_user("ann");
    const std::string bob = make_user("bob");
    back_up();
    copy_all(to, outside / "old-log");
    copy_all(keys_to, outside / "old-keys");
    home.tell({"erase", "acme", bob});
    const std::string cid = make_user("cid");
    home.tell({"admin", "create", "acme", "ada", "--role", "viewer"});
    home.tell({"operator", "create", "olga", "--role", "operator"});
    back_up();

    struct row {
        const char* name;
        std::string log, keys;
        std::vector<std::string> more;
        const char* refused; ///< nothing: it is restored
        unsigned bob, cid;   ///< what a GET answers then
    };

    const std::string old_log = (outside / "old-log").string();
    const std::string old_keys = (outside / "old-keys").string();
    const std::string old_end = home.ask({"backup", "verify", old_log}).text("/end");
    const row rows[] = {
        {"both newer", to, keys_to, {}, nullptr, 404, 200},
        {"an older log, newer keys: was it put in the place of a newer one?",
         old_log,
         keys_to,
         {},
         "somebody may have put an older backup in its place",
         0,
         0},
        {"the same, said: he is erased by a fact",
         old_log,
         keys_to,
         {"--until", old_end},
         nullptr,
         404,
         404},
        {"both older: nobody knows of the erasure", old_log, old_keys, {}, nullptr, 200, 404},
        {"a newer log, older keys: cid would be lost", to, old_keys, {}, "have no key", 0, 0},
        {"the same, accepted", to, old_keys, {"--accept-missing-keys"}, nullptr, 404, 404},
        {"no keys", to, "", {}, "without the backup of the keys", 0, 0},
        {"up to an older position", to, keys_to, {"--until", "@4"}, nullptr, 404, 404},
        {"up to what is not there", to, keys_to, {"--until", "@99999"}, "the backup ends at", 0, 0},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const support::temp_directory place;
            installation other(place / "new");
            const said restored = restore(other, r.log, r.keys, r.more);
            if (r.refused != nullptr) {
                BOOST_TEST(restored.how.code == 1);
                BOOST_TEST_INFO(restored.complaint);
                BOOST_TEST(has(restored.complaint, r.refused));
                // Nothing is left in the way of the next try.
                require_ok(restore(other, to, keys_to));
                continue;
            }
            require_ok(restored);
            serve(other);
            provider server(other.address(), key);
            BOOST_TEST(server.get(ann).code() == 200u);
            BOOST_TEST(server.get(bob).code() == r.bob);
            BOOST_TEST(server.get(cid).code() == r.cid);
            require_proven(other);
            if (r.bob == 404u) {
                const std::string told = other.tell({"log", "export"});
                BOOST_TEST(!has(told, "bob@example.com"));
                BOOST_TEST(has(told, "ann@example.com"));
            }
            BOOST_TEST(other.ask({"doctor"}).flag("/ok"));
            BOOST_TEST(other.stop().code == 0);
        }
    }
    // Everything is lost, and accepted: the tenant and its key go on, and providers push again.
    const support::temp_directory place;
    installation other(place / "new");
    const said lost = restore(other, to, "", {"--accept-missing-keys"});
    require_ok(lost);
    BOOST_TEST_INFO(lost.output);
    BOOST_TEST(has(lost.output, "2 people erased, 2 admins and operators disabled, because"));
    BOOST_TEST(has(lost.output, "admins have to be made anew"));
    serve(other);
    provider server(other.address(), key);
    BOOST_TEST(server.get(ann).code() == 404u);
    BOOST_TEST(server.create(user_body("ann@example.com", "again")).code() == 201u);
    require_proven(other);
    // What was lost is settled: the next backup needs no key for it.
    const std::string next = (place / "log").string();
    const std::string next_keys = (place / "keys").string();
    other.tell({"backup", "create", next, "--keys-to", next_keys});
    require_ok(other.run({"backup", "verify", next, "--keys-from", next_keys}));
    installation third(place / "third");
    require_ok(restore(third, next, next_keys));
}

// What was backed up is lost from the log, which goes on from an older copy: its keys know nothing
// of the people in that backup, and must not pass for newer ones.
BOOST_FIXTURE_TEST_CASE(keys_of_a_log_that_was_put_back_erase_nobody, world) {
    make_user("ann");
    BOOST_REQUIRE(home.stop().code == 0);
    copy_all(home.data(), outside / "copy");
    home.start();
    const std::string bob = make_user("bob");
    back_up();
    BOOST_REQUIRE(home.stop().code == 0);
    fs::remove_all(home.data());
    copy_all(outside / "copy", home.data());
    home.start();
    const std::string other_to = (outside / "log2").string();
    const std::string other_keys = (outside / "keys2").string();
    const auto refused = [&](const char* says) {
        const said s = home.run({"backup", "create", other_to, "--keys-to", keys_to});
        BOOST_TEST(s.how.code == 1);
        BOOST_TEST_INFO(s.complaint);
        BOOST_TEST(has(s.complaint, says));
        BOOST_TEST(has(s.complaint, "Keep those keys"));
    };
    refused("but this log ends at");
    for (const char* name : {"cid", "dan", "eve"})
        make_user(name);
    refused("are of another history than this log");
    home.ask({"backup", "create", other_to, "--keys-to", other_keys});

    const said looked = home.run({"backup", "verify", to, "--keys-from", other_keys});
    BOOST_TEST(looked.how.code == 1);
    BOOST_TEST(has(looked.complaint, "nothing proves that these keys are of the history"));
    const support::temp_directory place;
    installation other(place / "new");
    const std::string end = home.ask({"backup", "verify", to}).text("/end");
    const said wrong = restore(other, to, other_keys, {"--until", end});
    BOOST_TEST(wrong.how.code == 1);
    BOOST_TEST_INFO(wrong.complaint);
    BOOST_TEST(has(wrong.complaint, "nothing proves that these keys are of the history"));
    require_ok(home.run({"backup", "verify", to, "--keys-from", keys_to}));
    require_ok(restore(other, to, keys_to));
    serve(other);
    BOOST_TEST(provider(other.address(), key).get(bob).code() == 200u);
}

BOOST_FIXTURE_TEST_CASE(a_restore_refuses_what_is_not_right_and_names_it, world) {
    make_user("ann");
    make_user("bob");
    back_up();
    installation stranger;
    stranger.start();
    stranger.make_tenant("other");
    const std::string foreign_keys = (outside / "foreign-keys").string();
    stranger.tell({"backup", "create", (outside / "foreign").string(), "--keys-to", foreign_keys});
    const std::string foreign_master = (stranger.data() / "master.key").string();
    const std::string events = "000000000001.events";
    const std::string whole_to = to;
    const std::string whole_keys = keys_to;

    struct row {
        const char* name;
        std::function<void()> damage;
        std::string master, keys;
        std::string says;
    };

    const auto flip = [&](const std::string& name, std::size_t byte) {
        return [this, name, byte] { support::flip_bit(outside / "trial" / name, byte); };
    };
    const auto cut = [&](const std::string& name) {
        return [this, name] {
            const fs::path file = outside / "trial" / name;
            fs::resize_file(file, fs::file_size(file) - 5);
        };
    };
    const std::string trial_keys = (outside / "trial" / "keys").string();
    const row rows[] = {
        {"a byte of an event", flip("log/" + events, 500), master(), trial_keys,
         events + " is damaged: at @"},
        {"a byte of a file's head", flip("log/" + events, 9), master(), trial_keys,
         events + " is damaged: its head"},
        {"a byte of the manifest", flip("log/rollcall.backup", 200), master(), trial_keys,
         "rollcall.backup is damaged"},
        {"a byte of a key", flip("keys/rollcall.keys", 300), master(), trial_keys,
         "rollcall.keys is damaged"},
        {"events cut off", cut("log/" + events), master(), trial_keys, events + " is damaged"},
        {"a manifest cut off", cut("log/rollcall.backup"), master(), trial_keys,
         "rollcall.backup is damaged"},
        {"keys cut off", cut("keys/rollcall.keys"), master(), trial_keys,
         "rollcall.keys is damaged"},
        {"another's master key", [] {}, foreign_master, trial_keys, "master key does not open"},
        {"another's keys", [] {}, master(), foreign_keys, "the keys of another log"},
        {"no such keys", [] {}, master(), outside.path().string(), "holds no backup of keys"},
        {"no such master key", [] {}, "/nowhere", trial_keys, "the master key /nowhere"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            fs::remove_all(outside / "trial");
            fs::create_directory(outside / "trial");
            copy_all(whole_to, outside / "trial" / "log");
            copy_all(whole_keys, outside / "trial" / "keys");
            r.damage();
            const support::temp_directory place;
            installation other(place / "new");
            const said refused =
                other.run({"backup", "restore", (outside / "trial" / "log").string(), "--keys-from",
                           r.keys, "--key-file", r.master});
            BOOST_TEST(refused.how.code == 1);
            BOOST_TEST_INFO(refused.complaint);
            BOOST_TEST(has(refused.complaint, r.says));
            require_ok(restore(other, whole_to, whole_keys));
        }
    }
    const said full = restore(home, to, keys_to);
    BOOST_TEST(full.how.code == 1);
    BOOST_TEST(has(full.complaint, "is not empty"));
    const said served = home.run({"doctor", "--json"});
    BOOST_TEST(has(served.output, "up to @"));
    child doctor({installation::program(), "doctor", "--data", to}, outside / "complaints");
    BOOST_TEST(has(doctor.rest(), "is a backup, not a data directory"));
    BOOST_TEST(doctor.wait(std::chrono::seconds(60)).code == 1);
}

BOOST_FIXTURE_TEST_CASE(kills_leave_the_last_backup_and_the_next_run_goes_on, world) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 random(seed);
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed) {
        crowd people(clients, random());
        people.work(home.address(), key, 400, [] {});
        back_up();
        const auto pause = [&](std::uint64_t most_us) {
            const auto until =
                std::chrono::steady_clock::now() + std::chrono::microseconds(random() % most_us);
            while (std::chrono::steady_clock::now() < until) {}
        };
        const std::vector<std::string> words{
            installation::program(), "backup", "create", to, "--keys-to", keys_to, "--data",
            home.data().string()};
        for (int round = 0; round < 4; ++round) {
            const bool offline = round % 2 == 1;
            people.work(home.address(), key, 150, [] {});
            if (offline) BOOST_REQUIRE(home.stop().code == 0);
            {
                child verb(words, outside / "complaints");
                pause(offline ? 900'000 : 400'000);
                if (offline) {
                    verb.signal(SIGKILL);
                } else {
                    home.kill();
                }
                static_cast<void>(verb.wait(std::chrono::seconds(60)));
            }
            BOOST_TEST_CONTEXT("round " << round) {
                require_ok(home.run({"backup", "verify", to}));
                home.start();
                require_nothing_wrong(people.settle(home.address(), key, false));
                back_up();
                require_ok(home.run({"backup", "verify", to, "--keys-from", keys_to}));
            }
        }
        BOOST_REQUIRE(home.stop().code == 0);

        // A restore that is killed: the directory is whole, or it is known that it is not.
        unsigned marked = 0;
        for (int round = 0; round < 4; ++round) {
            BOOST_TEST_CONTEXT("restore " << round) {
                const support::temp_directory place;
                installation other(place / "new");
                {
                    child verb({installation::program(), "backup", "restore", to, "--keys-from",
                                keys_to, "--key-file", master(), "--data", other.data().string()},
                               outside / "complaints");
                    pause(1'500'000);
                    verb.signal(SIGKILL);
                    static_cast<void>(verb.wait(std::chrono::seconds(60)));
                }
                if (fs::exists(other.data() / "rollcall.id")) {
                    serve(other);
                    require_nothing_wrong(people.settle(other.address(), key, true));
                    continue;
                }
                if (fs::exists(other.data() / "rollcall.restoring")) {
                    ++marked;
                    const said again = restore(other, to, keys_to);
                    BOOST_TEST(again.how.code == 1);
                    BOOST_TEST(has(again.complaint, "a restore that was cut short"));
                    const said doctor = other.run({"doctor"});
                    BOOST_TEST(has(doctor.output, "a restore that was cut short"));
                    const said start = other.run({"serve", "--listen", "127.0.0.1:0"});
                    BOOST_TEST(start.how.code == 1);
                    BOOST_TEST(has(start.complaint, "a restore that was cut short"));
                    fs::remove_all(other.data());
                }
                require_ok(restore(other, to, keys_to));
            }
        }
        BOOST_TEST_MESSAGE(marked << " of 4 restores were cut short in the middle");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
