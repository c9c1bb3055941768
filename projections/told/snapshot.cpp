#include "projections/told/snapshot.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "projections/read.hpp"
#include "projections/told/state_changes.hpp"
#include "projections/told/state_message.hpp"

namespace rollcall::told {
namespace {

using namespace eventlog;
using projections::listing_kind;

/// A tenant whose every look falls between two commits of his is not seen: as often as this.
constexpr int looks_max = 100;

} // namespace

snapshot::snapshot(const store& log, tenant_no tenant, telling how) : log_(log), how_(how) {
    how_.mode = event_mode::structured;
    tenant_.number = tenant;
    look();
    users_.emplace(*rows_, listing_kind::users, tenant, 0);
    teams_.emplace(*rows_, listing_kind::teams, tenant, 0);
}

void snapshot::look() {
    const tenant_no tenant = tenant_.number;
    for (int i = 0; i < looks_max; ++i) {
        // Heads move in the batch that moves the rows: if it has not moved, the rows are of it.
        const auto before = log_.chain(tenant);
        rows_ = log_.snapshot();
        if (!before || log_.chain(tenant) != before) continue;
        auto found = projections::read_tenant(*rows_, tenant);
        if (!found) break;
        head_ = *before;
        tenant_ = std::move(*found);
        counters_ = projections::read_counters(*rows_, tenant);
        return;
    }
    throw storage_failure("no view of tenant number " + std::to_string(tenant.value) +
                          " could be taken");
}

bool snapshot::next(std::string& out) {
    const std::size_t start = out.size();
    while (at_ != part::nothing) {
        if (line_of_part(out)) {
            out += '\n';
            sum_.add(std::string_view(out).substr(start));
            ++lines_;
            return true;
        }
    }
    return false;
}

/// False, and the next part, when this one has no line any more.
bool snapshot::line_of_part(std::string& out) {
    switch (at_) {
    case part::begin:
        first_line(out);
        at_ = part::users;
        return true;
    case part::users:
        if (next_user(out)) return true;
        at_ = part::teams;
        return false;
    case part::teams:
        at_ = next_team(out) ? part::members : part::seats;
        return at_ == part::members;
    case part::members:
        if (next_member(out)) return true;
        at_ = part::teams;
        return false;
    case part::seats:
        out += *seats_message(how_, head_.at, tenant_, counters_, head_.seq).value;
        at_ = part::end;
        return true;
    case part::end:
        last_line(out);
        at_ = part::nothing;
        return true;
    case part::nothing: break;
    }
    return false;
}

bool snapshot::next_user(std::string& out) {
    subject_id id;
    std::string_view row;
    if (!users_->next(id, row)) return false;
    const projections::user_state user = projections::decode_user(id, row);
    out += *user_message(how_, {tenant_.number, tenant_.slug, head_.at}, user,
                         sealed(id, user.core.sealed_hash))
                .value;
    return true;
}

bool snapshot::next_team(std::string& out) {
    std::string_view row;
    if (!teams_->next(team_, row)) return false;
    const projections::team_state team = projections::decode_team(team_, row);
    out += *team_message(how_, {tenant_.number, tenant_.slug, head_.at}, team,
                         sealed(team_, team.core.sealed_hash))
                .value;
    const std::string prefix = projections::key_of::all_members(tenant_.number, team_);
    members_ = rows_->cursor(table::links, prefix);
    members_->seek(prefix);
    return true;
}

bool snapshot::next_member(std::string& out) {
    if (!members_->valid()) return false;
    const projections::membership member{team_, projections::user_of_member_key(members_->key()),
                                         projections::decode_since(members_->value())};
    out += *member_message(how_, {tenant_.number, tenant_.slug, head_.at}, member).value;
    members_->next();
    return true;
}

void snapshot::first_line(std::string& out) const {
    base::json_writer json(out);
    json.begin_object().member("type", "snapshot").member("lineage", how_.lineage.text());
    json.member("tenant", tenant_.slug).member("position", head_.at.text());
    json.member("seq", head_.seq.value).member("hash", base::hex(head_.hash));
    json.member("state_hash", base::hex(counters_.state_hash));
    json.member("users", counters_.users).member("teams", counters_.teams);
    json.member("memberships", counters_.memberships);
    json.end_object();
}

void snapshot::last_line(std::string& out) const {
    base::json_writer json(out);
    json.begin_object().member("type", "snapshot_end").member("lines", lines_);
    json.member("sha256", base::hex(sum_.digest()));
    json.end_object();
}

std::string snapshot::sealed(const subject_id& id, const digest& hash) const {
    if (how_.personal != privacy::sealed) return {};
    return find_sealed(log_, tenant_.number, id, head_.at, hash);
}

} // namespace rollcall::told
