#include "projections/told/plan_json.hpp"

#include "projections/status.hpp"

namespace rollcall::told {

void write_limit(base::json_writer& json, std::string_view member,
                 const std::optional<std::uint64_t>& limit) {
    json.key(member);
    if (limit) {
        json.value(*limit);
    } else {
        json.null();
    }
}

void write_terms(base::json_writer& json, const eventlog::plan_terms& terms) {
    write_limit(json, "seats", terms.seats);
    json.member("scim", terms.scim_included);
    json.key("seat_states").begin_array();
    for (const auto status : projections::living_statuses) {
        if (projections::holds_seat(terms, status)) json.value(projections::status_name(status));
    }
    json.end_array();
    json.member("on_downgrade", eventlog::downgrade_policy_name(terms.on_downgrade));
    json.member("grace_days", std::uint64_t{terms.grace_days});
    json.member("version", terms.version);
}

void write_suspension(base::json_writer& json, const eventlog::suspension& suspended) {
    json.key("suspended");
    if (!suspended.any()) {
        json.null();
        return;
    }
    json.begin_object().key("reasons").begin_array();
    for (const auto reason : eventlog::suspension_reasons_all) {
        if (suspended.has(reason)) json.value(eventlog::suspension_reason_name(reason));
    }
    json.end_array().member("since", suspended.since.text()).end_object();
}

} // namespace rollcall::told
