// Endpoints of people: listing, showing one, erasing one.
#include "eventlog/base/json_writer.hpp"
#include "eventlog/keyring.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/refused.hpp"
#include "gateway/admin/who.hpp"
#include "projections/apply.hpp"

#include <array>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::user_status;

constexpr std::chrono::milliseconds erasure_look_every{500};

result<std::optional<user_status>> status_of(call& c) {
    using wanted = std::optional<user_status>;
    const auto word = c.asked().query().first("status");
    if (!word) return wanted{};
    if (const auto status = projections::parse_living_status(*word)) return wanted(*status);
    std::string known;
    for (const auto s : projections::living_statuses) {
        known += (known.empty() ? "" : ", ") + std::string(projections::status_name(s));
    }
    return refuse(400, "bad_value",
                  "there is no status '" + std::string(*word) + "'; known: " + known);
}

/// A page in listing order. `after` and `next` count users from the start of the listing, so a page
/// of a filtered list may be short or empty and still have a next one.
result<said> list(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    if (const auto ok = only_parameters(c, {"status", "after", "limit"}); !ok) {
        return tl::unexpected(ok.error());
    }
    const auto status = status_of(c);
    if (!status) return tl::unexpected(status.error());
    const auto after = number_of(c, "after", 0, UINT64_MAX);
    if (!after) return tl::unexpected(after.error());
    const auto limit = number_of(c, "limit", p.limits.users_page_max, p.limits.users_page_max);
    if (!limit) return tl::unexpected(limit.error());

    said s;
    base::json_writer json(s.json);
    json.begin_object();
    json.key("users").begin_array();
    std::uint64_t looked_at = 0;
    std::uint64_t taken = 0;
    bool more = false;
    std::string one;
    p.with.directory.list(t->number, *after, [&](const projections::user_view& u) {
        if (taken == *limit || looked_at == p.limits.users_scan_max) {
            more = true;
            return false;
        }
        ++looked_at;
        if (*status && u.core.status() != **status) return true;
        const auto whole = p.with.directory.user(t->number, u.id);
        if (!whole) return true; // deleted since the walk began
        ++taken;
        one.clear();
        append_user(one, *whole, t->settings.terms, false);
        json.raw(one);
        return true;
    });
    json.end_array();
    json.key("next");
    if (more) {
        json.value(*after + looked_at);
    } else {
        json.null();
    }
    json.end_object();
    return s;
}

/// Nobody has that name: perhaps because her creation was refused.
problem with_what_was_refused(parts& p, const projections::tenant_state& t, std::string_view who,
                              problem unknown) {
    if (unknown.status != 404) return unknown;
    const auto refused = refused_under(*p.with.store.snapshot(), p.with.keys, t.number,
                                       refused_names(who), p.limits.refused_max);
    if (!refused || refused->empty()) return unknown;
    unknown.detail += ", but this was refused:";
    base::json_writer json(unknown.members);
    write_refused(json, *refused);
    return unknown;
}

void write_teams(base::json_writer& json, const projections::directory& directory,
                 projections::tenant_no tenant, const projections::subject_id& user) {
    json.key("teams").begin_array();
    for (const projections::subject_id& id : directory.teams_of(tenant, user)) {
        const auto team = directory.team(tenant, id);
        if (!team) continue;
        json.begin_object().member("id", id.text()).member("displayName", team->content.name);
        json.end_object();
    }
    json.end_array();
}

/// True if the id is or was a team's or an admin's: it has a history and a key as a user has, and
/// is none.
bool is_no_user(parts& p, projections::tenant_no tenant, const base::uuid& id) {
    const auto at = p.with.store.latest(tenant, id, p.with.store.head());
    if (!at) return false;
    const auto bytes = p.with.store.read(*at);
    if (!bytes) return false;
    const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
    return record && projections::entity_of(static_cast<eventlog::event_type>(record->type)) !=
                         projections::entity::user;
}

result<said> show(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    const std::string_view who = c.argument("who");
    const auto user = find_user(p.with.directory, *t, who, p.limits.candidates_max);
    if (!user) return tl::unexpected(with_what_was_refused(p, *t, who, user.error()));
    const auto rows = p.with.store.snapshot();
    const auto refused =
        refused_under(*rows, p.with.keys, t->number, refused_names(*user), p.limits.refused_max);
    if (!refused) return tl::unexpected(refused.error());
    said s;
    told::names known(*rows);
    append_user(s.json, *user, t->settings.terms, true, t->number, &known);
    s.json.pop_back();
    s.json += ',';
    base::json_writer json(s.json);
    write_teams(json, p.with.directory, t->number, user->id);
    write_refused(json, *refused);
    s.json += '}';
    return s;
}

/// The person to erase: a living user, or by id one who was deleted but can still be read in the
/// log.
result<eventlog::subject_id> find_erasable(parts& p, const projections::tenant_state& t,
                                           std::string_view who) {
    if (const auto id = id_in(who); id && !is_no_user(p, t.number, *id)) {
        const auto rows = p.with.store.snapshot();
        if (eventlog::keyring::has_subject(*rows, t.number, *id)) return *id;
        if (p.with.store.latest(t.number, *id, p.with.store.head())) {
            return refuse(410, "already_erased", "this person was erased before");
        }
    }
    const auto user = find_user(p.with.directory, t, who, p.limits.candidates_max);
    if (!user) return tl::unexpected(user.error());
    return user->id;
}

/// The event erases the person at once; what old files still hold takes a moment, and a job says
/// when that is gone too.
result<said> follow_erasure(parts& p, const projections::tenant_state& t, const std::string& id,
                            eventlog::position at) {
    auto job = p.work.start(
        "erasure", false,
        [&p, at](job_progress& progress) {
            progress.total = 1;
            while (!progress.stopping) {
                if (p.with.erased(at, std::chrono::steady_clock::now() + erasure_look_every)) {
                    progress.done = 1;
                    std::string out;
                    base::json_writer json(out);
                    json.begin_object().member("position", at.text()).member("erased", true);
                    json.end_object();
                    return result<std::string>(std::move(out));
                }
            }
            return result<std::string>(refuse(
                503, "stopped", "the server is stopping: the erasure goes on at its next start"));
        },
        t.number);
    said s{202, {}};
    base::json_writer json(s.json);
    json.begin_object();
    json.member("tenant", t.slug).member("id", id).member("position", at.text());
    json.key("job");
    if (job) {
        json.value(*job);
    } else {
        json.null();
    }
    json.end_object();
    return s;
}

void erase(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {"who"});
    if (!b) return answer(c, b.error());
    const auto who = b->required_text("who", "an id, userName, externalId or e-mail address");
    if (!who) return answer(c, who.error());
    const auto id = find_erasable(p, *t, *who);
    if (!id) return answer(c, id.error());
    submit(p, c, t->number, projections::erase_user{*id},
           [tenant = *t, id = id->text()](parts& again, done& d) {
               return follow_erasure(again, tenant, id, d.at);
           });
}

} // namespace

std::vector<gateway::route> user_routes(parts& p) {
    using http::method;
    return {
        reading(p, method::get, "/tenants/{tenant}/users", "admin_list_users", list,
                gateway::job_weight::heavy),
        reading(p, method::get, "/tenants/{tenant}/users/{who}", "admin_get_user", show),
        doing(p, method::post, "/tenants/{tenant}/erasures", "admin_erase_user", erase),
    };
}

} // namespace rollcall::admin
