// Keeps the time of requests for roles and approvals: reminds of those that stay open, and ends
// those that nobody decides in time. When is part of each request, and the rows of requests are by
// when one has to act on them, so he knows no profile and a restart forgets nothing.
//
// Each of his commands is judged again in its turn, and has a name that follows from the request,
// so one that is repeated does nothing.
#pragma once

#include "consumers/follower.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <set>
#include <utility>
#include <vector>

namespace rollcall::consumers {

class approvals final : public chore {
  public:
    /// The references outlive him.
    approvals(const projections::directory& views, projections::command_desk& desk)
        : views_(views), desk_(desk) {}

    static constexpr std::string_view known_as = "approvals";

    [[nodiscard]] std::string_view name() const override { return known_as; }

    /// What opens a request: something may be due earlier than he knows.
    [[nodiscard]] bool wants(eventlog::event_type type) const override;
    reaction act(const eventlog::read_event& event) override;
    reaction tidy(base::moment now) override;

    [[nodiscard]] std::optional<base::moment> due() const override { return next_; }

  private:
    using place = std::pair<eventlog::tenant_no, projections::subject_id>;

    [[nodiscard]] std::vector<projections::due_request> look(base::moment now);
    reaction act_on(const projections::due_request& one, base::moment now);

    const projections::directory& views_;
    projections::command_desk& desk_;
    bool looks_again_ = true;
    std::optional<base::moment> next_; ///< when something is due
    std::set<place> given_up_;         ///< what the desk does not take; a restart tries again
};

} // namespace rollcall::consumers
