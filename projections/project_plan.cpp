// What an event about a plan changes in the rows.
#include "projections/project_parts.hpp"

namespace rollcall::projections {

base::result<entities> project_plan(eventlog::row_editor& rows, const event_header& header,
                                    const eventlog::event_body& body) {
    const auto before = read_plan(rows, std::get<eventlog::plan_defined>(body).name);
    auto now = after(before, header, body);
    if (!now) return tl::unexpected(now.error());
    put_rows(rows, *now);
    count_change(rows, header.tenant, before, *now, &tenant_counters::plans);
    entities all;
    all.plan = std::move(*now);
    return all;
}

void put_rows(eventlog::row_editor& rows, const plan_state& plan) {
    rows.put(eventlog::table::state, key_of::plan(plan.name), encode(plan));
}

} // namespace rollcall::projections
