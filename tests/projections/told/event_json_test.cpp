// Events as JSON: each kind of fact with its own members, and nothing of an erased person.
#include "projections/told/event_json.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::told {
namespace {

using namespace eventlog;

/// A reader without rows: no name is known.
class no_rows final : public row_reader {
  public:
    bool get(table, std::string_view, std::string&) const override { return false; }
};

user_content jane() {
    return {"jane", "jane", "x-1", {}, "Jane Doe", R"({"userName":"jane"})"};
}

user_facts facts() {
    return {1, user_origin::provisioned, true, true, {"active", "userName"}};
}

base::uuid id_of(std::uint8_t n) {
    base::uuid id;
    id.bytes.fill(n);
    return id;
}

/// Given by an operator for an admin.
open_request waiting() {
    open_request r;
    r.opened = 5;
    r.since = {1'700'000'000'000};
    r.wanted_role = "clerk";
    r.assigner = party{{actor_kind::local_operator, {}}, id_of(2)};
    r.reminders = 3;
    return r;
}

user_facts waits() {
    user_facts f = facts();
    f.approval.request = waiting();
    f.approval.request->wanted_role.clear();
    f.approval.request->assigner.reset();
    return f;
}

struct row {
    const char* name;
    event_body body;
    bool erased;
    event_detail detail;
    std::vector<const char*> there;
    std::vector<const char*> absent;
};

const row rows[] = {
    {"a tenant",
     tenant_created{"acme", {"Acme", "generic", "default", 5, true}},
     false,
     event_detail::line,
     {R"("type":"tenant_created")", R"("seat_limit":5)", R"("scim":true)"},
     {}},
    {"a tenant without a limit",
     tenant_changed{{"Acme", "generic", "default", {}, false}, {"scim_enabled"}},
     false,
     event_detail::line,
     {R"("seat_limit":null)", R"("scim":false)", R"("changed":["scim"])"},
     {"scim_enabled"}},
    {"a tenant in all its settings",
     tenant_changed{{"Acme", "generic", "default", 5, true},
                    {"name", "plan", "profile", "scim_enabled", "seat_limit"}},
     false,
     event_detail::line,
     {R"("changed":["name","plan","profile","scim","seat_limit"])"},
     {"scim_enabled"}},
    {"a key",
     key_created{{}, "okta", {}},
     false,
     event_detail::line,
     {R"("label":"okta")", R"("expires_at":null)"},
     {"secret"}},
    {"a key of an admin",
     key_created{{}, "okta", {}, id_of(2)},
     false,
     event_detail::line,
     {R"("owner":"02020202-)"},
     {"owner_name", "because"}},
    {"a key that was revoked", key_revoked{}, false, event_detail::line, {}, {"because"}},
    {"a key that ended with its owner",
     key_revoked{rights_end::owner_demoted},
     false,
     event_detail::line,
     {R"("because":"owner_demoted")"},
     {}},
    {"an admin who went with his user",
     admin_disabled{rights_end::user_deleted},
     false,
     event_detail::line,
     {R"("because":"user_deleted")"},
     {}},
    {"an admin who is a user",
     admin_linked{id_of(2)},
     false,
     event_detail::line,
     {R"("user":"02020202-)"},
     {"user_name"}},
    {"single sign-on on a line",
     sso_set{{"urn:idp", "https://idp.example", {{{}, {1'700'000'000'000}}}, {}}, "<a/>"},
     false,
     event_detail::line,
     {R"("entity_id":"urn:idp","sign_on_url":"https://idp.example")",
      R"("not_after":"2023-11-14T)"},
     {"metadata"}},
    {"single sign-on as a whole",
     sso_set{{"urn:idp", "https://idp.example", {}, {}}, "<a/>"},
     false,
     event_detail::whole,
     {R"("metadata":"<a/>")"},
     {}},
    {"a user on a line",
     user_created{facts(), jane()},
     false,
     event_detail::line,
     {R"("userName":"jane")", R"("changed":["active","userName"])"},
     {"Jane Doe", "attributes"}},
    {"a user as a whole",
     user_changed{facts(), jane()},
     false,
     event_detail::whole,
     {R"("display":"Jane Doe")", R"("externalId":"x-1")", R"("attributes":{"userName":"jane"})",
      R"("hash":)"},
     {}},
    {"an erased user",
     user_deactivated{facts(), {}},
     true,
     event_detail::whole,
     {R"("erased":true)", R"("active":true)"},
     {"userName\":\"", "attributes"}},
    {"a sealed user",
     user_reactivated{facts(), {}},
     false,
     event_detail::line,
     {R"("active":true)"},
     {"erased", "userName\":\""}},
    {"a restored user",
     user_restored{facts(), jane(), true},
     false,
     event_detail::line,
     {R"("reset":true)"},
     {}},
    {"a password, of which nothing is shown",
     password_set{{"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"}},
     false,
     event_detail::whole,
     {R"("type":"password_set")"},
     {"argon2id", "c2FsdA", "aGFzaA", "content", "password\":"}},
    {"a password that was removed",
     password_removed{},
     false,
     event_detail::whole,
     {R"("type":"password_removed")"},
     {"password\":"}},
    {"a user without approvals",
     user_changed{facts(), jane()},
     false,
     event_detail::whole,
     {},
     {"role", "request\":"}},
    {"a user who waits for a role",
     user_created{waits(), jane()},
     false,
     event_detail::line,
     {R"("role":null)", R"("request":{"kind":"invite","needs":"role","wanted_role":null)",
      R"("assigned_by":null,"opened":5)", R"("expires_at":null,"reminders":3})"},
     {}},
    {"a role that waits",
     role_assigned{{"", waiting()}, {}, true, id_of(2)},
     false,
     event_detail::line,
     {R"("needs":"approval","wanted_role":"clerk")",
      R"("assigned_by":{"kind":"local_operator","name":"the operator","as":"02020202-)",
      R"("holds_seat":true)", R"("suspended":null)", R"("as":"02020202-)"},
     {"break_glass"}},
    {"an approval that broke glass",
     approval_granted{{"clerk", {}}, {}, true, id_of(3), "fire"},
     false,
     event_detail::line,
     {R"("role":"clerk","request":null)", R"("as":"03030303-)", R"("break_glass":"fire")"},
     {}},
    {"a rejection",
     approval_rejected{{}, {4, {1'700'000'000'000}}, false, {}},
     false,
     event_detail::line,
     {R"("reasons":["rejected"])", R"("role":null,"request":null)", R"("holds_seat":false)"},
     {R"("as")", "break_glass"}},
    {"an erasure",
     user_erased{},
     false,
     event_detail::line,
     {R"("type":"user_erased")"},
     {"userName"}},
};

} // namespace

BOOST_AUTO_TEST_SUITE(event_json_test)

BOOST_AUTO_TEST_CASE(each_fact_has_its_members) {
    const no_rows nothing;
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            read_event e;
            e.at = {position::embedded, 42};
            e.seq = {7};
            e.what.tenant = {3};
            e.what.by = {actor_kind::local_operator, {}};
            e.what.request_id = "r-1";
            e.what.body = r.body;
            e.content_erased = r.erased;
            names known(nothing);
            std::string json;
            append_event(json, e, known, r.detail);
            BOOST_TEST_INFO(json);
            BOOST_TEST(json.starts_with(R"({"position":"@42","tenant":"#3","seq":7,)"));
            BOOST_TEST(json.find(R"("actor":{"kind":"local_operator","name":"the operator"})") !=
                       std::string::npos);
            for (const char* part : r.there)
                BOOST_TEST(json.find(part) != std::string::npos, part);
            for (const char* part : r.absent)
                BOOST_TEST(json.find(part) == std::string::npos, part);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_request_id_that_a_caller_chose_is_for_who_is_told_in_full) {
    struct id_row {
        const char* id;
        bool in_minimal;
    };

    constexpr id_row ids[] = {
        {"01a2071d-f16b-7393-be4b-58930654c204", true},
        {"jane.doe", false},
        {"", false},
        {"01a2071d-f16b-7393-be4b-58930654c204-jane", false},
        {"01a2071d-f16b-7393-be4b", false},
        {"jane-071d-f16b-7393-be4b-58930654c204", false},
        {"01a2071df16b7393be4b58930654c204", false},
    };
    const no_rows nothing;
    for (const id_row& r : ids) {
        for (const event_detail detail :
             {event_detail::line, event_detail::whole, event_detail::full, event_detail::minimal}) {
            BOOST_TEST_CONTEXT(r.id << " in detail " << static_cast<int>(detail)) {
                read_event e;
                e.what.tenant = {3};
                e.what.request_id = r.id;
                e.what.body = user_erased{};
                names known(nothing);
                std::string json;
                append_event(json, e, known, detail);
                const bool there = json.find(R"("request_id":")") != std::string::npos;
                BOOST_TEST(there == (detail != event_detail::minimal || r.in_minimal), json);
                if (!there && *r.id != 0) BOOST_TEST(json.find(r.id) == std::string::npos, json);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
