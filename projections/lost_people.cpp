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
        if (!lost_.contains(who)) return {};
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
        std::stable_sort(out.begin(), out.end(),
                         [](const event& a, const event& b) { return a.tenant < b.tenant; });
        return out;
    }

  private:
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
