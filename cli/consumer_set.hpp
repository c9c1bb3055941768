// The consumers of a running server, as operators see them.
#pragma once

#include "consumers/erasure.hpp"
#include "consumers/seat_keeper.hpp"
#include "gateway/admin/consumers.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/directory.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace rollcall::cli {

using consumer_set = std::vector<std::unique_ptr<consumers::follower>>;

/// What they work with; it outlives them.
struct consumer_needs {
    eventlog::store& rows;
    eventlog::writer& writer;
    eventlog::keyring& keys;
    eventlog::log_signal& signal;
    const projections::directory& views;
    projections::command_desk& desk;
    consumers::seat_figures& seats;
};

/// Those that act on plans, seats and requests.
consumer_set start_consumers(const consumer_needs& with);

std::vector<admin::consumer_view> describe(const consumer_set& all);

/// 404 for a name that none of them has; 503 if the writer does not take it.
admin::result<void> set_paused(const consumer_set& all, std::string_view name, bool paused);

/// A finding if an erasure has to be tried again, for each that is paused, tries again or has
/// parked something, and for each tenant whose plan is not in the catalogue.
void add_findings(std::vector<admin::finding>& findings, const consumers::erasure& erasures,
                  const consumer_set& all, const projections::directory& views);

} // namespace rollcall::cli
