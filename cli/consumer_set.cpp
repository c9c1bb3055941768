#include "cli/consumer_set.hpp"

#include "consumers/approvals.hpp"
#include "consumers/plan_fan_out.hpp"

#include <algorithm>

namespace rollcall::cli {
namespace {

using admin::finding;

/// Of the parked events, those that are shown.
constexpr std::size_t parked_shown_max = 100;

/// Of whom nothing else can be known by this name.
const std::string publisher_what = "consumer publisher";

void add_publisher(std::vector<finding>& findings, const publishing::publisher& one) {
    const auto state = one.state();
    const std::string lag = state.lag_events == 0
                                ? "everything is published"
                                : std::to_string(state.lag_events) + " events are not published";
    if (!state.alarm.empty()) {
        findings.push_back({finding::grade::bad, publisher_what, state.alarm,
                            "Until then nothing is published, and nothing is lost: see "
                            "\"Publishing\" in docs/OPERATING.md"});
    } else if (state.paused) {
        findings.push_back({finding::grade::note, publisher_what, "it is paused; " + lag,
                            "Let it go on: rollcall publish resume"});
    } else if (!state.last_error.empty()) {
        findings.push_back({finding::grade::bad, publisher_what, state.last_error + "; " + lag,
                            "It is tried again by itself; if it stays, look at the brokers and at "
                            "the settings that begin with kafka"});
    } else {
        findings.push_back({finding::grade::good, publisher_what, lag, {}});
    }
}

admin::consumer_view describe(const publishing::publisher& one) {
    const auto state = one.state();
    admin::consumer_view view;
    view.name = one.name();
    view.at = state.checkpoint;
    view.paused = state.paused;
    view.last_error = state.last_error;
    view.publishing = {state.alarm,        state.oldest_unpublished, state.messages_sent,
                       state.dead_letters, state.under_way,          state.producers};
    return view;
}

admin::result<void> pause(const auto& one, bool paused) {
    if (auto kept = one->set_paused(paused); !kept) {
        return admin::refuse(503, "stopped", kept.error().message);
    }
    return {};
}

void add_followers(std::vector<finding>& findings, const consumer_set& all) {
    for (const auto& one : all.followers) {
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
        all.followers.push_back(
            std::make_unique<consumers::follower>(with.rows, with.writer, with.keys, with.signal,
                                                  std::move(what), consumers::follower_options{}));
    };
    follow(std::make_unique<consumers::plan_fan_out>(with.views, with.desk));
    follow(std::make_unique<consumers::seat_keeper>(with.views, with.desk, with.seats));
    follow(std::make_unique<consumers::approvals>(with.views, with.desk));
    return all;
}

base::result<void> start_publisher(consumer_set& all, const publishing::publisher_needs& with,
                                   publishing::publisher_options options) {
    auto started = publishing::publisher::start(with, std::move(options));
    if (!started) return tl::unexpected(started.error());
    all.publisher = std::move(*started);
    return {};
}

void consumer_set::stop() {
    publisher.reset();
    followers.clear();
}

std::vector<admin::consumer_view> describe(const consumer_set& all) {
    std::vector<admin::consumer_view> out;
    for (const auto& one : all.followers) {
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
    if (all.publisher) out.push_back(describe(*all.publisher));
    return out;
}

admin::result<void> set_paused(const consumer_set& all, std::string_view name, bool paused) {
    std::string known;
    for (const auto& one : all.followers) {
        if (one->name() == name) return pause(one, paused);
        known += (known.empty() ? "" : ", ") + std::string(one->name());
    }
    if (all.publisher) {
        if (all.publisher->name() == name) return pause(all.publisher, paused);
        known += ", " + std::string(all.publisher->name());
    }
    return admin::refuse(404, "not_found",
                         "there is no consumer '" + std::string(name) + "'; known: " + known);
}

admin::result<void> resume_publishing(const consumer_set& all, bool new_lineage) {
    if (!all.publisher) {
        return admin::refuse(409, "not_publishing",
                             "nothing is published: the server was started without kafka, which "
                             "names the brokers");
    }
    const auto state = all.publisher->state();
    if (!state.alarm.empty() && !new_lineage) {
        return admin::refuse(409, "alarm", state.alarm);
    }
    if (new_lineage) {
        if (auto accepted = all.publisher->accept_new_lineage(); !accepted) {
            return admin::refuse(409, "no_alarm", accepted.error().message);
        }
    }
    if (!state.paused) return {};
    return pause(all.publisher, false);
}

std::string_view publishing_word(const consumer_set& all) {
    if (!all.publisher) return {};
    const auto state = all.publisher->state();
    if (!state.alarm.empty()) return "alarm";
    if (state.paused) return "paused";
    return state.last_error.empty() ? "ok" : "failing";
}

void add_findings(std::vector<finding>& findings, const consumers::erasure& erasures,
                  const consumer_set& all, const projections::directory& views) {
    const auto erasure = erasures.figures();
    if (!erasure.last_error.empty()) {
        findings.push_back({finding::grade::bad, "erasure", erasure.last_error,
                            "It is tried again by itself; if it stays, look at the disk"});
    }
    add_followers(findings, all);
    if (all.publisher) add_publisher(findings, *all.publisher);
    add_plans(findings, views);
}

} // namespace rollcall::cli
