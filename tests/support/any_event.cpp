#include "tests/support/any_event.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

namespace rollcall::support {

using namespace eventlog;

namespace {

bool tame = false; ///< tests have one thread that makes values

/// What JSON escapes, and characters of one to four bytes.
rc::Gen<std::string> tame_text(int most) {
    const auto one = rc::gen::element<std::string>("a", "Z", "7", "\"", "\\", "/", "\n", "\x01",
                                                   "\xc3\xa9", "\xe6\xbc\xa2", "\xf0\x9f\x99\x82");
    return rc::gen::map(rc::gen::mapcat(rc::gen::inRange(0, most / 4 + 1),
                                        [one](int size) {
                                            return rc::gen::container<std::vector<std::string>>(
                                                static_cast<std::size_t>(size), one);
                                        }),
                        [](const std::vector<std::string>& pieces) {
                            std::string text;
                            for (const std::string& piece : pieces)
                                text += piece;
                            return text;
                        });
}

std::int64_t some_ms() {
    // Up to the end of the year 9999.
    if (tame) return *rc::gen::inRange<std::int64_t>(0, 253'402'300'800'000);
    return *rc::gen::arbitrary<std::int64_t>();
}

} // namespace

tame_values::tame_values() {
    tame = true;
}

tame_values::~tame_values() {
    tame = false;
}

rc::Gen<std::string> any_text(int most) {
    if (tame) return tame_text(most);
    return rc::gen::mapcat(rc::gen::inRange(0, most + 1), [](int size) {
        return rc::gen::container<std::string>(static_cast<std::size_t>(size),
                                               rc::gen::arbitrary<char>());
    });
}

namespace {

rc::Gen<std::vector<std::string>> any_names() {
    return rc::gen::mapcat(rc::gen::inRange(0, 4), [](int count) {
        return rc::gen::container<std::vector<std::string>>(static_cast<std::size_t>(count),
                                                            any_text(12));
    });
}

template <class T>
std::optional<T> maybe(const rc::Gen<T>& gen) {
    if (*rc::gen::arbitrary<bool>()) return *gen;
    return std::nullopt;
}

plan_terms some_terms() {
    plan_terms terms;
    terms.seats = maybe(rc::gen::arbitrary<std::uint64_t>());
    terms.scim_included = *rc::gen::arbitrary<bool>();
    terms.seat_states = *rc::gen::arbitrary<std::uint8_t>();
    terms.on_downgrade = *rc::gen::element(downgrade_policy::block_new, downgrade_policy::grace,
                                           downgrade_policy::suspend_newest);
    terms.grace_days = *rc::gen::arbitrary<std::uint32_t>();
    terms.version = *rc::gen::arbitrary<std::uint64_t>();
    return terms;
}

/// One that is, or one that is not.
suspension some_suspension(int least) {
    suspension s;
    s.reasons = *rc::gen::inRange<std::uint8_t>(static_cast<std::uint8_t>(least), 16);
    if (s.any()) s.since = base::moment{some_ms()};
    return s;
}

tenant_settings some_settings() {
    tenant_settings settings{*any_text(), *any_text(), *any_text(),
                             maybe(rc::gen::arbitrary<std::uint64_t>()),
                             *rc::gen::arbitrary<bool>()};
    if (*rc::gen::arbitrary<bool>()) settings.terms = some_terms();
    if (*rc::gen::arbitrary<bool>()) {
        settings.grace_until = base::moment{some_ms()};
    }
    return settings;
}

std::optional<base::moment> some_moment() {
    if (!*rc::gen::arbitrary<bool>()) return std::nullopt;
    return base::moment{some_ms()};
}

template <std::size_t N>
std::array<std::uint8_t, N> some_bytes() {
    return *rc::gen::arbitrary<std::array<std::uint8_t, N>>();
}

std::string some_role() {
    return *rc::gen::element<std::string>("admin", "a.b-c_D", std::string(64, 'r'));
}

base::uuid some_id() {
    base::uuid id{some_bytes<16>()};
    id.bytes[0] |= 1; // none that is nil, which stands for nobody
    return id;
}

open_request some_request() {
    open_request r;
    r.opened = *rc::gen::arbitrary<std::uint64_t>();
    r.kind =
        *rc::gen::element(request_kind::invite, request_kind::reactivation, request_kind::role);
    r.since = {some_ms()};
    if (r.kind == request_kind::role || *rc::gen::arbitrary<bool>()) {
        r.wanted_role = some_role();
        if (*rc::gen::arbitrary<bool>()) {
            r.assigner = party{{static_cast<actor_kind>(*rc::gen::inRange(0, 6)), some_id()}, {}};
            if (*rc::gen::arbitrary<bool>()) r.assigner->acting_for = some_id();
        }
    }
    r.expires_at = some_moment();
    r.due = some_moment();
    r.remind_days = *rc::gen::arbitrary<std::uint32_t>();
    r.reminders = *rc::gen::arbitrary<std::uint32_t>();
    return r;
}

standing some_standing() {
    standing s;
    if (*rc::gen::arbitrary<bool>()) s.role = some_role();
    if (*rc::gen::arbitrary<bool>()) s.request = some_request();
    return s;
}

user_facts some_facts() {
    return {*rc::gen::arbitrary<std::uint64_t>(),
            *rc::gen::element(user_origin::provisioned, user_origin::native),
            *rc::gen::arbitrary<bool>(),
            *rc::gen::arbitrary<bool>(),
            *any_names(),
            some_suspension(0),
            some_standing()};
}

team_facts some_team_facts() {
    return {*rc::gen::arbitrary<std::uint64_t>(), *any_names()};
}

admin_role some_admin_role() {
    return *rc::gen::element(admin_role::primary_admin, admin_role::admin, admin_role::viewer,
                             admin_role::operator_, admin_role::support);
}

std::optional<subject_id> some_owner() {
    if (*rc::gen::arbitrary<bool>()) return std::nullopt;
    return some_id();
}

rights_end some_end() {
    return static_cast<rights_end>(*rc::gen::inRange(0, 6));
}

sso_provider some_provider() {
    sso_provider p;
    p.entity_id = "urn:" + *any_text();
    p.sign_on_url = *any_text();
    p.certificates.resize(*rc::gen::inRange<std::size_t>(0, 4));
    for (sso_certificate& one : p.certificates)
        one = {some_bytes<32>(), {some_ms()}};
    p.document_sha256 = some_bytes<32>();
    return p;
}

std::vector<subject_id> some_ids() {
    std::vector<subject_id> ids(*rc::gen::inRange<std::size_t>(0, 5));
    for (subject_id& id : ids)
        id.bytes = some_bytes<16>();
    std::sort(ids.begin(), ids.end());
    return ids;
}

} // namespace

rc::Gen<user_content> any_content() {
    return rc::gen::exec([] {
        user_content c;
        c.user_name = *any_text();
        c.user_name_key = *any_text();
        c.external_id = maybe(any_text());
        c.email_keys = *any_names();
        c.display = *any_text();
        c.document = *any_text(300);
        return c;
    });
}

rc::Gen<team_content> any_team_content() {
    return rc::gen::exec([] {
        team_content c;
        c.name = *any_text();
        c.name_key = *any_text();
        c.external_id = maybe(any_text());
        c.document = *any_text(300);
        return c;
    });
}

rc::Gen<event_body> any_body() {
    return rc::gen::exec([]() -> event_body {
        switch (*rc::gen::inRange(0, 37)) {
        case 0: return tenant_created{*any_text(), some_settings()};
        case 1: return tenant_changed{some_settings(), *any_names()};
        case 2: return tenant_deleted{};
        case 3: return key_created{some_bytes<32>(), *any_text(), some_moment(), some_owner()};
        case 4: return key_expiry_changed{some_moment()};
        case 5: return key_revoked{some_end()};
        case 6: return user_created{some_facts(), {}};
        case 7: return user_changed{some_facts(), {}};
        case 8: return user_deactivated{some_facts(), {}};
        case 9: return user_reactivated{some_facts(), {}};
        case 10: return user_restored{some_facts(), {}, *rc::gen::arbitrary<bool>()};
        case 11: return user_deleted{};
        case 12: return user_erased{};
        case 13: return team_created{some_team_facts(), {}};
        case 14: return team_changed{some_team_facts(), {}};
        case 15: return team_deleted{};
        case 16: return admin_created{some_admin_role(), some_bytes<32>(), some_moment(), {}};
        case 17: return admin_changed{some_admin_role()};
        case 18: return admin_disabled{some_end()};
        case 19: return admin_token_created{some_bytes<32>(), some_moment()};
        case 20: return user_suspended{some_suspension(1), *rc::gen::arbitrary<bool>()};
        case 21: return user_resumed{some_suspension(0), *rc::gen::arbitrary<bool>()};
        case 23:
            return role_assigned{some_standing(), some_suspension(0), *rc::gen::arbitrary<bool>(),
                                 some_id()};
        case 24:
            return approval_granted{some_standing(), some_suspension(0),
                                    *rc::gen::arbitrary<bool>(), some_id(), "x" + *any_text()};
        case 25:
            return approval_rejected{
                some_standing(), some_suspension(0), *rc::gen::arbitrary<bool>(), {}};
        case 26:
            return approval_expired{some_standing(), some_suspension(0),
                                    *rc::gen::arbitrary<bool>()};
        case 27:
            return approval_reminded{some_standing(), some_suspension(0),
                                     *rc::gen::arbitrary<bool>()};
        case 28: return admin_linked{some_id()};
        case 29: return admin_unlinked{};
        case 30: return sso_set{some_provider(), *any_text(300)};
        case 31: return sso_cleared{};
        case 34: return mapping_set{"[" + *any_text() + "]"};
        case 35: return mapping_cleared{};
        case 22: return plan_defined{"p" + *any_text(), some_terms()};
        case 32: return password_set{};
        case 33: return password_removed{};
        default: return members_changed{some_ids(), some_ids()};
        }
    });
}

rc::Gen<event> any_event() {
    return rc::gen::exec([] {
        event e;
        e.tenant = {*rc::gen::arbitrary<std::uint32_t>()};
        e.subject = {some_bytes<16>()};
        e.by = {static_cast<actor_kind>(*rc::gen::inRange(0, 6)), {some_bytes<16>()}};
        e.time = {some_ms()};
        e.request_id = *any_text(64);
        if (*rc::gen::arbitrary<bool>()) {
            e.cause =
                position{*rc::gen::arbitrary<std::uint16_t>(), *rc::gen::positive<std::uint64_t>()};
        }
        e.idempotency = some_bytes<16>();
        e.body = *any_body();
        return e;
    });
}

} // namespace rollcall::support
