// What the brokers say of themselves and of a topic. Asked by blocking: see client::ask. Internal
// to this room.
#pragma once

#include "eventlog/base/result.hpp"

#include <cstdint>
#include <librdkafka/rdkafka.h>
#include <optional>
#include <string>

namespace rollcall::kafka {

struct cluster_facts {
    std::int32_t brokers = 0;
};

struct topic_facts {
    std::int32_t partitions = 0;
    std::int32_t replication = 0; ///< of the partition that has the fewest copies
    bool led = true;              ///< each partition has a leader
};

/// Nothing: no answer yet, ask again.
std::optional<base::result<cluster_facts>> ask_cluster(rd_kafka_t* library, int time_ms);

/// Likewise. Fails with unknown_topic, and with what else a broker says of the topic.
std::optional<base::result<topic_facts>> ask_topic(rd_kafka_t* library, const std::string& name,
                                                   int time_ms);

} // namespace rollcall::kafka
