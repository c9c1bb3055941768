#include "gateway/scim/filter.hpp"
#include "gateway/scim/limits.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <cctype>
#include <string>

namespace rollcall::scim {
namespace {

/// The tree in canonical text, or the error.
std::string read(std::string_view text, const resource_type& type = user_type()) {
    const auto parsed = parse_filter(type, sample::expand(text));
    return parsed ? print(*parsed) : sample::line(parsed.error());
}

std::string repeat(std::string_view text, std::size_t times) {
    std::string out;
    for (std::size_t i = 0; i < times; ++i)
        out += text;
    return out;
}

BOOST_AUTO_TEST_SUITE(filter_parser_test)

BOOST_AUTO_TEST_CASE(filters_that_parse) {
    struct {
        const char* text;
        const char* tree;
    } const rows[]{
        {R"(userName eq "bjensen")", R"(userName eq "bjensen")"},
        {R"(name.familyName co "O'Malley")", R"(name.familyName co "O'Malley")"},
        {R"(userName sw "J")", R"(userName sw "J")"},
        {R"(urn:ietf:params:scim:schemas:core:2.0:User:userName sw "J")", R"(userName sw "J")"},
        {"title pr", "title pr"},
        {R"(meta.lastModified ge "2011-05-13T04:42:34Z")",
         R"(meta.lastModified ge "2011-05-13T04:42:34Z")"},
        {R"(title pr and userType eq "Employee")", R"(title pr and userType eq "Employee")"},
        {R"(title pr or userType eq "Intern")", R"(title pr or userType eq "Intern")"},
        {R"(schemas eq "@ENT")", R"(schemas eq "@ENT")"},
        {R"(userType eq "Employee" and (emails co "example.com" or emails.value co )"
         R"("example.org"))",
         R"(userType eq "Employee" and (emails.value co "example.com" or emails.value co )"
         R"("example.org"))"},
        {R"(userType ne "Employee" and not (emails co "example.com" or emails.value co )"
         R"("example.org"))",
         R"(userType ne "Employee" and not (emails.value co "example.com" or emails.value )"
         R"(co "example.org"))"},
        {R"(userType eq "Employee" and emails[type eq "work" and value co "@example.com"])",
         R"(userType eq "Employee" and emails[type eq "work" and value co "@example.com"])"},
        {R"(emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and )"
         R"(value co "@foo.com"])",
         R"(emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and )"
         R"(value co "@foo.com"])"},
        {R"(emails[type eq "work" or (type eq "home" and value ew "@example.com")])",
         R"(emails[type eq "work" or type eq "home" and value ew "@example.com"])"},
        {R"(emails[not (type eq "work")])", R"(emails[not (type eq "work")])"},
        {R"(USERNAME EQ "x" AND NOT(active eq true))",
         R"(userName eq "x" and not (active eq true))"},
        // precedence: not, and, or
        {R"(title eq "1" or locale eq "2" and timezone eq "3")",
         R"(title eq "1" or locale eq "2" and timezone eq "3")"},
        {R"((title eq "1" or locale eq "2") and timezone eq "3")",
         R"((title eq "1" or locale eq "2") and timezone eq "3")"},
        {"not (title pr) and locale pr", "not (title pr) and locale pr"},
        {"not (title pr and locale pr)", "not (title pr and locale pr)"},
        {"title pr and (locale pr and (timezone pr))", "title pr and locale pr and timezone pr"},
        {"((title pr))", "title pr"},
        {"not (not (title pr))", "not (not (title pr))"},
        {"title eq null", "title eq null"},
        {"title ne null", "title ne null"},
        {R"(displayName eq "a \"quoted\" \\ \u00e9 \uD83D\uDE00")",
         "displayName eq \"a \\\"quoted\\\" \\\\ \u00e9 \U0001F600\""},
        {R"(@ENT:manager.displayName eq "X")", R"(@ENT:manager.displayName eq "X")"},
        {R"(  title   eq  "x"  )", R"(title eq "x")"},
        {"title\teq\t\"x\"", R"(title eq "x")"},
        {R"(title eq"x")", R"(title eq "x")"},
        {R"(emails[ type eq "work" ])", R"(emails[type eq "work"])"},
        // beyond the grammar
        {R"(emails[type eq "work"].value eq "x")", R"(emails[type eq "work" and value eq "x"])"},
        {R"(emails[type eq "work" or type eq "home"].value sw "x")",
         R"(emails[(type eq "work" or type eq "home") and value sw "x"])"},
        {R"(emails[type eq "work"].primary eq "True" and title pr)",
         R"(emails[type eq "work" and primary eq true] and title pr)"},
        {"emails[type eq \"work\"].value pr", "emails[type eq \"work\" and value pr]"},
        {R"(email eq "a@x")", R"(emails.value eq "a@x")"},
        {R"(EMAIL co "x")", R"(emails.value co "x")"},
        {R"(emails eq "a@x")", R"(emails.value eq "a@x")"},
        {R"(manager eq "9")", R"(@ENT:manager.value eq "9")"},
        {"manager pr", "@ENT:manager pr"},
        {"@ENT pr", "@ENT pr"},
        {R"(active eq "True")", "active eq true"},
        {R"(active ne "false")", "active ne false"},
        {"active eq True", "active eq true"},
        {"externalId eq jyoung", R"(externalId eq "jyoung")"},
        {"id eq 54D382A4-2050-4C03-94D1-E769F1D15682 and manager eq "
         "2819c223-7f76-453a-919d-413861904646",
         R"(id eq "54D382A4-2050-4C03-94D1-E769F1D15682" and @ENT:manager.value eq )"
         R"("2819c223-7f76-453a-919d-413861904646")"},
        {"(ActiVe eq true)", "active eq true"},
        {"groups.$ref co \"Groups\"", "groups.$ref co \"Groups\""},
        {R"(status eq "active")",
         R"(urn:rollcall:params:scim:schemas:1.0:User:status eq "active")"},
        {R"(meta.version eq "W/\"7\"")", R"(meta.version eq "W/\"7\"")"},
        {R"(userName eq "henry\u2163")", "userName eq \"henry\u2163\""},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_TEST(read(row.text) == sample::expand(row.tree));
        }
    }
    BOOST_TEST(read("count gt -1.5e3", sample::widget_type()) == "count gt -1500");
    BOOST_TEST(read("weight le 0.25", sample::widget_type()) == "weight le 0.25");
    BOOST_TEST(read("weight lt 1e400", sample::widget_type()) ==
               "weight lt 1.7976931348623157e+308");
    BOOST_TEST(read("count eq 9007199254740993", sample::widget_type()) ==
               "count eq 9007199254740993");
    BOOST_TEST(read(R"(tags[value eq "x"])", sample::widget_type()) == R"(tags[value eq "x"])");
    BOOST_TEST(read(R"(made gt "2008-01-23T04:56:22Z")", sample::widget_type()) ==
               R"(made gt "2008-01-23T04:56:22Z")");
}

BOOST_AUTO_TEST_CASE(filters_that_do_not_parse) {
    struct {
        const char* text;
        const char*
            detail; // how the detail goes on behind "The filter cannot be read at character "
    } const rows[]{
        {"", "1: expected an attribute name..."},
        {"   ", "4: expected an attribute name..."},
        {"userName", "9: expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr at..."},
        {"userName eq", "12: expected a value..."},
        {R"(eq "x")", "1: expected an attribute of User (there is no 'eq')..."},
        {"userName eq 'x'", "13: expected a value: a string in double quotes..."},
        {R"(userName regex "x")", "10: expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr (the "
                                  "operator 'regex' is not supported)..."},
        {R"(userName eq "x)", "15: expected a closing double quote..."},
        {"(userName pr", "13: expected and, or, or )..."},
        {"userName pr)", "12: expected and, or, or the end..."},
        {"userName pr and", "16: expected an attribute name..."},
        {"and userName pr", "1: expected an attribute of User (there is no 'and')..."},
        {"not userName pr", "5: expected ( after not..."},
        {"not", "4: expected ( after not..."},
        {"userName pr title pr", "13: expected and, or, or the end..."},
        {R"(emails[type eq "work")", "22: expected and, or, or ]..."},
        {R"(emails[type eq "work")", "22: ..."},
        {"emails[]", "8: expected an attribute name..."},
        {"emails[a[b pr]]", "8: expected a sub-attribute of emails (there is no 'a')..."},
        {"emails[type[value pr]]", "12: expected an operator; brackets cannot be nested..."},
        {R"(emails[type eq "work"]value eq "x")",
         "23: expected a space or .sub-attribute behind ]..."},
        {R"(emails[type eq "work"].nosuch eq "x")", "23: expected a sub-attribute of emails..."},
        {R"(emails[type eq "work"].value)", "29: expected one of eq..."},
        {R"(emails[type eq "work"] value eq "x")", "24: expected and, or, or the end..."},
        {R"(emails[emails.type eq "work"])", "8: expected a sub-attribute of emails..."},
        {R"(name[givenName eq "x"])", "5: expected an operator; name has only one value..."},
        {R"(emails.value[type eq "x"])",
         "13: expected an operator; emails.value has only one value..."},
        {R"(name.a.b eq "x")", "1: expected an attribute of User (there is no 'name.a.b')..."},
        {R"(nosuch eq "x")", "1: expected an attribute of User (there is no 'nosuch')..."},
        {R"(1abc eq "x")", "1: expected an attribute of User..."},
        {R"(email.value eq "x")", "1: expected an attribute of User..."},
        {R"(@ENT:nosuch eq "x")", "1: expected an attribute of User..."},
        {"active gt true", "8: expected another operator, since active is of type boolean..."},
        {R"(active co "t")", "8: expected another operator, since active is of type boolean..."},
        {R"(active eq "yes")", "11: expected true or false, since active is a boolean..."},
        {"active eq 1", "11: expected true or false..."},
        {"userName eq 1", "13: expected a string in double quotes, since userName is one..."},
        {"userName eq true", "13: expected a string in double quotes..."},
        {"userName co x", "13: expected a value: a string in double quotes..."},
        {"userName ne bjensen", "13: expected a value: a string in double quotes..."},
        {"userName gt null", "13: expected a value; null goes with eq and ne only..."},
        {R"(x509Certificates.value gt "a")",
         "24: expected another operator, since x509Certificates.value is of type "
         "binary..."},
        {R"(x509Certificates co "a")", "18: expected another operator..."},
        {R"(name eq "x")", "6: expected pr, or a sub-attribute of name..."},
        {R"(addresses co "x")", "11: expected pr, or a sub-attribute of addresses..."},
        {R"(@ENT eq "x")", "60: expected pr, or a sub-attribute of @ENT..."},
        {R"(meta.created eq "yesterday")", "17: expected a date and time..."},
        {R"(meta.created co "2011-05-13T04:42:34Z")",
         "14: expected another operator, since meta.created is of type dateTime..."},
        {"meta.created eq 7", "17: expected a string in double quotes..."},
        {R"(password eq "x")",
         "1: expected an attribute that can be filtered by, which password cannot..."},
        {"password pr", "1: expected an attribute that can be filtered by..."},
        {R"("userName" eq "x")", "1: expected an attribute name..."},
        {R"(userName "eq" "x")", "10: expected one of eq..."},
        {R"(title eq "\q")", "11: expected a JSON escape..."},
        {"title eq {}", "10: expected a value..."},
        {"title eq x,y", "10: expected a value..."},
        {R"(title == "x")", "7: expected one of eq, ne, co, sw, ew, gt, ge, lt, le, pr (the "
                            "operator '==' is not supported)..."},
        {"()", "2: expected an attribute name..."},
        {"[title pr]", "1: expected an attribute name..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const std::string got = read(row.text);
            const std::string whole = "invalidFilter: The filter cannot be read at character " +
                                      sample::expand(row.detail);
            BOOST_TEST(sample::agrees(got, whole), got);
        }
    }
    const auto widget = [](std::string_view text) {
        const std::string got = read(text, sample::widget_type());
        return got.starts_with("invalidFilter: ");
    };
    BOOST_TEST(widget(R"(count eq "1")"));
    BOOST_TEST(widget("count eq true"));
    BOOST_TEST(widget("count co 1"));
    BOOST_TEST(widget("hidden pr"));
    BOOST_TEST(widget(R"(tags[type eq "x"])"));
    BOOST_TEST(widget(R"(made eq "2008-01-23")"));
    BOOST_TEST(read("title eq \"\xff\"") == "invalidFilter: The filter is not UTF-8");
}

BOOST_AUTO_TEST_CASE(members_are_asked_for_one_by_one) {
    struct {
        const char* text;
        const char* outcome; // the tree, or what was expected at which character
    } const rows[]{
        {R"(members eq "u")", R"(members.value eq "u")"},
        {R"(MEMBERS.Value EQ "u")", R"(members.value eq "u")"},
        {"members eq 2819c223-7f76", R"(members.value eq "2819c223-7f76")"},
        {R"(members[value eq "u"])", R"(members[value eq "u"])"},
        {R"(members[value eq "u" or (value eq "v" or Value eq "w")])",
         R"(members[value eq "u" or value eq "v" or value eq "w"])"},
        {"members pr", "members pr"},
        {"members.value pr", "members.value pr"},
        {R"(id eq "g" and members eq "u")", R"(id eq "g" and members.value eq "u")"},
        {R"(not (members eq "u") or displayName sw "x")",
         R"(not (members.value eq "u") or displayName sw "x")"},
        {R"(urn:ietf:params:scim:schemas:core:2.0:Group:members eq "u")",
         R"(members.value eq "u")"},
        // anything else would have to look through all of them
        {R"(members ne "u")", "9: expected members eq \"id\" or members pr..."},
        {R"(members co "u")", "9: expected members eq \"id\" or members pr..."},
        {R"(members.value sw "u")", "15: expected members eq \"id\" or members pr..."},
        {R"(members.value gt "u")", "15: expected members eq..."},
        {"members eq null", "12: expected the id of a user..."},
        {"members eq 7", "12: expected a string in double quotes..."},
        {R"(members.display eq "Ann")", "1: expected an attribute of Group..."},
        {"members.type pr", "1: expected members eq..."},
        {R"(members.$ref co "Users")", "1: expected members eq..."},
        {R"(members.type eq "User")", "1: expected members eq..."},
        {R"(members[type eq "User"])", "9: expected value eq \"id\"..."},
        {R"(members[value eq "u" and type eq "User"])", "9: expected value eq..."},
        {R"(members[value eq "u" and value eq "v"])", "9: expected value eq..."},
        {R"(members[value eq "u" or type pr])", "9: expected value eq..."},
        {R"(members[not (value eq "u")])", "9: expected value eq..."},
        {R"(members[value ne "u"])", "9: expected value eq..."},
        {"members[value pr]", "9: expected value eq..."},
        {"members[value eq null]", "18: expected the id of a user..."},
        {R"(members[value eq "u"].display eq "Ann")", "22: expected nothing behind ]..."},
        {R"(members[value eq "u"].value eq "u")", "22: expected nothing behind ]..."},
        {R"(members.value[value eq "u"])", "14: expected an operator..."},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const std::string got = read(row.text, group_type());
            const std::string refused = "invalidFilter: The filter cannot be read at character ";
            const bool fails = std::isdigit(static_cast<unsigned char>(row.outcome[0])) != 0;
            BOOST_TEST(sample::agrees(got, (fails ? refused : "") + row.outcome), got);
            if (!fails) BOOST_TEST(read(got, group_type()) == got);
        }
    }
}

BOOST_AUTO_TEST_CASE(length_has_a_limit) {
    const std::string frame = R"(title eq "")";
    const std::string longest =
        "title eq \"" + std::string(limits::filter_bytes_max - frame.size(), 'x') + "\"";
    BOOST_TEST(longest.size() == limits::filter_bytes_max);
    BOOST_TEST(parse_filter(user_type(), longest).has_value());
    BOOST_TEST(read(longest + " ") == "invalidFilter: The filter is longer than 8192 bytes");
}

BOOST_AUTO_TEST_CASE(depth_has_a_limit) {
    constexpr std::size_t most = limits::filter_depth_max;
    const auto groups = [](std::size_t depth) {
        return repeat("(", depth) + "title pr" + repeat(")", depth);
    };
    const auto nots = [](std::size_t depth) {
        return repeat("not (", depth) + "title pr" + repeat(")", depth);
    };
    const auto brackets = [](std::size_t depth) {
        return repeat("(", depth - 1) + "emails[type pr]" + repeat(")", depth - 1);
    };
    BOOST_TEST(parse_filter(user_type(), groups(most)).has_value());
    BOOST_TEST(parse_filter(user_type(), nots(most)).has_value());
    BOOST_TEST(parse_filter(user_type(), brackets(most)).has_value());
    for (const std::string& text :
         {groups(most + 1), nots(most + 1), brackets(most + 1), groups(4000)}) {
        BOOST_TEST(read(text).find("no more than 50 nested groups") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(terms_have_a_limit) {
    const auto terms = [](std::size_t count) {
        return repeat("title pr or ", count - 1) + "title pr";
    };
    BOOST_TEST(parse_filter(user_type(), terms(limits::filter_terms_max)).has_value());
    BOOST_TEST(read(terms(limits::filter_terms_max + 1)).find("no more than 200 comparisons") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
