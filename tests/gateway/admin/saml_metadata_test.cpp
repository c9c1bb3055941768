// What is taken as SAML metadata and what is not: attacks on XML readers first of all.
#include "eventlog/base/sha256.hpp"
#include "gateway/admin/saml_metadata.hpp"
#include "tests/support/made_certificate.hpp"
#include "tests/support/saml.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::admin {
namespace {

using support::idp_entity;
using support::idp_metadata;
using support::idp_parts;
using support::signing_certificate;

constexpr const char* redirect = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
    const std::size_t at = text.find(what);
    BOOST_REQUIRE(at != text.npos);
    return text.replace(at, what.size(), by);
}

std::string service(const std::string& location, const std::string& binding = redirect) {
    return "<md:SingleSignOnService Binding=\"" + binding + "\" Location=\"" + location + "\"/>";
}

/// Before the root, and its name used in the entity id.
std::string with_doctype(const std::string& doctype, const std::string& reference) {
    return doctype + idp_entity(idp_parts(signing_certificate()), reference);
}

std::string billion_laughs() {
    std::string all = "<!DOCTYPE lolz [<!ENTITY l0 \"lol\">";
    for (int i = 1; i < 10; ++i) {
        all += "<!ENTITY l" + std::to_string(i) + " \"";
        for (int n = 0; n < 10; ++n)
            all += "&l" + std::to_string(i - 1) + ";";
        all += "\">";
    }
    return all + "]>";
}

std::string nested(std::size_t deep) {
    std::string all;
    for (std::size_t i = 0; i < deep; ++i)
        all += "<a>";
    for (std::size_t i = 0; i < deep; ++i)
        all += "</a>";
    return all;
}

/// As many as fit in what may be sent, or `count`, in an element that never ends.
std::string attributes(std::size_t count) {
    std::string all;
    for (std::size_t i = 0; i < count && all.size() + 12 < sso_metadata_bytes_max; ++i)
        all += " a" + std::to_string(i) + "=\"\"";
    return all;
}

struct refused_row {
    const char* name;
    std::string document;
    const char* says;
    unsigned status = 400;
};

std::vector<refused_row> refused_rows() {
    const std::string parts = idp_parts(signing_certificate());
    const std::string good = idp_entity(parts);
    const std::string latin = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>";
    return {
        {"nothing", "", "there are no metadata"},
        {"blanks", "  \n", "not well-formed"},
        {"no XML", "entityID: urn:idp", "not well-formed"},
        {"JSON", R"({"entityID":"urn:idp"})", "not well-formed"},
        {"HTML of a login page", "<html><body><br></body></html>", "not well-formed"},
        {"cut off", good.substr(0, good.size() - 20), "not well-formed"},
        {"two roots", good + good, "not well-formed"},
        {"text behind the root", good + "x", "not well-formed"},
        {"an attribute twice", replaced(good, "entityID=", "entityID='a' entityID="),
         "not well-formed"},
        {"a prefix that nobody declared", replaced(good, "xmlns:ds=", "xmlns:dx="),
         "not well-formed"},
        {"an entity that nobody declared", replaced(good, "urn:acme:idp", "&who;"),
         "not well-formed"},
        {"a character that XML has not", replaced(good, "urn:acme:idp", "&#8;"), "not well-formed"},
        {"the line is told", "<a>\n\n</b>", "line 3"},

        {"billion laughs", with_doctype(billion_laughs(), "&l9;"), "DOCTYPE"},
        {"an entity that grows squarely",
         with_doctype("<!DOCTYPE a [<!ENTITY a \"" + std::string(100'000, 'a') + "\">]>",
                      "&a;&a;&a;&a;&a;&a;&a;&a;"),
         "DOCTYPE"},
        {"an external entity",
         with_doctype("<!DOCTYPE a [<!ENTITY who SYSTEM \"file:///etc/passwd\">]>", "&who;"),
         "DOCTYPE"},
        {"an external parameter entity",
         with_doctype("<!DOCTYPE a [<!ENTITY % who SYSTEM \"http://127.0.0.1:9/x\"> %who;]>", "x"),
         "DOCTYPE"},
        {"an external subset",
         with_doctype("<!DOCTYPE a SYSTEM \"http://127.0.0.1:9/x.dtd\">", "x"), "DOCTYPE"},
        {"a DOCTYPE of nothing", with_doctype("<!DOCTYPE a>", "x"), "DOCTYPE"},
        {"300 levels", "<a>" + nested(300) + "</a>", "not well-formed"},
        {"20,000 levels", nested(20'000), "not well-formed"},
        {"an attribute of 200 KiB", idp_entity(parts, std::string(200 << 10, 'a')),
         "entityID of 1 to 1024 bytes"},
        {"a name of 100 KiB", "<" + std::string(100 << 10, 'a') + "/>", "metadata"},
        {"one byte too many", std::string(sso_metadata_bytes_max + 1, ' '), "more than 256 KiB",
         413},

        {"bytes that are no UTF-8", replaced(good, "urn:acme:idp", "urn:\xff\xfe"), "UTF-8"},
        {"UTF-16", std::string("\xff\xfe<\0a\0/\0>\0", 10), "UTF-8"},
        {"a NUL", replaced(good, "urn:acme:idp", std::string("urn\0idp", 7)), "UTF-8"},
        {"said to be in Latin 1", latin + good, "ISO-8859-1"},

        {"in UTF-7, where quotes are others", "<?xml version='1.0' encoding = \"UTF-7\"?><a/>",
         "UTF-7"},
        {"in UTF-8 and in something else",
         "<?xml version='encoding=\"utf-8\"' encoding='UTF-7'?><a/>", "UTF-7"},

        {"as many attributes as fit", "<a" + attributes(50'000) + "/>", "more than 64 attributes"},
        // Each of these is not well-formed as well, which only the parser would say.
        {"65 attributes", "<a" + attributes(65), "more than 64 attributes"},
        {"65 namespaces", replaced("<a" + attributes(65), " a0=", " xmlns:a0="),
         "more than 64 attributes"},
        {"behind a quote in a comment", "<!-- don't --><a" + attributes(65),
         "more than 64 attributes"},
        {"behind a quote in a text", "<a>'</a><a" + attributes(65), "more than 64 attributes"},
        {"with a > in one of them", "<a b='>'" + attributes(64), "more than 64 attributes"},
        {"with line ends around", "<a\n" + attributes(64) + "b\n=\r\n'", "line 4 of the metadata"},
        {"64 attributes", "<a" + attributes(64), "not well-formed"},

        {"another root", "<a xmlns='urn:oasis:names:tc:SAML:2.0:metadata'/>", "the root"},
        {"no namespace",
         "<EntityDescriptor entityID='urn:idp'><IDPSSODescriptor/></EntityDescriptor>", "the root"},
        {"SAML 1.1's namespace", replaced(good, "SAML:2.0:metadata", "SAML:1.1:metadata"),
         "the root"},
        {"the namespace in capitals", replaced(good, "urn:oasis", "URN:OASIS"), "the root"},
        {"parts of another namespace",
         replaced(good, "<md:IDPSSODescriptor ", "<md:IDPSSODescriptor xmlns:md='urn:other' "),
         "no identity provider"},
        {"an application's metadata",
         replaced(replaced(good, "md:IDPSSODescriptor", "md:SPSSODescriptor"),
                  "/md:IDPSSODescriptor", "/md:SPSSODescriptor"),
         "not those of an application"},
        {"SAML 1.1 only", replaced(good, "SAML:2.0:protocol", "SAML:1.1:protocol"),
         "no identity provider"},
        {"a word that begins like the protocol",
         replaced(good, "SAML:2.0:protocol", "SAML:2.0:protocolx"), "no identity provider"},
        {"a group of two",
         "<md:EntitiesDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'>" + good + good +
             "</md:EntitiesDescriptor>",
         "describe 2 identity providers"},
        {"a group of none",
         "<md:EntitiesDescriptor xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'/>",
         "describe 0 identity providers"},
        {"no entity id", replaced(good, "entityID=", "ID="), "entityID of 1 to 1024 bytes"},
        {"an empty entity id", idp_entity(parts, ""), "entityID of 1 to 1024 bytes"},
        {"an entity id of 1,025 bytes", idp_entity(parts, std::string(1025, 'a')),
         "entityID of 1 to 1024 bytes"},
        {"an entity id of another namespace", replaced(good, "entityID=", "md:entityID="),
         "entityID of 1 to 1024 bytes"},

        {"http", idp_entity(idp_parts(signing_certificate(), "http://idp.example/sso")),
         "no SingleSignOnService"},
        {"javascript", idp_entity(idp_parts(signing_certificate(), "javascript:alert(1)")),
         "no SingleSignOnService"},
        {"no host", idp_entity(idp_parts(signing_certificate(), "https:///sso")),
         "no SingleSignOnService"},
        {"a port and no host", idp_entity(idp_parts(signing_certificate(), "https://:443/sso")),
         "no SingleSignOnService"},
        {"somebody before the host",
         idp_entity(idp_parts(signing_certificate(), "https://idp.example@evil.example/sso")),
         "no SingleSignOnService"},
        {"a blank in it", idp_entity(idp_parts(signing_certificate(), "https://idp.example/a b")),
         "no SingleSignOnService"},
        {"an address of 2,049 bytes",
         idp_entity(idp_parts(signing_certificate(), "https://i.e/" + std::string(2037, 'a'))),
         "no SingleSignOnService"},
        {"no service", idp_entity(replaced(parts, "SingleSignOnService", "SingleLogoutService")),
         "no SingleSignOnService"},

        {"no certificate", idp_entity(service("https://idp.example/sso")),
         "no signing certificate"},
        {"one for encryption only", idp_entity(replaced(parts, "signing", "encryption")),
         "no signing certificate"},
        {"a certificate of another namespace",
         replaced(good, "http://www.w3.org/2000/09/xmldsig#", "http://www.w3.org/2000/09/other#"),
         "no signing certificate"},
        {"an empty certificate", idp_entity(idp_parts("")), "not a certificate"},
        {"a certificate that is no base64", idp_entity(idp_parts("MII!")), "not a certificate"},
        {"base64 of something else", idp_entity(idp_parts("aGVsbG8=")), "not a certificate"},
        {"a certificate with more behind it", idp_entity(idp_parts(signing_certificate() + "AAAA")),
         "not a certificate"},
        {"a certificate cut off", idp_entity(idp_parts(signing_certificate().substr(0, 100))),
         "not a certificate"},
        {"PEM armour and all",
         idp_entity(idp_parts("-----BEGIN CERTIFICATE-----" + signing_certificate())),
         "not a certificate"},
        {"a bad one beside a good one", idp_entity(parts + idp_parts("aGVsbG8=")),
         "not a certificate"},
        {"17 certificates", idp_entity([&] {
             std::string all;
             for (int i = 0; i < 17; ++i)
                 all += parts;
             return all;
         }()),
         "at most 16"},
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(saml_metadata_test)

BOOST_AUTO_TEST_CASE(what_is_not_taken) {
    for (const refused_row& r : refused_rows()) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_saml_metadata(r.document);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST(read.error().status == r.status);
            BOOST_TEST(read.error().detail.find(r.says) != std::string::npos, read.error().detail);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_taken) {
    const std::string one = signing_certificate();
    const std::string parts = idp_parts(one);
    const std::string good = idp_entity(parts);
    const std::string group = "<md:EntitiesDescriptor "
                              "xmlns:md='urn:oasis:names:tc:SAML:2.0:metadata'>";
    const std::string application =
        replaced(replaced(good, "md:IDPSSODescriptor", "md:SPSSODescriptor"),
                 "/md:IDPSSODescriptor", "/md:SPSSODescriptor");
    std::string folded = one;
    for (std::size_t at = 60; at < folded.size(); at += 64)
        folded.insert(at, "\r\n    ");

    struct row {
        const char* name;
        std::string document;
        std::string url = "https://acme.okta.example/app/sso/saml";
        std::size_t certificates = 1;
        const char* beside = ""; ///< so that the document is not kept
    };

    const std::string url = "https://acme.okta.example/app/sso/saml";
    const char* const element = "an element that single sign-on does not need";

    const row rows[] = {
        {"a plain one", good},
        {"with a declaration", idp_metadata()},
        {"with a byte order mark", "\xef\xbb\xbf" + good},
        {"said to be in utf-8", "<?xml version='1.0' encoding='utf-8'?>" + good},
        {"comments and instructions", "<!-- x --><?x y?>" + good + "<!-- y -->", url, 1,
         "a comment"},
        {"a certificate in lines", idp_entity(idp_parts(folded))},
        {"a key for both uses", replaced(good, " use=\"signing\"", "")},
        {"two certificates", idp_entity(parts + parts), "https://acme.okta.example/app/sso/saml",
         2},
        {"the redirect is taken first", idp_entity(parts + service("https://idp.example/redirect")),
         "https://idp.example/redirect"},
        {"http is passed over", idp_entity(service("http://idp.example/x") + parts)},
        {"the scheme in capitals", idp_entity(idp_parts(one, "HTTPS://idp.example/sso")),
         "HTTPS://idp.example/sso"},
        {"an address of 2,048 bytes",
         idp_entity(idp_parts(one, "https://i.e/" + std::string(2036, 'a'))),
         "https://i.e/" + std::string(2036, 'a')},
        {"one of a group with an application",
         group + application + good + "</md:EntitiesDescriptor>", url, 1, element},
        {"one of a group of one", group + good + "</md:EntitiesDescriptor>"},
        {"several protocols", replaced(good, "urn:oasis:names:tc:SAML:2.0:protocol",
                                       "urn:oasis:names:tc:SAML:1.1:protocol "
                                       "urn:oasis:names:tc:SAML:2.0:protocol")},
        {"64 attributes",
         replaced(good, "<md:IDPSSODescriptor ", "<md:IDPSSODescriptor" + attributes(63) + " "),
         url, 1, "an attribute that single sign-on does not need"},
        {"many attributes in many elements",
         replaced(good, "<md:SingleSignOnService",
                  [] {
                      std::string all;
                      for (int i = 0; i < 100; ++i)
                          all += "<a" + attributes(20) + "/>";
                      return all + "<md:SingleSignOnService";
                  }()),
         url, 1, element},
        {"expired long ago", idp_metadata(-1)},
        {"250 levels beside it",
         replaced(good, "<md:SingleSignOnService", nested(250) + "<md:SingleSignOnService"), url, 1,
         element},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_saml_metadata(r.document);
            BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
            BOOST_TEST(read->provider.entity_id == "urn:acme:idp");
            BOOST_TEST(read->provider.sign_on_url == r.url);
            BOOST_TEST(read->provider.certificates.size() == r.certificates);
            BOOST_TEST((read->provider.document_sha256 == base::sha256({r.document})));
            BOOST_TEST(read->beside == r.beside);
        }
    }
    // A reference in an attribute is what it stands for.
    const auto query = read_saml_metadata(idp_entity(idp_parts(one, "https://i.e/?a=1&amp;b=2")));
    BOOST_REQUIRE(query.has_value());
    BOOST_TEST(query->provider.sign_on_url == "https://i.e/?a=1&b=2");
}

// Only what is known to name nobody is kept; everything else may be Jane.
BOOST_AUTO_TEST_CASE(what_may_name_people_is_noticed) {
    const std::string person =
        "<md:ContactPerson contactType='technical'><md:GivenName>Jane</md:GivenName>"
        "</md:ContactPerson>";
    const std::string element = "an element that single sign-on does not need";
    const std::string attribute = "an attribute that single sign-on does not need";
    const std::string text = "a text between its elements";
    const std::string other_text = "a text of another kind than it should be";
    const std::string other_attribute =
        "an attribute whose text is of another kind than it should be";
    const std::string space = "a namespace that single sign-on does not need";
    const auto format = [&](const std::string& of) {
        return "<md:NameIDFormat>" + of + "</md:NameIDFormat></md:IDPSSODescriptor>";
    };
    const auto key_value = [](const std::string& modulus) {
        return "<ds:KeyValue><ds:RSAKeyValue><ds:Modulus>" + modulus +
               "</ds:Modulus><ds:Exponent>AQAB</ds:Exponent></ds:RSAKeyValue></ds:KeyValue>"
               "<ds:X509Data>";
    };
    const std::string entity = "</md:EntityDescriptor>";
    const std::string part = "</md:IDPSSODescriptor>";

    struct row {
        const char* name;
        std::string what;
        std::string by;
        std::string beside;
    };

    const row rows[] = {
        {"a contact", entity, person + entity, "a ContactPerson"},
        {"a contact of the role", part, person + part, "a ContactPerson"},
        {"an organization", entity,
         "<md:Organization><md:OrganizationName xml:lang='en'>Jane Ltd</md:OrganizationName>"
         "</md:Organization>" +
             entity,
         "an Organization"},
        {"a contact of another namespace", entity,
         "<x:ContactPerson xmlns:x='urn:x'>Jane</x:ContactPerson>" + entity, element},
        {"one of no namespace", entity, "<ContactPerson>Jane</ContactPerson>" + entity, element},
        {"an extension", "<md:KeyDescriptor",
         "<md:Extensions><ui:DisplayName xmlns:ui='urn:u'>Jane</ui:DisplayName></md:Extensions>"
         "<md:KeyDescriptor",
         element},
        {"a key's name", "<ds:X509Data>", "<ds:KeyName>jane@x</ds:KeyName><ds:X509Data>", element},
        {"a name beside a certificate", "<ds:X509Certificate>",
         "<ds:X509SubjectName>CN=Jane</ds:X509SubjectName><ds:X509Certificate>", element},
        {"an element of the signature's in the other namespace", part, "<md:X509Data/>" + part,
         element},
        {"an attribute", "<md:KeyDescriptor ", "<md:KeyDescriptor owner='Jane' ", attribute},
        {"an attribute of another namespace", "<md:KeyDescriptor ",
         "<md:KeyDescriptor xmlns:x='urn:x' x:use='Jane' ", attribute},
        {"a comment", "<md:KeyDescriptor ", "<!-- Jane --><md:KeyDescriptor ", "a comment"},
        {"a comment inside of a certificate", "</ds:X509Certificate>",
         "<!-- Jane --></ds:X509Certificate>", "a comment"},
        {"an instruction", "<md:KeyDescriptor ", "<?jane doe?><md:KeyDescriptor ",
         "a processing instruction"},
        {"a text", "<md:KeyDescriptor ", "Jane<md:KeyDescriptor ", text},
        {"a text of CDATA", "<md:KeyDescriptor ", "<![CDATA[Jane]]><md:KeyDescriptor ",
         "what is neither element nor text"},
        {"a format of names", part,
         "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"
         "</md:NameIDFormat>" +
             part,
         ""},
        {"a format in lines of its own", part, format("\n  urn:oasis:x\n"), ""},
        {"a format that is a sentence", part, format("ask Jane Doe"), other_text},
        {"a format that is an address", part, format("jane@acme.example"), other_text},
        {"a format that is no ASCII", part, format("urn:J\xc3\xbcrgen"), other_text},
        {"a key's numbers", "<ds:X509Data>", key_value("\n AAAA\n BBBB+/==\n"), ""},
        {"a sentence for a number", "<ds:X509Data>", key_value("Jane's key."), other_text},
        {"a number in a CDATA", "<ds:X509Data>", key_value("<![CDATA[AAAA]]>"),
         "what is neither element nor text"},
        {"a flag", "<md:IDPSSODescriptor ", "<md:IDPSSODescriptor WantAuthnRequestsSigned='true' ",
         ""},
        {"a flag that is none", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor WantAuthnRequestsSigned='Jane' ", other_attribute},
        {"a time", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor validUntil='2030-01-01T00:00:00.000Z' cacheDuration='PT1H' ", ""},
        {"a time that is none", "<md:IDPSSODescriptor ", "<md:IDPSSODescriptor validUntil='Jane' ",
         other_attribute},
        {"a duration that is none", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor cacheDuration='P1D, Jane' ", other_attribute},
        {"a number that is none", "<md:SingleSignOnService ",
         "<md:SingleSignOnService index='Jane' ", other_attribute},
        {"a number", "<md:SingleSignOnService ", "<md:SingleSignOnService index='1' isDefault='1' ",
         ""},
        {"a place that is a sentence", part,
         "<md:SingleLogoutService Binding='urn:x' Location='ask Jane'/>" + part, other_attribute},
        {"a place with somebody before the host", part,
         "<md:SingleLogoutService Binding='urn:x' Location='https://jane@x/'/>" + part,
         other_attribute},
        {"an id that is a sentence", "<md:IDPSSODescriptor ", "<md:IDPSSODescriptor ID='Jane Doe' ",
         other_attribute},
        {"a namespace that nobody uses", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor xmlns:ns2='urn:jane:doe' ", space},
        {"a known one under another name", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor xmlns:jane='http://www.w3.org/2000/09/xmldsig#' ", space},
        {"a known one", "<md:IDPSSODescriptor ",
         "<md:IDPSSODescriptor xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance' ", ""},
        {"lines and blanks", part, "\n  " + part, ""},
        {"a signature", "<md:IDPSSODescriptor",
         "<ds:Signature><ds:SignedInfo><ds:Reference URI=''><ds:DigestValue>AA==</ds:DigestValue>"
         "</ds:Reference></ds:SignedInfo><ds:SignatureValue>AA==</ds:SignatureValue></ds:Signature>"
         "<md:IDPSSODescriptor",
         ""},
    };
    const std::string good = idp_metadata();
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = read_saml_metadata(replaced(good, r.what, r.by));
            BOOST_REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
            BOOST_TEST(read->beside == r.beside);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_certificate_is_told_by_its_digest_and_its_end) {
    const support::made_certificate one;
    const auto read = read_saml_metadata(idp_metadata(3600));
    BOOST_REQUIRE(read.has_value());
    const auto until = read->provider.certificates.front().not_after;
    BOOST_TEST(std::abs(until.unix_ms - (base::now().unix_ms + 3'600'000)) < 60'000);
}

BOOST_AUTO_TEST_CASE(an_end_that_cannot_be_read_is_not_known) {
    const auto known = read_saml_metadata(idp_metadata());
    BOOST_REQUIRE(known.has_value());
    BOOST_TEST(known->provider.certificates.front().end_is_known());
    const auto unknown =
        read_saml_metadata(idp_entity(idp_parts(support::certificate_without_end())));
    BOOST_REQUIRE(unknown.has_value());
    BOOST_TEST(!unknown->provider.certificates.front().end_is_known());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
