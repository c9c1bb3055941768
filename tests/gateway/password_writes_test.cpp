// Passwords that providers send: kept as hashes where the product's profile says so, dropped at the
// door everywhere else. The whole server, over real sockets.
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "gateway/password_hash.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <iterator>
#include <latch>

namespace rollcall::test {
namespace {

/// Hashes that cost next to nothing, and a queue of one.
server_choices cheap(const std::filesystem::path& profiles) {
    std::ofstream(profiles / "keeper.toml")
        << "id = \"keeper\"\nversion = 1\n[passwords]\nstore = \"hash\"\n";
    std::ofstream(profiles / "fixed.toml") << "id = \"fixed\"\nversion = 1\ntitle = \"Fixed\"\n"
                                              "[users]\nupdate = false\n[passwords]\nstore = "
                                              "\"hash\"\n";
    std::ofstream(profiles / "dropper.toml")
        << "id = \"dropper\"\nversion = 1\n[passwords]\nstore = \"drop\"\n";
    auto book = profiles::profile_book::open(profiles);
    BOOST_REQUIRE_MESSAGE(book.has_value(), (book ? "" : book.error()));
    server_choices choices;
    choices.profiles = *book;
    choices.bounds.password_hash_memory_bytes = std::size_t{8} * 1024;
    choices.bounds.password_hash_passes = 1;
    choices.bounds.password_queue_max = 1;
    return choices;
}

struct house {
    house() {
        for (const char* name : {"keeper", "fixed", "dropper", "generic"}) {
            const auto tenant = server.create_tenant(name, std::nullopt, name);
            keys.emplace(name, server.create_key(tenant));
        }
    }

    http::answer send(const std::string& who, std::string_view method, const std::string& target,
                      const std::string& body = {}, http::header_list more = {}) {
        http::client client = server.client();
        auto fields = with_key(keys.at(who), !body.empty());
        fields.insert(fields.end(), more.begin(), more.end());
        auto answer = client.send(method, target, fields, body);
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    static std::string user(const std::string& name, const std::string& more = {}) {
        return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
               "\"" + more + "}";
    }

    static std::string patch(const std::string& operations) {
        return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)" +
               operations + "]}";
    }

    http::answer create(const std::string& who, const std::string& name, const std::string& more) {
        return send(who, "POST", "/scim/v2/Users", user(name, more));
    }

    std::string made(const std::string& who, const std::string& name, const std::string& more) {
        const auto answer = create(who, name, more);
        BOOST_REQUIRE_MESSAGE(answer.status == 201u, answer.body);
        BOOST_TEST(answer.body.find("password") == std::string::npos);
        return json_at(answer.body, "/id");
    }

    /// Which of these is the user's password; empty if none is.
    std::string right(const std::string& who, const std::string& id,
                      const std::vector<std::string>& tried) {
        const auto hash =
            server.directory().password_of(keys.at(who).tenant, *base::uuid::parse(id));
        for (const std::string& one : tried) {
            if (hash && gateway::is_password(*hash, base::secret_text(one))) return one;
        }
        return hash ? "another" : "";
    }

    /// All that was.
    std::string refused(const std::string& who, const std::string& name) {
        std::string all;
        for (const auto& one : server.directory().attempts(keys.at(who).tenant, name, 1))
            all += one.what.reason + "\n";
        return all;
    }

    scratch_directory files;
    running_server server{cheap(files.path())};
    std::map<std::string, test_key> keys;
};

/// Holds the office's only thread until it goes.
class guest {
  public:
    explicit guest(gateway::password_office& office) {
        struct job {
            std::shared_ptr<latches> both;

            void operator()(gateway::job_turn, const std::atomic<bool>&) {
                both->started.count_down();
                both->released.wait();
            }

            [[nodiscard]] static bool wanted() { return true; }
        } sits{latches_};

        const auto said = office.threads().post(sits, {eventlog::tenant_no{99}});
        BOOST_REQUIRE((said == gateway::worker_pool::verdict::taken));
        latches_->started.wait();
    }

    guest(const guest&) = delete;
    guest& operator=(const guest&) = delete;

    ~guest() { latches_->released.count_down(); }

  private:
    struct latches {
        std::latch started{1};
        std::latch released{1};
    };

    std::shared_ptr<latches> latches_ = std::make_shared<latches>();
};

const std::vector<std::string> words = {"first", "second", "third", "fourth", "fifth"};

} // namespace

BOOST_FIXTURE_TEST_SUITE(password_writes_test, house)

BOOST_AUTO_TEST_CASE(every_way_to_set_a_password_and_to_take_it_away) {
    const std::string id = made("keeper", "jane", R"(,"password":"first")");
    BOOST_TEST(right("keeper", id, words) == "first");

    struct row {
        const char* name;
        const char* method;
        std::string body;
        std::string expected;
    };

    const row rows[] = {
        {"PUT", "PUT", user("jane", R"(,"password":"second")"), "second"},
        {"PUT without one", "PUT", user("jane", R"(,"title":"T")"), "second"},
        {"PUT with null", "PUT", user("jane", R"(,"password":null)"), "second"},
        {"PATCH as Okta does it", "PATCH",
         patch(R"({"op":"replace","value":{"password":"third"}})"), "third"},
        {"PATCH with a path", "PATCH",
         patch(R"({"op":"Replace","path":"password","value":"fourth"})"), "fourth"},
        {"PATCH of something else", "PATCH", patch(R"({"op":"add","path":"title","value":"U"})"),
         "fourth"},
        {"PATCH that removes it", "PATCH", patch(R"({"op":"remove","path":"password"})"), ""},
        {"PATCH that removes what is not there", "PATCH",
         patch(R"({"op":"remove","path":"password"})"), ""},
        {"PATCH that adds it", "PATCH", patch(R"({"op":"add","path":"password","value":"fifth"})"),
         "fifth"},
        {"deactivated with another one", "PATCH",
         patch(R"({"op":"replace","value":{"active":false,"password":"first"}})"), "fifth"},
        {"reactivated with another one", "PUT",
         user("jane", R"(,"active":true,"password":"first")"), "first"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = send("keeper", r.method, "/scim/v2/Users/" + id, r.body);
            BOOST_TEST(answer.status == 200u, answer.body);
            BOOST_TEST(answer.body.find("password") == std::string::npos);
            BOOST_TEST(right("keeper", id, words) == r.expected);
        }
    }
    BOOST_TEST(refused("keeper", "jane").find("since the request deactivates") !=
               std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_password_is_refused_without_being_repeated) {
    const std::string id = made("keeper", "jane", R"(,"password":"first")");
    const std::string many(1025, 'x');

    struct row {
        const char* name;
        std::string value;
    };

    const row rows[] = {{"empty", R"("")"},
                        {"one byte too long", "\"" + many + "\""},
                        {"with NUL", R"("hush\u0000hush")"},
                        {"a number", "77777777"},
                        {"an object", R"({"hush":"hush"})"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const std::string member = R"(,"password":)" + r.value;
            for (const auto& answer :
                 {create("keeper", "new", member),
                  send("keeper", "PUT", "/scim/v2/Users/" + id, user("jane", member)),
                  send("keeper", "PATCH", "/scim/v2/Users/" + id,
                       patch(R"({"op":"replace","path":"password","value":)" + r.value + "}"))}) {
                BOOST_TEST(answer.status == 400u);
                BOOST_TEST(json_at(answer.body, "/scimType") == "invalidValue");
                BOOST_TEST(json_at(answer.body, "/detail").starts_with("password: must "));
                for (const char* part : {"hush", "7777", "xxxx"})
                    BOOST_TEST(answer.body.find(part) == std::string::npos);
            }
            // Deprovisioning always works.
            const auto gone = send("keeper", "PUT", "/scim/v2/Users/" + id,
                                   user("jane", R"(,"active":false)" + member));
            BOOST_TEST(gone.status == 200u);
            BOOST_TEST(json_at(gone.body, "/active") == "false");
            BOOST_TEST(
                send("keeper", "PUT", "/scim/v2/Users/" + id, user("jane", R"(,"active":true)"))
                    .status == 200u);
        }
    }
    BOOST_TEST(right("keeper", id, words) == "first");
    const std::string longest(1024, 'y');
    BOOST_TEST(right("keeper", made("keeper", "long", R"(,"password":")" + longest + "\""),
                     {longest}) == longest);
}

BOOST_AUTO_TEST_CASE(where_nothing_is_kept_whatever_is_sent_is_dropped) {
    for (const char* who : {"generic", "dropper"}) {
        BOOST_TEST_CONTEXT(who) {
            const std::string id = made(who, "jane", R"(,"password":"first")");
            BOOST_TEST(send(who, "PATCH", "/scim/v2/Users/" + id,
                            patch(R"({"op":"replace","path":"password","value":"second"})"))
                           .status == 200u);
            BOOST_TEST(create(who, "tom", R"(,"password":{"no":"text"})").status == 201u);
            BOOST_TEST(right(who, id, words).empty());
        }
    }
    BOOST_TEST(server.office().figures().hashed == 0u);
}

BOOST_AUTO_TEST_CASE(a_product_without_updates_takes_one_at_creation_only) {
    const std::string id = made("fixed", "jane", R"(,"password":"first")");
    const auto patched = send("fixed", "PATCH", "/scim/v2/Users/" + id,
                              patch(R"({"op":"replace","path":"password","value":"second"})"));
    BOOST_TEST(patched.status == 501u);
    BOOST_TEST(json_at(patched.body, "/detail").starts_with("Fixed takes no profile updates"));
    // Okta sends one along with whatever it puts.
    for (const char* sent : {R"("third")", R"("")", "7"}) {
        const auto put = send("fixed", "PUT", "/scim/v2/Users/" + id,
                              user("jane", R"(,"active":true,"password":)" + std::string(sent)));
        BOOST_TEST(put.status == 200u, put.body);
    }
    const auto gone = send("fixed", "PATCH", "/scim/v2/Users/" + id,
                           patch(R"({"op":"replace","value":{"active":false,"password":"x"}})"));
    BOOST_TEST(json_at(gone.body, "/active") == "false");
    BOOST_TEST(right("fixed", id, words) == "first");
}

BOOST_AUTO_TEST_CASE(what_is_refused_or_repeated_costs_no_hash) {
    const http::header_list once = {{"Idempotency-Key", "k-1"}};
    const std::string body = user("jane", R"(,"password":"first")");
    const auto made = send("keeper", "POST", "/scim/v2/Users", body, once);
    BOOST_TEST(made.status == 201u, made.body);

    struct row {
        const char* name;
        std::string body;
        http::header_list fields;
        unsigned status;
    };

    const row rows[] = {
        {"the same name", body, {}, 409},
        {"the same key and request", body, once, 201},
        {"the same key with another password", user("jane", R"(,"password":"second")"), once, 422},
        {"no user name", user("", R"(,"password":"second")"), {}, 400}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = send("keeper", "POST", "/scim/v2/Users", r.body, r.fields);
            BOOST_TEST(answer.status == r.status, answer.body);
            BOOST_TEST(server.office().figures().hashed == 1u);
        }
    }
    const auto stale = send("keeper", "PUT", "/scim/v2/Users/" + json_at(made.body, "/id"),
                            user("jane", R"(,"password":"second")"), {{"If-Match", "W/\"1\""}});
    BOOST_TEST(stale.status == 412u);
    BOOST_TEST(server.office().figures().hashed == 1u);
}

BOOST_AUTO_TEST_CASE(what_is_kept_of_a_request_is_nothing_to_try_passwords_on) {
    struct row {
        const char* who;
        const char* method; ///< POST: of a user; else of him
        std::string body;
    };

    const std::string leaves = user("jane", R"(,"active":false,"password":"second")");
    const row rows[] = {
        {"keeper", "POST", user("tom", R"(,"password":"second")")},
        {"keeper", "PUT", leaves},
        {"keeper", "PATCH", patch(R"({"op":"replace","value":{"active":false,"password":"x"}})")},
        {"fixed", "PUT", leaves},
        {"dropper", "PUT", leaves},
        {"generic", "PUT", leaves},
        {"generic", "POST", user("tom", R"(,"password":"second")")}};
    std::map<std::string, std::string> ids;
    for (const char* who : {"keeper", "fixed", "dropper", "generic"})
        ids[who] = made(who, "jane", "");
    std::size_t number = 0;
    std::vector<eventlog::digest> plain;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.who << " " << r.method) {
            const bool post = std::string_view(r.method) == "POST";
            const std::string target = "/scim/v2/Users" + (post ? "" : "/" + ids.at(r.who));
            const http::header_list once = {{"Idempotency-Key", "k-" + std::to_string(++number)}};
            const auto first = send(r.who, r.method, target, r.body, once);
            BOOST_TEST(first.status / 100 == 2u, first.body);
            BOOST_TEST(send(r.who, r.method, target, r.body, once).status == first.status);
            BOOST_TEST(send(r.who, r.method, target, r.body + " ", once).status == 422u);
            plain.push_back(base::sha256({r.method, "\n", target, "\n", r.body}));
        }
    }
    const auto rows_kept = server.store().snapshot();
    const auto cursor = rows_kept->cursor(eventlog::table::idempotency, {});
    std::size_t kept = 0;
    for (cursor->seek({}); cursor->valid(); cursor->next(), ++kept) {
        for (const auto& digest : plain)
            BOOST_TEST(cursor->value().find(base::as_text(digest)) == std::string_view::npos);
    }
    BOOST_TEST(kept == std::size(rows));
}

BOOST_AUTO_TEST_CASE(a_full_office_holds_up_nobody_else_and_no_deactivation) {
    const std::string jane = made("keeper", "jane", R"(,"password":"first")");
    std::thread waits;
    http::answer late;
    {
        const guest busy(server.office());
        waits = std::thread([&] { late = create("keeper", "kim", R"(,"password":"second")"); });
        BOOST_TEST(
            http::testing::eventually([&] { return server.office().figures().waiting == 1; }));
        const auto full = create("fixed", "tom", R"(,"password":"third")");
        BOOST_TEST(full.status == 429u);
        BOOST_TEST(!full.header("Retry-After").empty());
        BOOST_TEST(create("fixed", "ann", "").status == 201u);
        BOOST_TEST(create("generic", "ann", R"(,"password":"third")").status == 201u);
        const auto gone = send("keeper", "PUT", "/scim/v2/Users/" + jane,
                               user("jane", R"(,"active":false,"password":"third")"));
        BOOST_TEST(json_at(gone.body, "/active") == "false");
        BOOST_TEST(send("keeper", "DELETE", "/scim/v2/Users/" + jane).status == 204u);
    }
    waits.join();
    BOOST_TEST(late.status == 201u, late.body);
    BOOST_TEST(create("fixed", "tom", R"(,"password":"third")").status == 201u);
}

BOOST_AUTO_TEST_CASE(discovery_says_where_passwords_are_kept) {
    struct row {
        const char* who; ///< empty: without a key
        const char* supported;
        bool listed;
    };

    const row rows[] = {{"keeper", "true", true},
                        {"generic", "false", false},
                        {"fixed", "true", true},
                        {"dropper", "false", false},
                        {"", "false", false}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.who) {
            const auto ask = [&](const std::string& target) {
                if (*r.who != '\0') return send(r.who, "GET", "/scim/v2" + target);
                return *server.client().send("GET", "/scim/v2" + target, {});
            };
            BOOST_TEST(json_at(ask("/ServiceProviderConfig").body, "/changePassword/supported") ==
                       r.supported);
            const auto schema = ask("/Schemas/urn:ietf:params:scim:schemas:core:2.0:User").body;
            const auto at = schema.find(R"("name":"password")");
            BOOST_TEST((at != std::string::npos) == r.listed);
            if (r.listed) {
                BOOST_TEST(schema.find(R"("mutability":"writeOnly","returned":"never")", at) <
                           schema.find(R"("name":)", at + 1));
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::test
