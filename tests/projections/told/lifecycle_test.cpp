// Events as messages: what each degree of privacy lets through, and what is withheld from all.
#include "eventlog/base/encoding.hpp"
#include "projections/told/lifecycle.hpp"
#include "tests/projections/told/told_case.hpp"

#include <set>

namespace rollcall::told {
namespace {

using namespace test;

message told_as(const event& e, const telling& how) {
    const recorded r(e);
    names known(named_rows());
    return lifecycle_message(how, r.record, r.decoded(how.personal), known);
}

event_body body_of(event_type type) {
    for (event_body& body : support::one_of_each())
        if (type_of(body) == type) return std::move(body);
    BOOST_FAIL("there is no such type");
    return {};
}

/// What stands in the bodies of support::one_of_each() and is a person's, a team's or an admin's.
constexpr const char* personal[] = {"Jane",       "jane.doe", "acme.example", "00u1",
                                    "Sales EMEA", "g-7",      "on leave"};

struct row {
    const char* name;
    event_type type;
    privacy how;
    std::vector<const char*> there;
    std::vector<const char*> absent;
};

const row rows[] = {
    {"a user in full",
     event_type::user_created,
     privacy::full,
     {R"("userName":"Jane.Doe@acme.example")", R"("display":"Jane Doe")", R"("externalId":"00u1")",
      R"("attributes":{"userName":"Jane.Doe@acme.example","active":true})", R"("holds_seat":true)"},
     {"sealed"}},
    {"a user in states",
     event_type::user_created,
     privacy::minimal,
     {R"("active":true)", R"("changed":["active","emails","userName"])"},
     {"sealed", "attributes", R"("userName":)", R"("display":)", R"("externalId":)"}},
    {"a user under seal",
     event_type::user_created,
     privacy::sealed,
     {R"("active":true)", R"("sealed_hash":")", R"("sealed":")"},
     {"attributes", R"("userName":)"}},
    {"a team in full",
     event_type::team_created,
     privacy::full,
     {R"("displayName":"Sales EMEA")", R"("externalId":"g-7")", R"("attributes":{)"},
     {}},
    {"a team in states",
     event_type::team_changed,
     privacy::minimal,
     {R"("changed":["displayName","externalId"])"},
     {R"("displayName":)"}},
    {"what has no sealed part",
     event_type::user_deleted,
     privacy::sealed,
     {R"("type":"user_deleted")"},
     {"sealed"}},
    {"members",
     event_type::members_changed,
     privacy::full,
     {R"("added":["61616161-)", R"("removed":["64646464-)"},
     {"displayName", R"("member":)"}},
    {"an approval in full",
     event_type::approval_granted,
     privacy::full,
     {R"("role":"approver")", R"("as":"92929292-)", R"("break_glass":"both admins are on leave")"},
     {"as_name", "userName"}},
    {"an approval in states",
     event_type::approval_granted,
     privacy::minimal,
     {R"("role":"approver")", R"("as":"92929292-)"},
     {"break_glass", "as_name"}},
    {"a role that waits",
     event_type::role_assigned,
     privacy::full,
     {R"("assigned_by":{"kind":"operator","id":"91919191-)", R"("as":"92929292-)"},
     {"as_name", R"("name":)"}},
    {"a tenant",
     event_type::tenant_created,
     privacy::minimal,
     {R"("name":"Acme Inc")", R"("seat_limit":250)"},
     {}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(lifecycle_test)

BOOST_AUTO_TEST_CASE(each_degree_of_privacy_lets_its_part_through) {
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const message m = told_as(support::event_of(body_of(r.type)), how_told(r.how));
            BOOST_TEST_INFO(m.value.value());
            for (const char* part : r.there)
                BOOST_TEST(holds(*m.value, part), part);
            for (const char* part : r.absent)
                BOOST_TEST(!holds(*m.value, part), part);
        }
    }
}

BOOST_AUTO_TEST_CASE(nothing_personal_unless_in_full) {
    for (const event_body& body : support::one_of_each()) {
        BOOST_TEST_CONTEXT(event_type_name(type_of(body))) {
            const message m = told_as(support::event_of(body), how_told(privacy::minimal));
            for (const char* part : personal)
                BOOST_TEST(!holds(*m.value, part), part << " in " << *m.value);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_withheld_keeps_its_place_and_tells_nothing_else) {
    const std::set<event_type> withheld{
        event_type::key_created,         event_type::key_expiry_changed,
        event_type::key_revoked,         event_type::admin_created,
        event_type::admin_changed,       event_type::admin_disabled,
        event_type::admin_token_created, event_type::admin_linked,
        event_type::admin_unlinked,      event_type::sso_set,
        event_type::sso_cleared,         event_type::password_set,
        event_type::password_removed,    event_type::mapping_set,
        event_type::mapping_cleared,
    };
    for (const event_body& body : support::one_of_each()) {
        const event_type type = type_of(body);
        for (const std::uint32_t tenant : {0u, 1u}) {
            BOOST_TEST_CONTEXT(event_type_name(type) << " of tenant " << tenant) {
                const recorded r(support::event_of(body, {tenant}));
                names known(named_rows());
                const message m =
                    lifecycle_message(how_told(), r.record, r.decoded(privacy::full), known);
                const bool expected =
                    tenant == 0 ? type != event_type::plan_defined : withheld.contains(type);
                BOOST_TEST(is_withheld({tenant}, type) == expected);
                const std::string bare =
                    R"({"lineage":"4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c","position":"@42","tenant":")" +
                    std::string(tenant == 0 ? "_system" : "acme") +
                    R"(","seq":7,"type":"withheld","hash":")" + base::hex(r.record.hash) +
                    R"(","prev_hash":")" + base::hex(r.record.prev_hash) + R"("})";
                BOOST_TEST((m.value == bare) == expected, *m.value);
                BOOST_TEST((header_of(m, "ce_type") == "io.rollcall.withheld.v1") == expected);
                BOOST_TEST((header_of(m, "ce_subject").empty() &&
                            header_of(m, "ce_time").empty()) == expected);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_record_that_nobody_can_decode_keeps_its_place_too) {
    const recorded r(support::event_of(user_deleted{}));
    names known(named_rows());
    const message m = withheld_message(how_told(), r.record, known);
    BOOST_TEST(holds(*m.value, R"("seq":7,"type":"withheld")"));
    BOOST_TEST(m.key == "acme");
    BOOST_TEST((m.at == at_42));
    BOOST_TEST(m.seq.value == 7u);
    BOOST_TEST(!m.truncated);
}

BOOST_AUTO_TEST_CASE(the_place_stands_around_it) {
    const recorded r(support::event_of(user_deleted{}));
    names known(named_rows());
    const message m = lifecycle_message(how_told(), r.record, r.decoded(privacy::full), known);
    BOOST_TEST(m.value->starts_with(
        R"({"lineage":"4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c","position":"@42","tenant":"acme",)"
        R"("seq":7,"type":"user_deleted","time":"2023-11-14T22:13:20.123Z",)"
        R"("actor":{"kind":"key","id":"77777777-7777-7777-7777-777777777777"},)"));
    BOOST_TEST(m.value->ends_with(R"("hash":")" + base::hex(r.record.hash) + R"(","prev_hash":")" +
                                  base::hex(r.record.prev_hash) + R"("})"));
    BOOST_TEST(header_of(m, "ce_id") == "acme:7");
    BOOST_TEST(header_of(m, "ce_subject") == support::id_of(0x55).text());
    BOOST_TEST(header_of(m, "ce_time") == "2023-11-14T22:13:20.123Z");
    BOOST_TEST((m.topic == topic_kind::lifecycle));
}

BOOST_AUTO_TEST_CASE(an_erased_person_is_told_as_such_in_full_only) {
    const recorded r(support::event_of(body_of(event_type::user_created)));
    names known(named_rows());
    read_event e = r.decoded(privacy::minimal);
    e.content_erased = true;
    BOOST_TEST(holds(*lifecycle_message(how_told(privacy::full), r.record, e, known).value,
                     R"("erased":true)"));
    BOOST_TEST(
        !holds(*lifecycle_message(how_told(privacy::minimal), r.record, e, known).value, "erased"));
}

BOOST_AUTO_TEST_CASE(what_is_too_large_is_told_by_its_states_then_by_its_place) {
    user_created large = std::get<user_created>(body_of(event_type::user_created));
    large.content.document = R"({"userName":")" + std::string(5000, 'x') + R"("})";
    for (const privacy how : {privacy::full, privacy::sealed}) {
        BOOST_TEST_CONTEXT(privacy_name(how)) {
            telling told = how_told(how);
            const message as_is = told_as(support::event_of(large), told);
            BOOST_TEST(!as_is.truncated);
            told.message_bytes_max = message_bytes(as_is);
            BOOST_TEST((told_as(support::event_of(large), told) == as_is));
            told.message_bytes_max -= 1;
            const message cut = told_as(support::event_of(large), told);
            BOOST_TEST(cut.truncated);
            BOOST_TEST(holds(*cut.value, R"("type":"user_created")"));
            BOOST_TEST(holds(*cut.value, R"("truncated":true})"));
            BOOST_TEST(!holds(*cut.value, "xxx"));
            BOOST_TEST(!holds(*cut.value, "sealed"));
            told.message_bytes_max = 10;
            const message least = told_as(support::event_of(large), told);
            BOOST_TEST(least.truncated);
            BOOST_TEST(holds(*least.value, R"("type":"withheld")"));
            BOOST_TEST(header_of(least, "ce_id") == "acme:7");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
