#include "consumers/plan_fan_out.hpp"

#include "eventlog/base/sha256.hpp"

namespace rollcall::consumers {

using projections::refusal_code;

namespace {

/// Tenants that could not take a plan at the moment, after which the others are not asked either.
constexpr unsigned tenants_held_up_max = 8;

} // namespace

reaction reaction_to(const projections::refusal& why) {
    switch (why.code) {
    case refusal_code::queue_full:
    case refusal_code::expired:
    case refusal_code::stopped:
    case refusal_code::unknown:
    case refusal_code::disk_low: return {reaction::kind::again, why.message};
    case refusal_code::not_found:
    case refusal_code::tenant_deleted: return {};
    default: return {reaction::kind::poison, why.message};
    }
}

reaction plan_fan_out::act(const eventlog::read_event& event) {
    const auto& defined = std::get<eventlog::plan_defined>(event.what.body);
    reaction came;
    unsigned held_up = 0;
    for (const projections::tenant_state& tenant : views_.tenants()) {
        if (tenant.settings.plan != defined.name) continue;
        // A later definition was taken by a change of plan since: nothing older may follow.
        if (tenant.settings.terms.version >= event.seq.value) continue;
        projections::command asked;
        asked.tenant = tenant.number;
        asked.by = actor_of(known_as);
        asked.request_id = known_as;
        asked.cause = event.at;
        // The same event names the same command however often it is handed in.
        const std::string once = std::string(known_as) + event.at.text();
        asked.once = {once, base::sha256({once})};
        asked.body = projections::take_plan_terms{};
        const auto answer = desk_.submit_and_wait(std::move(asked));
        if (answer) continue;
        auto one = reaction_to(answer.error());
        // One tenant's trouble is not another's; but the server's is everybody's.
        if (one.what == reaction::kind::again && ++held_up == tenants_held_up_max) return one;
        if (came.what != reaction::kind::again) came = std::move(one);
    }
    return came;
}

} // namespace rollcall::consumers
