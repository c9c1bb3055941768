#include "consumers/publishing/topic_keeping.hpp"

#include "eventlog/kafka/error.hpp"

#include <algorithm>

namespace rollcall::publishing {
namespace {

using told::topic_kind;

constexpr auto kinds = told::topic_kinds_all;

bool compacts(topic_kind kind) {
    return kind == topic_kind::state || kind == topic_kind::checkpoints;
}

void add(std::string& all, const std::string& one) {
    if (!all.empty()) all += ' ';
    all += one;
}

/// Of a topic whose setting would lose what it must keep.
std::string wrong_policy(const kafka::topic_state& found, topic_kind kind) {
    const bool compacted = found.cleanup_policy.find("compact") != std::string::npos;
    const bool removed = found.cleanup_policy.find("delete") != std::string::npos;
    const auto set_to = [&](const std::string& value) {
        return "The topic " + found.name + " has cleanup.policy=" + found.cleanup_policy +
               "; set it to `" + value + "`.";
    };
    if (kind == topic_kind::lifecycle && compacted) {
        return set_to("delete") + " Compaction removes events, and a tenant's count has gaps.";
    }
    if (compacts(kind) && (!compacted || removed)) {
        return set_to("compact") + " Deletion removes what is still so.";
    }
    return {};
}

} // namespace

kafka::topic_plan plan_of(const publisher_options& options, topic_kind kind,
                          std::int32_t partitions) {
    kafka::topic_plan plan;
    plan.name = told::topic_name(options.prefix, kind);
    plan.partitions = partitions > 0 ? partitions : options.partitions;
    plan.replication = options.replication;
    plan.cleanup = compacts(kind) ? kafka::cleanup::compact : kafka::cleanup::remove;
    if (kind == topic_kind::lifecycle) plan.retention_ms = options.lifecycle_retention_ms;
    return plan;
}

kept_topics judge(const publisher_options& options, const std::vector<kafka::topic_state>& found,
                  std::int32_t partitions, std::int32_t brokers) {
    kept_topics kept;
    kept.message_bytes_max = options.producer.message_bytes_max;
    for (const topic_kind kind : kinds) {
        const kafka::topic_state& topic = found[static_cast<std::size_t>(kind)];
        kept.names[static_cast<std::size_t>(kind)] = topic.name;
        kept.message_bytes_max =
            std::min(kept.message_bytes_max, static_cast<std::size_t>(topic.message_bytes_max));
        if (static_cast<std::size_t>(topic.message_bytes_max) < message_bytes_least) {
            add(kept.alarm, "The topic " + topic.name + " has max.message.bytes=" +
                                std::to_string(topic.message_bytes_max) +
                                ", in which not every message fits; set it to " +
                                std::to_string(message_bytes_least) + " or more.");
        }
        if (kind == topic_kind::lifecycle) {
            kept.partitions = topic.partitions;
            if (partitions == 0) partitions = topic.partitions;
        }
        if (kind == topic_kind::dead_letters) kept.dead_letter_partitions = topic.partitions;
        // Fewer of the lifecycle topic: the tail check says what that means.
        if (compacts(kind) && topic.partitions < partitions) {
            add(kept.alarm, "The topic " + topic.name + " has " + std::to_string(topic.partitions) +
                                " partitions and needs " + std::to_string(partitions) +
                                ", as the lifecycle topic has: add partitions.");
        }
        const std::string wrong = wrong_policy(topic, kind);
        if (!wrong.empty()) add(kept.alarm, wrong);
        for (const kafka::difference& one :
             kafka::differences(plan_of(options, kind, partitions), topic, brokers)) {
            if (one.setting == "cleanup.policy" && !wrong.empty()) continue;
            kept.warnings.push_back("the topic " + one.topic + " has " + one.setting + "=" +
                                    one.found + " where " + one.wished + " was wished");
        }
    }
    return kept;
}

boost::asio::awaitable<base::result<kept_topics>>
keep_topics(kafka::topics& door, const publisher_options& options, std::int32_t partitions) {
    const auto until = [&] { return std::chrono::steady_clock::now() + options.ask_max; };
    const auto brokers = co_await door.brokers(until());
    if (!brokers) co_return tl::unexpected(brokers.error());
    std::vector<kafka::topic_state> found;
    std::vector<std::string> made;
    for (const topic_kind kind : kinds) {
        // The others have as many partitions as the lifecycle topic, which comes first.
        const std::int32_t wished =
            partitions > 0 ? partitions : (found.empty() ? 0 : found.front().partitions);
        const kafka::topic_plan plan = plan_of(options, kind, wished);
        auto state = co_await door.describe(plan.name, until());
        if (!state && state.error().code == kafka::kafka_errc::unknown_topic) {
            const auto created = co_await door.create(plan, until());
            if (created) {
                made.push_back(plan.name);
            } else if (created.error().code != kafka::kafka_errc::already_exists) {
                co_return tl::unexpected(created.error());
            }
            state = co_await door.describe(plan.name, until());
        }
        if (!state) co_return tl::unexpected(state.error());
        found.push_back(std::move(*state));
    }
    kept_topics kept = judge(options, found, partitions, *brokers);
    kept.made = std::move(made);
    co_return kept;
}

} // namespace rollcall::publishing
