#include "cli/topic_check.hpp"

#include "consumers/publishing/publisher.hpp"
#include "consumers/publishing/topic_walk.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

std::string json_of(const std::string& topic, const publishing::topic_report& report) {
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("ok", !report.first_bad).member("topic", topic);
    json.member("events", report.events).member("copies", report.copies);
    json.member("earlier_lineages", report.earlier_lineages).member("waiting", report.waiting);
    json.key("notes").begin_array();
    for (const std::string& note : report.notes)
        json.value(note);
    json.end_array();
    if (report.first_bad) {
        json.key("first_bad").begin_object();
        json.member("partition", std::uint64_t{report.first_bad->partition}).key("offset");
        if (report.first_bad->offset < 0) {
            json.null();
        } else {
            json.value(static_cast<std::uint64_t>(report.first_bad->offset));
        }
        json.member("what", report.first_bad->what).end_object();
    }
    json.end_object();
    return out;
}

} // namespace

admin::result<std::string> check_topic(const eventlog::data_directory& home,
                                       const eventlog::store& log, const publish_settings& said,
                                       admin::job_progress& progress) {
    auto options = publisher_options_of(said);
    if (!options) return admin::refuse(400, "bad_value", options.error().message);
    if (!*options) {
        return admin::refuse(409, "not_publishing",
                             "nothing is published: kafka, which names the brokers, is not given");
    }
    publishing::walk_options walk;
    walk.topic = told::topic_name((*options)->prefix, told::topic_kind::lifecycle);
    walk.progress = [&](std::uint64_t done, std::uint64_t total) {
        progress.done = done;
        progress.total = total;
        return !progress.stopping;
    };
    const auto report = publishing::prove_topic(log, home.lineage, home.origin,
                                                std::move((*options)->brokers), walk);
    if (report) return json_of(walk.topic, *report);
    if (progress.stopping) {
        return admin::refuse(503, "stopped", report.error().message + ": start it again");
    }
    return admin::refuse(503, "topic_unreadable", report.error().message);
}

} // namespace rollcall::cli
