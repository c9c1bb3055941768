#include "gateway/profiles/profile_file.hpp"
#include "gateway/profiles/user_rules.hpp"
#include "gateway/scim/body.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::profiles {
namespace {

const std::string schemas = R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:User"])";

scim::resource user(const std::string& members) {
    const auto read = scim::read_new(scim::user_type(), "{" + schemas + "," + members + "}");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    return *read;
}

profile with(const std::string& users) {
    auto read = read_profile("id = \"p\"\nversion = 1\ntitle = \"Prod\"\n[users]\n" + users, "f");
    BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : text_of(read.error(), "f")));
    return std::move(*read);
}

const std::string phones = "[[users.patterns]]\nattribute = \"phoneNumbers.value\"\n"
                           "pattern = '\\+[0-9]+ [0-9]+'\nsays = \"such as +41 445550123\"\n";
const std::string jane = R"("userName":"jane@x.com")";

struct row {
    const char* what;
    std::string rules;
    std::string before; ///< members; empty: a create
    std::string after;
    std::string detail; ///< what it holds; empty: no fault
    int status = 400;
};

const row rows[] = {
    // patterns
    {"a phone that fits", phones, "", jane + R"(,"phoneNumbers":[{"value":"+41 44"}])", ""},
    {"no phone", phones, "", jane, ""},
    {"a phone that does not", phones, "", jane + R"(,"phoneNumbers":[{"value":"044"}])",
     "phoneNumbers.value: '044' does not fit; Prod takes such as +41 445550123."},
    {"the second does not", phones, "",
     jane + R"(,"phoneNumbers":[{"value":"+1 2"},{"value":"x","type":"fax"}])", "'x' does not fit"},
    {"each of two is told", phones, "",
     jane + R"(,"phoneNumbers":[{"value":"y"},{"value":"x","type":"fax"}])",
     "'y' does not fit; Prod takes such as +41 445550123. phoneNumbers.value: 'x'"},
    {"an old one stays while the title changes", phones,
     jane + R"(,"phoneNumbers":[{"value":"044"}])",
     jane + R"(,"title":"Boss","phoneNumbers":[{"value":"044"}])", ""},
    {"an old one stays beside a new one that fits", phones,
     jane + R"(,"phoneNumbers":[{"value":"044"}])",
     jane + R"(,"phoneNumbers":[{"value":"044"},{"value":"+1 2","type":"fax"}])", ""},
    {"a new one beside an old one", phones, jane + R"(,"phoneNumbers":[{"value":"044"}])",
     jane + R"(,"phoneNumbers":[{"value":"044"},{"value":"045","type":"fax"}])", "'045'"},
    {"a long one is cut", phones, "",
     jane + R"(,"phoneNumbers":[{"value":")" + std::string(100, '7') + R"("}])",
     "'" + std::string(64, '7') + "…'"},
    {"a long one is cut between characters", phones, "",
     jane + R"(,"phoneNumbers":[{"value":")" + std::string(63, '7') + R"(üü"}])",
     "'" + std::string(63, '7') + "…'"},
    // user_name
    {"an e-mail", "user_name = \"email\"", "", jane, ""},
    {"no e-mail", "user_name = \"email\"", "", R"("userName":"jane")",
     "userName: 'jane' is no e-mail address, which Prod needs."},
    {"an old name stays", "user_name = \"email\"", R"("userName":"jane")",
     R"("userName":"jane","title":"x")", ""},
    {"a new name must be one", "user_name = \"email\"", R"("userName":"jane")",
     R"("userName":"janet")", "'janet' is no e-mail"},
    // user_name_is_primary_email
    {"both are one", "user_name_is_primary_email = true", "",
     R"("userName":"Jane@x.com","emails":[{"value":"jane@X.com"}])", ""},
    {"without e-mails there is nothing to compare", "user_name_is_primary_email = true", "", jane,
     ""},
    {"they differ", "user_name_is_primary_email = true", "",
     jane + R"(,"emails":[{"value":"j@x.com"}])",
     "userName: 'jane@x.com' is not the primary e-mail address 'j@x.com'."},
    {"the primary counts", "user_name_is_primary_email = true", "",
     jane + R"(,"emails":[{"value":"j@x.com"},{"value":"jane@x.com","primary":true}])", ""},
    {"they differed before", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"j@x.com"}])",
     jane + R"(,"emails":[{"value":"j@x.com"}],"title":"x")", ""},
    {"one of them moves", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"jane@x.com"}])", jane + R"(,"emails":[{"value":"j2@x.com"}])",
     "'j2@x.com'"},
    {"another becomes the primary one", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"jane@x.com","primary":true},{"value":"j2@x.com"}])",
     jane + R"(,"emails":[{"value":"jane@x.com"},{"value":"j2@x.com","primary":true}])",
     "'j2@x.com'"},
    {"the primary one goes", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"jane@x.com","type":"work"},{"value":"j2@x.com"}])",
     jane + R"(,"emails":[{"value":"j2@x.com"}])", "'j2@x.com'"},
    {"the order turns", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"jane@x.com"},{"value":"j2@x.com"}])",
     jane + R"(,"emails":[{"value":"j2@x.com"},{"value":"jane@x.com"}])", "'j2@x.com'"},
    {"it becomes right", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"j2@x.com"},{"value":"jane@x.com"}])",
     jane + R"(,"emails":[{"value":"j2@x.com"},{"value":"jane@x.com","primary":true}])", ""},
    {"another address comes, and nothing moves", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"j2@x.com"}])",
     jane + R"(,"emails":[{"value":"j2@x.com"},{"value":"j3@x.com"}])", ""},
    {"all addresses go", "user_name_is_primary_email = true",
     jane + R"(,"emails":[{"value":"jane@x.com"}])", jane, ""},
    // required
    {"is there", "required = [\"name.givenName\"]", "", jane + R"(,"name":{"givenName":"J"})", ""},
    {"is missing", "required = [\"name.givenName\"]", "", jane,
     "name.givenName: Prod needs a value."},
    {"is taken away", "required = [\"title\"]", jane + R"(,"title":"x")", jane,
     "title: Prod needs a value."},
    {"was never there", "required = [\"title\"]", jane, jane + R"(,"nickName":"j")", ""},
    {"one element is enough", "required = [\"emails.value\"]", "",
     jane + R"(,"emails":[{"value":"a@x"}])", ""},
    {"elements without that part", "required = [\"emails.value\"]", "",
     jane + R"(,"emails":[{"type":"work","display":"x"}])", "emails.value: Prod needs"},
    {"of an extension", "required = [\"employeeNumber\"]", "", jane,
     "User:employeeNumber: Prod needs"},
    // forbidden
    {"is not there", "forbidden = [\"photos\"]", "", jane, ""},
    {"comes", "forbidden = [\"title\"]", "", jane + R"(,"title":"x")",
     "title: Prod does not take it."},
    {"a part comes", "forbidden = [\"name.middleName\"]", "",
     jane + R"(,"name":{"middleName":"x"})", "name.middleName: Prod does not take it."},
    {"an old one comes back as it was", "forbidden = [\"title\"]", jane + R"(,"title":"x")",
     jane + R"(,"title":"x","nickName":"j")", ""},
    {"an old one changes", "forbidden = [\"title\"]", jane + R"(,"title":"x")",
     jane + R"(,"title":"y")", "title: Prod does not take it."},
    {"an old one goes", "forbidden = [\"title\"]", jane + R"(,"title":"x")", jane, ""},
    // update
    {"a create is no update", "update = false", "", jane + R"(,"title":"x")", ""},
    {"nothing changes", "update = false", jane + R"(,"title":"x")", jane + R"(,"title":"x")", ""},
    {"active goes", "update = false", jane, jane + R"(,"active":false)", ""},
    {"active comes", "update = false", jane + R"(,"active":false)", jane, ""},
    {"anything else", "update = false", jane, jane + R"(,"title":"x","nickName":"j")",
     "Prod takes no profile updates over SCIM (nickName, title)", 501},
    {"anything beside active", "update = false", jane + R"(,"active":false)",
     jane + R"(,"title":"x")", "(title)", 501},
    {"something goes", "update = false", jane + R"(,"title":"x")", jane, "(title)", 501},
    // several
    {"every fault is told", "user_name = \"email\"\nrequired = [\"title\"]", "",
     R"("userName":"jane")", "title: Prod needs a value. Map it in the provider's app. userName: "},
    {"no rule", "", "", R"("userName":"jane")", ""},
};

const std::pair<const char*, bool> addresses[] = {
    {"a@b.c", true},
    {"jane.doe+x@sub.example.com", true},
    {"jürgen@büro.example", true},
    {"o'neil@x.ie", true},
    {"", false},
    {"jane", false},
    {"@b.c", false},
    {"a@", false},
    {"a@b", false},
    {"a@b@c.d", false},
    {"a b@c.d", false},
    {"a@b .c", false},
    {"a@.b", false},
    {"a@b.", false},
    {"a@b..c", false},
    {"a,b@c.d", false},
    {"<a@b.c>", false},
    {"a@b.c;d@e.f", false},
    {"a\t@b.c", false},
    {"a@b.c\n", false},
};

BOOST_AUTO_TEST_SUITE(user_rules_test)

BOOST_AUTO_TEST_CASE(what_a_profile_has_against_a_user) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.what << ": " << r.rules) {
            const profile by = with(r.rules);
            const scim::resource before = r.before.empty() ? user(jane) : user(r.before);
            const auto said = judge_user(by, r.before.empty() ? nullptr : &before, user(r.after));
            BOOST_TEST(said.has_value() == !r.detail.empty(), (said ? said->detail : ""));
            if (!said) continue;
            BOOST_TEST(said->status == r.status);
            BOOST_TEST((said->detail.find(r.detail) != std::string::npos), said->detail);
            BOOST_TEST((said->type == (r.status == 400 ? scim::scim_type::invalid_value
                                                       : scim::scim_type::none)));
        }
    }
}

// What the mapping of today makes of who was there is no update, and is judged all the same.
BOOST_AUTO_TEST_CASE(what_a_mapping_alone_makes_different) {
    const std::string bad = jane + R"(,"phoneNumbers":[{"value":"44"}])";
    const std::string fixed = "update = false\n";

    struct turned_row {
        const char* what;
        std::string rules;
        std::string before, as_turned, after;
        std::string detail; ///< what it holds; empty: no fault
    };

    const turned_row turned_rows[] = {
        {"no update", fixed, jane, jane + R"(,"title":"x")", jane + R"(,"title":"x")", ""},
        {"an update", fixed, jane, jane + R"(,"title":"x")", jane + R"(,"title":"y")", "(title)"},
        {"a pattern", phones, jane, bad, bad, "'44' does not fit"},
        {"a pattern, where nothing is updated", fixed + phones, jane, bad, bad,
         "'44' does not fit"},
        {"a pattern that was broken before", phones, bad, bad, bad, ""},
        {"what is forbidden", "forbidden = [\"title\"]\n", jane, jane + R"(,"title":"x")",
         jane + R"(,"title":"x")", "title: Prod does not take it"},
        {"what is required and taken away", "required = [\"title\"]\n", jane + R"(,"title":"x")",
         jane, jane, "title: Prod needs a value"},
        {"another order", "user_name_is_primary_email = true\n",
         jane + R"(,"emails":[{"value":"jane@x.com"},{"value":"ann@x.com"}])",
         jane + R"(,"emails":[{"value":"ann@x.com"},{"value":"jane@x.com"}])",
         jane + R"(,"emails":[{"value":"ann@x.com"},{"value":"jane@x.com"}])",
         "is not the primary e-mail address"},
        {"the first address", "user_name_is_primary_email = true\n", jane,
         jane + R"(,"emails":[{"value":"ann@x.com"}])",
         jane + R"(,"emails":[{"value":"ann@x.com"}])", "is not the primary e-mail address"},
    };
    for (const turned_row& r : turned_rows) {
        BOOST_TEST_CONTEXT(r.what) {
            const scim::resource before = user(r.before);
            const scim::resource as_turned = user(r.as_turned);
            const auto said = judge_user(with(r.rules), &before, user(r.after), &as_turned);
            BOOST_TEST(said.has_value() == !r.detail.empty(), (said ? said->detail : ""));
            if (said) BOOST_TEST((said->detail.find(r.detail) != std::string::npos), said->detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_an_email_address_looks_like) {
    for (const auto& [text, is] : addresses)
        BOOST_TEST(is_email(text) == is, text);
    BOOST_TEST(is_email(std::string(64, 'a') + "@b.c"));
    BOOST_TEST(!is_email(std::string(65, 'a') + "@b.c"));
    BOOST_TEST(is_email("a@" + std::string(253, 'b') + ".c"));
    BOOST_TEST(!is_email("a@" + std::string(254, 'b') + ".c"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
