// Sees to it that the topics are there: makes those that are missing, and looks at those that are.
// Nothing that exists is changed.
#pragma once

#include "consumers/publishing/publisher.hpp"
#include "eventlog/kafka/topics.hpp"

#include <array>
#include <string>
#include <vector>

namespace rollcall::publishing {

/// What a topic must take: below it a message of any kind may not fit.
inline constexpr std::size_t message_bytes_least = 16u << 10;

struct kept_topics {
    std::array<std::string, told::topic_kinds_all.size()> names; ///< by topic_kind
    std::int32_t partitions = 0;                                 ///< of the lifecycle topic
    std::int32_t dead_letter_partitions = 0;
    std::size_t message_bytes_max = 0; ///< that all of them take
    std::vector<std::string> made;
    std::vector<std::string> warnings; ///< what is not as wished and can be lived with
    std::string alarm;                 ///< what cannot; else empty

    [[nodiscard]] const std::string& name(told::topic_kind kind) const {
        return names[static_cast<std::size_t>(kind)];
    }
};

/// How a topic is wished to be. `partitions`: those in use already; 0: none are.
kafka::topic_plan plan_of(const publisher_options& options, told::topic_kind kind,
                          std::int32_t partitions);

/// What is to be said of topics that are there, in the order of topic_kinds_all. Pure.
kept_topics judge(const publisher_options& options, const std::vector<kafka::topic_state>& found,
                  std::int32_t partitions, std::int32_t brokers);

/// Fails as kafka::topics does.
boost::asio::awaitable<base::result<kept_topics>>
keep_topics(kafka::topics& door, const publisher_options& options, std::int32_t partitions);

} // namespace rollcall::publishing
