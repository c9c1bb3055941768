#include "projections/lost_people.hpp"

#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/apply.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace rollcall::projections {
namespace {

using namespace eventlog;

constexpr std::string_view restore_request = "restore";

/// What the log says of one who is lost.
struct fate {
    entity what = entity::user;
    bool living = false;
};

class loss {
  public:
    explicit loss(const subject_set& lost) : lost_(lost) {}

    base::result<void> take(const record_view& record) {
        const auto type = static_cast<event_type>(record.type);
        const tenant_subject who{record.tenant, record.subject};
        if (type == event_type::members_changed) return take_members(record, who);
        if (auto noted = note_rights(record, who); !noted || !lost_.contains(who)) return noted;
        const entity what = entity_of(type);
        if (what != entity::user && what != entity::team && what != entity::admin) {
            return base::fail(log_errc::missing_keys,
                              "the key of " + record.subject.text() + " of tenant number " +
                                  std::to_string(record.tenant.value) +
                                  " is missing, and that is nobody who could be lost: only the "
                                  "backup of the keys that belongs to this log can help");
        }
        fate& f = fates_[who];
        f.what = what;
        f.living = type != event_type::user_deleted && type != event_type::team_deleted &&
                   type != event_type::admin_disabled;
        return {};
    }

    [[nodiscard]] std::vector<event> facts(base::moment now) const {
        std::vector<event> out;
        const auto add = [&](tenant_no tenant, const subject_id& about, event_body body) {
            event e;
            e.tenant = tenant;
            e.subject = about;
            e.by = {actor_kind::local_operator, {}};
            e.time = now;
            e.request_id = restore_request;
            e.body = std::move(body);
            out.push_back(std::move(e));
        };
        for (const auto& [team, members] : members_) {
            for (auto first = members.begin(); first != members.end();) {
                members_changed leave;
                while (first != members.end() && leave.removed.size() < members_per_event_max)
                    leave.removed.push_back(*first++);
                add(team.tenant, team.id, std::move(leave));
            }
        }
        for (const auto& [who, f] : fates_) {
            if (f.what == entity::user) add(who.tenant, who.id, user_erased{});
            if (f.what == entity::team && f.living) add(who.tenant, who.id, team_deleted{});
            if (f.what == entity::admin && f.living) add(who.tenant, who.id, admin_disabled{});
        }
        for (const auto& [admin, user] : users_) {
            if (!lost_.contains(admin) && lost_.contains({admin.tenant, user})) {
                add(admin.tenant, admin.id, admin_disabled{rights_end::user_deleted});
            }
        }
        for (const auto& [key, owner] : owners_) {
            if (const auto why = rights_ended({key.tenant, owner})) {
                add(key.tenant, key.id, key_revoked{*why});
            }
        }
        std::stable_sort(out.begin(), out.end(),
                         [](const event& a, const event& b) { return a.tenant < b.tenant; });
        return out;
    }

  private:
    /// Whose rights go with whom: who a living admin is, and who owns a key that is not revoked.
    base::result<void> note_rights(const record_view& record, const tenant_subject& who) {
        switch (static_cast<event_type>(record.type)) {
        case event_type::admin_linked:
        case event_type::key_created: break;
        case event_type::admin_unlinked:
        case event_type::admin_disabled: users_.erase(who); return {};
        case event_type::key_revoked: owners_.erase(who); return {};
        default: return {};
        }
        const auto body = decode_clear(record.type, record.schema, record.clear);
        if (!body) return tl::unexpected(body.error());
        if (const auto* linked = std::get_if<admin_linked>(&*body)) users_[who] = linked->user;
        const auto* key = std::get_if<key_created>(&*body);
        if (key != nullptr && key->owner) owners_[who] = *key->owner;
        return {};
    }

    /// Why the admin has no rights after the loss; nothing if he keeps them.
    [[nodiscard]] std::optional<rights_end> rights_ended(const tenant_subject& admin) const {
        if (lost_.contains(admin)) return rights_end::owner_disabled;
        const auto user = users_.find(admin);
        const bool lost = user != users_.end() && lost_.contains({admin.tenant, user->second});
        return lost ? std::optional(rights_end::user_deleted) : std::nullopt;
    }

    base::result<void> take_members(const record_view& record, const tenant_subject& team) {
        const auto body = decode_clear(record.type, record.schema, record.clear);
        if (!body) return tl::unexpected(body.error());
        const auto& fact = std::get<members_changed>(*body);
        const bool whole = lost_.contains(team);
        for (const subject_id& user : fact.added) {
            if (whole || lost_.contains({record.tenant, user})) members_[team].insert(user);
        }
        const auto mine = members_.find(team);
        if (mine == members_.end()) return {};
        for (const subject_id& user : fact.removed)
            mine->second.erase(user);
        if (mine->second.empty()) members_.erase(mine);
        return {};
    }

    const subject_set& lost_;
    std::map<tenant_subject, fate> fates_;
    std::map<tenant_subject, subject_id> users_;             ///< of linked admins
    std::map<tenant_subject, subject_id> owners_;            ///< of keys
    std::map<tenant_subject, std::set<subject_id>> members_; ///< of a team who has to leave it
};

} // namespace

base::result<std::vector<event>> facts_of_loss(const store& log, const subject_set& lost,
                                               base::moment now) {
    loss all(lost);
    const auto records = log.records({position::embedded, 1}, true);
    for (std::string_view bytes; records->next(bytes);) {
        const auto record = read_record(bytes, record_check::crc);
        if (!record) return tl::unexpected(record.error());
        if (auto taken = all.take(*record); !taken) return tl::unexpected(taken.error());
    }
    return all.facts(now);
}

} // namespace rollcall::projections
