#include "eventlog/kafka/metadata.hpp"

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/translate.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::kafka {
namespace {

struct destroys_metadata {
    void operator()(const struct rd_kafka_metadata* what) const { rd_kafka_metadata_destroy(what); }
};

using metadata_ptr = std::unique_ptr<const struct rd_kafka_metadata, destroys_metadata>;

/// Whether to ask again: nobody answered, or those who did do not know yet.
bool passes(rd_kafka_resp_err_t error) {
    const kafka_errc code = code_of(error);
    return code == kafka_errc::unreachable || code == kafka_errc::timed_out;
}

/// Null: see `error`.
metadata_ptr ask_for(rd_kafka_t* library, rd_kafka_topic_t* topic, int time_ms,
                     rd_kafka_resp_err_t& error) {
    const struct rd_kafka_metadata* told = nullptr;
    error = rd_kafka_metadata(library, 0, topic, &told, time_ms);
    return metadata_ptr(error == RD_KAFKA_RESP_ERR_NO_ERROR ? told : nullptr);
}

} // namespace

std::optional<base::result<cluster_facts>> ask_cluster(rd_kafka_t* library, int time_ms) {
    rd_kafka_resp_err_t error{};
    const metadata_ptr told = ask_for(library, nullptr, time_ms, error);
    if (!told && passes(error)) return std::nullopt;
    if (!told) return tl::unexpected(failure_of(error, "asking for the brokers"));
    return cluster_facts{told->broker_cnt};
}

std::optional<base::result<topic_facts>> ask_topic(rd_kafka_t* library, const std::string& name,
                                                   int time_ms) {
    const std::string doing = "topic " + name;
    const topic_ptr topic(is_topic_name(name) ? rd_kafka_topic_new(library, name.c_str(), nullptr)
                                              : nullptr);
    if (!topic) {
        return base::fail(kafka_errc::unknown_topic, doing + ": no topic can have this name");
    }
    rd_kafka_resp_err_t error{};
    const metadata_ptr told = ask_for(library, topic.get(), time_ms, error);
    if (told && told->topic_cnt == 1) error = told->topics[0].err;
    if (passes(error)) return std::nullopt;
    if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(failure_of(error, doing));
    }
    if (told->topic_cnt != 1) return std::nullopt;
    const rd_kafka_metadata_topic& found = told->topics[0];
    topic_facts facts;
    facts.partitions = found.partition_cnt;
    for (int i = 0; i < found.partition_cnt; ++i) {
        const rd_kafka_metadata_partition& one = found.partitions[i];
        facts.replication = i == 0 ? one.replica_cnt : std::min(facts.replication, one.replica_cnt);
        facts.led = facts.led && one.leader >= 0;
    }
    return facts;
}

} // namespace rollcall::kafka
