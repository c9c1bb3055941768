// What an event about a plan changes in the rows.
#include "projections/project_parts.hpp"
#include "projections/read.hpp"
#include "projections/state_hash.hpp"

namespace rollcall::projections {

base::result<entities> project_plan(eventlog::row_editor& rows, const event_header& header,
                                    const eventlog::event_body& body) {
    const auto before = read_plan(rows, std::get<eventlog::plan_defined>(body).name);
    auto now = after(before, header, body);
    if (!now) return tl::unexpected(now.error());
    put_rows(rows, *now);
    tenant_counters counters = read_counters(rows, header.tenant);
    if (before) {
        subtract(counters.state_hash, hash_of(*before));
    } else {
        ++counters.plans;
    }
    add(counters.state_hash, hash_of(*now));
    rows.put(eventlog::table::state, key_of::counters(header.tenant), encode(counters));
    entities all;
    all.plan = std::move(*now);
    return all;
}

void put_rows(eventlog::row_editor& rows, const plan_state& plan) {
    rows.put(eventlog::table::state, key_of::plan(plan.name), encode(plan));
}

} // namespace rollcall::projections
