// Profiles at work in the whole server: one that exists nowhere but in a file of this test, a
// tenant whose profile is gone, profiles that change while the server runs, and requests that cross
// each other.
#include "gateway/profiles/profile_book.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <fstream>
#include <thread>

namespace rollcall::test {
namespace {

/// A product that nobody has, with every rule that a file can state.
constexpr const char* harbour = R"toml(
id = "harbour"
version = 7
title = "Harbour"
base_paths = ["/crew", "/crew/scim"]
[users]
user_name = "email"
required = ["urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"]
forbidden = ["photos", "name.honorificPrefix"]
display_name = ["{title} {name.familyName}", "{userName}"]
create_over_inactive = "conflict"
[[users.patterns]]
attribute = "employeeNumber"
pattern = '[A-Z]{2}[0-9]{4}'
says = "two letters and four digits, such as AB1234"
[answers]
patch = "no_content"
)toml";

constexpr const char* closed =
    "id = \"closed\"\nversion = 1\ntitle = \"Closed\"\n[users]\ncreate = "
    "false\n";

class profile_files {
  public:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(files_.path() / name) << text;
    }

    void remove(const std::string& name) const { std::filesystem::remove(files_.path() / name); }

    [[nodiscard]] std::shared_ptr<const profiles::profile_book> book() const {
        auto read = profiles::profile_book::open(files_.path());
        BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error()));
        return *read;
    }

  private:
    scratch_directory files_;
};

struct house {
    explicit house(const std::string& profile) {
        files.write("harbour.toml", harbour);
        files.write("closed.toml", closed);
        server.replace_profiles(files.book());
        tenant = server.create_tenant("acme", std::nullopt, profile);
        key = server.create_key(tenant);
    }

    http::answer send(std::string_view method, const std::string& target,
                      const std::string& body = {}) {
        http::client client = server.client();
        auto answer = client.send(method, target, with_key(key, !body.empty()), body);
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    static std::string user(const std::string& name, const std::string& number,
                            const std::string& more = {}) {
        return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":")" + name +
               R"(","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":")" +
               number + "\"}" + more + "}";
    }

    static std::string patch(const std::string& value) {
        return R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
               R"({"op":"replace","value":)" +
               value + "}]}";
    }

    [[nodiscard]] projections::user_state state(const std::string& id) {
        const auto found = server.directory().user(tenant, *base::uuid::parse(id));
        BOOST_REQUIRE(found.has_value());
        return *found;
    }

    [[nodiscard]] std::vector<projections::attempt_record> refused(const std::string& who) {
        return server.directory().attempts(tenant, who, 1);
    }

    running_server server;
    profile_files files;
    eventlog::tenant_no tenant;
    test_key key;
};

BOOST_AUTO_TEST_SUITE(profile_rules_test)

BOOST_AUTO_TEST_CASE(a_product_that_is_nothing_but_a_file) {
    house h("harbour");

    struct row {
        const char* what;
        std::string body;
        unsigned status;
        std::string detail;
    };

    const row rows[] = {
        {"no e-mail", house::user("jane", "AB1234"), 400, "userName: 'jane' is no e-mail address"},
        {"no number",
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a@b.c"})", 400,
         "User:employeeNumber: Harbour needs a value."},
        {"a number of another form", house::user("a@b.c", "1234"), 400,
         "User:employeeNumber: '1234' does not fit; Harbour takes two letters and four digits"},
        {"what is forbidden",
         house::user("a@b.c", "AB1234", R"(,"photos":[{"value":"http://x/y"}])"), 400,
         "photos: Harbour does not take it."},
        {"a part that is forbidden",
         house::user("a@b.c", "AB1234", R"(,"name":{"honorificPrefix":"Dr"})"), 400,
         "name.honorificPrefix: Harbour does not take it."},
        {"what fits",
         house::user("a@b.c", "AB1234", R"(,"title":"Captain","name":{"familyName":"Ahab"})"), 201,
         ""},
    };
    std::string id;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto answer = h.send("POST", "/crew/scim/Users", r.body);
            BOOST_TEST(answer.status == r.status, answer.body);
            const std::string detail = json_at(answer.body, "/detail");
            BOOST_TEST((detail.find(r.detail) != std::string::npos), detail);
            if (r.status == 201) id = json_at(answer.body, "/id");
        }
    }
    // What was refused is remembered under the name.
    const auto refused = h.refused("a@b.c");
    BOOST_REQUIRE(!refused.empty());
    BOOST_TEST(refused.front().what.status == 400u);

    // Each base path, the longest first; the one that was asked is the one that is told.
    for (const std::string base : {"/crew", "/crew/scim", "/scim/v2", "/t/acme/scim/v2"}) {
        const std::string target = std::string(base).append("/Users/").append(id);
        const auto answer = h.send("GET", target);
        BOOST_TEST(answer.status == 200u, base);
        BOOST_TEST(json_at(answer.body, "/meta/location").ends_with(target));
    }
    BOOST_TEST(h.send("GET", "/auth/scim/Users").status == 403u);

    // People are shown the template's text; SCIM shows what was sent.
    BOOST_TEST(h.state(id).content.display == "Captain Ahab");
    BOOST_TEST(json_at(h.send("GET", "/crew/Users/" + id).body, "/displayName") == "");

    // A PATCH has no answer, unless parts are asked for.
    const auto silent = h.send("PATCH", "/crew/Users/" + id, house::patch(R"({"title":"Mate"})"));
    BOOST_TEST(silent.status == 204u);
    BOOST_TEST(silent.body == "");
    BOOST_TEST(!silent.header("ETag").empty());
    BOOST_TEST(silent.header("Preference-Applied") == "");
    BOOST_TEST(h.state(id).content.display == "Mate Ahab");
    const auto parts = h.send("PATCH", "/crew/Users/" + id + "?attributes=title",
                              house::patch(R"({"title":"Cook"})"));
    BOOST_TEST(parts.status == 200u);
    BOOST_TEST(json_at(parts.body, "/title") == "Cook");
    const auto put = h.send("PUT", "/crew/Users/" + id, house::user("a@b.c", "AB1234"));
    BOOST_TEST(put.status == 200u);
    BOOST_TEST(h.state(id).content.display == "a@b.c");

    // A create over an inactive user never restores him here.
    BOOST_TEST(h.send("PATCH", "/crew/Users/" + id, house::patch(R"({"active":false})")).status ==
               204u);
    BOOST_TEST(h.state(id).content.display == "a@b.c");
    const auto conflict = h.send("POST", "/crew/Users", house::user("a@b.c", "AB1234"));
    BOOST_TEST(conflict.status == 409u);
    BOOST_TEST(json_at(conflict.body, "/scimType") == "uniqueness");
    BOOST_TEST(!h.state(id).core.active);
}

BOOST_AUTO_TEST_CASE(no_rule_keeps_access) {
    // Each row breaks one rule of the profile in the very request that takes access away.
    const std::pair<const char*, std::string> rows[] = {
        {"pattern",
         R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":"x"})"},
        {"user name", R"("userName":"nobody")"},
        {"forbidden", R"("photos":[{"value":"http://x/y"}])"},
        {"required",
         R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":""})"},
    };
    house h("harbour");
    int n = 0;
    for (const auto& [what, member] : rows) {
        for (const char* method : {"PATCH", "PUT"}) {
            BOOST_TEST_CONTEXT(what << " by " << method) {
                const std::string name = "u" + std::to_string(++n) + "@b.c";
                const auto made = h.send("POST", "/crew/Users", house::user(name, "AB1234"));
                BOOST_REQUIRE(made.status == 201u);
                const std::string id = json_at(made.body, "/id");
                const bool put = method == std::string_view("PUT");
                const auto with = [&](const char* active) {
                    std::string body = "{";
                    if (put) {
                        body += R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],)";
                        if (!member.starts_with("\"userName")) {
                            body.append("\"userName\":\"").append(name).append("\",");
                        }
                    }
                    body.append("\"active\":")
                        .append(active)
                        .append(",")
                        .append(member)
                        .append("}");
                    return put ? body : house::patch(body);
                };
                BOOST_TEST(h.send(method, "/crew/Users/" + id, with("true")).status == 400u);
                const auto left = h.send(method, "/crew/Users/" + id, with("false"));
                BOOST_TEST(left.status == (put ? 200u : 204u), left.body);
                BOOST_TEST(!h.state(id).core.active);
                BOOST_TEST(h.state(id).content.user_name == name);
                // The fault is remembered.
                const auto kept = h.refused(name);
                BOOST_TEST(std::any_of(kept.begin(), kept.end(), [](const auto& one) {
                    return one.what.status == 0 && one.what.action == "deactivate user";
                }));
                BOOST_TEST(h.send("DELETE", "/crew/Users/" + id).status == 204u);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_product_without_creates) {
    house h("closed");
    const auto refused = h.send("POST", "/scim/v2/Users", house::user("a@b.c", "1"));
    BOOST_TEST(refused.status == 501u);
    BOOST_TEST(json_at(refused.body, "/detail") ==
               "Closed takes no new users over SCIM: switch \"Create Users\" off in the provider's "
               "app, and create them in Closed itself.");
}

BOOST_AUTO_TEST_CASE(a_tenant_whose_profile_is_gone) {
    house h("harbour");
    const auto made = h.send("POST", "/crew/Users", house::user("a@b.c", "AB1234"));
    BOOST_REQUIRE(made.status == 201u);
    const std::string id = json_at(made.body, "/id");
    const auto group = h.send("POST", "/scim/v2/Groups",
                              R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
                              R"("displayName":"Watch","members":[{"value":")" +
                                  id + "\"}]}");
    BOOST_REQUIRE(group.status == 201u);
    const std::string team = json_at(group.body, "/id");
    h.files.remove("harbour.toml");
    h.server.replace_profiles(h.files.book());

    const std::string users = "/scim/v2/Users";
    const std::string groups = "/scim/v2/Groups";

    struct row {
        const char* what;
        const char* method;
        std::string target;
        std::string body;
        unsigned status;
    };

    const row rows[] = {
        {"reads go on", "GET", users + "/" + id, "", 200},
        {"lists too", "GET", users, "", 200},
        {"and groups", "GET", groups + "/" + team, "", 200},
        {"and by their names", "GET", groups + "?filter=displayName%20eq%20%22Watch%22", "", 200},
        {"no list of groups", "GET", groups, "", 403},
        {"no condition that any group meets", "GET", groups + "?filter=id%20pr", "", 403},
        {"no search for groups", "POST", groups + "/.search", "{}", 403},
        {"at its base path too", "GET", "/crew/Users/" + id, "", 200},
        {"at its longer one", "GET", "/crew/scim/Users", "", 200},
        {"where its provider never was", "GET", "/crew/a/b/c/d/Users", "", 403},
        {"no create at its base path", "POST", "/crew/Users", house::user("c@b.c", "AB1234"), 403},
        {"no change there", "PATCH", "/crew/Users/" + id, house::patch(R"({"title":"x"})"), 403},
        {"no create", "POST", users, house::user("c@b.c", "AB1234"), 403},
        {"no change", "PATCH", users + "/" + id, house::patch(R"({"title":"x"})"), 403},
        {"no replacement", "PUT", users + "/" + id, house::user("a@b.c", "AB1234"), 403},
        {"no group", "POST", groups,
         R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"})", 403},
        {"no renaming", "PATCH", groups + "/" + team, house::patch(R"({"displayName":"x"})"), 403},
        {"nobody joins", "PATCH", groups + "/" + team,
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add",)"
         R"("path":"members","value":[{"value":")" +
             id + R"("}]}]})",
         403},
        {"people leave", "PATCH", groups + "/" + team,
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":)"
         R"("remove","path":"members"}]})",
         204},
        {"a group goes", "DELETE", groups + "/" + team, "", 204},
        {"access goes, and nothing else", "PATCH", users + "/" + id,
         house::patch(R"({"active":false,"title":"x"})"), 200},
        {"at its base path too", "PATCH", "/crew/scim/Users/" + id,
         house::patch(R"({"active":false})"), 200},
        {"it does not come back", "PATCH", users + "/" + id, house::patch(R"({"active":true})"),
         403},
        {"a user goes at its base path", "DELETE", "/crew/Users/" + id, "", 204},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto answer = h.send(r.method, r.target, r.body);
            BOOST_TEST(answer.status == r.status, answer.body);
            if (r.status == 403) {
                BOOST_TEST((json_at(answer.body, "/detail").find("the file harbour.toml back") !=
                            std::string::npos),
                           answer.body);
            }
            BOOST_TEST(json_at(answer.body, "/title") == "");
        }
    }
    // It is no way for others, nor to anything else.
    const auto bold = h.server.create_tenant("bold", std::nullopt, "generic");
    const test_key other = h.server.create_key(bold);
    for (const char* target : {"/crew/Users", "/nobody/knows/Users", "/Users", "/crew/Schemas"}) {
        http::client client = h.server.client();
        const auto answer = client.send("GET", target, with_key(other, false), "");
        BOOST_REQUIRE(answer.has_value());
        const unsigned status = target == std::string_view("/crew/Users") ||
                                        target == std::string_view("/nobody/knows/Users")
                                    ? 403
                                    : 404;
        BOOST_TEST(answer->status == status, target);
        const auto keyless = client.send("GET", target, {}, "");
        BOOST_REQUIRE(keyless.has_value());
        BOOST_TEST(keyless->status == 401u, target);
    }
    // The file comes back, and with it everything else.
    h.files.write("harbour.toml", harbour);
    h.server.replace_profiles(h.files.book());
    BOOST_TEST(h.send("POST", "/crew/Users", house::user("c@b.c", "AB1234")).status == 201u);
}

// Groups of another profile are still there, and nobody sees them, on users either.
BOOST_AUTO_TEST_CASE(where_lists_of_groups_are_empty_users_are_in_none) {
    house h("harbour");
    h.files.write("quiet.toml", "id = \"quiet\"\nversion = 1\n[groups]\nmode = \"empty\"\n");
    h.server.replace_profiles(h.files.book());
    const auto made = h.send("POST", "/scim/v2/Users", house::user("a@b.c", "AB1234"));
    BOOST_REQUIRE(made.status == 201u);
    const std::string id = json_at(made.body, "/id");
    const auto group = h.send("POST", "/scim/v2/Groups",
                              R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
                              R"("displayName":"Watch","members":[{"value":")" +
                                  id + "\"}]}");
    BOOST_REQUIRE(group.status == 201u);
    const std::string team = json_at(group.body, "/id");

    struct row {
        const char* name;
        const char* method;
        std::string target;
        std::string body;
        const char* where;  ///< in the answer
        std::string before; ///< what stands there, seen by a product with groups
        std::string after;  ///< and by one without
    };

    const std::string user = "/scim/v2/Users/" + id;
    const std::string in_team = "/scim/v2/Users?filter=groups.value%20eq%20%22" + team + "%22";
    const row rows[] = {
        {"a user", "GET", user, "", "/groups/0/value", team, ""},
        {"his groups alone", "GET", user + "?attributes=groups", "", "/groups/0/value", team, ""},
        {"a list", "GET", "/scim/v2/Users", "", "/Resources/0/groups/0/value", team, ""},
        {"by his name", "GET", "/scim/v2/Users?filter=userName%20eq%20%22a@b.c%22", "",
         "/Resources/0/groups/0/value", team, ""},
        {"by his group", "GET", in_team, "", "/totalResults", "1", "0"},
        {"a search", "POST", "/scim/v2/Users/.search",
         R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],"filter":"groups pr"})",
         "/totalResults", "1", "0"},
        {"a change", "PUT", user, house::user("a@b.c", "AB1234"), "/groups/0/value", team, ""},
    };
    const auto check = [&](const char* profile, bool has_groups) {
        projections::set_tenant change;
        change.profile = profile;
        h.server.run(h.tenant, std::move(change));
        for (const row& r : rows) {
            BOOST_TEST_CONTEXT(profile << ": " << r.name) {
                const auto answer = h.send(r.method, r.target, r.body);
                BOOST_TEST(answer.status == 200u, answer.body);
                BOOST_TEST(json_at(answer.body, r.where) == (has_groups ? r.before : r.after),
                           answer.body);
            }
        }
    };
    check("harbour", true);
    check("quiet", false);
    check("harbour", true);
    check("quiet", false);
    // Nobody knows what was true of a profile whose file is gone; taking people out goes on.
    h.files.remove("quiet.toml");
    h.server.replace_profiles(h.files.book());
    for (const row& r : rows) {
        if (r.method == std::string_view("PUT")) continue;
        BOOST_TEST_CONTEXT("lost: " << r.name) {
            const auto answer = h.send(r.method, r.target, r.body);
            BOOST_TEST(answer.status == 200u, answer.body);
            BOOST_TEST(json_at(answer.body, r.where) == r.after, answer.body);
        }
    }
    BOOST_TEST(h.send("GET", "/scim/v2/Groups").status == 403u);
    const auto left =
        h.send("PATCH", "/scim/v2/Groups/" + team,
               R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[)"
               R"({"op":"remove","path":"members","value":[{"value":")" +
                   id + R"("}]}]})");
    BOOST_TEST(left.status == 204u, left.body);
    BOOST_TEST(!h.server.directory().is_member(h.tenant, *base::uuid::parse(team),
                                               *base::uuid::parse(id)));
    BOOST_TEST(h.send("DELETE", "/scim/v2/Groups/" + team).status == 204u);
}

BOOST_AUTO_TEST_CASE(a_reload_holds_for_the_next_request) {
    house h("harbour");
    BOOST_TEST(h.send("POST", "/crew/Users", house::user("a@b.c", "ABC")).status == 400u);
    BOOST_TEST(h.send("GET", "/ship/Users").status == 403u);
    h.files.write("harbour.toml", "id = \"harbour\"\nversion = 8\nbase_paths = [\"/ship\"]\n");
    h.server.replace_profiles(h.files.book());
    BOOST_TEST(h.send("POST", "/ship/Users", house::user("a@b.c", "ABC")).status == 201u);
    BOOST_TEST(h.send("GET", "/crew/Users").status == 403u);
}

// A provider goes on to call the base URL that his admin typed in, whatever became of the profile.
BOOST_AUTO_TEST_CASE(who_leaves_leaves_by_the_base_path_of_before) {
    struct change {
        const char* name;
        void (*make)(house&);
        std::string right; ///< what the refusal says
    };

    const change changes[] = {
        {"another profile",
         [](house& h) {
             projections::set_tenant given;
             given.profile = "zenzap";
             h.server.run(h.tenant, std::move(given));
         },
         "Zenzap, the product of the key's tenant: change it in the provider's settings to the one "
         "that ends in /auth/scim or in /scim/v2."},
        {"another base path",
         [](house& h) {
             h.files.write("harbour.toml", "id = \"harbour\"\nversion = 8\ntitle = \"Harbour\"\n"
                                           "base_paths = [\"/ship\", \"/crew/scim/old\"]\n");
             h.server.replace_profiles(h.files.book());
         },
         "Harbour, the product of the key's tenant: change it in the provider's settings to the "
         "one "
         "that ends in /ship or in /crew/scim/old or in /scim/v2."},
        {"no base path at all",
         [](house& h) {
             projections::set_tenant given;
             given.profile = "generic";
             h.server.run(h.tenant, std::move(given));
             h.files.remove("harbour.toml");
             h.server.replace_profiles(h.files.book());
         },
         "to the one that ends in /scim/v2."},
    };
    for (const change& each : changes) {
        house h("harbour");
        const auto make = [&h](const std::string& name) {
            const auto made = h.send("POST", "/crew/Users", house::user(name, "AB1234"));
            BOOST_REQUIRE(made.status == 201u);
            return json_at(made.body, "/id");
        };
        const std::string id = make("a@b.c");
        const std::string other = make("c@b.c");
        const auto group = h.send("POST", "/crew/Groups",
                                  R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
                                  R"("displayName":"Watch","members":[{"value":")" +
                                      id + "\"}]}");
        BOOST_REQUIRE(group.status == 201u);
        const std::string team = "/crew/Groups/" + json_at(group.body, "/id");
        each.make(h);

        struct row {
            const char* what;
            const char* method;
            std::string target;
            std::string body;
            unsigned status;
        };

        const std::string user = "/crew/Users/" + id;
        const row rows[] = {
            {"who is named is looked up", "GET", user, "", 200},
            {"by his name too", "GET", "/crew/Users?filter=userName%20eq%20%22a@b.c%22", "", 200},
            {"and a group", "GET", team, "", 200},
            {"no list", "GET", "/crew/Users", "", 403},
            {"no condition that anybody meets", "GET", "/crew/Users?filter=id%20pr", "", 403},
            {"no list of groups", "GET", "/crew/scim/Groups", "", 403},
            {"no search", "POST", "/crew/Users/.search", "{}", 403},
            {"nothing that is not offered", "GET", "/crew/Me", "", 403},
            {"no create", "POST", "/crew/Users", house::user("d@b.c", "AB1234"), 403},
            {"no change", "PATCH", user, house::patch(R"({"title":"x"})"), 403},
            {"no replacement", "PUT", user, house::user("a@b.c", "AB1234", R"(,"title":"x")"), 403},
            {"no group", "POST", "/crew/Groups",
             R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"x"})",
             403},
            {"nobody joins", "PATCH", team,
             R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
             R"("op":"add","path":"members","value":[{"value":")" +
                 other + R"("}]}]})",
             403},
            {"people leave", "PATCH", team,
             R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{)"
             R"("op":"remove","path":"members"}]})",
             204},
            {"a group goes", "DELETE", team, "", 204},
            {"access goes, and nothing else", "PATCH", user,
             house::patch(R"({"active":false,"title":"x"})"), 200},
            {"it does not come back", "PATCH", user, house::patch(R"({"active":true})"), 403},
            {"by a replacement at its longer one", "PUT", "/crew/scim/Users/" + other,
             house::user("c@b.c", "AB1234", R"(,"active":false)"), 200},
            {"a user goes", "DELETE", user, "", 204},
            {"the usual base path is right", "POST", "/scim/v2/Users",
             house::user("e@b.c", "AB1234"), 201},
        };
        for (const row& r : rows) {
            // Of a base path that no profile has any more, only users and groups find us.
            const bool known = each.right.starts_with("Zenzap");
            if (r.target == "/crew/Me" && !known) continue;
            BOOST_TEST_CONTEXT(each.name << ": " << r.what) {
                const auto answer = h.send(r.method, r.target, r.body);
                BOOST_TEST(answer.status == r.status, answer.body);
                if (r.status != 403) continue;
                const std::string detail = json_at(answer.body, "/detail");
                BOOST_TEST((detail.find(each.right) != std::string::npos), detail);
            }
        }
        BOOST_TEST(!h.state(other).core.active);
        BOOST_TEST(h.state(other).content.document.find("title") == std::string::npos);
        // What was refused is kept: by whom it was about, and of lists by the key.
        const auto has_403 = [&h](const std::string& who) {
            const auto kept = h.server.directory().attempts(h.tenant, who, 10);
            return std::any_of(kept.begin(), kept.end(),
                               [](const auto& one) { return one.what.status == 403; });
        };
        BOOST_TEST(has_403("a@b.c"));
        BOOST_TEST(has_403(h.key.id.text()));
    }
}

// A base path may begin as another one does.
BOOST_AUTO_TEST_CASE(a_lost_base_path_within_another) {
    house h("harbour");
    h.files.write("beta.toml", "id = \"beta\"\nversion = 1\nbase_paths = [\"/auth/scim/beta\"]\n");
    h.server.replace_profiles(h.files.book());
    projections::set_tenant given;
    given.profile = "beta";
    h.server.run(h.tenant, std::move(given));
    const auto made = h.send("POST", "/auth/scim/beta/Users", house::user("a@b.c", "AB1234"));
    BOOST_REQUIRE_MESSAGE(made.status == 201u, made.body);
    const std::string id = json_at(made.body, "/id");
    h.files.remove("beta.toml");
    h.server.replace_profiles(h.files.book());

    struct row {
        const char* what;
        const char* method;
        std::string target;
        unsigned status;
    };

    const row rows[] = {
        {"within zenzap's", "GET", "/auth/scim/beta/Users/" + id, 200},
        {"a list", "GET", "/auth/scim/beta/Users", 200},
        {"zenzap's own", "GET", "/auth/scim/Users/" + id, 200},
        {"an id that is the word", "GET", "/auth/scim/beta/Users/Users", 404},
        {"an id that is the other word", "GET", "/auth/scim/beta/Users/Groups", 404},
        {"the word twice", "GET", "/Users/Users", 403},
        {"nothing before it", "GET", "/Users/" + id, 403},
        {"too much behind it", "GET", "/auth/beta/Users/" + id + "/x", 403},
        {"five segments before it", "GET", "/a/b/c/d/e/Users", 403},
        {"he goes", "DELETE", "/auth/scim/beta/Users/" + id, 204},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto answer = h.send(r.method, r.target);
            BOOST_TEST(answer.status == r.status, answer.body);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_did_not_fit_before_the_rule_stays) {
    house h("generic");
    const auto made = h.send("POST", "/scim/v2/Users", house::user("jane", "old"));
    BOOST_REQUIRE(made.status == 201u);
    const std::string target = "/scim/v2/Users/" + json_at(made.body, "/id");
    projections::set_tenant change;
    change.profile = "harbour";
    h.server.run(h.tenant, std::move(change));
    BOOST_TEST(h.send("PATCH", target, house::patch(R"({"title":"Mate"})")).status == 204u);
    BOOST_TEST(h.send("PUT", target, house::user("jane", "old", R"(,"title":"Cook")")).status ==
               200u);
    BOOST_TEST(h.send("PATCH", target, house::patch(R"({"userName":"janet"})")).status == 400u);
    BOOST_TEST(h.send("PATCH", target, house::patch(R"({"userName":"jane@b.c"})")).status == 204u);
}

BOOST_AUTO_TEST_CASE(two_halves_of_a_manager_that_cross_are_never_one_that_nobody_looked_up) {
    house h("auzmor");
    const auto make = [&](const std::string& name) {
        const auto made = h.send("POST", "/scim/v2/Users", house::user(name, "1"));
        BOOST_REQUIRE(made.status == 201u);
        return json_at(made.body, "/id");
    };
    const std::string ann = make("ann@b.c");
    make("bob@b.c");
    const std::string id = make("dan@b.c");
    const std::string of = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
    const std::string target = "/scim/v2/Users/" + id;
    const auto patch_of = [&](const std::string& part, const std::string& value) {
        std::string body = "{\"";
        body.append(of).append(part).append("\":\"").append(value).append("\"}");
        return house::patch(body);
    };
    const auto status_of = [&](const std::string& body) {
        http::client client = h.server.client();
        const auto answer = client.send("PATCH", target, with_key(h.key, true), body);
        return answer ? answer->status : 0;
    };
    // One thread names Ann by id, the other Bob by address: together they would disagree.
    for (int round = 0; round < 50; ++round) {
        unsigned by_id = 0;
        std::thread other([&] { by_id = status_of(patch_of(".value", ann)); });
        const unsigned by_address = status_of(patch_of(".displayName", "bob@b.c"));
        other.join();
        for (const unsigned status : {by_id, by_address})
            BOOST_TEST((status == 200 || status == 400 || status == 409), status);
        const std::string document = h.state(id).content.document;
        const bool both = document.find(ann) != std::string::npos &&
                          document.find("bob@b.c") != std::string::npos;
        BOOST_TEST(!both, document);
        BOOST_TEST(status_of(patch_of("", "")) == 200u);
    }
}

// A rule that came after the user makes him different at the next request, which is not the
// request's doing: where a product takes no updates a reactivation is none.
BOOST_AUTO_TEST_CASE(what_a_mapping_makes_different_is_no_update) {
    house h("harbour");
    h.files.write("fixed.toml", "id = \"fixed\"\nversion = 1\ntitle = \"Fixed\"\n[users]\n"
                                "update = false\nrequired = [\"title\"]\n");
    h.server.replace_profiles(h.files.book());
    projections::set_tenant change;
    change.profile = "fixed";
    h.server.run(h.tenant, std::move(change));

    const auto made =
        h.send("POST", "/scim/v2/Users", house::user("a@b.c", "AB1234", R"(,"title":"Cook")"));
    BOOST_REQUIRE_MESSAGE(made.status == 201u, made.body);
    const std::string target = "/scim/v2/Users/" + json_at(made.body, "/id");
    h.server.run(h.tenant, projections::set_mapping{
                               R"([{"target":"nickName","from":"title"},)"
                               R"({"target":"locale","from":"timezone","required":true}])",
                               {}});

    struct row {
        const char* name;
        std::string value;
        unsigned status;
    };

    const row rows[] = {
        {"deactivate", R"({"active":false})", 200},
        {"reactivate", R"({"active":true})", 200},
        {"an update", R"({"title":"Mate"})", 501},
        {"an update of a target, which is none", R"({"nickName":"Joe"})", 200},
        {"deactivate with an update", R"({"active":false,"title":"Mate"})", 200},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = h.send("PATCH", target, house::patch(r.value));
            BOOST_TEST(answer.status == r.status, answer.body);
            if (answer.status != 200) continue;
            BOOST_TEST(json_at(answer.body, "/nickName") == "Cook");
            BOOST_TEST(json_at(answer.body, "/title") == "Cook");
        }
    }
    // What a profile requires may be what a rule sets.
    h.server.run(h.tenant,
                 projections::set_mapping{R"([{"target":"title","from":"nickName"}])", {}});
    for (const auto& [member, status] :
         {std::pair{R"(,"title":"Cook")", 400u}, {R"(,"nickName":"Cook")", 201u}}) {
        const auto answer =
            h.send("POST", "/scim/v2/Users", house::user("d@e.f", "AB1234", member));
        BOOST_TEST(answer.status == status, answer.body);
    }
}

// A mapping is a way past no pattern, not for who is there already either: what it makes of him is
// judged with the first change that comes. Nobody stays for its sake.
BOOST_AUTO_TEST_CASE(what_a_mapping_makes_of_who_is_there_is_judged) {
    house h("harbour");
    const auto made = h.send("POST", "/scim/v2/Users", house::user("a@b.c", "AB1234"));
    BOOST_REQUIRE_MESSAGE(made.status == 201u, made.body);
    const std::string id = json_at(made.body, "/id");

    struct row {
        const char* name;
        std::string rules;
        std::string value;
        unsigned status;
        const char* detail;
    };

    const std::string bad = R"([{"target":"employeeNumber","constant":"1234"}])";
    // 32 rules of which each sets a text that is just short enough, out of one that is not.
    std::string large = "[";
    for (int i = 0; i < 31; ++i) {
        large += (i == 0 ? "" : ",") + std::string(R"({"target":"emails[type eq \"t)") +
                 std::to_string(i) + R"(\"].value","template":"{title}{title}"})";
    }
    large += "]";
    std::string many;
    for (int i = 0; i < 900; ++i) {
        many += (i == 0 ? "" : ",") + std::string(R"({"value":"a)") + std::to_string(i) +
                R"(","type":")" + std::string(300, 't') + "\"}";
    }
    const row rows[] = {
        {"a title", bad, R"({"title":"Cook"})", 400, "employeeNumber: '1234' does not fit"},
        {"the target itself", bad,
         R"({"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber":"AB1"})",
         400, "employeeNumber: '1234' does not fit"},
        {"nothing that is asked for", bad, R"({"active":true})", 400,
         "employeeNumber: '1234' does not fit"},
        {"what is forbidden", R"([{"target":"name.honorificPrefix","constant":"Dr"}])",
         R"({"title":"Cook"})", 400, "name.honorificPrefix: Harbour does not take it"},
        {"he leaves", bad, R"({"active":false})", 204, ""},
        {"he leaves, with a title", bad, R"({"active":false,"title":"Cook"})", 204, ""},
        {"a mapping that fits", "", R"({"title":"Mate","active":true})", 204, ""},
        {"work without end", large, R"({"emails":[)" + many + "]}", 413,
         "The tenant's mapping looks at too many values"},
        {"he leaves with work without end", large, R"({"active":false,"emails":[)" + many + "]}",
         204, ""},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            h.server.run(h.tenant, projections::set_mapping{r.rules, {}});
            const auto answer = h.send("PATCH", "/scim/v2/Users/" + id, house::patch(r.value));
            BOOST_TEST(answer.status == r.status, answer.body);
            BOOST_TEST((answer.body.find(r.detail) != std::string::npos), answer.body);
            const bool leaves = r.value.find(R"("active":false)") != std::string::npos;
            if (leaves) BOOST_TEST(!h.state(id).core.active);
            BOOST_TEST((h.state(id).content.document.find(R"("employeeNumber":"AB1234")") !=
                        std::string::npos));
        }
    }
    // A value that was there before its rule stops nothing, whoever has set it.
    h.server.run(h.tenant, projections::set_mapping{bad, {}});
    projections::set_tenant change;
    change.profile = "generic";
    h.server.run(h.tenant, change);
    const auto title = house::patch(R"({"title":"Cook"})");
    BOOST_TEST(h.send("PATCH", "/scim/v2/Users/" + id, title).status == 200u);
    change.profile = "harbour";
    h.server.run(h.tenant, change);
    const auto other = house::patch(R"({"title":"Mate"})");
    BOOST_TEST(h.send("PATCH", "/scim/v2/Users/" + id, other).status == 204u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
