#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"
#include "tests/support/any_event.hpp"
#include "tests/support/events.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

#include <set>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace {

std::uint16_t number(event_type type) {
    return static_cast<std::uint16_t>(type);
}

std::string field(std::uint64_t id, std::string_view bytes) {
    std::string out;
    base::put_varint(out, id);
    base::put_varint(out, bytes.size());
    out += bytes;
    return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(event_codec_test)

RC_BOOST_PROP(every_body_reads_back, ()) {
    const event_body body = *any_body();
    const auto read = decode_clear(number(type_of(body)), schema_of(body), encode_clear(body));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == body);
}

RC_BOOST_PROP(content_reads_back, ()) {
    const user_content content = *any_content();
    const auto read = decode_content(encode_content(content));
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == content);
}

RC_BOOST_PROP(team_content_reads_back, ()) {
    const team_content content = *any_team_content();
    event_body body = team_created{};
    RC_ASSERT(decode_content(encode_content(content), body).has_value());
    RC_ASSERT(std::get<team_created>(body).content == content);
    RC_ASSERT(*team_content_of(body) == content);
    RC_ASSERT(*encode_content(body) == encode_content(content));
}

RC_BOOST_PROP(password_content_reads_back, ()) {
    const password_content content{"$" + *any_text()};
    event_body body = password_set{};
    RC_ASSERT(decode_content(encode_content(content), body).has_value());
    RC_ASSERT(std::get<password_set>(body).content == content);
    RC_ASSERT(*encode_content(body) == encode_content(content));
    for (const std::string_view damaged : {std::string_view(), std::string_view("\x01\x00", 2)}) {
        event_body fresh = password_set{};
        RC_ASSERT(!decode_content(damaged, fresh).has_value());
    }
}

RC_BOOST_PROP(admin_content_reads_back, ()) {
    const admin_content content{*any_text(), *any_text()};
    event_body body = admin_created{};
    RC_ASSERT(decode_content(encode_content(content), body).has_value());
    RC_ASSERT(std::get<admin_created>(body).content == content);
    RC_ASSERT(*encode_content(body) == encode_content(content));
}

RC_BOOST_PROP(unknown_fields_are_skipped, (std::string extra)) {
    const event_body body = *any_body();
    const auto id = *rc::gen::inRange<std::uint64_t>(100, 1u << 20);
    const std::string later = field(id, extra) + encode_clear(body) + field(id + 1, "");
    const auto read = decode_clear(number(type_of(body)), schema_of(body), later);
    RC_ASSERT(read.has_value());
    RC_ASSERT(*read == body);
}

RC_BOOST_PROP(content_cut_within_a_field_is_refused, ()) {
    user_content content = *any_content();
    content.display = "the last field";
    const std::string whole = encode_content(content);
    const auto missing = *rc::gen::inRange<std::size_t>(1, content.display.size() + 2);
    RC_ASSERT(!decode_content(whole.substr(0, whole.size() - missing)));
}

RC_BOOST_PROP(the_clear_part_never_holds_content, ()) {
    event_body body = *any_body();
    const std::string before = encode_clear(body);
    std::visit(
        [](auto& fact) {
            if constexpr (requires { fact.content.user_name; }) {
                fact.content = content_named("Canary-Jane");
            } else if constexpr (requires { admin_content(fact.content); }) {
                fact.content = {"Canary-Jane", "Canary-Jane"};
            } else if constexpr (requires { fact.content.name; }) {
                fact.content = {"Canary-Jane", "Canary-Jane", "Canary-Jane", "Canary-Jane"};
            }
        },
        body);
    RC_ASSERT(encode_clear(body) == before);
    RC_ASSERT(before.find("Canary-Jane") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(every_type_has_a_name_a_number_and_its_own_place) {
    std::set<std::string> names;
    std::set<std::uint16_t> numbers;
    for (const event_body& body : one_of_each()) {
        const event_type type = type_of(body);
        names.insert(std::string(event_type_name(type)));
        numbers.insert(number(type));
        const bool user = content_of(body) != nullptr;
        const bool team = team_content_of(body) != nullptr;
        const bool admin = admin_content_of(body) != nullptr;
        const bool password = password_content_of(body) != nullptr;
        BOOST_TEST(int{user} + int{team} + int{admin} + int{password} <= 1);
        BOOST_TEST(has_content(type) == (user || team || admin || password));
        BOOST_TEST(encode_content(body).has_value() == has_content(type));
        BOOST_TEST((facts_of(body) != nullptr) == user);
        BOOST_TEST((team_facts_of(body) != nullptr) == team);
    }
    BOOST_TEST(names.size() == std::variant_size_v<event_body>);
    BOOST_TEST(numbers.size() == std::variant_size_v<event_body>);
    BOOST_TEST(names.count("") == 0u);
}

BOOST_AUTO_TEST_CASE(damaged_payloads_are_refused) {
    struct row {
        const char* name;
        event_type type;
        std::string bytes;
    };

    const std::string huge = std::string("\x01", 1) + std::string(9, '\xff') + "\x01";
    const row rows[] = {
        {"number without size", event_type::user_created, "\x01"},
        {"number cut off", event_type::user_created, "\x80"},
        {"size beyond the end", event_type::tenant_created,
         "\x01\x05"
         "abcd"},
        {"size of 2^64-1", event_type::tenant_created, huge},
        {"trailing byte", event_type::user_deleted, "\x01"},
        {"ordinal empty", event_type::user_created, field(1, "")},
        {"ordinal cut off", event_type::user_created, field(1, "\x80")},
        {"ordinal with trailing byte", event_type::user_created, field(1, "\x01\x01")},
        {"ordinal over 64 bits", event_type::user_created,
         field(1, std::string(9, '\xff') + '\x7f')},
        {"origin 0", event_type::user_created, field(2, std::string(1, '\0'))},
        {"origin 3", event_type::user_changed, field(2, "\x03")},
        {"active 2", event_type::user_deactivated, field(3, "\x02")},
        {"holds seat 2", event_type::user_reactivated, field(4, "\x02")},
        {"reset 2", event_type::user_restored, field(6, "\x02")},
        {"scim enabled 2", event_type::tenant_created, field(5, "\x02")},
        {"seat limit empty", event_type::tenant_changed, field(4, "")},
        {"key without hash", event_type::key_created, field(2, "label")},
        {"key hash one short", event_type::key_created, field(1, std::string(31, 'h'))},
        {"key hash one long", event_type::key_created, field(1, std::string(33, 'h'))},
        {"key expiry empty", event_type::key_expiry_changed, field(3, "")},
        {"team ordinal empty", event_type::team_created, field(1, "")},
        {"team ordinal with trailing byte", event_type::team_changed, field(1, "\x01\x01")},
        {"team deleted with a trailing byte", event_type::team_deleted, "\x01"},
        {"admin without token", event_type::admin_created, field(4, "\x01")},
        {"admin without role", event_type::admin_created, field(1, std::string(32, 'h'))},
        {"admin: token one byte short", event_type::admin_created,
         field(1, std::string(31, 'h')) + field(4, "\x01")},
        {"admin: role 0", event_type::admin_changed, field(4, std::string(1, '\0'))},
        {"admin: role 4", event_type::admin_changed, field(4, "\x04")},
        {"admin: role 10", event_type::admin_changed, field(4, "\x0a")},
        {"admin: role 13", event_type::admin_changed, field(4, "\x0d")},
        {"admin: role 257", event_type::admin_changed, field(4, "\x81\x02")},
        {"admin changed into nothing", event_type::admin_changed, ""},
        {"admin disabled with a trailing byte", event_type::admin_disabled, "\x01"},
        {"admin token without hash", event_type::admin_token_created, field(3, "\x01")},
        {"admin token: expiry empty", event_type::admin_token_created,
         field(1, std::string(32, 'h')) + field(3, "")},
        {"suspended for nothing", event_type::user_suspended, field(4, "\x01")},
        {"suspended: no reason", event_type::user_suspended, field(7, std::string(1, '\0'))},
        {"suspended: an unknown reason", event_type::user_suspended, field(7, "\x10")},
        {"resumed: since without a reason", event_type::user_resumed, field(8, "\x01")},
        {"changed: since without a reason", event_type::user_changed,
         field(1, "\x01") + field(8, "\x01")},
        {"suspended: since empty", event_type::user_suspended, field(7, "\x01") + field(8, "")},
        {"resumed: an unknown reason", event_type::user_resumed, field(7, "\x11")},
        {"user: an unknown reason", event_type::user_changed, field(7, "\x18")},
        {"key: owner one byte short", event_type::key_created,
         field(1, std::string(32, 'h')) + field(4, std::string(15, 'o'))},
        {"key: owner one byte long", event_type::key_created,
         field(1, std::string(32, 'h')) + field(4, std::string(17, 'o'))},
        {"key revoked for reason 0", event_type::key_revoked, field(5, std::string(1, '\0'))},
        {"key revoked for reason 6", event_type::key_revoked, field(5, "\x06")},
        {"key revoked for reason 257", event_type::key_revoked, field(5, "\x81\x02")},
        {"admin disabled for reason 6", event_type::admin_disabled, field(5, "\x06")},
        {"admin linked to nobody", event_type::admin_linked, ""},
        {"admin linked to half an id", event_type::admin_linked, field(6, "12345678")},
        {"admin unlinked with a trailing byte", event_type::admin_unlinked, "\x01"},
        {"sso without an entity", event_type::sso_set, field(4, std::string(32, 'd'))},
        {"sso without a digest", event_type::sso_set, field(1, "urn:idp")},
        {"sso: certificate without an end", event_type::sso_set,
         field(1, "urn:idp") + field(3, std::string(32, 'c')) + field(4, std::string(32, 'd'))},
        {"sso: certificate with a trailing byte", event_type::sso_set,
         field(1, "urn:idp") + field(3, std::string(32, 'c') + "\x01\x01") +
             field(4, std::string(32, 'd'))},
        {"user: an empty role", event_type::user_changed, field(9, "")},
        {"user: a role with a blank", event_type::user_changed, field(9, "a b")},
        {"assigned: a role of 65 letters", event_type::role_assigned,
         field(9, std::string(65, 'r'))},
        {"request without anything", event_type::role_assigned, field(10, "")},
        {"request of kind 0", event_type::role_assigned,
         field(10, field(2, std::string(1, '\0')) + field(3, "\x01"))},
        {"request of kind 4", event_type::role_assigned,
         field(10, field(2, "\x04") + field(3, "\x01"))},
        {"request of kind 257", event_type::role_assigned,
         field(10, field(2, "\x81\x02") + field(3, "\x01"))},
        {"request without a time", event_type::role_assigned, field(10, field(2, "\x01"))},
        {"request: an empty role", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, ""))},
        {"request: a role with a slash", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, "a/b"))},
        {"request of kind role without one", event_type::role_assigned,
         field(10, field(2, "\x03") + field(3, "\x01"))},
        {"request: assigned without a role", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(5, "\x02") +
                       field(6, std::string(16, 'a')))},
        {"request: assigner of kind 6", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, "r") + field(5, "\x06") +
                       field(6, std::string(16, 'a')))},
        {"request: assigner without an id", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, "r") + field(5, "\x02"))},
        {"request: assigner's id one short", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, "r") + field(5, "\x02") +
                       field(6, std::string(15, 'a')))},
        {"request: acting for nobody", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(4, "r") + field(5, "\x03") +
                       field(6, std::string(16, 'a')) + field(7, std::string(16, '\0')))},
        {"request: 0 reminders", event_type::role_assigned,
         field(10, field(2, "\x01") + field(3, "\x01") + field(11, std::string(1, '\0')))},
        {"granted for nobody", event_type::approval_granted, field(11, std::string(16, '\0'))},
        {"rejected for half an admin", event_type::approval_rejected,
         field(11, std::string(8, 'a'))},
        {"granted: an empty reason", event_type::approval_granted, field(12, "")},
        {"granted: a reason of 513 bytes", event_type::approval_granted,
         field(12, std::string(513, 'x'))},
        {"expired: holds seat 2", event_type::approval_expired, field(4, "\x02")},
        {"reminded: since without a reason", event_type::approval_reminded, field(8, "\x01")},
        {"mapping without rules", event_type::mapping_set, ""},
        {"mapping: empty rules", event_type::mapping_set, field(1, "")},
        {"mapping cleared with a trailing byte", event_type::mapping_cleared, "\x01"},
        {"plan without a name", event_type::plan_defined, field(8, "")},
        {"plan without terms", event_type::plan_defined, field(6, "team")},
        {"plan: terms cut off", event_type::plan_defined, field(6, "team") + field(8, "\x01")},
        {"plan: policy 0", event_type::plan_defined,
         field(6, "team") + field(8, field(4, std::string(1, '\0')))},
        {"plan: policy 4", event_type::plan_defined, field(6, "team") + field(8, field(4, "\x04"))},
        {"plan: scim 2", event_type::plan_defined, field(6, "team") + field(8, field(2, "\x02"))},
        {"plan: seat states over a byte", event_type::plan_defined,
         field(6, "team") + field(8, field(3, "\x80\x02"))},
        {"tenant: seats of the terms empty", event_type::tenant_changed, field(8, field(1, ""))},
        {"tenant: grace empty", event_type::tenant_changed, field(9, "")},
        {"added: one byte short", event_type::members_changed, field(1, std::string(15, 'm'))},
        {"added: one byte long", event_type::members_changed, field(1, std::string(33, 'm'))},
        {"removed: one byte", event_type::members_changed, field(2, "m")},
        {"added twice", event_type::members_changed,
         field(1, std::string(16, 'm')) + field(1, std::string(16, 'n'))},
        {"removed twice", event_type::members_changed,
         field(2, std::string(16, 'm')) + field(2, std::string(32, 'n'))},
        {"added cut off", event_type::members_changed,
         field(1, std::string(16, 'm')).substr(0, 17)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read = decode_clear(number(r.type), 1, r.bytes);
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == log_errc::damaged_payload));
            BOOST_TEST(read.error().message.find(event_type_name(r.type)) != std::string::npos);
        }
    }
    BOOST_TEST((decode_content("\x01\x05"
                               "abcd")
                    .error()
                    .code == log_errc::damaged_payload));
    event_body team = team_changed{};
    BOOST_TEST((decode_content("\x02\x05"
                               "abcd",
                               team)
                    .error()
                    .code == log_errc::damaged_payload));
}

BOOST_AUTO_TEST_CASE(as_many_members_as_one_event_may_name_fit_into_its_clear_part) {
    members_changed all;
    for (std::size_t i = 0; i < members_per_event_max; ++i) {
        subject_id id;
        id.bytes[14] = static_cast<std::uint8_t>(i >> 8);
        id.bytes[15] = static_cast<std::uint8_t>(i);
        (i % 2 == 0 ? all.added : all.removed).push_back(id);
    }
    const std::string clear = encode_clear(all);
    BOOST_TEST(clear.size() < record_clear_size_max);
    const auto read = decode_clear(number(event_type::members_changed), 1, clear);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((*read == event_body(all)));
}

BOOST_AUTO_TEST_CASE(unknown_types_and_schemas_are_refused_by_number) {
    struct row {
        std::uint16_t type;
        std::uint16_t schema;
    };

    const row rows[] = {{0, 1},  {4, 1},  {19, 1}, {26, 2},    {29, 1},    {34, 1}, {39, 1},
                        {44, 1}, {49, 1}, {51, 1}, {65535, 1}, {33, 0},    {59, 1}, {69, 1},
                        {72, 1}, {33, 2}, {20, 0}, {20, 2},    {20, 65535}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT("type " << r.type << " schema " << r.schema) {
            const auto read = decode_clear(r.type, r.schema, "");
            BOOST_REQUIRE(!read.has_value());
            BOOST_TEST((read.error().code == log_errc::unknown_event));
            const std::string expected = "event type " + std::to_string(r.type) + " schema " +
                                         std::to_string(r.schema) + " ";
            BOOST_TEST(read.error().message.find(expected) == 0u, read.error().message);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
