// The consumers of a running server, as operators see them.
#pragma once

#include "consumers/erasure.hpp"
#include "consumers/publishing/publisher.hpp"
#include "consumers/seat_keeper.hpp"
#include "gateway/admin/consumers.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/directory.hpp"

#include <memory>
#include <string_view>
#include <vector>

namespace rollcall::cli {

struct consumer_set {
    std::vector<std::unique_ptr<consumers::follower>> followers;
    std::unique_ptr<publishing::publisher> publisher; ///< null: nothing is published

    /// Stops them all, the publisher first: he has the least to wait for.
    void stop();
};

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

/// And the publisher, who connects to nobody before this returns. Fails with
/// kafka_errc::bad_options.
base::result<void> start_publisher(consumer_set& all, const publishing::publisher_needs& with,
                                   publishing::publisher_options options);

std::vector<admin::consumer_view> describe(const consumer_set& all);

/// 404 for a name that none of them has; 503 if the writer does not take it.
admin::result<void> set_paused(const consumer_set& all, std::string_view name, bool paused);

/// Lets publishing go on. With `new_lineage` what raised its alarm is accepted; without it an alarm
/// is 409, as it is with it when there is none. 409 too where nothing is published.
admin::result<void> resume_publishing(const consumer_set& all, bool new_lineage);

/// What /readyz tells of it: `ok`, `paused`, `failing` or `alarm`; empty where nothing is
/// published.
std::string_view publishing_word(const consumer_set& all);

/// A finding if an erasure has to be tried again, for each that is paused, tries again or has
/// parked something, for the publisher, and for each tenant whose plan is not in the catalogue.
void add_findings(std::vector<admin::finding>& findings, const consumers::erasure& erasures,
                  const consumer_set& all, const projections::directory& views);

} // namespace rollcall::cli
