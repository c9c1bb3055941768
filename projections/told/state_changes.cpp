#include "projections/told/state_changes.hpp"

#include "projections/apply.hpp"
#include "projections/read.hpp"
#include "projections/told/state_message.hpp"

namespace rollcall::told {
namespace {

using namespace eventlog;
using projections::entity;

struct teller {
    std::vector<message>& out;
    const telling& how;
    const store& log;
    const row_reader& rows;
    const read_event& e;
    state_place place;

    [[nodiscard]] std::string sealed(const digest& hash) const {
        if (how.personal != privacy::sealed) return {};
        return find_sealed(log, place.tenant, e.what.subject, e.at, hash);
    }

    void gone(state_kind kind, std::string key) const {
        out.push_back(gone_message(how, place, e.seq, kind, std::move(key)));
    }

    void user() const {
        const auto now = projections::read_user(rows, place.tenant, e.what.subject);
        if (now) {
            if (now->core.version != e.seq) return;
            out.push_back(user_message(how, place, *now, sealed(now->core.sealed_hash)));
            return;
        }
        const event_type type = type_of(e.what.body);
        if (type == event_type::user_deleted || type == event_type::user_erased) {
            gone(state_kind::user, user_key(place.slug, e.what.subject));
        }
    }

    void team() const {
        const auto now = projections::read_team(rows, place.tenant, e.what.subject);
        if (now) {
            if (now->core.version != e.seq) return;
            out.push_back(team_message(how, place, *now, sealed(now->core.sealed_hash)));
            return;
        }
        if (std::holds_alternative<team_deleted>(e.what.body)) {
            gone(state_kind::team, team_key(place.slug, e.what.subject));
        }
    }

    void members(const members_changed& fact) const {
        const subject_id& team = e.what.subject;
        for (const subject_id& user : fact.added) {
            const auto since = projections::read_member(rows, place.tenant, team, user);
            if (since == e.seq) out.push_back(member_message(how, place, {team, user, e.seq}));
        }
        for (const subject_id& user : fact.removed) {
            if (projections::read_member(rows, place.tenant, team, user)) continue;
            gone(state_kind::member, member_key(place.slug, team, user));
        }
    }
};

} // namespace

void append_state_messages(std::vector<message>& out, const telling& how, const store& log,
                           const row_reader& rows, names& known, const read_event& e) {
    const tenant_no tenant = e.what.tenant;
    const teller tell{out, how, log, rows, e, {tenant, known.tenant(tenant), e.at}};
    switch (projections::entity_of(type_of(e.what.body))) {
    case entity::user: return tell.user();
    case entity::team:
        if (const auto* moved = std::get_if<members_changed>(&e.what.body)) tell.members(*moved);
        return tell.team();
    case entity::tenant:
    case entity::key:
    case entity::admin:
    case entity::plan: return;
    }
}

std::string find_sealed(const store& log, tenant_no tenant, const subject_id& subject, position at,
                        const digest& hash) {
    for (auto here = log.latest(tenant, subject, at); here;) {
        const auto bytes = log.read(*here);
        if (!bytes) throw storage_failure(bytes.error().message);
        const auto record = read_record(*bytes, record_check::crc);
        if (!record) throw storage_failure(record.error().message);
        if (record->sealed_hash == hash) return std::string(record->sealed);
        if (here->offset <= 1) break;
        here = log.latest(tenant, subject, {here->partition, here->offset - 1});
    }
    return {};
}

} // namespace rollcall::told
