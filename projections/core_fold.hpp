// Folds the clear parts of the whole log into what is so: tenants, keys, admins, and the clear
// facts of every living user, team and membership, in bounded memory. The first half of a rebuild,
// and all of a check of state hashes.
//
// They may be more than memory holds. The fold takes those whose hash falls into a range; when
// there are too many it halves the range and lets go of the others, who come in a later pass over
// the log. A user and his memberships are in the same pass. Tenants, keys, admins
// and plans are folded in the first pass.
//
//   core_fold fold(entries_max);
//   while (fold.begin_pass()) {
//       for each record up to a head: fold.take(record)
//       ask fold.user_of_event, fold.team_of_event, fold.memberships
//       fold.end_pass()
//   }
//   fold.tenants()     complete now, with counters and state hashes
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/record.hpp"
#include "projections/apply.hpp"
#include "projections/fold_table.hpp"
#include "projections/state.hpp"

#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollcall::projections {

/// Ids are our own, so for their hashes only spread matters.
std::uint64_t hash_subject(tenant_no tenant, const subject_id& id);

/// A living user of the pass: his clear facts, and the event that holds the person as he is now.
struct folded_user {
    tenant_no tenant;
    subject_id id{};
    user_core core;
    std::uint64_t content_offset = 0;

    using place = std::pair<tenant_no, subject_id>;

    [[nodiscard]] place key() const { return {tenant, id}; }

    static std::uint64_t hash(const place& key) { return hash_subject(key.first, key.second); }
};

/// An admin, and the event that holds his name.
struct folded_admin {
    admin_core core;
    std::uint64_t content_offset = 0;
};

/// A living team of the pass, likewise.
struct folded_team {
    tenant_no tenant;
    subject_id id{};
    team_core core;
    std::uint64_t content_offset = 0;

    using place = folded_user::place;

    [[nodiscard]] place key() const { return {tenant, id}; }

    static std::uint64_t hash(const place& key) { return hash_subject(key.first, key.second); }
};

/// A membership of a user of the pass.
struct folded_member {
    tenant_no tenant;
    membership what;

    using place = std::tuple<tenant_no, subject_id, subject_id>;

    [[nodiscard]] place key() const { return {tenant, what.user, what.team}; }

    static std::uint64_t hash(const place& key) {
        return hash_subject(std::get<0>(key), std::get<1>(key)) ^
               hash_subject(std::get<0>(key), std::get<2>(key));
    }
};

struct folded_tenant {
    bool known = false; ///< its creation was seen; else `state` is empty
    tenant_state state;
    tenant_counters counters;
    tenant_seq last;                                    ///< of the last event taken
    std::map<std::uint64_t, std::uint32_t> blocks;      ///< living users by block of the listing
    std::map<std::uint64_t, std::uint32_t> team_blocks; ///< likewise
};

class core_fold {
  public:
    /// @pre entries_max > 0
    explicit core_fold(std::size_t entries_max);

    /// Begins a pass over the log; false when everything has had one.
    bool begin_pass();

    /// Takes the next record, oldest first. Errors: those of event_codec; log_errc::out_of_order
    /// for a gap in a tenant's chain or a fact that does not follow.
    base::result<void> take(const eventlog::record_view& record);

    /// Ends the pass: counts what is in it.
    void end_pass();

    /// The living user whose present person is in the event at `offset`; null if that event is not
    /// the last of a user of this pass.
    [[nodiscard]] const folded_user* user_of_event(tenant_no tenant, const subject_id& id,
                                                   std::uint64_t offset) const;
    [[nodiscard]] const folded_team* team_of_event(tenant_no tenant, const subject_id& id,
                                                   std::uint64_t offset) const;

    /// The admin whose name is in the event at `offset`, in the first pass; else null.
    [[nodiscard]] const folded_admin* admin_of_event(tenant_no tenant, const subject_id& id,
                                                     std::uint64_t offset) const;

    /// The memberships of this pass, sorted by tenant, user and team.
    [[nodiscard]] std::vector<folded_member> memberships() const;

    /// Complete when begin_pass has returned false. In no order.
    [[nodiscard]] const std::unordered_map<tenant_no, folded_tenant>& tenants() const {
        return tenants_;
    }

    [[nodiscard]] const std::map<std::pair<tenant_no, subject_id>, key_state>& keys() const {
        return keys_;
    }

    [[nodiscard]] const std::map<std::string, plan_state>& plans() const { return plans_; }

    /// Sets the bit of each event that holds a user or team of this pass as he is now; in the first
    /// pass also those of admins. @pre `at`
    /// has a bit for each offset.
    void mark_content_events(std::vector<bool>& at) const;

    /// Passes begun so far, and how many there will be as far as is known.
    [[nodiscard]] std::uint64_t passes() const { return passes_; }

    [[nodiscard]] std::uint64_t passes_expected() const;

    /// Living users of all ended passes.
    [[nodiscard]] std::uint64_t users() const { return users_counted_; }

  private:
    [[nodiscard]] bool in_range(tenant_no tenant, const subject_id& id) const;
    base::result<void> take_first_pass(const event_header& header, const eventlog::event_body& body,
                                       eventlog::position at);
    base::result<void> take_admin(const event_header& header, const eventlog::event_body& body,
                                  std::uint64_t offset);
    base::result<void> take_plan(const event_header& header, const eventlog::event_body& body);
    base::result<void> take_user(const event_header& header, const eventlog::event_body& body,
                                 std::uint64_t offset);
    base::result<void> take_team(const event_header& header, const eventlog::event_body& body,
                                 std::uint64_t offset);
    base::result<void> take_members(const event_header& header,
                                    const eventlog::members_changed& fact);

    [[nodiscard]] std::size_t entries() const {
        return users_.size() + teams_.size() + members_.size();
    }

    [[nodiscard]] bool make_room(tenant_no tenant, const subject_id& id);
    void halve_range();

    std::size_t entries_max_;
    std::uint64_t passes_ = 0;
    std::uint64_t range_first_ = 0; ///< of 2^32 hash values
    std::uint64_t range_end_ = 0;
    std::uint64_t range_size_ = std::uint64_t{1} << 32;

    fold_table<folded_user> users_;
    fold_table<folded_team> teams_;
    fold_table<folded_member> members_;
    std::uint64_t users_counted_ = 0;

    std::unordered_map<tenant_no, folded_tenant> tenants_;
    std::map<std::pair<tenant_no, subject_id>, key_state> keys_;
    std::map<std::pair<tenant_no, subject_id>, folded_admin> admins_;
    std::map<std::string, plan_state> plans_;
};

} // namespace rollcall::projections
