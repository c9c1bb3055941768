#include "gateway/scim/match.hpp"
#include "tests/gateway/scim/sample.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::scim {
namespace {

bool hits(const resource& who, std::string_view text, const computed& facts = sample::facts()) {
    const auto what = parse_filter(who.type(), sample::expand(text));
    BOOST_REQUIRE_MESSAGE(what, text << ": " << (what ? "" : what.error().detail));
    return matches(*what, who, facts);
}

const resource& ann() {
    static const resource one =
        sample::user(R"("userName":"Ann@Example.com","externalId":"Ext-1","name":{)"
                     R"("familyName":"O'Malley","middleName":""},
           "title":"Tour Guide","displayName":"J\u00f6rg","active":true,
           "emails":[{"value":"ann@Example.com","type":"work","primary":true},)"
                     R"({"value":"ann@home.org","type":"home"}],
           "photos":[{"value":"https://x/P.png"}],
           "x509Certificates":[{"value":"TWFu"}],
           "@ENT":{"department":"Tours","manager":{"value":"M-9",)"
                     R"("displayName":"Bob"}})");
    return one;
}

BOOST_AUTO_TEST_SUITE(match_test)

BOOST_AUTO_TEST_CASE(users_match) {
    struct {
        const char* text;
        bool hit;
    } const rows[]{
        // case rules
        {R"(userName eq "ANN@EXAMPLE.COM")", true},
        {R"(userName eq "ann@example.co")", false},
        {"userName eq \"\uff21nn@example.com\"", true},
        {R"(userName eq "\u221e")", false},
        {R"(userName ne "\u221e")", true},
        {R"(userName ne "ann@example.com")", false},
        {R"(userName sw "ANN")", true},
        {R"(userName ew ".COM")", true},
        {R"(userName co "@EX")", true},
        {R"(userName co "bob")", false},
        {R"(externalId eq "Ext-1")", true},
        {R"(externalId eq "ext-1")", false},
        {"externalId eq Ext-1", true},
        {R"(title eq "TOUR guide")", true},
        {"displayName eq \"J\u00d6RG\"", true},
        {"displayName eq \"jo\u0308rg\"", true},
        {R"(photos.value eq "https://x/P.png")", true},
        {R"(photos.value eq "https://x/p.png")", false},
        {R"(photos eq "https://x/P.png")", true},
        {R"(x509Certificates eq "TWFu")", true},
        {R"(x509Certificates eq "twfu")", false},
        // operators
        {R"(title co "guide")", true},
        {R"(title sw "Tour Guide")", true},
        {R"(title ew "Tour Guide")", true},
        {R"(title co "Tour Guides")", false},
        {R"(title gt "tour")", true},
        {R"(title gt "TOUR GUIDE")", false},
        {R"(title ge "TOUR GUIDE")", true},
        {R"(title lt "z")", true},
        {R"(title le "a")", false},
        {R"(title co "%")", false},
        {R"(name.familyName co "O'M")", true},
        // presence
        {"title pr", true},
        {"nickName pr", false},
        {"name.middleName pr", false},
        {"name pr", true},
        {"emails pr", true},
        {"ims pr", false},
        {"emails.display pr", false},
        {"manager pr", true},
        {"@ENT pr", true},
        {"nickName eq null", true},
        {"nickName ne null", false},
        {"title eq null", false},
        {"title ne null", true},
        {R"(nickName eq "x")", false},
        {R"(nickName ne "x")", true},
        {R"(nickName gt "a")", false},
        {R"(nickName co "")", false},
        // several values
        {R"(emails eq "ANN@home.org")", true},
        {R"(email eq "ann@example.com")", true},
        {R"(emails.value co "@home")", true},
        {R"(emails.type eq "other")", false},
        {R"(emails.type ne "other")", true},
        {R"(emails.type ne "work")", false},
        {R"(emails[type eq "work" and value co "@example.com"])", true},
        {R"(emails[type eq "work" and value co "@home"])", false},
        {R"(emails.type eq "work" and emails.value co "@home")", true},
        {R"(emails[type eq "work"].value eq "ann@example.com")", true},
        {R"(emails[type eq "home"].value eq "ann@example.com")", false},
        {R"(emails[not (type eq "work")])", true},
        {R"(emails[not (type eq "work" or type eq "home")])", false},
        {"emails[primary eq true]", true},
        {R"(emails[primary eq "True" and type eq "home"])", false},
        {R"(emails[primary ne true and type eq "home"])", true},
        {R"(ims[type pr])", false},
        {R"(not (ims[type pr]))", true},
        // extensions
        {R"(@ENT:department eq "tours")", true},
        {R"(department eq "tours")", true},
        {R"(manager eq "M-9")", true},
        {R"(manager eq "m-9")", false},
        {R"(manager.displayName eq "bob")", true},
        // computed
        {R"(id eq "42")", true},
        {R"(id eq "43")", false},
        {"id pr", true},
        {R"(meta.resourceType eq "User")", true},
        {R"(meta.resourceType eq "user")", false},
        {R"(meta.created eq "2026-01-31T09:30:00+01:00")", true},
        {R"(meta.lastModified gt "2026-02-01T09:00:00Z")", true},
        {R"(meta.lastModified gt "2026-02-01T09:00:00.500Z")", false},
        {R"(meta.lastModified ge "2026-02-01T09:00:00.500Z")", true},
        {R"(meta.lastModified lt "2027-01-01T00:00:00Z")", true},
        {R"(meta.created ne "2026-01-31T08:30:00Z")", false},
        {R"(meta.version eq "W/\"7\"")", true},
        {R"(meta.location eq "https://rollcall.example/scim/v2/Users/42")", true},
        {R"(schemas eq "@ENT")", true},
        {R"(schemas eq "URN:ietf:params:scim:schemas:core:2.0:User")", true},
        {R"(schemas eq "urn:x")", false},
        {R"(status eq "ACTIVE")", true},
        {R"(urn:rollcall:params:scim:schemas:1.0:User:status eq "suspended")", false},
        {"urn:rollcall:params:scim:schemas:1.0:User:statusReason pr", false},
        {"urn:rollcall:params:scim:schemas:1.0:User:statusSince pr", false},
        {"urn:rollcall:params:scim:schemas:1.0:User:role pr", false},
        {"groups pr", false},
        // logic
        {R"(active eq true and title pr)", true},
        {R"(active eq false or title pr)", true},
        {R"(active eq false or nickName pr)", false},
        {R"(not (active eq false))", true},
        {R"(title pr or nickName pr and nickName eq "x")", true},
        {R"((title pr or nickName pr) and nickName eq "x")", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_TEST(hits(ann(), row.text) == row.hit);
        }
    }
}

BOOST_AUTO_TEST_CASE(derived_groups_match) {
    computed facts = sample::facts();
    facts.groups = R"([{"value":"g1","$ref":"https://x/Groups/g1","display":"Admins",)"
                   R"("type":"direct"},{"value":"g2"}])";
    BOOST_TEST(hits(ann(), R"(groups eq "g2")", facts));
    BOOST_TEST(hits(ann(), R"(groups[value eq "g1" and display eq "ADMINS"])", facts));
    BOOST_TEST(!hits(ann(), R"(groups[value eq "g2" and display eq "Admins"])", facts));
    BOOST_TEST(hits(ann(), R"(groups.type eq "direct")", facts));
    facts.groups = "[]";
    BOOST_TEST(!hits(ann(), "groups pr", facts));
}

BOOST_AUTO_TEST_CASE(members_are_asked_of_the_facts) {
    const auto team =
        resource::from_document(group_type(), R"({"externalId":"e","displayName":"Guides"})");
    BOOST_REQUIRE(team.has_value());

    struct {
        const char* text;
        bool hit;       // u1 and u2 are members
        bool hit_empty; // nobody is
    } const rows[]{
        {R"(members eq "u1")", true, false},
        {R"(members eq "U1")", false, false},
        {R"(members eq "u3")", false, false},
        {R"(members eq "")", false, false},
        {R"(members.value eq "u2")", true, false},
        {R"(members[value eq "u2"])", true, false},
        {R"(members[value eq "u3" or value eq "u2"])", true, false},
        {R"(members[value eq "u3" or value eq "u4"])", false, false},
        {"members pr", true, false},
        {"members.value pr", true, false},
        {"not (members pr)", false, true},
        {R"(not (members eq "u1"))", false, true},
        {R"(members eq "u1" and members eq "u2")", true, false},
        {R"(members eq "u1" and members eq "u3")", false, false},
        {R"(members eq "u3" or displayName eq "GUIDES")", true, true},
        {R"(id eq "42" and members eq "u1")", true, false},
        {R"(id eq "43" and members eq "u1")", false, false},
        {R"(meta.resourceType eq "Group")", true, true},
    };

    computed facts = sample::facts();
    facts.member_count = 2;
    facts.has_member = [](std::string_view id) { return id == "u1" || id == "u2"; };
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            const auto what = parse_filter(group_type(), row.text);
            BOOST_REQUIRE(what.has_value());
            BOOST_TEST(matches(*what, *team, facts) == row.hit);
            BOOST_TEST(matches(*what, *team, sample::facts()) == row.hit_empty);
        }
    }
}

BOOST_AUTO_TEST_CASE(extensions_without_data_are_no_schemas) {
    const resource plain = sample::user(R"("userName":"a")");
    BOOST_TEST(!hits(plain, R"(schemas eq "@ENT")"));
    BOOST_TEST(!hits(plain, "@ENT pr"));
    BOOST_TEST(hits(plain, R"(schemas eq "urn:rollcall:params:scim:schemas:1.0:User")"));
}

BOOST_AUTO_TEST_CASE(a_list_of_empty_texts_is_not_present) {
    for (const char* list : {R"([""])", R"(["","x"])"}) {
        const auto widget = resource::from_document(sample::widget_type(),
                                                    R"({"label":"w","urn:example:Must":{"list":)" +
                                                        std::string(list) + "}}");
        BOOST_REQUIRE(widget.has_value());
        BOOST_TEST(hits(*widget, "urn:example:Must pr") == (std::string_view(list) != R"([""])"));
    }
}

BOOST_AUTO_TEST_CASE(numbers_and_plain_lists_match) {
    const auto widget = resource::from_document(
        sample::widget_type(),
        R"({"label":"w","count":7,"weight":1.5,"made":"2008-01-23T04:56:22+02:00",)"
        R"("tags":["Red","blue"],"urn:example:Must":{"code":"c"}})");
    BOOST_REQUIRE(widget.has_value());

    struct {
        const char* text;
        bool hit;
    } const rows[]{
        {"count eq 7", true},
        {"count eq 7.0", true},
        {"count gt 6.5", true},
        {"count lt 7", false},
        {"count ne 8", true},
        {"weight eq 1.5", true},
        {"weight gt 1", true},
        {"weight le 1", false},
        {R"(tags eq "RED")", true},
        {R"(tags eq "green")", false},
        {R"(tags ne "red")", false},
        {R"(tags[value sw "b"])", true},
        {R"(tags[value sw "b" and value ew "d"])", false},
        {R"(made eq "2008-01-23T02:56:22Z")", true},
        {R"(made gt "2008-01-23T03:00:00Z")", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.text) {
            BOOST_TEST(hits(*widget, row.text) == row.hit);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::scim
