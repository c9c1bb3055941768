// Events in words.
#include "cli/words.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::cli {
namespace {

struct row {
    const char* name;
    const char* event;
    const char* words;
};

const row rows[] = {
    {"a deactivation by a key",
     R"({"position":"@42","time":"2026-11-22T10:03:12.000Z","tenant":"acme","type":"user_deactivated",
         "actor":{"kind":"key","id":"1","name":"okta-prod"},"subject":"7","userName":"jane@acme.example",
         "active":false,"changed":["active"]})",
     "@42 10:03:12 acme user_deactivated jane@acme.example by key okta-prod: active"},
    {"another day shows its date",
     R"({"position":"@1","time":"2026-11-21T23:59:59.999Z","tenant":"acme","type":"tenant_created",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"acme","name":"Acme Inc."})",
     "@1 2026-11-21 23:59:59 acme tenant_created Acme Inc. by the operator"},
    {"an erased person",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"user_created",
         "actor":{"kind":"key","name":"k"},"subject":"7","erased":true,"active":true})",
     "@3 00:00:00 acme user_created (erased) by key k"},
    {"an inactive user is created",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"user_created",
         "actor":{"kind":"key","name":"k"},"subject":"7","userName":"jo","active":false,
         "changed":["active","userName"]})",
     "@3 00:00:00 acme user_created jo by key k: inactive"},
    {"a restore with a reset",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"user_restored",
         "actor":{"kind":"key","name":"k"},"subject":"7","userName":"jo","active":true,"reset":true})",
     "@3 00:00:00 acme user_restored jo by key k: with a reset"},
    {"a password",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"password_set",
         "actor":{"kind":"key","name":"k"},"subject":"7","userName":"jo"})",
     "@3 00:00:00 acme password_set jo by key k"},
    {"a key with a label and an end",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_created",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"9","label":"okta",
         "expires_at":"2027-01-01T00:00:00.000Z"})",
     "@3 00:00:00 acme key_created okta by the operator: expires 2027-01-01T00:00:00.000Z"},
    {"a key without a label",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_created",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"9","label":"",
         "expires_at":null})",
     "@3 00:00:00 acme key_created 9 by the operator"},
    {"a key of an admin",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_created",
         "actor":{"kind":"admin","name":"ada"},"subject":"9","label":"okta","owner_name":"ada",
         "expires_at":"2027-01-01T00:00:00.000Z"})",
     "@3 00:00:00 acme key_created okta by admin ada: expires 2027-01-01T00:00:00.000Z, of ada"},
    {"a key that ended with its owner",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_revoked",
         "actor":{"kind":"key","name":"okta"},"subject":"9","because":"user_deactivated"})",
     "@3 00:00:00 acme key_revoked 9 by key okta: user_deactivated"},
    {"a key with a label that ended",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_revoked",
         "actor":{"kind":"admin","name":"ada"},"subject":"9","label":"okta"})",
     "@3 00:00:00 acme key_revoked okta (9) by admin ada"},
    {"a key with a label that is to end",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_expiry_changed",
         "actor":{"kind":"admin","name":"ada"},"subject":"9","label":"okta",
         "expires_at":"2027-01-01T00:00:00.000Z"})",
     "@3 00:00:00 acme key_expiry_changed okta (9) by admin ada: expires 2027-01-01T00:00:00.000Z"},
    {"an admin who is a user",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"admin_linked",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"9","name":"ada",
         "user":"7","user_name":"ada@acme.example"})",
     "@3 00:00:00 acme admin_linked ada by the operator: ada@acme.example"},
    {"single sign-on",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"sso_set",
         "actor":{"kind":"admin","name":"ada"},"subject":"acme","entity_id":"urn:idp"})",
     "@3 00:00:00 acme sso_set acme by admin ada: urn:idp"},
    {"a key that is no longer to end",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"key_expiry_changed",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"9","expires_at":null})",
     "@3 00:00:00 acme key_expiry_changed 9 by the operator: never expires"},
    {"a mapping",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"mapping_set",
         "actor":{"kind":"admin","name":"ada"},"subject":"acme","rules":[{},{}]})",
     "@3 00:00:00 acme mapping_set acme by admin ada: 2 rules"},
    {"a deleted tenant, whose event has no name",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"tenant_deleted",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"acme"})",
     "@3 00:00:00 acme tenant_deleted acme by the operator"},
    {"a name that would steer the terminal",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"tenant_created",
         "actor":{"kind":"local_operator","name":"the operator"},"subject":"acme","name":"a\u001b[2Jb\nc"})",
     "@3 00:00:00 acme tenant_created a?[2Jb?c by the operator"},
    {"an event of a type that is not known here",
     R"({"position":"@3","time":"2026-11-22T00:00:00.000Z","tenant":"acme","type":"moon_landed",
         "actor":{"kind":"consumer","name":"c"},"subject":"9"})",
     "@3 00:00:00 acme moon_landed 9 by consumer c"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(words_test)

BOOST_AUTO_TEST_CASE(events_are_told_in_words) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const json_view event(r.event);
            BOOST_REQUIRE(event.valid());
            BOOST_TEST(words_of(event.root(), "2026-11-22", false) == r.words);
        }
    }
}

BOOST_AUTO_TEST_CASE(refusals_are_told_in_words) {
    const row refusals[] = {
        {"once, in its turn",
         R"({"last":"2026-11-22T08:45:34.000Z","count":1,"action":"create user","status":null,
             "code":"seat_limit","reason":"No seat."})",
         "2026-11-22T08:45:34.000Z  once  create user: No seat."},
        {"often, before its turn",
         R"({"last":"2026-11-22T08:45:34.000Z","count":3,"action":"change user","status":400,
             "code":null,"reason":"emails: ..."})",
         "2026-11-22T08:45:34.000Z  3 times  change user: emails: ..."},
        {"a fault that stopped nothing",
         R"({"last":"2026-11-22T08:45:34.000Z","count":2,"action":"deactivate user","status":null,
             "code":null,"reason":"emails: ..."})",
         "2026-11-22T08:45:34.000Z  2 times  deactivate user, done all the same: emails: ..."},
    };
    for (const row& r : refusals) {
        BOOST_TEST_CONTEXT(r.name) {
            BOOST_TEST(words_of_refusal(json_view(r.event).root()) == r.words);
        }
    }
}

BOOST_AUTO_TEST_CASE(requests_are_told_in_words) {
    const row requests[] = {
        {"nobody gave a role",
         R"({"kind":"invite","needs":"role","wanted_role":null,"assigned_by":null,
             "since":"2026-11-22T08:45:34.000Z","expires_at":null})",
         "invite, needs role, since 2026-11-22T08:45:34.000Z"},
        {"an admin gave one",
         R"({"kind":"role","needs":"approval","wanted_role":"boss",
             "assigned_by":{"kind":"admin","name":"ada"},
             "since":"2026-11-22T08:45:34.000Z","expires_at":"2026-12-06T08:45:34.000Z"})",
         "role, needs approval of boss, given by ada, since 2026-11-22T08:45:34.000Z, until "
         "2026-12-06T08:45:34.000Z"},
        {"an operator for an admin",
         R"({"kind":"invite","needs":"approval","wanted_role":"boss",
             "assigned_by":{"kind":"operator","name":"olga","as":"01","as_name":"ada"},
             "since":"2026-11-22T08:45:34.000Z","expires_at":null})",
         "invite, needs approval of boss, given by ada by olga, since 2026-11-22T08:45:34.000Z"},
    };
    for (const row& r : requests)
        BOOST_TEST(words_of_request(json_view(r.event).root()) == r.words, r.name);
}

BOOST_AUTO_TEST_CASE(colours_come_only_when_they_are_wanted) {
    const json_view event(rows[0].event);
    BOOST_TEST(words_of(event.root(), "2026-11-22", false).find('\x1b') == std::string::npos);
    BOOST_TEST(words_of(event.root(), "2026-11-22", true).find('\x1b') != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
