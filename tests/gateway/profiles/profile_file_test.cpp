#include "gateway/profiles/profile_file.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <fstream>
#include <set>
#include <unistd.h>

namespace rollcall::profiles {
namespace {

const std::string head = "id = \"x\"\nversion = 3\n";

struct bad_row {
    const char* what;
    std::string text;
    std::vector<std::string> faults; ///< each as it is told, by its beginning
};

const std::string long_text(profile_text_max + 1, 'a');

const bad_row bad[] = {
    {"nothing", "", {"f:1:1: id is missing", "f:1:1: version is missing"}},
    {"no version", "id = \"x\"", {"f:1:1: version is missing"}},
    {"no id", "version = 1", {"f:1:1: id is missing"}},
    {"not TOML", "id = \"x\"\nversion = \n", {"f:2:11: "}},
    {"an open text", "id = \"x", {"f:1:8: "}},
    {"a key twice", "id = \"x\"\nid = \"y\"\n", {"f:2:6: "}},
    {"not UTF-8", "id = \"\xff\"", {"f:1:6: "}},
    {"an id with a capital", "id = \"Zamp\"\nversion = 1", {"f:1:6: id may have lower-case"}},
    {"an id with a path", "id = \"../x\"\nversion = 1", {"f:1:6: id may have lower-case"}},
    {"an id too long", "id = \"" + std::string(64, 'a') + "\"\nversion = 1", {"f:1:6: id may"}},
    {"an id that begins with a dash", "id = \"-a\"\nversion = 1", {"f:1:6: id may"}},
    {"an empty id", "id = \"\"\nversion = 1", {"f:1:6: id must not be empty"}},
    {"an id of another type", "id = 7\nversion = 1", {"f:1:6: id must be a text"}},
    {"version 0", "id = \"x\"\nversion = 0", {"f:2:11: version must be a whole number"}},
    {"a version as text", "id = \"x\"\nversion = \"1\"", {"f:2:11: version must be a whole"}},
    {"a version with a point", "id = \"x\"\nversion = 1.5", {"f:2:11: version must be a whole"}},
    {"a version too large", "id = \"x\"\nversion = 4294967296", {"f:2:11: version must be"}},
    {"a title too long",
     head + "title = \"" + long_text + "\"",
     {"f:3:9: title is longer than 512"}},
    {"an unknown key",
     head + "colour = \"red\"",
     {"f:3:1: colour is no key of a profile; known here: id, version, title"}},
    {"a misspelt key",
     head + "verison = 1",
     {"f:3:1: verison is no key of a profile; did you mean version?"}},
    {"a misspelt key of users",
     head + "[users]\nupdat = false",
     {"f:4:1: users.updat is no key of a profile; did you mean users.update?"}},
    {"a key of another table",
     head + "[groups]\nupdate = false",
     {"f:4:1: groups.update is no key of a profile; known in groups: mode"}},
    {"a key that other versions have",
     head + "[gates]\ncountries = true",
     {"f:4:1: gates.countries is no key of a profile; known in gates: plans, sso, key_owner"}},
    {"single sign-on as a word",
     head + "[gates]\nsso = \"yes\"",
     {"f:4:7: gates.sso must be true or false"}},
    {"an unknown word for owners",
     head + "[gates]\nkey_owner = \"maybe\"",
     {"f:4:13: gates.key_owner"}},
    {"users is no table", head + "users = true", {"f:3:9: users must be a table: [users]"}},
    {"a switch as text",
     head + "[users]\ncreate = \"yes\"",
     {"f:4:10: users.create must be true or false"}},
    {"a switch as number", head + "[users]\nupdate = 0", {"f:4:10: users.update must be true"}},
    {"an unknown word",
     head + "[users]\nuser_name = \"mail\"",
     {"f:4:13: users.user_name must be one of these, in quotes: any, email"}},
    {"a switch for a word",
     head + "[users]\ncreate_over_inactive = true",
     {"f:4:24: users.create_over_inactive must be one of these, in quotes: restore, conflict"}},
    {"an unknown mode",
     head + "[groups]\nmode = \"off\"",
     {"f:4:8: groups.mode must be one of these, in quotes: write, empty"}},
    {"an unknown way to resolve",
     head + "[manager]\nresolve = \"id\"",
     {"f:4:11: manager.resolve must be one of these, in quotes: none, id_or_email"}},
    {"passwords in clear",
     head + "[passwords]\nstore = \"plain\"",
     {"f:4:9: passwords.store must be one of these, in quotes: drop, hash"}},
    {"a switch for passwords",
     head + "[passwords]\nstore = true",
     {"f:4:9: passwords.store must be one of these, in quotes: drop, hash"}},
    {"an algorithm",
     head + "[passwords]\nhash = \"argon2id\"",
     {"f:4:1: passwords.hash is no key of a profile; known in passwords: store"}},
    {"a status for an answer",
     head + "[answers]\npatch = 204",
     {"f:4:9: answers.patch must be one of these, in quotes: resource, no_content"}},
    {"a base path that is no list",
     head + "base_paths = \"/auth/scim\"",
     {"f:3:14: base_paths must be a list of texts"}},
    {"a base path without a slash",
     head + "base_paths = [\"auth\"]",
     {"f:3:15: base_paths: 'auth' must begin with a slash"}},
    {"a base path twice",
     head + "base_paths = [\"/a\", \"/a\"]",
     {"f:3:21: base_paths has '/a' twice"}},
    {"no plan", head + "[gates]\nplans = []", {"f:4:9: gates.plans names no plan"}},
    {"a plan's name",
     head + "[gates]\nplans = [\"E P\"]",
     {"f:4:10: gates.plans: 'E P' is no plan"}},
    {"an attribute that is none",
     head + "[users]\nrequired = [\"nickname2\"]",
     {"f:4:13: users.required: 'nickname2' is no attribute of a user"}},
    {"a number among attributes",
     head + "[users]\nrequired = [\"title\", 7]",
     {"f:4:22: users.required must be a text"}},
    {"a schema as attribute",
     head + "[users]\nrequired = [\"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User\"]",
     {"f:4:13: users.required: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' is a "
      "whole schema"}},
    {"a part that is none",
     head + "[users]\nforbidden = [\"name.nobody\"]",
     {"f:4:14: users.forbidden: 'name.nobody' is no attribute"}},
    {"what the server sets",
     head + "[users]\nrequired = [\"id\"]",
     {"f:4:13: users.required: 'id' is not kept"}},
    {"the password",
     head + "[users]\nrequired = [\"password\"]",
     {"f:4:13: users.required: 'password' is not kept"}},
    {"a user's groups",
     head + "[users]\nforbidden = [\"groups\"]",
     {"f:4:14: users.forbidden: 'groups' is not kept"}},
    {"our own extension",
     head + "[users]\nforbidden = [\"urn:rollcall:params:scim:schemas:1.0:User:status\"]",
     {"f:4:14: users.forbidden: 'urn:rollcall:params:scim:schemas:1.0:User:status' is not kept"}},
    {"active",
     head + "[users]\nforbidden = [\"active\"]",
     {"f:4:14: users.forbidden: 'active' takes access away"}},
    {"one attribute in two spellings",
     head + "[users]\nrequired = [\"title\", \"TITLE\"]",
     {"f:4:22: users.required has 'TITLE' twice"}},
    {"forbidding the user name",
     head + "[users]\nforbidden = [\"userName\"]",
     {"f:4:13: users.forbidden names userName, which SCIM requires"}},
    {"forbidding what is required",
     head + "[users]\nrequired = [\"name.givenName\"]\nforbidden = [\"name\"]",
     {"f:5:13: users.forbidden names name, but users.required has name.givenName"}},
    {"a template without attribute",
     head + "[users]\ndisplay_name = [\"Jane\"]",
     {"f:4:17: users.display_name: 'Jane' names no attribute"}},
    {"an empty template",
     head + "[users]\ndisplay_name = [\"\"]",
     {"f:4:17: users.display_name must not be empty"}},
    {"patterns as one table",
     head + "[users.patterns]\nattribute = \"title\"",
     {"f:3:1: users.patterns must be a list of tables: [[users.patterns]]"}},
    {"a pattern without all",
     head + "[[users.patterns]]\n",
     {"f:3:1: users.patterns.attribute is missing", "f:3:1: users.patterns.pattern is missing",
      "f:3:1: users.patterns.says is missing"}},
    {"a pattern that is none",
     head + "[[users.patterns]]\nattribute = \"title\"\npattern = \"(\"\nsays = \"a\"",
     {"f:5:11: users.patterns.pattern is no regular expression of RE2"}},
    {"a pattern for no attribute",
     head + "[[users.patterns]]\nattribute = \"phone\"\npattern = \"a\"\nsays = \"a\"",
     {"f:4:13: users.patterns.attribute: 'phone' is no attribute"}},
    {"a pattern for an object",
     head + "[[users.patterns]]\nattribute = \"phoneNumbers\"\npattern = \"a\"\nsays = \"a\"",
     {"f:4:13: users.patterns.attribute 'phoneNumbers' is not a text"}},
    {"a pattern for a boolean",
     head + "[[users.patterns]]\nattribute = \"emails.primary\"\npattern = \"a\"\nsays = \"a\"",
     {"f:4:13: users.patterns.attribute 'emails.primary' is not a text"}},
    {"a misspelt key of a pattern",
     head +
         "[[users.patterns]]\nattribute = \"title\"\npatern = \"a\"\npattern = \"a\"\nsays = \"a\"",
     {"f:5:1: users.patterns.patern is no key of a profile; did you mean users.patterns.pattern?"}},
    {"approvals of nothing",
     head + "[approvals]\nexpires_days = 3",
     {"f:3:1: approvals.invites is false, and so are reactivations and roles"}},
    {"approvals, all switched off",
     head + "[approvals]\ninvites = false",
     {"f:4:11: approvals.invites is false"}},
    {"approvals as text",
     head + "[approvals]\nroles = \"yes\"",
     {"f:3:1: approvals.invites is false", "f:4:9: approvals.roles must be"}},
    {"a misspelt key of approvals",
     head + "[approvals]\ninvites = true\nremind_day = 3",
     {"f:5:1: approvals.remind_day is no key of a profile; did you mean approvals.remind_days?"}},
    {"0 days",
     head + "[approvals]\ninvites = true\nexpires_days = 0",
     {"f:5:16: approvals.expires_days must be a whole number"}},
    {"too many days",
     head + "[approvals]\ninvites = true\nremind_days = 3651",
     {"f:5:15: approvals.remind_days may be at most 3650 days"}},
    {"a role with a blank",
     head + "[approvals]\ninvites = true\nallowed_roles = [\"a b\"]",
     {"f:5:18: approvals.allowed_roles: 'a b' is no role"}},
    {"a role of 65 letters",
     head + "[approvals]\ninvites = true\nallowed_roles = [\"" + std::string(65, 'r') + "\"]",
     {"f:5:18: approvals.allowed_roles: 'rrr"}},
    {"several faults, in the order of the file",
     "id = \"x\"\nverison = 1\n[users]\ncreate = 1\n[groups]\nmode = \"x\"",
     {"f:1:1: version is missing", "f:2:1: verison is no key", "f:4:10: users.create",
      "f:6:8: groups.mode"}},
    {"too large", std::string(profile_bytes_max + 1, '#'), {"f: is larger than 64 KiB"}},
};

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> out{""};
    for (const char c : text) {
        if (c == '\n') {
            out.emplace_back();
        } else {
            out.back() += c;
        }
    }
    return out;
}

std::string text_in(const std::string& file) {
    std::ifstream in(file);
    return {std::istreambuf_iterator<char>(in), {}};
}

struct scratch {
    scratch() { std::filesystem::create_directories(path); }

    ~scratch() { std::filesystem::remove_all(path); }

    std::filesystem::path path =
        std::filesystem::temp_directory_path() / ("rollcall-profile-" + std::to_string(::getpid()));
};

BOOST_AUTO_TEST_SUITE(profile_file_test)

BOOST_AUTO_TEST_CASE(every_fault_with_its_place) {
    BOOST_TEST(std::size(bad) >= 40u);
    for (const bad_row& r : bad) {
        BOOST_TEST_CONTEXT(r.what) {
            const auto read = read_profile(r.text, "f");
            BOOST_REQUIRE(!read.has_value());
            const auto told = lines_of(text_of(read.error(), "f"));
            BOOST_TEST(told.size() == r.faults.size(), text_of(read.error(), "f"));
            for (std::size_t i = 0; i < std::min(told.size(), r.faults.size()); ++i)
                BOOST_TEST(told[i].starts_with(r.faults[i]), told[i]);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_said_is_offered_and_not_asked_for) {
    const auto read = read_profile(head, "f");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->id == "x");
    BOOST_TEST(read->version == 3u);
    BOOST_TEST(read->title == "x");
    BOOST_TEST(read->label() == "x@3");
    BOOST_TEST(read->text == head);
    BOOST_TEST(read->source == "f");
    BOOST_TEST(read->users.create);
    BOOST_TEST(read->users.update);
    BOOST_TEST(!read->judges_users());
    BOOST_TEST(!read->groups_are_empty);
    BOOST_TEST(!read->patch_has_no_answer);
    BOOST_TEST(read->serves_plan("any"));
    BOOST_TEST(!read->sso);
    BOOST_TEST(!read->key_owner_required);
}

BOOST_AUTO_TEST_CASE(every_key) {
    const auto read = read_profile(head + R"toml(title = "Title"
about = "About"
base_paths = ["/a/b", "/c"]
[gates]
plans = ["gold", "enterprise"]
sso = true
key_owner = "required"
[users]
create = false
update = false
user_name = "email"
user_name_is_primary_email = true
required = ["name.givenName", "emails"]
forbidden = ["photos"]
display_name = ["{userName}"]
create_over_inactive = "conflict"
[[users.patterns]]
attribute = "phoneNumbers.value"
pattern = '\d+'
says = "digits"
[manager]
resolve = "id_or_email"
[groups]
mode = "empty"
[answers]
patch = "no_content"
[passwords]
store = "hash"
)toml",
                                   "f");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : text_of(read.error(), "f")));
    const user_terms& users = read->users;
    BOOST_TEST(read->title == "Title");
    BOOST_TEST(read->about == "About");
    BOOST_TEST((read->base_paths == std::vector<std::string>{"/a/b", "/c"}));
    BOOST_TEST(read->serves_plan("gold"));
    BOOST_TEST(read->serves_plan("enterprise"));
    BOOST_TEST(!read->serves_plan("silver"));
    BOOST_TEST(read->sso);
    BOOST_TEST(read->key_owner_required);
    BOOST_TEST(!users.create);
    BOOST_TEST(!users.update);
    BOOST_TEST(users.user_name_is_email);
    BOOST_TEST(users.user_name_is_primary_email);
    BOOST_REQUIRE(users.required.size() == 2u);
    BOOST_TEST(users.required[0].text() == "name.givenName");
    BOOST_REQUIRE(users.forbidden.size() == 1u);
    BOOST_TEST(users.display_name.size() == 1u);
    BOOST_TEST(users.create_over_inactive_conflicts);
    BOOST_REQUIRE(users.patterns.size() == 1u);
    BOOST_TEST(users.patterns[0].attribute.text() == "phoneNumbers.value");
    BOOST_TEST(users.patterns[0].says == "digits");
    BOOST_TEST(users.resolve_manager);
    BOOST_TEST(read->groups_are_empty);
    BOOST_TEST(read->patch_has_no_answer);
    BOOST_TEST(read->stores_passwords);
    BOOST_TEST(read->judges_users());
}

BOOST_AUTO_TEST_CASE(each_rule_alone_is_run) {
    const std::pair<const char*, bool> rules[] = {
        {"update = false", true},
        {"user_name = \"email\"", true},
        {"user_name_is_primary_email = true", true},
        {"required = [\"title\"]", true},
        {"forbidden = [\"title\"]", true},
        {"display_name = [\"{userName}\"]", true},
        {"create = false", false},
        {"create_over_inactive = \"conflict\"", false},
    };
    for (const auto& [rule, judges] : rules) {
        const auto read = read_profile(head + "[users]\n" + rule, "f");
        BOOST_REQUIRE(read.has_value());
        BOOST_TEST(read->judges_users() == judges, rule);
    }
}

BOOST_AUTO_TEST_CASE(approvals_are_read_as_they_stand) {
    const auto read = read_profile(head + "[approvals]\ninvites = true\nroles = true\n"
                                          "allowed_roles = [\"viewer\", \"a.B-c_1\"]\n"
                                          "expires_days = 3650\nremind_days = 1",
                                   "f");
    BOOST_REQUIRE(read.has_value());
    const approval_rules& rules = read->approvals;
    BOOST_TEST((rules.invites && !rules.reactivations && rules.roles));
    BOOST_TEST((rules.allowed_roles == std::vector<std::string>{"a.B-c_1", "viewer"}));
    BOOST_TEST(rules.expires_days == 3650u);
    BOOST_TEST(rules.remind_days == 1u);
    BOOST_TEST(!read_profile(head, "f")->approvals.invites);
}

BOOST_AUTO_TEST_CASE(the_page_explains_every_key_and_no_other) {
    const std::string page = text_in(ROLLCALL_PROFILES "/../docs/PROFILES.md");
    const std::string table = page.substr(page.find("## Every key"));
    std::set<std::string> told;
    for (const std::string& line : lines_of(table.substr(0, table.find("## What no profile")))) {
        if (line.starts_with("| `")) told.insert(line.substr(3, line.find('`', 3) - 3));
    }
    const auto keys = all_keys();
    BOOST_TEST(told == std::set<std::string>(keys.begin(), keys.end()),
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_page_quotes_what_is_said) {
    const std::string page = text_in(ROLLCALL_PROFILES "/../docs/PROFILES.md");
    // The shipped file with two slips of the pen.
    std::string text = text_in(ROLLCALL_PROFILES "/zkipster.toml");
    text.replace(text.find("\nplans = "), 9, "\nplan = ");
    const std::size_t at = text.find("\npattern = ") + 11;
    text.replace(at, text.find('\n', at) - at, "\"(\"");
    const auto read = read_profile(text, "acme.toml");
    BOOST_REQUIRE(!read.has_value());
    const std::string said = text_of(read.error(), "acme.toml");
    BOOST_TEST((page.find("```\n" + said + "\n```") != std::string::npos), said);
}

BOOST_AUTO_TEST_CASE(lists_have_an_end) {
    const auto with = [](std::size_t paths) {
        std::string text = head + "base_paths = [";
        for (std::size_t i = 0; i < paths; ++i)
            text += "\"/p" + std::to_string(i) + "\",";
        return read_profile(text + "]", "f");
    };
    BOOST_TEST(with(profile_list_max).has_value());
    const auto more = with(profile_list_max + 1);
    BOOST_REQUIRE(!more.has_value());
    BOOST_TEST(more.error()[0].message == "base_paths has more than 64 elements");
}

BOOST_AUTO_TEST_CASE(a_file_has_the_name_of_its_profile) {
    const scratch at;
    std::ofstream(at.path / "x.toml") << head;
    std::ofstream(at.path / "y.toml") << head;
    BOOST_TEST(read_profile_file(at.path / "x.toml").has_value());
    const auto other = read_profile_file(at.path / "y.toml");
    BOOST_REQUIRE(!other.has_value());
    BOOST_TEST(other.error()[0].message ==
               "has the id 'x': name the file x.toml, or change the id");
    const auto none = read_profile_file(at.path / "z.toml");
    BOOST_REQUIRE(!none.has_value());
    BOOST_TEST(none.error()[0].message == "is no file that can be read: check its name and mode");
    const auto directory = read_profile_file(at.path);
    BOOST_TEST(!directory.has_value());
}

BOOST_AUTO_TEST_CASE(shipped_files_hold) {
    std::size_t files = 0;
    for (const auto& entry : std::filesystem::directory_iterator(ROLLCALL_PROFILES)) {
        const auto read = read_profile_file(entry.path());
        BOOST_TEST(read.has_value(), (read ? "" : text_of(read.error(), entry.path().string())));
        ++files;
    }
    BOOST_TEST(files == 6u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
