// The seat keeper: sees after the fact that nobody has a seat too many, and nobody waits for one
// that is free.
//
// * More people than seats, and the plan says that the newest are suspended by now: he suspends
//   them, newest first, until the rest fits. When a grace ends is read from the tenant's settings,
//   so a restart forgets nothing.
// * A seat comes free: he resumes who was suspended for want of one, the longest suspended first.
// * He warns when a tenant comes to have taken 80 and 100 % of its seats: once each, until it is
//   below again; in the server's log and in a figure.
// * He alarms if the number in use rises while it is above the limit: decide should never let it,
//   and he is the one who would notice.
//
// Each of his commands is judged again in its turn, so a repeated one does nothing.
#pragma once

#include "consumers/follower.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <atomic>
#include <map>
#include <set>
#include <vector>

namespace rollcall::consumers {

/// Since the start of the process; outlive the keeper, who only adds.
struct seat_figures {
    std::atomic<std::uint64_t> warnings{0};
    std::atomic<std::uint64_t> alarms{0};
};

class seat_keeper final : public chore {
  public:
    /// The references outlive him. At first he looks at every tenant.
    seat_keeper(const projections::directory& views, projections::command_desk& desk,
                seat_figures& figures);

    static constexpr std::string_view known_as = "seat-keeper";

    [[nodiscard]] std::string_view name() const override { return known_as; }

    [[nodiscard]] bool wants(eventlog::event_type type) const override;
    reaction act(const eventlog::read_event& event) override;
    reaction tidy(base::moment now) override;
    [[nodiscard]] std::optional<base::moment> due() const override;

  private:
    /// What he saw when he last looked at a tenant.
    struct sight {
        std::uint64_t used = 0;
        std::optional<std::uint64_t> limit;
        eventlog::plan_terms terms;
        unsigned warned = 0;       ///< percent
        bool nobody_waits = false; ///< nobody is suspended for want of a seat
        eventlog::position cause;  ///< the event that made him look
    };

    reaction look_at(eventlog::tenant_no number, base::moment now);
    void warn(const projections::tenant_state& tenant, sight& seen, std::uint64_t used,
              const std::optional<std::uint64_t>& limit);
    reaction suspend_newest(const projections::tenant_state& tenant, const sight& seen,
                            std::uint64_t too_many);
    reaction resume_longest(const projections::tenant_state& tenant, sight& seen,
                            std::uint64_t free);
    template <class Command>
    reaction send_each(eventlog::tenant_no tenant, const sight& seen,
                       const std::vector<projections::subject_id>& people);
    reaction send(eventlog::tenant_no tenant, const sight& seen, projections::command_body body);

    const projections::directory& views_;
    projections::command_desk& desk_;
    seat_figures& figures_;
    std::map<eventlog::tenant_no, sight> seen_;
    std::set<eventlog::tenant_no> to_look_at_;
    std::map<eventlog::tenant_no, base::moment> ends_; ///< of graces
};

} // namespace rollcall::consumers
