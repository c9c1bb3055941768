// A plan was defined anew: each tenant that has it takes its terms, by an event of its own. A
// tenant that has them already is passed over, so doing it twice changes nothing.
#pragma once

#include "consumers/follower.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

namespace rollcall::consumers {

class plan_fan_out final : public chore {
  public:
    /// The references outlive it.
    plan_fan_out(const projections::directory& views, projections::command_desk& desk)
        : views_(views), desk_(desk) {}

    static constexpr std::string_view known_as = "plan-fan-out";

    [[nodiscard]] std::string_view name() const override { return known_as; }

    [[nodiscard]] bool wants(eventlog::event_type type) const override {
        return type == eventlog::event_type::plan_defined;
    }

    reaction act(const eventlog::read_event& event) override;

  private:
    const projections::directory& views_;
    projections::command_desk& desk_;
};

/// What a refused command of a consumer comes to: again if the server was busy, nothing if what it
/// was about is gone, else poison.
reaction reaction_to(const projections::refusal& why);

} // namespace rollcall::consumers
