// Passwords as the product and its operators meet them: whether one is right, and that it is in no
// file and no line of the log.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "gateway/limits.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <unistd.h>

namespace rollcall::cli {
namespace {

const std::string canary = "Canary-Password-1f83d9";

/// A tenant of Zamp's, which keeps passwords, and one of nobody's. What Zamp wants approved is.
struct office {
    office() : house(true) {
        key = house.make_tenant("acme");
        plain_key = house.make_tenant("plain");
        house.must("PATCH", "/tenants/acme", R"({"profile":"zamp"})");
        for (const char* name : {"ada", "bob"}) {
            house.must("POST", "/tenants/acme/admins",
                       R"({"name":")" + std::string(name) + R"(","role":"primary_admin"})");
        }
    }

    std::string user(const std::string& name, const std::string& password) {
        return house.make_user(key, name,
                               password.empty() ? "" : R"(,"password":")" + password + "\"");
    }

    void approve(const std::string& id) {
        house.must("POST", "/tenants/acme/users/" + id + "/role", R"({"role":"r","as":"ada"})");
        house.must("POST", "/tenants/acme/users/" + id + "/approve",
                   R"({"role":"r","as":"bob","break_glass":"a test"})");
    }

    std::string active(const std::string& name, const std::string& password) {
        std::string id = user(name, password);
        approve(id);
        return id;
    }

    http::answer verify(const std::string& who, const std::string& body,
                        const std::string& tenant = "acme") {
        return house.ask("POST", "/tenants/" + tenant + "/users/" + who + "/verify-password", body);
    }

    /// `yes`, `no`, or the word of the refusal.
    std::string right(const std::string& who, const std::string& password,
                      const std::string& tenant = "acme") {
        const auto answer = verify(who, R"({"password":")" + password + "\"}", tenant);
        const json_view said(answer.body);
        if (answer.status != 200) return said->text("error");
        return said->flag("verified") ? "yes" : "no";
    }

    served house;
    std::string key, plain_key;
};

/// Standard input is this text as long as it lives.
class typed {
  public:
    explicit typed(const std::string& text) : before_(::dup(STDIN_FILENO)) {
        int ends[2];
        BOOST_REQUIRE(::pipe(ends) == 0);
        BOOST_REQUIRE(::write(ends[1], text.data(), text.size()) ==
                      static_cast<ssize_t>(text.size()));
        ::close(ends[1]);
        ::dup2(ends[0], STDIN_FILENO);
        ::close(ends[0]);
    }

    typed(const typed&) = delete;
    typed& operator=(const typed&) = delete;

    ~typed() {
        ::dup2(before_, STDIN_FILENO);
        ::close(before_);
    }

  private:
    int before_;
};

/// Every file below `where` that has `text` in it.
std::string files_with(const std::filesystem::path& where, const std::string& text) {
    std::string found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(where)) {
        if (!entry.is_regular_file()) continue;
        std::ifstream in(entry.path(), std::ios::binary);
        const std::string all{std::istreambuf_iterator<char>(in), {}};
        if (all.find(text) != std::string::npos) found += entry.path().filename().string() + " ";
    }
    return found;
}

} // namespace

BOOST_AUTO_TEST_SUITE(passwords_test)

BOOST_FIXTURE_TEST_CASE(who_may_come_in_is_who_has_the_password_and_access, office) {
    const std::string id = active("jane", "right");
    active("bare", "");
    user("waiting", "right");
    const std::string gone = active("gone", "right");
    house.scim("PATCH", "/Users/" + gone, key,
               R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
               R"({"op":"replace","path":"active","value":false}]})");
    house.must("POST", "/tenants/acme/users/" + active("suspended", "right") + "/suspension");
    const std::string deleted = active("deleted", "right");
    house.scim("DELETE", "/Users/" + deleted, key);
    // Somebody else, who has jane's name and an id of nobody in other places.
    approve(house.make_user(key, "mallory",
                            R"(,"password":"hers","externalId":"jane",)"
                            R"("emails":[{"value":"jane"},{"value":"tom@x.example"},)"
                            R"({"value":"only@x.example"}])"));
    approve(house.make_user(key, "tom@x.example", R"(,"password":"right","externalId":"e-77")"));
    house.make_user(plain_key, "jane", R"(,"password":"right")");
    house.must("POST", "/tenants", R"({"id":"old"})");
    house.must("DELETE", "/tenants/old");

    struct row {
        const char* name;
        std::string who, password, tenant, expected;
    };

    const row rows[] = {
        {"the right one", "jane", "right", "acme", "yes"},
        {"a wrong one", "jane", "wrong", "acme", "no"},
        {"in another case", "jane", "Right", "acme", "no"},
        {"with a blank behind it", "jane", "right ", "acme", "no"},
        {"in another spelling of the name", "JANE", "right", "acme", "yes"},
        {"of who has the name elsewhere", "jane", "hers", "acme", "no"},
        {"by his own name", "mallory", "hers", "acme", "yes"},
        {"of who has it as a second e-mail", "tom@x.example", "hers", "acme", "no"},
        {"whose e-mail it is too", "tom@x.example", "right", "acme", "yes"},
        {"by an e-mail that is nobody's name", "only@x.example", "hers", "acme", "no"},
        {"by an external id that is nobody's name", "e-77", "right", "acme", "no"},
        {"who has none", "bare", "right", "acme", "no"},
        {"who is not approved", "waiting", "right", "acme", "no"},
        {"who is deactivated", "gone", "right", "acme", "no"},
        {"who is suspended", "suspended", "right", "acme", "no"},
        {"who was deleted", deleted, "right", "acme", "no"},
        {"whom nobody knows", "nobody", "right", "acme", "no"},
        {"where none is kept", "jane", "right", "plain", "passwords_not_stored"},
        {"in a deleted tenant", "jane", "right", "old", "tenant_deleted"},
        {"in no tenant", "jane", "right", "none", "not_found"},
        {"empty", "jane", "", "acme", "bad_value"},
        {"too long", "jane", std::string(1025, 'x'), "acme", "bad_value"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(right(r.who, r.password, r.tenant) == r.expected);
        }
    }
    BOOST_TEST(verify(id, R"({"password":"right"})").body ==
               R"({"verified":true,"id":")" + id + R"(","userName":"jane"})");
    BOOST_TEST(verify(id, R"({"password":"wrong"})").body == R"({"verified":false})");
    for (const char* body :
         {"", "{}", "[]", R"({"password":7})", R"({"password":"a","who":"b"})"}) {
        BOOST_TEST_CONTEXT(body) {
            const auto answer = verify("jane", body);
            BOOST_TEST(answer.status == 400u);
            BOOST_TEST(json_view(answer.body)->text("error") == "bad_body");
        }
    }
    BOOST_TEST(house.becomes(R"(rollcall_password_verifications_total{result="right"})", 5));
    BOOST_TEST(house.becomes(R"(rollcall_password_verifications_total{result="wrong"})", 14));
}

BOOST_FIXTURE_TEST_CASE(guessing_has_a_pace, office) {
    const std::string id = active("jane", "right");
    active("tom", "right");
    const gateway::limits bounds;
    for (unsigned i = 0; i < bounds.verifications_user_burst; ++i)
        BOOST_TEST(right("jane", "guess") == "no");
    // However she is called. Some of the burst may have been forgotten meanwhile.
    http::answer last;
    for (unsigned i = 0; i < bounds.verifications_user_burst && last.status != 429; ++i)
        last = verify(i % 2 == 0 ? "JANE" : id, R"({"password":"right"})");
    BOOST_TEST(last.status == 429u);
    BOOST_TEST(json_view(last.body)->text("error") == "throttled");
    BOOST_TEST(!last.header("Retry-After").empty());
    BOOST_TEST(right("tom", "right") == "yes");
}

BOOST_FIXTURE_TEST_CASE(the_verb_reads_the_password_and_shows_nothing_of_it, office) {
    active("jane", "right");

    struct row {
        const char* name;
        std::string input, tenant;
        int code;
        std::string out, err; ///< a part of each
    };

    const row rows[] = {
        {"right", "right\n", "acme", 0, "Right.", ""},
        {"as Windows ends lines", "right\r\n", "acme", 0, "Right.", ""},
        {"without an end", "right", "acme", 0, "Right.", ""},
        {"wrong", "wrong\n", "acme", 1, "Wrong, or there is nobody", ""},
        {"nothing", "", "acme", 1, "", "there is no password"},
        {"an empty line", "\nright\n", "acme", 1, "", "there is no password"},
        {"too long a line", std::string(5000, 'x'), "acme", 1, "", "more than 4096 bytes"},
        {"where none is kept", "right\n", "plain", 1, "", "keeps no passwords"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const typed input(r.input);
            std::ostringstream out;
            std::ostringstream err;
            const int code =
                run_command_line({"rollcall", "user", "verify-password", r.tenant, "jane", "--data",
                                  house.data().string()},
                                 {out, err}, [](const std::string&) { return std::nullopt; });
            BOOST_TEST(code == r.code, err.str());
            BOOST_TEST(out.str().find(r.out) != std::string::npos, out.str());
            BOOST_TEST(err.str().find(r.err) != std::string::npos, err.str());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_password_is_in_no_file_and_no_line) {
    const support::temp_directory home;
    const std::string data = (home / "data").string();
    const auto must = [&](std::vector<std::string> words) {
        words.insert(words.end(), {"--data", data});
        const outcome o = call_rollcall(words, home.path());
        BOOST_REQUIRE_MESSAGE(o.code == 0, words.front() << ": " << o.err);
        return o.out;
    };
    std::string shown;
    {
        process child({"serve", "--listen", "127.0.0.1:0", "--log-level", "debug", "--data", data},
                      home / "serve-errors");
        const std::string ready = child.read_line();
        BOOST_REQUIRE_MESSAGE(ready.starts_with("ready http://"), child.errors());
        const auto where = *http::endpoint::parse(ready.substr(13));
        for (const char* profile : {"zamp", "generic"}) {
            const std::string tenant = std::string("t-") + profile;
            must({"tenant", "create", tenant, "--profile", profile});
            const std::string key =
                json_view(must({"key", "create", tenant, "--label", "okta", "--json"}))
                    ->text("key");
            const auto scim = [&](std::string_view method, const std::string& target,
                                  const std::string& body) {
                http::client provider(where);
                auto answer = provider.send(method, "/scim/v2" + target,
                                            {{"Authorization", "Bearer " + key},
                                             {"Content-Type", "application/scim+json"},
                                             {"Idempotency-Key", target.substr(1, 3) + "once"}},
                                            body);
                BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
                shown += answer->body;
                return std::move(*answer);
            };
            const std::string core = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";
            const std::string secret = R"(,"password":")" + canary + "\"";
            const auto made = scim("POST", "/Users", core + R"(,"userName":"jane")" + secret + "}");
            BOOST_TEST(made.status == 201u, made.body);
            const std::string id = json_view(made.body)->text("id");
            scim("POST", "/Users?again", core + R"(,"userName":"jane")" + secret + "}");
            scim("PUT", "/Users/" + id,
                 core + R"(,"userName":"jane","active":false)" + secret + "}");
            scim("PATCH", "/Users/" + id,
                 R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
                 R"({"op":"replace","path":"password","value":")" +
                     canary + "\"}]}");
            shown += must({"user", "show", tenant, "jane", "--json"});
            {
                const typed input(canary + "\n");
                shown += call_rollcall({"user", "verify-password", tenant, "jane", "--data", data},
                                       home.path())
                             .err;
            }
        }
        shown += must({"log", "tail", "--from", "@1", "--json"});
        for (const int at : {1, 2, 3, 4, 5, 6, 7, 8, 9})
            shown +=
                call_rollcall({"log", "show", "@" + std::to_string(at), "--json", "--data", data},
                              home.path())
                    .out;
        child.signal(SIGTERM);
        BOOST_TEST(child.wait() == 0);
        shown += child.errors();
    }
    BOOST_TEST(shown.find("password_set") != std::string::npos);
    BOOST_TEST(shown.find(canary) == std::string::npos);
    // Nor the hash, which somebody could try passwords on.
    BOOST_TEST(shown.find("$argon2id") == std::string::npos);
    BOOST_TEST(files_with(home.path(), canary) == "");
    BOOST_TEST(files_with(home.path(), "$argon2id") == "");
    // What is looked for would be found.
    std::ofstream(home / "copy") << "x" << canary << "x";
    BOOST_TEST(files_with(home.path(), canary) == "copy ");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
