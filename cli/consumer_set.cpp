#include "cli/consumer_set.hpp"

#include "consumers/approvals.hpp"
#include "consumers/plan_fan_out.hpp"

#include <algorithm>

namespace rollcall::cli {
namespace {

using admin::finding;

/// Of the parked events, those that are shown.
constexpr std::size_t parked_shown_max = 100;

void add_consumers(std::vector<finding>& findings, const consumer_set& all) {
    for (const auto& one : all) {
        const auto state = one->state();
        const std::string what = "consumer " + std::string(state.name);
        if (state.paused) {
            findings.push_back(
                {finding::grade::note, what, "it is paused",
                 "Let it go on: rollcall consumer resume " + std::string(state.name)});
        }
        if (!state.last_error.empty()) {
            findings.push_back({finding::grade::bad, what, state.last_error,
                                "It is tried again by itself; if it stays, look at the disk"});
        }
        if (!state.parked.empty()) {
            findings.push_back(
                {finding::grade::bad, what,
                 std::to_string(state.parked.size()) + " events are parked, the first at " +
                     state.parked.front().at.text() + ": " + state.parked.front().reason,
                 "See `rollcall consumer list`: what they ask for was not done"});
        }
    }
}

void add_plans(std::vector<finding>& findings, const projections::directory& views) {
    for (const projections::tenant_state& tenant : views.tenants()) {
        const std::string& plan = tenant.settings.plan;
        if (plan == projections::default_plan || views.plan(plan)) continue;
        findings.push_back({finding::grade::note, "plan of " + tenant.slug,
                            "'" + plan +
                                "' is not in the catalogue: the tenant has the terms that "
                                "it had",
                            "Create the plan, or give the tenant another: rollcall plan list"});
    }
}

} // namespace

consumer_set start_consumers(const consumer_needs& with) {
    consumer_set all;
    const auto follow = [&](std::unique_ptr<consumers::chore> what) {
        all.push_back(std::make_unique<consumers::follower>(with.rows, with.writer, with.keys,
                                                            with.signal, std::move(what),
                                                            consumers::follower_options{}));
    };
    follow(std::make_unique<consumers::plan_fan_out>(with.views, with.desk));
    follow(std::make_unique<consumers::seat_keeper>(with.views, with.desk, with.seats));
    follow(std::make_unique<consumers::approvals>(with.views, with.desk));
    return all;
}

std::vector<admin::consumer_view> describe(const consumer_set& all) {
    std::vector<admin::consumer_view> out;
    for (const auto& one : all) {
        const auto state = one->state();
        admin::consumer_view view;
        view.name = state.name;
        view.at = state.checkpoint;
        view.paused = state.paused;
        view.last_error = state.last_error;
        view.parked_total = state.parked.size();
        for (std::size_t i = 0; i < std::min(state.parked.size(), parked_shown_max); ++i)
            view.parked.push_back(
                {state.parked[i].at, state.parked[i].time, state.parked[i].reason});
        out.push_back(std::move(view));
    }
    return out;
}

admin::result<void> set_paused(const consumer_set& all, std::string_view name, bool paused) {
    for (const auto& one : all) {
        if (one->name() != name) continue;
        if (auto kept = one->set_paused(paused); !kept) {
            return admin::refuse(503, "stopped", kept.error().message);
        }
        return {};
    }
    std::string known;
    for (const auto& one : all)
        known += (known.empty() ? "" : ", ") + std::string(one->name());
    return admin::refuse(404, "not_found",
                         "there is no consumer '" + std::string(name) + "'; known: " + known);
}

void add_findings(std::vector<finding>& findings, const consumers::erasure& erasures,
                  const consumer_set& all, const projections::directory& views) {
    const auto erasure = erasures.figures();
    if (!erasure.last_error.empty()) {
        findings.push_back({finding::grade::bad, "erasure", erasure.last_error,
                            "It is tried again by itself; if it stays, look at the disk"});
    }
    add_consumers(findings, all);
    add_plans(findings, views);
}

} // namespace rollcall::cli
