#include "projections/told/state_message.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "projections/told/approval_json.hpp"
#include "projections/told/cloud_event.hpp"
#include "projections/told/plan_json.hpp"

#include <simdjson.h>

namespace rollcall::told {
namespace {

using base::json_writer;
using eventlog::tenant_seq;

/// Key, place and attributes; value and headers come with put().
struct begun {
    message m;
    cloud_event about;
};

begun begin(const telling& how, const state_place& place, tenant_seq seq, std::string_view word,
            std::string key) {
    begun b;
    b.about.id = std::string(place.slug) + ':' + std::to_string(seq.value) + ':' + key;
    b.about.source = source_of(how.lineage);
    b.about.type = type_name(word);
    b.about.subject = key;
    b.about.partitionkey = key;
    b.about.sequence = seq;
    b.m.topic = topic_kind::state;
    b.m.key = std::move(key);
    b.m.tenant = place.tenant;
    b.m.seq = seq;
    b.m.at = place.at;
    return b;
}

void write_head(json_writer& json, const telling& how, std::string_view slug, std::string_view word,
                tenant_seq seq) {
    json.begin_object().member("lineage", how.lineage.text()).member("tenant", slug);
    json.member("type", word).member("seq", seq.value);
}

void write_or_null(json_writer& json, std::string_view member, std::string_view text) {
    json.key(member);
    if (text.empty()) {
        json.null();
    } else {
        json.value(text);
    }
}

void write_sealed(json_writer& json, const eventlog::digest& hash, std::string_view sealed) {
    if (sealed.empty()) return;
    json.member("sealed_hash", base::hex(hash));
    json.member("sealed", base::base64url(base::as_bytes(sealed)));
}

/// The addresses as they stand in the document, whose one reader is not here: a value is lifted
/// out of it as it is.
void write_emails(json_writer& json, std::string_view document) {
    const simdjson::padded_string text(document);
    simdjson::ondemand::parser parser;
    simdjson::ondemand::document all;
    simdjson::ondemand::array emails;
    std::string_view raw;
    if (parser.iterate(text).get(all) != simdjson::SUCCESS ||
        all["emails"].get_array().get(emails) != simdjson::SUCCESS ||
        emails.raw_json().get(raw) != simdjson::SUCCESS) {
        return; // he has none
    }
    json.key("emails").raw(raw);
}

void write_times(json_writer& json, base::moment created, base::moment modified) {
    json.member("created", created.text()).member("modified", modified.text());
}

struct part {
    privacy personal;
    std::string_view sealed;
    bool truncated = false;
};

std::string user_data(const telling& how, const state_place& place,
                      const projections::user_state& user, const part& told) {
    const projections::user_core& core = user.core;
    std::string data;
    json_writer json(data);
    write_head(json, how, place.slug, state_word(state_kind::user), core.version);
    json.member("id", user.id.text()).member("version", core.version.value);
    json.member("status", projections::status_name(core.status()));
    write_or_null(json, "reason", projections::reason_of(core));
    const auto since = projections::status_since(core);
    write_or_null(json, "since", since ? since->text() : std::string());
    json.member("active", core.active);
    write_suspension(json, core.suspended);
    write_standing(json, *core.approval, place.tenant, nullptr);
    json.member("origin", core.origin == eventlog::user_origin::native ? "native" : "provisioned");
    write_times(json, core.created, core.modified);
    if (told.personal == privacy::full) {
        json.member("userName", user.content.user_name);
        if (user.content.external_id) json.member("externalId", *user.content.external_id);
        json.member("display", user.content.display);
        write_emails(json, user.content.document);
        json.key("attributes").raw(user.content.document);
    } else if (told.personal == privacy::sealed) {
        write_sealed(json, core.sealed_hash, told.sealed);
    }
    if (told.truncated) json.member("truncated", true);
    json.end_object();
    return data;
}

std::string team_data(const telling& how, const state_place& place,
                      const projections::team_state& team, const part& told) {
    const projections::team_core& core = team.core;
    std::string data;
    json_writer json(data);
    write_head(json, how, place.slug, state_word(state_kind::team), core.version);
    json.member("id", team.id.text()).member("version", core.version.value);
    json.member("members", core.members);
    write_times(json, core.created, core.modified);
    if (told.personal == privacy::full) {
        json.member("displayName", team.content.name);
        if (team.content.external_id) json.member("externalId", *team.content.external_id);
        json.key("attributes").raw(team.content.document);
    } else if (told.personal == privacy::sealed) {
        write_sealed(json, core.sealed_hash, told.sealed);
    }
    if (told.truncated) json.member("truncated", true);
    json.end_object();
    return data;
}

/// As wished, or, if that is too large, by ids and states.
template <class Data>
message fitting(const telling& how, begun b, std::string_view sealed, Data&& data) {
    put(b.m, b.about, how.mode, data(part{how.personal, sealed}));
    if (message_bytes(b.m) > how.message_bytes_max) {
        put(b.m, b.about, how.mode, data(part{privacy::minimal, {}, true}));
        b.m.truncated = true;
    }
    return std::move(b.m);
}

} // namespace

message user_message(const telling& how, const state_place& place,
                     const projections::user_state& user, std::string_view sealed) {
    begun b = begin(how, place, user.core.version, state_word(state_kind::user),
                    user_key(place.slug, user.id));
    b.about.time = user.core.modified;
    return fitting(how, std::move(b), sealed,
                   [&](const part& told) { return user_data(how, place, user, told); });
}

message team_message(const telling& how, const state_place& place,
                     const projections::team_state& team, std::string_view sealed) {
    begun b = begin(how, place, team.core.version, state_word(state_kind::team),
                    team_key(place.slug, team.id));
    b.about.time = team.core.modified;
    return fitting(how, std::move(b), sealed,
                   [&](const part& told) { return team_data(how, place, team, told); });
}

message member_message(const telling& how, const state_place& place,
                       const projections::membership& member) {
    const std::string_view word = state_word(state_kind::member);
    begun b =
        begin(how, place, member.since, word, member_key(place.slug, member.team, member.user));
    std::string data;
    json_writer json(data);
    write_head(json, how, place.slug, word, member.since);
    json.member("team", member.team.text()).member("user", member.user.text());
    json.end_object();
    put(b.m, b.about, how.mode, std::move(data));
    return std::move(b.m);
}

message seats_message(const telling& how, eventlog::position at,
                      const projections::tenant_state& tenant,
                      const projections::tenant_counters& counters, tenant_seq as_of) {
    const std::string_view word = state_word(state_kind::seats);
    const eventlog::tenant_settings& set = tenant.settings;
    begun b = begin(how, {tenant.number, tenant.slug, at}, as_of, word, seats_key(tenant.slug));
    std::string data;
    json_writer json(data);
    write_head(json, how, tenant.slug, word, as_of);
    json.member("deleted", tenant.deleted).member("scim", tenant.provisions());
    json.member("plan", set.plan);
    json.key("plan_terms").begin_object();
    write_terms(json, set.terms);
    json.end_object();
    write_limit(json, "seat_limit", set.seat_limit);
    write_limit(json, "limit", projections::seat_limit(set));
    write_or_null(json, "grace_until", set.grace_until ? set.grace_until->text() : std::string());
    json.member("used", projections::seats_used(set.terms, counters.by_status));
    json.member("users", counters.users);
    json.key("by_status").begin_object();
    for (const auto status : projections::living_statuses) {
        json.member(projections::status_name(status),
                    counters.by_status[static_cast<std::size_t>(status)]);
    }
    json.end_object();
    json.member("teams", counters.teams).member("memberships", counters.memberships);
    json.end_object();
    put(b.m, b.about, how.mode, std::move(data));
    return std::move(b.m);
}

message gone_message(const telling& how, const state_place& place, tenant_seq seq, state_kind kind,
                     std::string key) {
    begun b = begin(how, place, seq, state_word(kind), std::move(key));
    put_tombstone(b.m, b.about);
    return std::move(b.m);
}

} // namespace rollcall::told
