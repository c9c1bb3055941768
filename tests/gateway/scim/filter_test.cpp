#include "gateway/scim/filter.hpp"
#include "gateway/scim/path.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace rollcall::scim {
namespace {

template <std::size_t N>
std::string one_of(const char* const (&list)[N]) {
    return list[*rc::gen::inRange<std::size_t>(0, N)];
}

std::string random_comparison(bool in_element) {
    static const char* const core[] = {
        "title eq", "userName ne",       "emails.value co", "externalId sw",     "manager eq",
        "id eq",    "name.givenName ge", "USERNAME gt",     "groups.display ew", "meta.version eq"};
    static const char* const parts[] = {"type eq", "value co", "display ne", "value lt"};
    static const char* const texts[] = {R"("a")",         R"("")",
                                        R"("\"\\\n")",    R"("\u00e9 (x] or")",
                                        "\"\U0001F600\"", R"("henry\u2163")"};
    static const char* const others[] = {"title pr",
                                         "active eq true",
                                         R"(active ne "False")",
                                         "title eq null",
                                         "manager pr",
                                         R"(meta.created lt "2020-01-01T00:00:00Z")",
                                         "externalId eq bare-word",
                                         "emails pr"};
    if (*rc::gen::inRange(0, 3) == 0) return in_element ? "primary eq true" : one_of(others);
    return (in_element ? one_of(parts) : one_of(core)) + " " + one_of(texts);
}

std::string random_filter(int depth, bool in_element) {
    switch (*rc::gen::inRange(0, depth > 4 ? 1 : 6)) {
    case 1:
        return random_filter(depth + 1, in_element) + " and " +
               random_filter(depth + 1, in_element);
    case 2:
        return random_filter(depth + 1, in_element) + " or " + random_filter(depth + 1, in_element);
    case 3: return "not (" + random_filter(depth + 1, in_element) + ")";
    case 4: return "(" + random_filter(depth + 1, in_element) + ")";
    case 5:
        if (in_element) break;
        return "emails[" + random_filter(depth + 1, true) + "]" +
               (*rc::gen::arbitrary<bool>() ? R"(.value eq "x")" : "");
    default: break;
    }
    return random_comparison(in_element);
}

BOOST_AUTO_TEST_SUITE(filter_test)

RC_BOOST_PROP(what_is_printed_reads_back_as_the_same_tree, ()) {
    const std::string text = random_filter(0, false);
    const auto first = parse_filter(user_type(), text);
    RC_ASSERT(first.has_value());
    const std::string printed = print(*first);
    const auto second = parse_filter(user_type(), printed);
    RC_ASSERT(second.has_value());
    RC_ASSERT(*second == *first);
    RC_ASSERT(print(*second) == printed);
}

RC_BOOST_PROP(a_printed_path_reads_back_as_the_same_path, ()) {
    const std::string text =
        "emails[" + random_filter(0, true) + "]" + (*rc::gen::arbitrary<bool>() ? ".display" : "");
    const auto first = parse_path(user_type(), text);
    RC_ASSERT(first.has_value());
    const auto second = parse_path(user_type(), print(*first));
    RC_ASSERT(second.has_value());
    RC_ASSERT(*second == *first);
}

BOOST_AUTO_TEST_CASE(filters_are_values) {
    const auto first = parse_filter(user_type(), R"(not (emails[type eq "work"]) and title pr)");
    filter copy = *first;
    BOOST_TEST((copy == *first));
    copy = *parse_filter(user_type(), "title pr");
    BOOST_TEST(!(copy == *first));
    BOOST_TEST(print(*first) == R"(not (emails[type eq "work"]) and title pr)");
}

BOOST_AUTO_TEST_CASE(different_operands_make_different_trees) {
    const auto same = [](std::string_view a, std::string_view b) {
        return *parse_filter(user_type(), a) == *parse_filter(user_type(), b);
    };
    BOOST_TEST(same(R"(TITLE EQ "a")", R"(title eq "a")"));
    BOOST_TEST(!same(R"(title eq "a")", R"(title eq "A")"));
    BOOST_TEST(!same(R"(title eq "a")", R"(title ne "a")"));
    BOOST_TEST(!same(R"(title eq "a" or locale pr)", R"(title eq "a" and locale pr)"));
    BOOST_TEST(!same(R"(emails[value eq "a"])", R"(emails.value eq "a")"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
