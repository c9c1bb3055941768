#include "gateway/scim/coerce.hpp"
#include "gateway/scim/patch_elements.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace rollcall::scim {
namespace {

const attribute& row_of(const resource_type& type, std::string_view name) {
    return *find_attribute(type.attributes(), name);
}

array list_of(const attribute& row, std::string_view json) {
    auto read =
        coerce(row, *parse_json(json), row.name, {.any_shape = true, .elements_max = 1'000'000});
    BOOST_REQUIRE(read.has_value());
    return *read ? std::move(*(*read)->elements()) : array{};
}

std::string text_of(elements& list) {
    std::string out;
    append_json(out, value{list.take()});
    return out;
}

BOOST_AUTO_TEST_SUITE(patch_elements_test)

BOOST_AUTO_TEST_CASE(the_same_element_is_not_added_twice) {
    struct {
        const char* name;
        const char* attribute;
        const char* before;
        const char* added;
        const char* after;
    } const rows[]{
        {"value and type", "emails", R"([{"value":"a","type":"work"}])",
         R"([{"value":"a","type":"Work"}])", R"([{"value":"a","type":"Work"}])"},
        {"value in another case is another", "emails", R"([{"value":"a"}])", R"([{"value":"A"}])",
         R"([{"value":"a"},{"value":"A"}])"},
        {"no value: all that is said", "addresses", R"([{"locality":"X","type":"work"}])",
         R"([{"locality":"X"}])", R"([{"locality":"X","type":"work"}])"},
        {"no value: something new", "addresses", R"([{"locality":"X"}])",
         R"([{"locality":"X","region":"R"}])",
         R"([{"locality":"X"},{"locality":"X","region":"R"}])"},
        {"twice in one addition", "emails", "[]", R"([{"value":"a"},{"value":"a"}])",
         R"([{"value":"a"}])"},
        {"with and without a value", "emails", R"([{"type":"work"}])",
         R"([{"value":"a","type":"work"},{"type":"work"}])",
         R"([{"type":"work"},{"value":"a","type":"work"}])"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const attribute& what = row_of(user_type(), row.attribute);
            elements list(what, list_of(what, row.before));
            for (const value& one : list_of(what, row.added))
                list.add(one);
            BOOST_TEST(list.settle(100).has_value());
            BOOST_TEST(text_of(list) == row.after);
        }
    }
}

BOOST_AUTO_TEST_CASE(adding_elements_takes_linear_time) {
    constexpr std::size_t count = 100'000;
    const attribute& emails = row_of(user_type(), "emails");
    const attribute& address = *find_attribute(emails.sub_attributes, "value");
    const auto mail_named = [&](std::size_t number) {
        object parts;
        put(parts, address, value{std::to_string(number)});
        return value{std::move(parts)};
    };
    elements list(emails, {});
    const auto start = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < count; ++i)
        list.add(mail_named(i));
    for (std::size_t i = 0; i < count; ++i)
        list.add(mail_named(i));
    array half;
    for (std::size_t i = 0; i < count; i += 2)
        half.push_back(mail_named(i));
    list.remove(half);
    // Comparing each with each would take minutes.
    BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(20)));
    BOOST_TEST(list.take().size() == count / 2);
}

BOOST_AUTO_TEST_CASE(the_limit_is_checked_at_the_end) {
    const attribute& emails = row_of(user_type(), "emails");
    for (const std::size_t most : {2U, 1U}) {
        elements list(emails, {});
        for (const value& one : list_of(emails, R"([{"value":"a"},{"value":"b"}])"))
            list.add(one);
        BOOST_TEST(list.settle(most).has_value() == (most == 2));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
