// Who may write to a backup but has no master key: whatever he puts in is refused, by a restore, by
// a verification with the key and by the next run. What he can do is destroy, and put back what was
// signed before.
#include "eventlog/backup_manifest.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/base/wire.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"
#include "tests/support/backup_forger.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

namespace rollcall::integration {

namespace {

namespace fs = std::filesystem;
using eventlog::event_type;
using eventlog::record_view;

constexpr std::size_t sum_size = 32;

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

void replace(const fs::path& file, const std::string& bytes) {
    fs::remove(file);
    support::write_bytes(file, bytes);
}

void copy_all(const fs::path& from, const fs::path& to) {
    fs::copy(from, to, fs::copy_options::recursive);
}

/// An installation with backups, of which one was made before its last deactivation; another
/// installation with the same master key, and one with a key of its own.
struct world {
    installation home;
    installation twin;
    installation stranger;
    support::temp_directory outside;
    const fs::path trial = outside / "trial";
    std::string key;
    std::string ann, bob;

    world() {
        home.start();
        key = home.make_tenant("acme");
        provider server(home.address(), key);
        ann = server.create(user_body("ann@example.com", "ann")).json().text("/id");
        bob = server.create(user_body("bob@example.com", "bob")).json().text("/id");
        back_up(home, "old-log", "old-keys");
        BOOST_REQUIRE(server.patch(bob, patch_body("bob", false)).code() == 200u);
        back_up(home, "log", "keys");
        twin.start({"--key-file", master()});
        twin.make_tenant("acme");
        back_up(twin, "twin-log", "twin-keys");
        BOOST_REQUIRE(twin.stop().code == 0);
        stranger.start();
        stranger.make_tenant("acme");
        back_up(stranger, "stranger-log", "stranger-keys");
        BOOST_REQUIRE(stranger.stop().code == 0);
    }

    void back_up(const installation& which, const char* log, const char* keys) const {
        which.tell(
            {"backup", "create", (outside / log).string(), "--keys-to", (outside / keys).string()});
    }

    [[nodiscard]] std::string master() const { return (home.data() / "master.key").string(); }

    [[nodiscard]] fs::path manifest() const { return trial / "log" / "rollcall.backup"; }

    [[nodiscard]] fs::path keys() const { return trial / "keys" / "rollcall.keys"; }

    void lay_out() const {
        fs::remove_all(trial);
        fs::create_directory(trial);
        copy_all(outside / "log", trial / "log");
        copy_all(outside / "keys", trial / "keys");
    }

    /// Changes the manifest as text and makes its sum anew.
    void change_manifest(const std::function<void(std::string&)>& change) const {
        std::string text = support::read_bytes(manifest());
        change(text);
        replace(manifest(), support::summed_manifest(text));
    }

    /// Changes what is signed of the keys and makes the sum anew.
    void change_keys(const std::function<void(std::string&)>& change) const {
        const std::string old = support::read_bytes(keys());
        std::string bytes = old.substr(0, old.size() - 2 * sum_size);
        change(bytes);
        const auto sum = base::sha256({bytes});
        base::put_bytes(bytes, sum);
        replace(keys(), bytes + old.substr(old.size() - sum_size));
    }

    [[nodiscard]] said restore(const installation& other,
                               const std::vector<std::string>& more) const {
        std::vector<std::string> words{"backup",
                                       "restore",
                                       (trial / "log").string(),
                                       "--keys-from",
                                       (trial / "keys").string(),
                                       "--key-file",
                                       master()};
        words.insert(words.end(), more.begin(), more.end());
        return other.run(words);
    }

    [[nodiscard]] said look(bool with_key) const {
        std::vector<std::string> words{
            installation::program(),   "backup", "verify", (trial / "log").string(), "--keys-from",
            (trial / "keys").string(), "--json"};
        if (with_key) words.insert(words.end(), {"--key-file", master()});
        child verb(words, outside / "complaints");
        said all;
        all.output = verb.rest();
        all.how = verb.wait(std::chrono::seconds(60));
        return all;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(backup_forgery_test, world)

BOOST_AUTO_TEST_CASE(what_is_not_signed_with_the_master_key_is_refused) {
    struct row {
        const char* name;
        std::function<void()> forge;
        const char* says; ///< nothing: it is restored
        std::vector<std::string> more;
        bool seen_without_key = true; ///< by `backup verify` too
    };

    const auto is = [](const record_view& r, event_type type) {
        return r.type == static_cast<std::uint16_t>(type);
    };
    const auto put_key = [&](const record_view& r, std::string& bytes) {
        if (!is(r, event_type::key_created)) return true;
        constexpr std::size_t hash_in_clear = 2;
        const auto hash = base::sha256({"rc_a_token_of_his_own"});
        bytes.replace(bytes.find(r.clear) + hash_in_clear, hash.size(), base::as_text(hash));
        return true;
    };
    const char* const log_unsigned = "rollcall.backup is not signed with this master key";
    const char* const keys_unsigned = "rollcall.keys is not signed with this master key";
    const row rows[] = {
        {"nothing is wrong", [] {}, nullptr, {}},
        {"a deactivation is left out",
         [&] {
             BOOST_REQUIRE(support::backup_forger(trial / "log")
                               .rewrite([&](const record_view& r, std::string&) {
                                   return !is(r, event_type::user_deactivated);
                               }) == 1u);
         },
         log_unsigned,
         {"--until", "@4"},
         false},
        {"a key is put in",
         [&] { BOOST_REQUIRE(support::backup_forger(trial / "log").rewrite(put_key) == 1u); },
         log_unsigned,
         {}},
        {"a key is put in, and only the file is changed",
         [&] {
             support::backup_forger forger(trial / "log");
             forger.leave_manifest();
             BOOST_REQUIRE(forger.rewrite(put_key) == 1u);
         },
         "000000000001.events is damaged: its checksum does not match",
         {}},
        {"the same, and nobody reads on to the end",
         [&] {
             support::backup_forger forger(trial / "log");
             forger.leave_manifest();
             BOOST_REQUIRE(forger.rewrite(put_key) == 1u);
         },
         "000000000001.events is damaged: its checksum does not match",
         {"--until", "@5"}},
        {"a state is left out",
         [&] {
             change_manifest([](std::string& text) {
                 const auto from = text.find("states ");
                 text.erase(from, text.rfind("sum ") - from);
             });
         },
         log_unsigned,
         {},
         false},
        {"a signature of nothing",
         [&] {
             std::string text = support::read_bytes(manifest());
             const auto from = text.rfind("signature ") + 10;
             replace(manifest(), text.replace(from, 64, std::string(64, '0')));
         },
         log_unsigned,
         {},
         false},
        {"a signature that is cut off",
         [&] {
             const std::string text = support::read_bytes(manifest());
             replace(manifest(), text.substr(0, text.rfind("signature ")));
         },
         "rollcall.backup is damaged: it has no signature",
         {}},
        {"a manifest of before there were signatures",
         [&] {
             std::string text = support::read_bytes(manifest());
             text = text.substr(0, text.rfind("signature "));
             text.replace(text.find(" 2\n"), 3, " 1\n");
             replace(manifest(), support::summed_manifest(text));
         },
         "rollcall.backup has format 1, from before backups were signed",
         {}},
        {"the manifest of another installation",
         [&] {
             replace(manifest(), support::read_bytes(outside / "stranger-log/rollcall.backup"));
         },
         "keys of another log",
         {}},
        {"all of another installation",
         [&] {
             fs::remove_all(trial);
             fs::create_directory(trial);
             copy_all(outside / "stranger-log", trial / "log");
             copy_all(outside / "stranger-keys", trial / "keys");
         },
         "the master key does not open the backup in",
         {},
         false},
        {"the manifest of one with the same master key",
         [&] {
             replace(manifest(), support::read_bytes(outside / "twin-log/rollcall.backup"));
             replace(keys(), support::read_bytes(outside / "twin-keys/rollcall.keys"));
         },
         "000000000001.events is damaged",
         {}},
        {"the keys of one with the same master key",
         [&] { replace(keys(), support::read_bytes(outside / "twin-keys/rollcall.keys")); },
         "rollcall.keys has the keys of another log",
         {}},
        {"the same, as if they were of this log",
         [&] {
             const std::string ours = support::read_bytes(keys());
             replace(keys(), support::read_bytes(outside / "twin-keys/rollcall.keys"));
             constexpr std::size_t lineage_at = 8;
             constexpr std::size_t history_size = 16 + 8 + 32; // lineage, event, its hash
             change_keys([&](std::string& bytes) {
                 bytes.replace(lineage_at, history_size, ours.substr(lineage_at, history_size));
             });
         },
         keys_unsigned,
         {}},
        {"a key is changed",
         [&] { change_keys([](std::string& bytes) { bytes.back() ^= 1; }); },
         keys_unsigned,
         {},
         false},
        {"keys that say that they are older",
         [&] {
             constexpr std::size_t at = 24;
             change_keys([](std::string& bytes) { bytes[at] = 1; });
         },
         keys_unsigned,
         {}},
        {"a signature of the keys that is cut off",
         [&] { fs::resize_file(keys(), fs::file_size(keys()) - sum_size); },
         "rollcall.keys is damaged",
         {}},
        {"the signature of the manifest under the keys",
         [&] {
             const std::string text = support::read_bytes(manifest());
             const auto tag = base::parse_hex(text.substr(text.rfind("signature ") + 10, 64));
             std::string bytes = support::read_bytes(keys());
             bytes.resize(bytes.size() - sum_size);
             base::put_bytes(bytes, *tag);
             replace(keys(), bytes);
         },
         keys_unsigned,
         {},
         false},
        {"keys of before there were signatures",
         [&] {
             std::string bytes = support::read_bytes(keys());
             bytes[4] = 2;
             replace(keys(), bytes);
         },
         "rollcall.keys has format 2, from before backups were signed",
         {}},
        {"an older backup in the place of the newer",
         [&] {
             fs::remove_all(trial / "log");
             copy_all(outside / "old-log", trial / "log");
         },
         "somebody may have put an older backup in its place",
         {},
         false},
        {"an older manifest over the newer events",
         [&] { replace(manifest(), support::read_bytes(outside / "old-log/rollcall.backup")); },
         "somebody may have put an older backup in its place",
         {},
         true},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            lay_out();
            r.forge();
            const said unkeyed = look(false);
            BOOST_TEST_INFO(unkeyed.output);
            BOOST_TEST((unkeyed.how.code == 1) == (r.says != nullptr && r.seen_without_key));
            BOOST_TEST(has(unkeyed.output, "\"authenticated\":null"));
            const said keyed = look(true);
            BOOST_TEST_INFO(keyed.output);
            const bool older = r.says != nullptr && has(r.says, "older backup");
            BOOST_TEST((keyed.how.code == 0) ==
                       (r.says == nullptr || (older && !r.seen_without_key)));
            if (keyed.how.code == 0) BOOST_TEST(has(keyed.output, "\"authenticated\":true"));

            const support::temp_directory place;
            const installation other(place / "new");
            const said restored = restore(other, r.more);
            BOOST_TEST_INFO(restored.complaint);
            BOOST_TEST(restored.ok() == (r.says == nullptr));
            if (r.says == nullptr) continue;
            BOOST_TEST(has(restored.complaint, r.says));
            BOOST_TEST(!fs::exists(other.data() / "rollcall.id"));
        }
    }
}

// To add to what somebody else wrote would be to sign it.
BOOST_AUTO_TEST_CASE(the_next_run_signs_no_forgery) {
    lay_out();
    support::backup_forger(trial / "log").rewrite([](const record_view&, std::string&) {
        return true; // the events are ours; the states are gone, and the sums were made anew
    });
    const std::string log = (trial / "log").string();
    const std::string keys_to = (trial / "keys").string();
    const auto refused = [&](const char* says) {
        const std::string before = support::read_bytes(manifest()) + support::read_bytes(keys());
        const said s = home.run({"backup", "create", log, "--keys-to", keys_to});
        BOOST_TEST(s.how.code == 1);
        BOOST_TEST_INFO(s.complaint);
        BOOST_TEST(has(s.complaint, says));
        BOOST_TEST((support::read_bytes(manifest()) + support::read_bytes(keys()) == before));
    };
    refused("rollcall.backup is not signed with this master key");
    lay_out();
    change_keys([](std::string& bytes) { bytes.back() ^= 1; });
    refused("rollcall.keys is not signed with this master key");
    BOOST_REQUIRE(home.stop().code == 0);
    refused("rollcall.keys is not signed with this master key");
    lay_out();
    home.tell({"backup", "create", log, "--keys-to", keys_to});
    BOOST_TEST(look(true).ok());
    // Without a server the verb needs the master key itself.
    fs::rename(home.data() / "master.key", outside / "away.key");
    const said keyless = home.run({"backup", "create", log});
    BOOST_TEST(keyless.how.code == 1);
    BOOST_TEST_INFO(keyless.complaint);
    BOOST_TEST(has(keyless.complaint, "--key-file"));
    home.tell({"backup", "create", log, "--key-file", (outside / "away.key").string()});
}

// An older backup that was signed is a right one: the keys say that it is not the last.
BOOST_AUTO_TEST_CASE(an_older_backup_is_restored_by_who_says_so) {
    lay_out();
    fs::remove_all(trial / "log");
    copy_all(outside / "old-log", trial / "log");
    const support::temp_directory place;
    installation other(place / "new");
    const said refused = restore(other, {});
    const std::string end = home.ask({"backup", "verify", (trial / "log").string()}).text("/end");
    BOOST_TEST(has(refused.complaint, "say so with --until " + end));
    const std::string told = home.tell(
        {"backup", "verify", (trial / "log").string(), "--keys-from", (trial / "keys").string()});
    BOOST_TEST(has(told, "The log ends before its keys"));
    BOOST_TEST(has(told, "--until " + end));
    const said restored = restore(other, {"--until", end});
    BOOST_TEST_INFO(restored.complaint);
    BOOST_TEST(restored.ok());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
