#include "gateway/scim/json_input.hpp"
#include "gateway/scim/render.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <string>

namespace rollcall::scim {
namespace {

std::string spliced(std::string_view document, const computed& facts = sample::facts(),
                    const resource_type& type = user_type()) {
    std::string out;
    append_resource(out, type, sample::expand(document), facts);
    return out;
}

/// The same by way of the tree: nothing is excluded, but everything is parsed and projected.
std::string projected(std::string_view document, const computed& facts = sample::facts(),
                      const resource_type& type = user_type()) {
    std::string out;
    const auto done = append_resource(out, type, sample::expand(document), facts,
                                      *selection::read(type, {}, "nosuch"));
    return done ? out : sample::line(done.error());
}

constexpr std::string_view meta =
    R"("meta":{"resourceType":"User","created":"2026-01-31T08:30:00.000Z",)"
    R"("lastModified":"2026-02-01T09:00:00.500Z",)"
    R"("location":"https://rollcall.example/scim/v2/Users/42","version":"W/\"7\""}})";
constexpr std::string_view ours = R"("urn:rollcall:params:scim:schemas:1.0:User")";

BOOST_AUTO_TEST_SUITE(render_test)

BOOST_AUTO_TEST_CASE(a_resource_is_spliced) {
    const std::string open = R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User")";
    computed plain = sample::facts();
    BOOST_TEST(spliced(R"({"userName":"a","active":true})") ==
               open + "," + std::string(ours) + R"(],"id":"42","userName":"a","active":true,)" +
                   std::string(ours) + R"(:{"status":"active"},)" + std::string(meta));
    plain.role = "admin \"A\"";
    plain.groups = R"([{"value":"g"}])";
    BOOST_TEST(
        spliced(R"({"userName":"a","@ENT":{"department":"D"}})", plain) ==
        sample::expand(
            open + R"(,"@ENT",)" + std::string(ours) +
            R"(],"id":"42","userName":"a","@ENT":{"department":"D"},"groups":[{"value":"g"}],)" +
            std::string(ours) + R"(:{"status":"active","role":"admin \"A\""},)" +
            std::string(meta)));
    plain.groups = "";
    plain.status = "suspended";
    plain.status_reason = "seats";
    plain.status_since = base::moment{1'700'000'000'125};
    BOOST_TEST(spliced("{}", plain)
                   .find(R"(:{"status":"suspended","statusReason":"seats",)"
                         R"("statusSince":"2023-11-14T22:13:20.125Z","role":"admin \"A\""},)") !=
               std::string::npos);
    plain.status = plain.status_reason = plain.role = "";
    plain.status_since.reset();
    BOOST_TEST(spliced("{}", plain) == open + R"(],"id":"42",)" + std::string(meta));
}

BOOST_AUTO_TEST_CASE(the_location_is_escaped_and_the_same_everywhere) {
    computed facts = sample::facts();
    facts.base_url = "https://h/\"x\\";
    BOOST_TEST(location(user_type(), facts) == "https://h/\"x\\/Users/42");
    const std::string text = spliced(R"({"userName":"a"})", facts);
    const auto read = parse_json(text);
    BOOST_REQUIRE(read.has_value());
    std::string_view where;
    BOOST_REQUIRE(((*read)["meta"]["location"].get(where) == simdjson::SUCCESS));
    BOOST_TEST(where == location(user_type(), facts));
    BOOST_TEST(etag(18446744073709551615U) == "W/\"18446744073709551615\"");
}

BOOST_AUTO_TEST_CASE(texts_that_look_like_extensions_are_not) {
    const char* const documents[] = {
        R"({"userName":",\"urn:x\":{"})",
        R"({"userName":"a","nickName":"urn:x:y","title":",\"urn:z\":"})",
        R"({"userName":"a","emails":[{"value":"urn:x"},{"value":"\\"},{"value":",)"
        R"(\"urn:q\":{"}]})",
        R"({"userName":"a","title":"\\","@ENT":{"department":",\"urn:x\":{","manager":{)"
        R"("value":"urn:y"}}})",
    };
    for (const char* document : documents) {
        BOOST_TEST_CONTEXT(document) {
            BOOST_TEST(spliced(document) == projected(document));
        }
    }
    // A list of plain texts is the one place where a text could stand behind a comma.
    constexpr std::string_view widget =
        R"({"label":"w","tags":["a","urn:x","urn:\"y\"","urn:z\":{"],"urn:example:Must":{)"
        R"("code":"c"}})";
    BOOST_TEST(spliced(widget, sample::facts(), sample::widget_type()) ==
               projected(widget, sample::facts(), sample::widget_type()));
}

/// A document with some of everything, by way of random texts.
RC_BOOST_PROP(splicing_and_projecting_everything_are_the_same, ()) {
    static const std::string pieces[] = {"a",  ",",      "\"urn:", "\":{", "urn:x",
                                         "\\", "\u00e9", "}",      "]",    "\n"};
    const auto text = [] {
        std::string out;
        for (int i = *rc::gen::inRange(1, 6); i > 0; --i) {
            out += pieces[*rc::gen::inRange<std::size_t>(0, std::size(pieces))];
        }
        return value{std::move(out)};
    };
    resource who(user_type());
    const auto give = [&](std::string_view name) {
        const attribute_path path = *resolve(user_type(), name);
        if (*rc::gen::arbitrary<bool>()) return;
        object* in = &who.attributes();
        if (path.extension != nullptr) {
            value* holder = find(*in, *path.extension);
            if (holder == nullptr) holder = &put(*in, *path.extension, value{object{}});
            in = holder->members();
        }
        put(*in, *path.attr, text());
    };
    for (const char* name : {"externalId", "userName", "nickName", "department", "costCenter"})
        give(name);
    const std::string document = who.document();
    computed facts = sample::facts();
    if (*rc::gen::arbitrary<bool>()) facts.role = "r";
    if (*rc::gen::arbitrary<bool>()) {
        facts.status = "suspended";
        facts.status_reason = "admin";
        facts.status_since = facts.created;
    }
    if (*rc::gen::arbitrary<bool>()) {
        facts.status = facts.status_reason = "";
        facts.status_since.reset();
    }
    if (*rc::gen::arbitrary<bool>())
        facts.groups = R"([{"value":"g","$ref":"u","display":"d","type":"direct"}])";
    RC_ASSERT(spliced(document, facts) == projected(document, facts));
}

BOOST_AUTO_TEST_CASE(a_damaged_document_is_answered_and_leaves_nothing) {
    std::string out = "before";
    const auto done = append_resource(out, user_type(), R"({"userName":7})", sample::facts(),
                                      *selection::read(user_type(), "userName", {}));
    BOOST_REQUIRE(!done.has_value());
    BOOST_TEST(done.error().status == 500);
    BOOST_TEST(out == "before");
}

BOOST_AUTO_TEST_CASE(lists_have_their_envelope) {
    std::string out;
    list_writer empty(out, 0, 1, 0);
    empty.close();
    BOOST_TEST(out == R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],)"
                      R"("totalResults":0,"startIndex":1,"itemsPerPage":0,"Resources":[]})");
    out.clear();
    list_writer two(out, 12, 11, 2);
    for (const char* one : {"{}", "{\"a\":1}"}) {
        two.next();
        out += one;
    }
    two.close();
    BOOST_TEST(out ==
               R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],)"
               R"("totalResults":12,"startIndex":11,"itemsPerPage":2,"Resources":[{},{"a":1}]})");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
