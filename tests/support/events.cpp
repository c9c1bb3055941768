#include "tests/support/events.hpp"

#include "eventlog/event_codec.hpp"

namespace rollcall::support {

using namespace eventlog;

base::uuid id_of(std::uint8_t fill) {
    return {filled<16>(fill)};
}

user_content content_named(std::string name) {
    user_content c;
    c.user_name = name;
    c.user_name_key = name;
    c.display = "Person " + name;
    c.document = R"({"userName":")" + name + R"("})";
    return c;
}

user_created user_created_named(std::string name) {
    user_created fact;
    fact.facts.ordinal = 1;
    fact.facts.changed = {"userName"};
    fact.content = content_named(std::move(name));
    return fact;
}

event event_of(event_body body, tenant_no tenant, subject_id subject) {
    event e;
    e.tenant = tenant;
    e.subject = subject;
    e.by = {actor_kind::key, id_of(0x77)};
    e.time = {1'700'000'000'123};
    e.request_id = "req-1";
    e.body = std::move(body);
    return e;
}

record_draft draft_of(const event& e, tenant_seq seq, const digest& prev) {
    return draft_record(e, encode_clear(e.body), schema_of(e.body),
                        encode_content(e.body).value_or(std::string()), seq, prev, 0);
}

open_request waiting() {
    open_request request;
    request.opened = 41;
    request.since = {1'700'000'000'000};
    request.wanted_role = "approver";
    request.assigner = party{{actor_kind::operator_, id_of(0x91)}, id_of(0x92)};
    request.expires_at = base::moment{1'700'900'000'000};
    request.due = base::moment{1'700'300'000'000};
    request.remind_days = 3;
    request.reminders = 1;
    return request;
}

sso_provider acme_sso() {
    return {"http://www.okta.com/exk1",
            "https://acme.okta.example/app/sso/saml",
            {{filled<32>(0xc1), {1'900'000'000'000}}, {filled<32>(0xc2), {1'950'000'000'000}}},
            filled<32>(0xd0)};
}

std::vector<event_body> one_of_each() {
    const tenant_settings settings{"Acme Inc", "generic", "default", 250, true};
    const user_facts facts{
        7, user_origin::provisioned, true, true, {"active", "emails", "userName"}};
    user_content content;
    content.user_name = "Jane.Doe@acme.example";
    content.user_name_key = "jane.doe@acme.example";
    content.external_id = "00u1";
    content.email_keys = {"jane.doe@acme.example", "jd@acme.example"};
    content.display = "Jane Doe";
    content.document = R"({"userName":"Jane.Doe@acme.example","active":true})";
    const team_facts team{3, {"displayName", "externalId"}};
    team_content named;
    named.name = "Sales EMEA";
    named.name_key = "sales emea";
    named.external_id = "g-7";
    named.document = R"({"displayName":"Sales EMEA","externalId":"g-7"})";
    user_facts gone = facts;
    gone.active = false;
    gone.holds_seat = false;
    return {
        tenant_created{"acme", settings},
        tenant_changed{settings, {"plan", "seat_limit"}},
        tenant_deleted{},
        key_created{filled<32>(0xab), "okta", base::moment{1'800'000'000'000}},
        key_expiry_changed{base::moment{1'900'000'000'000}},
        key_revoked{},
        user_created{facts, content},
        user_changed{facts, content},
        user_deactivated{gone, content},
        user_reactivated{facts, content},
        user_restored{facts, content, true},
        user_deleted{},
        user_erased{},
        team_created{team, named},
        team_changed{team, named},
        team_deleted{},
        members_changed{{id_of(0x61), id_of(0x62), id_of(0x63)}, {id_of(0x64)}},
        admin_created{admin_role::primary_admin,
                      filled<32>(0xcd),
                      base::moment{1'850'000'000'000},
                      {"Ada@Acme.example", "ada@acme.example"}},
        admin_changed{admin_role::viewer},
        admin_disabled{},
        user_suspended{{3, {1'700'000'000'000}}, false},
        user_resumed{{2, {1'700'000'000'000}}, true},
        role_assigned{{"", waiting()}, {}, true, {}},
        approval_granted{{"approver", {}}, {}, true, id_of(0x92), "both admins are on leave"},
        approval_rejected{{"", {}}, {4, {1'700'000'000'000}}, false, {}},
        approval_expired{{"viewer", {}}, {8, {1'700'000'000'000}}, false},
        approval_reminded{{"", waiting()}, {}, true},
        password_set{{"$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"}},
        password_removed{},
        plan_defined{"team", {25, true, 0b1100, downgrade_policy::grace, 14, 0}},
        admin_linked{id_of(0x95)},
        admin_unlinked{},
        sso_set{acme_sso(), "<EntityDescriptor/>"},
        sso_cleared{},
        mapping_set{R"([{"target":"displayName","template":"{name.givenName}"}])"},
        mapping_cleared{},
        admin_token_created{filled<32>(0xef), base::moment{1'860'000'000'000}},
    };
}

chain_maker::link& chain_maker::of(tenant_no tenant) {
    if (links_.size() <= tenant.value) links_.resize(tenant.value + 1);
    return links_[tenant.value];
}

record_draft chain_maker::next(const event& e) {
    link& last = of(e.tenant);
    record_draft draft = draft_of(e, {last.seq + 1}, last.hash);
    last = {draft.seq.value, draft.hash, last.hash};
    return draft;
}

void chain_maker::forget(tenant_no tenant, const record_draft& last) {
    link& l = of(tenant);
    l = {last.seq.value - 1, l.before, {}};
}

} // namespace rollcall::support
