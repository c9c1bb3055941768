// Data directories of earlier formats, as their programs left them: what was so is so, the log
// holds, and older programs are kept out only when everything is there.
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <csignal>
#include <random>

using namespace rollcall;
using namespace rollcall::integration;

namespace fs = std::filesystem;

namespace {

const fs::path archives = fs::path(ROLLCALL_TREE) / "tests/data/directories";
constexpr std::chrono::seconds unpack_time_max{30};

/// A directory of an earlier program, and what must be so in it.
struct heirloom {
    explicit heirloom(const std::string& name)
        : manifest(support::read_bytes(archives / (name + ".json"))) {
        child tar({"/usr/bin/tar", "-xzf", (archives / (name + ".tar.gz")).string(), "-C",
                   place.path().string(), "--no-same-owner"},
                  place / "tar.log");
        BOOST_REQUIRE_EQUAL(tar.wait(unpack_time_max).code, 0);
        site = std::make_unique<installation>(place.path());
    }

    [[nodiscard]] std::string identity() const {
        return support::read_bytes(site->data() / "rollcall.id");
    }

    void set_format(const std::string& from, const std::string& to) const {
        std::string text = identity();
        const auto at = text.find("format " + from);
        BOOST_REQUIRE(at != std::string::npos);
        text.replace(at, 7 + from.size(), "format " + to);
        fs::remove(site->data() / "rollcall.id");
        support::write_bytes(site->data() / "rollcall.id", text);
    }

    [[nodiscard]] std::string key(const std::string& tenant) const {
        return manifest.text("/tenants/" + tenant + "/key");
    }

    /// How often the server said that it makes the state anew.
    [[nodiscard]] std::size_t upgrades() const {
        const std::string said = site->complaints();
        std::size_t count = 0;
        for (auto at = said.find("An older version wrote"); at != std::string::npos;
             at = said.find("An older version wrote", at + 1))
            ++count;
        return count;
    }

    support::temp_directory place;
    json manifest;
    std::unique_ptr<installation> site;
};

void check_users(const heirloom& old, const std::string& tenant) {
    provider idp(old.site->address(), old.key(tenant));
    const std::string all = "/tenants/" + tenant + "/users";
    const std::size_t users = old.manifest.size(all);
    BOOST_REQUIRE(users > 0u);
    for (std::size_t i = 0; i < users; ++i) {
        const std::string one = all + "/" + std::to_string(i);
        BOOST_TEST_CONTEXT(old.manifest.text(one + "/userName")) {
            const reply got = idp.get(old.manifest.text(one + "/id"));
            BOOST_REQUIRE_EQUAL(got.code(), 200u);
            const json user = got.json();
            for (const char* text : {"/id", "/userName"})
                BOOST_TEST(user.text(text) == old.manifest.text(one + text));
            for (const char* text : {"version", "created", "lastModified"}) {
                BOOST_TEST(user.text(std::string("/meta/") + text) ==
                           old.manifest.text(one + "/" + text));
            }
            BOOST_TEST(user.flag("/active") == old.manifest.flag(one + "/active"));
            if (old.manifest.has(one + "/status")) { // from format 4 on
                BOOST_TEST(user.text("/urn:rollcall:params:scim:schemas:1.0:User/status") ==
                           old.manifest.text(one + "/status"));
            }
            BOOST_TEST(got.etag == old.manifest.text(one + "/version"));
            const reply found = idp.find(old.manifest.text(one + "/userName"));
            BOOST_TEST(found.json().text("/Resources/0/id") == old.manifest.text(one + "/id"));
        }
    }
    const reply list = idp.send("GET", "/scim/v2/Users?count=100");
    BOOST_TEST(list.json().number("/totalResults") == users);
    const std::string gone = "/tenants/" + tenant + "/gone";
    for (std::size_t i = 0; i < old.manifest.size(gone); ++i)
        BOOST_TEST(idp.get(old.manifest.text(gone + "/" + std::to_string(i))).code() == 404u);
    provider revoked(old.site->address(), old.manifest.text("/tenants/" + tenant + "/revoked_key"));
    BOOST_TEST(revoked.send("GET", "/scim/v2/Users").code() == 401u);
}

/// Nothing for a directory of before teams.
void check_teams(const heirloom& old, const std::string& tenant) {
    const std::string here = "/tenants/" + tenant;
    if (!old.manifest.has(here + "/teams")) return;
    provider idp(old.site->address(), old.key(tenant));
    const std::size_t teams = old.manifest.size(here + "/teams");
    BOOST_REQUIRE(teams > 0u);
    for (std::size_t i = 0; i < teams; ++i) {
        const std::string one = here + "/teams/" + std::to_string(i);
        BOOST_TEST_CONTEXT(old.manifest.text(one + "/displayName")) {
            const reply got = idp.send("GET", "/scim/v2/Groups/" + old.manifest.text(one + "/id"));
            BOOST_REQUIRE_EQUAL(got.code(), 200u);
            const json team = got.json();
            BOOST_TEST(team.text("/displayName") == old.manifest.text(one + "/displayName"));
            BOOST_TEST(team.text("/meta/version") == old.manifest.text(one + "/version"));
            std::vector<std::string> members;
            for (std::size_t m = 0; team.has("/members") && m < team.size("/members"); ++m)
                members.push_back(team.text("/members/" + std::to_string(m) + "/value"));
            std::sort(members.begin(), members.end());
            BOOST_REQUIRE_EQUAL(members.size(), old.manifest.size(one + "/members"));
            for (std::size_t m = 0; m < members.size(); ++m)
                BOOST_TEST(members[m] == old.manifest.text(one + "/members/" + std::to_string(m)));
        }
    }
    for (std::size_t i = 0; i < old.manifest.size(here + "/gone_teams"); ++i) {
        const std::string id = old.manifest.text(here + "/gone_teams/" + std::to_string(i));
        BOOST_TEST(idp.send("GET", "/scim/v2/Groups/" + id).code() == 404u);
    }
}

void check_tenants(const heirloom& old) {
    const json now = old.site->ask({"tenant", "list"});
    BOOST_REQUIRE_EQUAL(now.size(""), old.manifest.size("/tenant_list"));
    for (std::size_t i = 0; i < now.size(""); ++i) {
        const std::string one = "/" + std::to_string(i);
        const std::string then = "/tenant_list" + one;
        for (const char* text : {"/id", "/name", "/profile", "/plan", "/created"})
            BOOST_TEST(now.text(one + text) == old.manifest.text(then + text));
        for (const char* number : {"/users", "/seats_used"})
            BOOST_TEST(now.number(one + number) == old.manifest.number(then + number));
    }
}

/// Nothing for a directory of before admins.
void check_admins(const heirloom& old) {
    if (!old.manifest.has("/operators")) return;
    const std::pair<std::vector<std::string>, std::string> lists[] = {
        {{"admin", "list", "acme"}, "/tenants/acme/admins"}, {{"operator", "list"}, "/operators"}};
    for (const auto& [words, then] : lists) {
        const json now = old.site->ask(words);
        BOOST_REQUIRE_EQUAL(now.size(""), old.manifest.size(then));
        for (std::size_t i = 0; i < now.size(""); ++i) {
            const std::string one = "/" + std::to_string(i);
            for (const char* text : {"/id", "/name", "/role", "/state", "/created"})
                BOOST_TEST(now.text(one + text) == old.manifest.text(then + one + text));
        }
    }
}

/// The log as it was, and the state as it follows from it.
std::string check_proofs(const heirloom& old) {
    const json log = old.site->ask({"log", "verify"});
    BOOST_TEST(log.flag("/ok"));
    BOOST_TEST(!log.has("/note"));
    const json rows = old.site->ask({"rebuild", "--verify"});
    BOOST_TEST(rows.flag("/equal"));
    BOOST_TEST(rows.flag("/compared"));
    return log.text("/hash");
}

const char* const names[] = {"1-stopped", "1-killed", "2-stopped", "2-killed",
                             "3-stopped", "3-killed", "4-stopped", "4-killed"};

} // namespace

BOOST_AUTO_TEST_SUITE(upgrade_test)

BOOST_AUTO_TEST_CASE(an_older_directory_is_served_as_it_was) {
    for (const char* name : names) {
        BOOST_TEST_CONTEXT(name) {
            const heirloom old(name);
            const json before = old.site->ask({"log", "verify"});
            old.site->start();
            BOOST_TEST(old.identity().find("format 5\n") != std::string::npos);
            check_tenants(old);
            check_admins(old);
            for (const char* tenant : {"acme", "bold"}) {
                check_users(old, tenant);
                check_teams(old, tenant);
            }
            BOOST_TEST(check_proofs(old) == before.text("/hash"));

            provider idp(old.site->address(), old.key("acme"));
            BOOST_TEST(idp.create(user_body("new@acme.example", "t")).code() == 201u);
            old.site->kill();
            old.site->start();
            BOOST_TEST(old.upgrades() == 1u);
            provider later(old.site->address(), old.key("acme"));
            BOOST_TEST(later.find("new@acme.example").json().number("/totalResults") == 1u);
            BOOST_TEST(old.site->stop().code == 0);
            check_proofs(old);
        }
    }
}

BOOST_AUTO_TEST_CASE(verbs_that_read_leave_an_older_directory_to_its_program) {
    for (const char* name : names) {
        BOOST_TEST_CONTEXT(name) {
            const heirloom old(name);
            const std::string identity = old.identity();
            const json log = old.site->ask({"log", "verify"});
            BOOST_TEST(log.flag("/ok"));
            BOOST_TEST(log.number("/events") == old.manifest.number("/verify/events"));
            BOOST_TEST(log.text("/head") == old.manifest.text("/verify/head"));
            BOOST_TEST(log.text("/note").find("older version") != std::string::npos);
            BOOST_TEST(old.site->tell({"log", "verify"}).find("older version") !=
                       std::string::npos);

            const auto events = json_lines(old.site->tell({"log", "export"}));
            BOOST_TEST(events.size() == log.number("/events"));
            BOOST_TEST(json_lines(old.site->tell({"log", "tail", "acme", "--json"})).size() == 20u);
            BOOST_TEST(old.site->ask({"log", "show", "@1"}).text("/type") == "tenant_created");
            const said doctor = old.site->run({"doctor"});
            BOOST_TEST(doctor.ok(), doctor.output + doctor.complaint);
            BOOST_TEST(doctor.output.find("older version") != std::string::npos);

            const said compared = old.site->run({"rebuild", "--verify"});
            BOOST_TEST(compared.how.code == 1);
            BOOST_TEST(compared.complaint.find("older version") != std::string::npos,
                       compared.complaint);
            BOOST_TEST(old.identity() == identity);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_rebuild_without_a_server_upgrades_too) {
    for (const char* name : names) {
        BOOST_TEST_CONTEXT(name) {
            const heirloom old(name);
            const json made = old.site->ask({"rebuild"});
            BOOST_TEST((made.flag("/ok") && made.flag("/flipped")));
            BOOST_TEST((!made.flag("/compared") && !made.flag("/equal")));
            BOOST_TEST(old.identity().find("format 5\n") != std::string::npos);
            check_proofs(old);
            old.site->start();
            BOOST_TEST(old.upgrades() == 0u);
            check_users(old, "acme");
        }
    }
}

// Without an upgrade in between: the older directory stays as it is, and its backup becomes one of
// this version.
BOOST_AUTO_TEST_CASE(a_backup_of_an_older_directory_is_restored_by_this_program) {
    for (const char* name : names) {
        BOOST_TEST_CONTEXT(name) {
            heirloom old(name);
            const std::string to = (old.place / "log").string();
            const std::string keys = (old.place / "keys").string();
            const std::string before = old.identity();
            old.site->tell({"backup", "create", to, "--keys-to", keys});
            BOOST_TEST(old.identity() == before);
            const std::string master = (old.site->data() / "master.key").string();
            auto restored = std::make_unique<installation>(old.place / "restored");
            const json report =
                restored->ask({"backup", "restore", to, "--keys-from", keys, "--key-file", master});
            for (const char* kind : {"users", "teams", "admins"})
                BOOST_TEST(report.number(std::string("/lost/") + kind) == 0u, kind);
            old.site = std::move(restored);
            old.site->start({"--key-file", master});
            BOOST_TEST(old.upgrades() == 0u);
            check_users(old, "acme");
            BOOST_TEST(old.site->ask({"rebuild", "--verify"}).flag("/equal"));
        }
    }
}

BOOST_AUTO_TEST_CASE(an_upgrade_that_was_cut_short_is_made_at_the_next_start) {
    // Marked, but not flipped: the last moment at which it can end.
    for (const std::string format : {"1", "2", "3", "4"}) {
        const heirloom old(format + "-killed");
        old.set_format(format, "5");
        support::write_bytes(old.site->data() / "rollcall.id.new", "half");
        old.site->start();
        BOOST_TEST(old.upgrades() == 1u);
        BOOST_TEST(!fs::exists(old.site->data() / "rollcall.id.new"));
        check_users(old, "acme");
        check_users(old, "bold");
        check_teams(old, "acme");
        check_proofs(old);
    }
}

BOOST_AUTO_TEST_CASE(starts_killed_at_any_moment_lose_nothing) {
    const std::uint64_t seed = seed_of_this_run();
    std::mt19937_64 chance(seed);
    const heirloom first("1-killed");
    const auto whole = first.site->start();
    std::size_t cut = 0;
    for (int round = 0; round < 6; ++round) {
        BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed << ", round " << round) {
            const heirloom old("1-killed");
            for (int again = 0; again < 3; ++again) {
                child server({installation::program(), "serve", "--data", old.site->data().string(),
                              "--listen", "127.0.0.1:0"},
                             old.place / "cut.log");
                const std::chrono::milliseconds later(chance() %
                                                      static_cast<std::uint64_t>(whole.count()));
                cut += server.line(later) ? 0u : 1u;
                server.signal(SIGKILL);
                server.wait(std::chrono::seconds(10));
            }
            old.site->start();
            check_users(old, "acme");
            check_users(old, "bold");
            check_proofs(old);
        }
    }
    BOOST_TEST(cut > 0u);
}

BOOST_AUTO_TEST_CASE(an_identity_that_cannot_be_written_keeps_the_rows_too) {
    const heirloom old("1-stopped");
    const fs::path obstacle = old.site->data() / "rollcall.id.new";
    fs::create_directories(obstacle / "in the way");
    const std::string identity = old.identity();
    const said served = old.site->run({"serve", "--listen", "127.0.0.1:0"});
    BOOST_TEST(served.how.code == 1);
    BOOST_TEST(served.complaint.find("did not succeed") != std::string::npos, served.complaint);
    BOOST_TEST(old.identity() == identity);
    BOOST_TEST(old.site->ask({"log", "verify"}).has("/note"));
    fs::remove_all(obstacle);
    old.site->start();
    check_users(old, "acme");
    check_proofs(old);
}

BOOST_AUTO_TEST_CASE(a_newer_directory_is_refused_and_left_alone) {
    const heirloom old("1-stopped");
    old.set_format("1", "6");
    const std::string identity = old.identity();
    const std::string listen = "127.0.0.1:0";
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"serve", "--listen", listen},
          {"log", "verify"},
          {"log", "export"},
          {"rebuild"},
          {"rebuild", "--verify"}}) {
        BOOST_TEST_CONTEXT(words.front() << " " << words.back()) {
            const said refused = old.site->run(words);
            BOOST_TEST(refused.how.code == 1);
            BOOST_TEST(refused.complaint.find("data format 6, this program knows 5") !=
                           std::string::npos,
                       refused.complaint);
        }
    }
    BOOST_TEST(old.identity() == identity);
}

BOOST_AUTO_TEST_SUITE_END()
