// SAML metadata at the admin API and by its verbs. What is in them is judged in
// tests/gateway/admin/saml_metadata_test.cpp.
#include "cli/json_view.hpp"
#include "cli/verbs.hpp"
#include "gateway/admin/saml_metadata.hpp"
#include "tests/cli/served.hpp"
#include "tests/support/saml.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <fstream>
#include <sstream>

namespace rollcall::cli {
namespace {

constexpr const char* place = "/tenants/acme/sso";

struct office {
    office() { house.make_tenant("acme"); }

    http::answer put(const std::string& document, const std::string& type = "text/xml") {
        return house.send("PUT", place, {{"Content-Type", type}}, document);
    }

    std::string say(std::vector<std::string> words) {
        words.insert(words.begin(), "rollcall");
        words.insert(words.end(), {"--data", house.data().string()});
        std::ostringstream out;
        std::ostringstream err;
        const int code =
            run_command_line(words, {out, err}, [](const std::string&) { return std::nullopt; });
        return code == 0 ? out.str() + err.str() : "failed: " + err.str();
    }

    [[nodiscard]] static bool has(const std::string& text, std::string_view part) {
        return text.find(part) != std::string::npos;
    }

    served house;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(sso_test, office)

BOOST_AUTO_TEST_CASE(set_shown_replaced_and_cleared) {
    BOOST_TEST(house.ask("GET", place).status == 404u);
    const std::string document = support::idp_metadata();
    const auto set = put(document);
    BOOST_REQUIRE_MESSAGE(set.status == 200u, set.body);
    BOOST_TEST(json_view(set.body)->items("warnings").empty());
    const json_view shown(house.must("GET", place));
    BOOST_TEST(shown->text("entity_id") == "urn:acme:idp");
    BOOST_TEST(shown->text("sign_on_url") == "https://acme.okta.example/app/sso/saml");
    BOOST_TEST(shown->items("certificates").size() == 1u);
    BOOST_TEST(shown->text("metadata") == document);
    const std::string last = house.must("GET", "/log?last=1");
    BOOST_TEST(has(last, R"("type":"sso_set")"), last);
    BOOST_TEST(!has(last, "EntityDescriptor"), last);
    // The same again changes nothing.
    BOOST_TEST(put(document).status == 200u);
    BOOST_TEST(house.must("GET", "/log?last=1") == last);
    house.restart();
    BOOST_TEST(json_view(house.must("GET", place))->text("metadata") == document);

    put(support::idp_entity(support::idp_parts(support::signing_certificate()), "urn:other"));
    BOOST_TEST(json_view(house.must("GET", place))->text("entity_id") == "urn:other");
    BOOST_TEST(json_view(house.must("DELETE", place))->text("sso") == "false");
    BOOST_TEST(house.ask("GET", place).status == 404u);
    BOOST_TEST(has(house.must("GET", "/log?last=1"), R"("type":"sso_cleared")"));
    BOOST_TEST(house.ask("DELETE", place).status == 200u);
}

BOOST_AUTO_TEST_CASE(what_is_worth_knowing_is_said) {
    const json_view expired(put(support::idp_metadata(-60)).body);
    BOOST_REQUIRE(expired->items("warnings").size() == 1u);
    BOOST_TEST(has(expired->items("warnings")[0].as_text(), "expired at"));
    BOOST_TEST(expired->items("certificates")[0].flag("expired"));
    BOOST_TEST(json_view(house.must("GET", place))->items("warnings").size() == 1u);

    std::string person = support::idp_metadata();
    person.insert(person.rfind("</md:EntityDescriptor>"),
                  "<md:ContactPerson contactType='support'><md:EmailAddress>jane@acme.example"
                  "</md:EmailAddress></md:ContactPerson>");
    const json_view named(put(person).body);
    BOOST_REQUIRE(named->items("warnings").size() == 1u);
    BOOST_TEST(
        has(named->items("warnings")[0].as_text(), "has a ContactPerson, which may name people"));
    BOOST_TEST(!json_view(house.must("GET", place))->has("metadata"));
    BOOST_TEST(!has(house.must("GET", "/log?last=9&detail=whole"), "jane@acme.example"));

    const json_view endless(
        put(support::idp_entity(support::idp_parts(support::certificate_without_end()))).body);
    BOOST_REQUIRE(endless->items("warnings").size() == 1u);
    BOOST_TEST(has(endless->items("warnings")[0].as_text(), "does not say readably when it ends"));
    BOOST_TEST(!endless->items("certificates")[0].has("not_after"));
    BOOST_TEST(!endless->items("certificates")[0].flag("expired"));
    BOOST_TEST(has(house.must("GET", "/log?last=1"), R"("not_after":null)"));
    BOOST_TEST(has(say({"sso", "show", "acme"}), ", until unreadable\n"));

    std::string large = support::idp_metadata();
    large += std::string(200 << 10, '\n'); // Entra's have 100 KiB
    const json_view kept(put(large).body);
    BOOST_REQUIRE(kept->items("warnings").size() == 1u);
    BOOST_TEST(has(kept->items("warnings")[0].as_text(), "32 KiB"));
    BOOST_TEST(!json_view(house.must("GET", place))->has("metadata"));
}

BOOST_AUTO_TEST_CASE(what_is_not_taken) {
    const std::string good = support::idp_metadata();

    struct row {
        const char* name;
        std::string document;
        std::string type;
        unsigned status;
        const char* error;
    };

    const row rows[] = {
        {"JSON by its type", good, "application/json", 415, "unsupported_media_type"},
        {"no type", good, "", 415, "unsupported_media_type"},
        {"another character set", good, "text/xml; charset=iso-8859-1", 415,
         "unsupported_media_type"},
        {"no XML", "{}", "text/xml", 400, "bad_metadata"},
        {"nothing", "", "text/xml", 400, "bad_metadata"},
        {"a DOCTYPE", "<!DOCTYPE a>" + good.substr(good.find("<md:")), "text/xml", 400,
         "bad_metadata"},
        {"too large", good + std::string(admin::sso_metadata_bytes_max, ' '), "text/xml", 413,
         "body_too_large"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto answer = put(r.document, r.type);
            BOOST_TEST(answer.status == r.status, answer.body);
            BOOST_TEST(json_view(answer.body)->text("error") == r.error);
        }
    }
    BOOST_TEST(house.ask("GET", place).status == 404u);
    for (const char* type :
         {"application/samlmetadata+xml", "application/xml", "Text/XML; charset=\"UTF-8\""})
        BOOST_TEST(put(good, type).status == 200u, type);
    house.must("DELETE", "/tenants/acme");
    BOOST_TEST(put(good).status == 410u);
}

BOOST_AUTO_TEST_CASE(the_verbs) {
    const support::temp_directory home;
    const std::string file = (home / "okta.xml").string();
    std::ofstream(file) << support::idp_metadata(-60);
    const std::string set = say({"sso", "set", "acme", "--metadata", file});
    BOOST_TEST(has(set, "Entity id       urn:acme:idp"), set);
    BOOST_TEST(has(set, "expired at"), set);
    BOOST_TEST(has(say({"sso", "show", "acme"}), "https://acme.okta.example/app/sso/saml"));
    BOOST_TEST(has(say({"sso", "clear", "acme"}), "acme has no single sign-on"));
    BOOST_TEST(has(say({"sso", "show", "acme"}), "failed: "));
    const std::string none = say({"sso", "set", "acme", "--metadata", file + ".none"});
    BOOST_TEST(has(none, "cannot be read"), none);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
