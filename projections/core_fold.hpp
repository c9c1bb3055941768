// Folds the clear parts of the whole log into what is so: tenants, keys, and the clear facts of
// every living user, in bounded memory. The first half of a rebuild, and all of a check of state
// hashes.
//
// Users may be more than memory holds. The fold takes the users whose hash falls into a range; when
// there are too many it halves the range and lets go of the others, who come in a later pass over
// the log. Tenants and keys are folded in the first pass.
//
//   core_fold fold(users_max);
//   while (fold.begin_pass()) {
//       for each record up to a head: fold.take(record)
//       ask fold.user_of_event
//       fold.end_pass()
//   }
//   fold.tenants()     complete now, with counters and state hashes
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/record.hpp"
#include "projections/apply.hpp"
#include "projections/state.hpp"

#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollcall::projections {

/// A living user of the pass: his clear facts, and the event that holds the person as he is now.
struct folded_user {
    tenant_no tenant;
    subject_id id{};
    user_core core;
    std::uint64_t last_offset = 0;
};

struct folded_tenant {
    bool known = false; ///< its creation was seen; else `state` is empty
    tenant_state state;
    tenant_counters counters;
    tenant_seq last;                               ///< of the last event taken
    std::map<std::uint64_t, std::uint32_t> blocks; ///< living users by block of the listing
};

class core_fold {
  public:
    /// @pre users_max > 0
    explicit core_fold(std::size_t users_max);

    /// Begins a pass over the log; false when every user has had one.
    bool begin_pass();

    /// Takes the next record, oldest first. Errors: those of event_codec; log_errc::out_of_order
    /// for a gap in a tenant's chain or a fact that does not follow.
    base::result<void> take(const eventlog::record_view& record);

    /// Ends the pass: counts its users.
    void end_pass();

    /// The living user whose present person is in the event at `offset`; null if that event is not
    /// the last of a user of this pass.
    [[nodiscard]] const folded_user* user_of_event(tenant_no tenant, const subject_id& id,
                                                   std::uint64_t offset) const;

    /// Complete when begin_pass has returned false. In no order.
    [[nodiscard]] const std::unordered_map<tenant_no, folded_tenant>& tenants() const {
        return tenants_;
    }

    [[nodiscard]] const std::map<std::pair<tenant_no, subject_id>, key_state>& keys() const {
        return keys_;
    }

    /// Sets the bit of the last event of each user of this pass. @pre `at` has a bit for each
    /// offset.
    void mark_last_events(std::vector<bool>& at) const;

    /// Passes begun so far, and how many there will be as far as is known.
    [[nodiscard]] std::uint64_t passes() const { return passes_; }

    [[nodiscard]] std::uint64_t passes_expected() const;

    /// Living users of all ended passes.
    [[nodiscard]] std::uint64_t users() const { return users_counted_; }

  private:
    [[nodiscard]] bool in_range(tenant_no tenant, const subject_id& id) const;
    base::result<void> take_user(const event_header& header, const eventlog::event_body& body,
                                 std::uint64_t offset);
    [[nodiscard]] std::size_t find_slot(tenant_no tenant, const subject_id& id) const;
    void insert(folded_user user);
    void remove(std::size_t slot);
    void clear_users();
    void halve_range();

    std::size_t users_max_;
    std::uint64_t passes_ = 0;
    std::uint64_t range_first_ = 0; ///< of 2^32 hash values
    std::uint64_t range_end_ = 0;
    std::uint64_t range_size_ = std::uint64_t{1} << 32;

    // Open addressing, a power of two of slots, at most half of them taken. A slot holds 1 + a
    // place in users_, or 0.
    std::vector<std::uint32_t> slots_;
    std::vector<folded_user> users_;
    std::vector<std::uint32_t> free_; ///< places in users_ of who is gone
    std::size_t living_ = 0;
    std::uint64_t users_counted_ = 0;

    std::unordered_map<tenant_no, folded_tenant> tenants_;
    std::map<std::pair<tenant_no, subject_id>, key_state> keys_;
};

} // namespace rollcall::projections
