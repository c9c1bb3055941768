#include "gateway/scim/resource.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace rollcall::scim {
namespace {

BOOST_AUTO_TEST_SUITE(resource_test)

BOOST_AUTO_TEST_CASE(documents_read_back_to_the_same_bytes) {
    const char* const documents[] = {
        R"({"userName":"a"})",
        R"({"externalId":"E","userName":"a","name":{"familyName":"F","givenName":"G"},)"
        R"("active":false})",
        R"({"userName":"a","title":"","emails":[{"value":"a@x","type":"work",)"
        R"("primary":true},{"value":"b"}]})",
        R"({"userName":"a","active":true,"@ENT":{"department":"D","manager":{"value":"9",)"
        R"("$ref":"u/9"}}})",
        R"({"userName":"\"\\\u0000\n\u001f"})",
        "{\"userName\":\"\u00e9\U0001F600\"}",
        R"({"userName":"a","nickName":"x,\"urn:y\":{"})",
        "{}",
    };
    for (const char* document : documents) {
        BOOST_TEST_CONTEXT(document) {
            const std::string text = sample::expand(document);
            BOOST_TEST(sample::stored(document).document() == text);
        }
    }
    const char* const widget =
        R"({"label":"a","count":-9223372036854775808,"weight":1.25,"tags":["x","y"],)"
        R"("parts":[{"value":"1"}],"urn:example:Must":{"code":"c"}})";
    const auto read = resource::from_document(sample::widget_type(), widget);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(read->document() == widget);
}

BOOST_AUTO_TEST_CASE(damage_is_loud) {
    struct {
        const char* name;
        const char* document;
    } const rows[]{
        {"empty", ""},
        {"cut", R"({"userName":"a")"},
        {"not an object", R"(["userName"])"},
        {"unknown member", R"({"userName":"a","shoeSize":1})"},
        {"member in another spelling", R"({"username":"a"})"},
        {"wrong order", R"({"userName":"a","externalId":"E"})"},
        {"a member twice", R"({"userName":"a","userName":"a"})"},
        {"a computed member", R"({"id":"7","userName":"a"})"},
        {"a password", R"({"userName":"a","password":"x"})"},
        {"our extension",
         R"({"userName":"a","urn:rollcall:params:scim:schemas:1.0:User":{"role":"r"}})"},
        {"null", R"({"userName":null})"},
        {"wrong type", R"({"userName":7})"},
        {"flag as text", R"({"userName":"a","active":"true"})"},
        {"one for several", R"({"userName":"a","emails":{"value":"x"}})"},
        {"empty list", R"({"userName":"a","emails":[]})"},
        {"empty object", R"({"userName":"a","name":{}})"},
        {"empty element", R"({"userName":"a","emails":[{}]})"},
        {"unknown part", R"({"userName":"a","name":{"nick":"x"}})"},
        {"parts in wrong order", R"({"userName":"a","name":{"givenName":"G","familyName":"F"}})"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto read = resource::from_document(user_type(), row.document);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST(read.error().status == 500);
            BOOST_TEST(read.error().detail.starts_with("The stored User cannot be read: "));
        }
    }
}

BOOST_AUTO_TEST_CASE(values_are_found_by_path) {
    const resource ann =
        sample::stored(R"({"userName":"ann","name":{"givenName":"Ann"},"emails":[{"value":"a@x"}],)"
                       R"("@ENT":{"manager":{"value":"9"}}})");
    const auto at = [&](std::string_view name) -> std::string {
        const value* found = ann.find(*resolve(user_type(), name));
        if (found == nullptr) return "none";
        std::string out;
        append_json(out, *found);
        return out;
    };
    BOOST_TEST(at("userName") == "\"ann\"");
    BOOST_TEST(at("name.givenName") == "\"Ann\"");
    BOOST_TEST(at("name.familyName") == "none");
    BOOST_TEST(at("title") == "none");
    BOOST_TEST(at("manager.value") == "\"9\"");
    BOOST_TEST(at("department") == "none");
    BOOST_TEST(at(sample::enterprise_urn) == R"({"manager":{"value":"9"}})");
    BOOST_TEST(at("emails.value") == "none"); // of which element?
}

BOOST_AUTO_TEST_CASE(changes_are_named) {
    struct {
        const char* name;
        const char* before;
        const char* after;
        const char* changed;
    } const rows[]{
        {"none", R"({"userName":"a"})", R"({"userName":"a"})", ""},
        {"a value", R"({"userName":"a"})", R"({"userName":"A"})", "userName"},
        {"one more", R"({"userName":"a"})", R"({"userName":"a","title":"t"})", "title"},
        {"one less", R"({"userName":"a","title":"t"})", R"({"userName":"a"})", "title"},
        {"sorted", R"({"userName":"a","active":true})",
         R"({"externalId":"e","userName":"b","active":false})", "active externalId userName"},
        {"a part counts as its attribute", R"({"userName":"a","name":{"givenName":"G"}})",
         R"({"userName":"a","name":{"givenName":"H"}})", "name"},
        {"order in a list counts", R"({"userName":"a","emails":[{"value":"1"},{"value":"2"}]})",
         R"({"userName":"a","emails":[{"value":"2"},{"value":"1"}]})", "emails"},
        {"inside an extension", R"({"userName":"a","@ENT":{"costCenter":"C","department":"D"}})",
         R"({"userName":"a","@ENT":{"department":"E","manager":{"value":"9"}}})",
         "@ENT:costCenter @ENT:department @ENT:manager"},
        {"an extension appears", R"({"userName":"a"})",
         R"({"userName":"a","@ENT":{"department":"D"}})", "@ENT:department"},
        {"an extension goes", R"({"userName":"a","@ENT":{"department":"D"}})",
         R"({"userName":"a"})", "@ENT:department"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            std::string joined;
            for (const auto& name :
                 changed_attributes(sample::stored(row.before), sample::stored(row.after))) {
                joined += (joined.empty() ? "" : " ") + name;
            }
            BOOST_TEST(joined == sample::expand(row.changed));
        }
    }
}

/// A value of one attribute, canonical by construction.
value random_value(const attribute& what, bool element);

object random_object(std::span<const attribute> rows, bool not_empty) {
    object out;
    for (const attribute& row : rows) {
        if (row.stored && *rc::gen::inRange(0, 3) == 0) put(out, row, random_value(row, false));
    }
    if (out.empty() && not_empty) {
        const attribute& row = rows[*rc::gen::inRange<std::size_t>(0, rows.size())];
        put(out, row, random_value(row, false));
    }
    return out;
}

value random_value(const attribute& what, bool element) {
    if (what.multi_valued && !element) {
        array out;
        for (int i = *rc::gen::inRange(1, 4); i > 0; --i)
            out.push_back(random_value(what, true));
        return value{std::move(out)};
    }
    switch (what.type) {
    case value_type::boolean: return value{*rc::gen::arbitrary<bool>()};
    case value_type::integer: return value{*rc::gen::arbitrary<std::int64_t>()};
    case value_type::decimal: return value{static_cast<double>(*rc::gen::arbitrary<int>()) / 8};
    case value_type::complex: return value{random_object(what.sub_attributes, true)};
    default: break;
    }
    static const std::string pieces[] = {
        "a",          "\"", "\\", "\n",  std::string(1, '\0'), "\u00e9", ",\"urn:x\":{",
        "\U0001F600", "}",  "[",  "\x7f"};
    std::string text;
    for (int i = *rc::gen::inRange(0, 5); i > 0; --i) {
        text += pieces[*rc::gen::inRange<std::size_t>(0, std::size(pieces))];
    }
    return value{std::move(text)};
}

RC_BOOST_PROP(a_document_is_the_resource, ()) {
    for (const resource_type* type : {&user_type(), &group_type(), &sample::widget_type()}) {
        resource made(*type);
        made.attributes() = random_object(type->attributes(), false);
        const std::string document = made.document();
        const auto read = resource::from_document(*type, document);
        RC_ASSERT(read.has_value());
        RC_ASSERT(*read == made);
        RC_ASSERT(read->document() == document);
        RC_ASSERT(changed_attributes(made, *read).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
