#include "tests/eventlog/kafka/remove_topic.hpp"

#include <chrono>
#include <librdkafka/rdkafka.h>
#include <memory>
#include <stdexcept>

namespace rollcall::kafka::testing {
namespace {

constexpr int answer_time_max_ms = 60'000;

template <auto Destroy>
struct destroys {
    void operator()(auto* what) const { Destroy(what); }
};

template <class T, auto Destroy>
using owned = std::unique_ptr<T, destroys<Destroy>>;

bool is_known(rd_kafka_t* library, const std::string& topic) {
    const rd_kafka_metadata_t* all = nullptr;
    if (rd_kafka_metadata(library, 1, nullptr, &all, answer_time_max_ms) !=
        RD_KAFKA_RESP_ERR_NO_ERROR) {
        return true;
    }
    bool known = false;
    for (int i = 0; i < all->topic_cnt; ++i)
        known = known || topic == all->topics[i].topic;
    rd_kafka_metadata_destroy(all);
    return known;
}

} // namespace

void remove_topic(const std::string& addresses, const std::string& topic) {
    char error[512];
    rd_kafka_conf_t* settings = rd_kafka_conf_new();
    rd_kafka_conf_set(settings, "bootstrap.servers", addresses.c_str(), error, sizeof error);
    const owned<rd_kafka_t, rd_kafka_destroy> library(
        rd_kafka_new(RD_KAFKA_PRODUCER, settings, error, sizeof error));
    if (!library) throw std::runtime_error(error);
    const owned<rd_kafka_queue_t, rd_kafka_queue_destroy> answers(
        rd_kafka_queue_new(library.get()));
    const owned<rd_kafka_DeleteTopic_t, rd_kafka_DeleteTopic_destroy> wish(
        rd_kafka_DeleteTopic_new(topic.c_str()));
    rd_kafka_DeleteTopic_t* wishes[] = {wish.get()};
    rd_kafka_DeleteTopics(library.get(), wishes, 1, nullptr, answers.get());
    const owned<rd_kafka_event_t, rd_kafka_event_destroy> answer(
        rd_kafka_queue_poll(answers.get(), answer_time_max_ms));
    if (!answer || rd_kafka_event_error(answer.get()) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw std::runtime_error("the broker did not delete " + topic);
    }
    const auto until =
        std::chrono::steady_clock::now() + std::chrono::milliseconds(answer_time_max_ms);
    while (is_known(library.get(), topic)) {
        if (std::chrono::steady_clock::now() > until) {
            throw std::runtime_error(topic + " does not go away");
        }
    }
}

} // namespace rollcall::kafka::testing
