// Writes every kind of message, in each mode and degree of privacy, to a file that
// tests/asyncapi/check_messages.py holds against docs/asyncapi.yaml.
#include "eventlog/base/json_writer.hpp"
#include "projections/told/checkpoint_message.hpp"
#include "projections/told/dead_letter.hpp"
#include "projections/told/lifecycle.hpp"
#include "projections/told/lineage_message.hpp"
#include "projections/told/read_message.hpp"
#include "projections/told/state_message.hpp"
#include "tests/projections/told/told_case.hpp"
#include "tests/support/any_event.hpp"
#include "tests/support/properties.hpp"

#include <fstream>

namespace rollcall::told {
namespace {

using namespace test;

constexpr privacy all_privacies[] = {privacy::full, privacy::minimal, privacy::sealed};
constexpr event_mode all_modes[] = {event_mode::binary, event_mode::structured};

/// One message a line. A value stands there as the text that would be sent.
void write(std::ostream& file, const telling& how, std::string_view kind, const message& m) {
    std::string line;
    base::json_writer json(line);
    json.begin_object().member("topic", topic_name("rollcall.", m.topic)).member("kind", kind);
    json.member("mode", event_mode_name(how.mode));
    json.member("privacy", privacy_name(how.personal)).member("key", m.key);
    json.key("headers").begin_object();
    for (const header& h : m.headers)
        json.member(h.name, h.value);
    json.end_object().key("value");
    if (m.value) {
        json.value(*m.value);
    } else {
        json.null();
    }
    json.end_object();
    file << line << '\n';
}

/// In each mode and degree; `make` gives the message for a telling.
template <class Make>
void write_all(std::ostream& file, std::string_view kind, Make&& make) {
    for (const privacy personal : all_privacies) {
        for (const event_mode mode : all_modes) {
            const telling how = how_told(personal, mode);
            const message m = make(how);
            const auto read = read_message(
                m.value ? std::optional<std::string_view>(*m.value) : std::nullopt, m.headers);
            BOOST_TEST(read.has_value(), kind << ": " << m.value.value_or("a tombstone"));
            write(file, how, kind, m);
        }
    }
}

void write_event(std::ostream& file, std::string_view kind, const event& e) {
    const recorded r(e);
    names known(named_rows());
    write_all(file, kind, [&](const telling& how) {
        return lifecycle_message(how, r.record, r.decoded(how.personal), known);
    });
}

std::string any_document(std::string_view name) {
    std::string text;
    base::json_writer json(text);
    json.begin_object().member("userName", name).key("emails").begin_array();
    json.begin_object().member("value", *support::any_text()).end_object().end_array();
    json.member("urn:x:1.0:User", *support::any_text(200)).end_object();
    return text;
}

/// An event that has all that one can have, of any type.
event any_told_event() {
    event e = *support::any_event();
    e.tenant = {*rc::gen::element(0u, 1u, 1u, 1u)};
    if (*rc::gen::arbitrary<bool>()) e.subject = {};
    // The id of a consumer is his name.
    if (e.by.kind == actor_kind::consumer) e.by.id = {{'s', 'e', 'a', 't', 's'}};
    if (*rc::gen::arbitrary<bool>()) e.profile = "zamp@3+mapping@17";
    if (*rc::gen::arbitrary<bool>()) e.trace = base::trace_context{};
    std::visit(
        []<class Fact>(Fact& f) {
            if constexpr (requires { user_content(f.content); }) {
                f.content = *support::any_content();
                f.content.user_name += 'u';
                f.content.document = any_document(f.content.user_name);
            } else if constexpr (requires { team_content(f.content); }) {
                f.content = *support::any_team_content();
                f.content.name += 't';
                f.content.document = any_document(f.content.name);
            } else if constexpr (requires { admin_content(f.content); }) {
                f.content = {"Ada", "ada"};
            } else if constexpr (requires { password_content(f.content); }) {
                f.content = {"$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"};
            }
        },
        e.body);
    return e;
}

/// The state that a fact leaves, as far as it is a user's or a team's.
void write_state(std::ostream& file, std::string_view kind, const event& e) {
    const state_place place{{1}, "acme", at_42};
    const user_facts* facts = facts_of(e.body);
    const user_content* person = content_of(e.body);
    if (facts != nullptr && person != nullptr) {
        projections::user_state user{e.subject, {}, *person};
        user.core.version = {7};
        user.core.created = user.core.modified = e.time;
        user.core.origin = facts->origin;
        user.core.active = facts->active;
        user.core.suspended = facts->suspended;
        user.core.approval = facts->approval;
        write_all(file, kind, [&](const telling& how) {
            return user_message(how, place, user, "sealed bytes");
        });
        write_all(file, kind, [&](telling how) {
            how.message_bytes_max = 0;
            return user_message(how, place, user, "sealed bytes");
        });
    }
    if (const team_content* content = team_content_of(e.body)) {
        projections::team_state team{e.subject, {}, *content};
        team.core.version = {7};
        team.core.created = team.core.modified = e.time;
        team.core.members = 4;
        write_all(file, kind, [&](const telling& how) {
            return team_message(how, place, team, "sealed bytes");
        });
    }
    const tenant_settings* settings = nullptr;
    if (const auto* created = std::get_if<tenant_created>(&e.body)) settings = &created->settings;
    if (const auto* changed = std::get_if<tenant_changed>(&e.body)) settings = &changed->settings;
    if (settings != nullptr) {
        projections::tenant_state tenant;
        tenant.number = {1};
        tenant.slug = "acme";
        tenant.settings = *settings;
        projections::tenant_counters counters;
        counters.users = 9;
        write_all(file, kind, [&](const telling& how) {
            return seats_message(how, at_42, tenant, counters, {7});
        });
    }
}

/// What does not depend on an event.
void write_others(std::ostream& file) {
    const state_place place{{1}, "acme", at_42};
    const subject_id team = support::id_of(0x0b);
    const subject_id user = support::id_of(0x0a);
    write_all(file, "example", [&](const telling& how) {
        return member_message(how, place, {team, user, {12}});
    });
    const std::pair<state_kind, std::string> keys[] = {
        {state_kind::user, user_key("acme", user)},
        {state_kind::team, team_key("acme", team)},
        {state_kind::member, member_key("acme", team, user)}};
    for (const auto& [kind, key] : keys) {
        write_all(file, "example",
                  [&](const telling& how) { return gone_message(how, place, {20}, kind, key); });
    }
    const checkpoint of{{1},
                        "acme",
                        {{77}, support::filled<32>(0xaa), at_42},
                        support::filled<32>(0xbb),
                        {1'700'000'000'000}};
    write_all(file, "example", [&](const telling& how) { return checkpoint_message(how, of); });
    for (const base::uuid& before : {base::uuid{}, support::id_of(0x1d)}) {
        write_all(file, "example", [&](const telling& how) {
            return lineage_message(how, {1}, "acme", before, {5});
        });
    }
    for (const dead_reason why : {dead_reason::truncated, dead_reason::unreadable}) {
        write_all(file, "example", [&](const telling& how) {
            const message dead = member_message(how, place, {team, user, {12}});
            return dead_letter_message(how, "acme", dead, why, "the broker takes 1048588 bytes");
        });
    }
}

} // namespace

BOOST_AUTO_TEST_SUITE(contract_test)

BOOST_AUTO_TEST_CASE(every_message_is_written_down) {
    std::ofstream file(ROLLCALL_MESSAGES, std::ios::trunc);
    for (const event_body& body : support::one_of_each()) {
        write_event(file, "example", support::event_of(body));
        write_event(file, "system", support::event_of(body, {0}));
        write_state(file, "example", support::event_of(body));
    }
    write_others(file);
    const support::tame_values tame;
    support::check_in_cases(120, [&] {
        const event e = any_told_event();
        write_event(file, "any", e);
        write_state(file, "any", e);
        names known(named_rows());
        const recorded r(e);
        write_all(file, "any", [&](telling how) {
            how.message_bytes_max = 0;
            return lifecycle_message(how, r.record, r.decoded(how.personal), known);
        });
    });
    file.close();
    BOOST_TEST(file.good());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
