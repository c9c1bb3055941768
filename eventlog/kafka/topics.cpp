#include "eventlog/kafka/topics.hpp"

#include "eventlog/kafka/client.hpp"
#include "eventlog/kafka/metadata.hpp"
#include "eventlog/kafka/record.hpp"
#include "eventlog/kafka/translate.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace rollcall::kafka {
namespace {

using clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using admin_options_ptr =
    std::unique_ptr<rd_kafka_AdminOptions_t, destroys<rd_kafka_AdminOptions_destroy>>;
using new_topic_ptr = std::unique_ptr<rd_kafka_NewTopic_t, destroys<rd_kafka_NewTopic_destroy>>;
using config_ptr =
    std::unique_ptr<rd_kafka_ConfigResource_t, destroys<rd_kafka_ConfigResource_destroy>>;

constexpr std::int32_t copies_at_most = 3;

std::vector<setting> settings() {
    return {
        {"enable.auto.commit", "false"},
        {"allow.auto.create.topics", "false"},
    };
}

std::string_view word_of(cleanup c) {
    return c == cleanup::compact ? "compact" : "delete";
}

/// What stands in `text`; 0 if it is not a number.
template <class Number>
Number number_of(std::string_view text) {
    Number number = 0;
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
}

admin_options_ptr options_for(rd_kafka_t* library, rd_kafka_admin_op_t operation, deadline until) {
    admin_options_ptr made(rd_kafka_AdminOptions_new(library, operation));
    const auto left = std::chrono::duration_cast<milliseconds>(until - clock::now());
    const int time_ms =
        static_cast<int>(std::clamp(left, milliseconds(1), milliseconds(60'000)).count());
    char reason[256];
    rd_kafka_AdminOptions_set_request_timeout(made.get(), time_ms, reason, sizeof reason);
    if (operation == RD_KAFKA_ADMIN_OP_CREATETOPICS) {
        rd_kafka_AdminOptions_set_operation_timeout(made.get(), time_ms, reason, sizeof reason);
    }
    return made;
}

void take_config(topic_state& state, std::string_view name, std::string_view value) {
    if (name == "cleanup.policy") state.cleanup_policy = value;
    if (name == "retention.ms") state.retention_ms = number_of<std::int64_t>(value);
    if (name == "retention.bytes") state.retention_bytes = number_of<std::int64_t>(value);
    if (name == "min.insync.replicas") state.min_insync = number_of<std::int32_t>(value);
    if (name == "max.message.bytes") state.message_bytes_max = number_of<std::int32_t>(value);
}

base::result<void> take_configs(topic_state& state, rd_kafka_event_t* answer) {
    const std::string doing = "topic " + state.name;
    if (const auto error = rd_kafka_event_error(answer); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(failure_of(error, doing, rd_kafka_event_error_string(answer)));
    }
    std::size_t resources = 0;
    const auto* const told = rd_kafka_event_DescribeConfigs_result(answer);
    const auto* const* const all = rd_kafka_DescribeConfigs_result_resources(told, &resources);
    for (std::size_t r = 0; r < resources; ++r) {
        const auto error = rd_kafka_ConfigResource_error(all[r]);
        if (error != RD_KAFKA_RESP_ERR_NO_ERROR) {
            const char* const reason = rd_kafka_ConfigResource_error_string(all[r]);
            return tl::unexpected(failure_of(error, doing, reason == nullptr ? "" : reason));
        }
        std::size_t entries = 0;
        const auto* const* const config = rd_kafka_ConfigResource_configs(all[r], &entries);
        for (std::size_t e = 0; e < entries; ++e) {
            const char* const value = rd_kafka_ConfigEntry_value(config[e]);
            if (value != nullptr) {
                take_config(state, rd_kafka_ConfigEntry_name(config[e]), value);
            }
        }
    }
    return {};
}

base::result<void> created(const std::string& name, rd_kafka_event_t* answer) {
    const std::string doing = "topic " + name;
    if (const auto error = rd_kafka_event_error(answer); error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return tl::unexpected(failure_of(error, doing, rd_kafka_event_error_string(answer)));
    }
    std::size_t count = 0;
    const auto* const told = rd_kafka_event_CreateTopics_result(answer);
    const auto* const* const all = rd_kafka_CreateTopics_result_topics(told, &count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto error = rd_kafka_topic_result_error(all[i]);
        if (error == RD_KAFKA_RESP_ERR_NO_ERROR) continue;
        const char* const reason = rd_kafka_topic_result_error_string(all[i]);
        return tl::unexpected(failure_of(error, doing, reason == nullptr ? "" : reason));
    }
    return {};
}

base::result<new_topic_ptr> wish(const topic_plan& plan, std::int32_t brokers) {
    if (!is_topic_name(plan.name)) {
        return base::fail(kafka_errc::bad_options,
                          "topic \"" + plan.name + "\": no topic can have this name");
    }
    char reason[256];
    new_topic_ptr made(rd_kafka_NewTopic_new(plan.name.c_str(), plan.partitions,
                                             replication_of(plan, brokers), reason, sizeof reason));
    if (!made) return base::fail(kafka_errc::bad_options, "topic " + plan.name + ": " + reason);
    const auto set = [&](const char* name, const std::string& value) {
        rd_kafka_NewTopic_set_config(made.get(), name, value.c_str());
    };
    set("cleanup.policy", std::string(word_of(plan.cleanup)));
    if (plan.cleanup == cleanup::remove) set("retention.ms", std::to_string(plan.retention_ms));
    set("min.insync.replicas", std::to_string(min_insync_of(plan, brokers)));
    set("max.message.bytes", std::to_string(plan.message_bytes_max));
    return made;
}

} // namespace

std::int32_t replication_of(const topic_plan& plan, std::int32_t brokers) {
    return plan.replication.value_or(std::clamp(brokers, 1, copies_at_most));
}

std::int32_t min_insync_of(const topic_plan& plan, std::int32_t brokers) {
    return plan.min_insync.value_or(replication_of(plan, brokers) >= 3 ? 2 : 1);
}

std::vector<difference> differences(const topic_plan& wished, const topic_state& found,
                                    std::int32_t brokers) {
    std::vector<difference> all;
    const auto compare = [&](const char* setting, const std::string& want, const std::string& is) {
        if (want != is) all.push_back({wished.name, setting, want, is});
    };
    const auto number = [&](const char* setting, std::int64_t want, std::int64_t is) {
        compare(setting, std::to_string(want), std::to_string(is));
    };
    number("partitions", wished.partitions, found.partitions);
    number("replication", replication_of(wished, brokers), found.replication);
    compare("cleanup.policy", std::string(word_of(wished.cleanup)), found.cleanup_policy);
    if (wished.cleanup == cleanup::remove) {
        number("retention.ms", wished.retention_ms, found.retention_ms);
        // Whoever wishes to keep messages for a time does not wish fewer when there are many.
        number("retention.bytes", -1, found.retention_bytes);
    }
    number("min.insync.replicas", min_insync_of(wished, brokers), found.min_insync);
    number("max.message.bytes", wished.message_bytes_max, found.message_bytes_max);
    return all;
}

struct topics::state {
    std::unique_ptr<kafka::client> client;

    // All hold the state for as long as somebody waits in it.
    static boost::asio::awaitable<base::result<std::int32_t>> brokers(std::shared_ptr<state> self,
                                                                      deadline until);
    static boost::asio::awaitable<base::result<topic_facts>>
    facts(std::shared_ptr<state> self, std::string name, bool made_now, deadline until);
    static boost::asio::awaitable<base::result<event_ptr>>
    answer_in(std::shared_ptr<state> self, queue_ptr answers, std::string doing, deadline until);
    static boost::asio::awaitable<base::result<topic_state>>
    describe(std::shared_ptr<state> self, std::string name, deadline until);
    static boost::asio::awaitable<base::result<void>> create(std::shared_ptr<state> self,
                                                             topic_plan plan, deadline until);
    static boost::asio::awaitable<void> close(std::shared_ptr<state> self, milliseconds at_most);
};

boost::asio::awaitable<base::result<std::int32_t>>
topics::state::brokers(std::shared_ptr<state> self, deadline until) {
    auto found = std::make_shared<cluster_facts>();
    const auto question = [found](rd_kafka_t* library,
                                  int time_ms) -> std::optional<base::result<void>> {
        auto facts = ask_cluster(library, time_ms);
        if (!facts) return std::nullopt;
        if (!*facts) return tl::unexpected(facts->error());
        *found = **facts;
        return base::result<void>();
    };
    auto asked = co_await self->client->ask(question, "asking for the brokers", until);
    if (!asked) co_return tl::unexpected(asked.error());
    co_return found->brokers;
}

/// `made_now`: the topic was made a moment ago, and not each broker knows of it yet.
boost::asio::awaitable<base::result<topic_facts>>
topics::state::facts(std::shared_ptr<state> self, std::string name, bool made_now, deadline until) {
    auto found = std::make_shared<topic_facts>();
    const auto question = [found, name,
                           made_now](rd_kafka_t* library,
                                     int time_ms) -> std::optional<base::result<void>> {
        auto facts = ask_topic(library, name, time_ms);
        if (!facts) return std::nullopt;
        if (made_now && !*facts && facts->error().code == kafka_errc::unknown_topic) {
            return std::nullopt;
        }
        if (!*facts) return tl::unexpected(facts->error());
        if (made_now && !(*facts)->led) return std::nullopt;
        *found = **facts;
        return base::result<void>();
    };
    auto asked = co_await self->client->ask(question, "topic " + name, until);
    if (!asked) co_return tl::unexpected(asked.error());
    co_return *found;
}

boost::asio::awaitable<base::result<event_ptr>>
topics::state::answer_in(std::shared_ptr<state> self, queue_ptr answers, std::string doing,
                         deadline until) {
    const auto since = clock::now();
    for (;;) {
        kafka::client& client = *self->client;
        if (client.closed()) co_return tl::unexpected(client::closed_failure());
        while (client.next_report()) {}
        if (event_ptr answer{rd_kafka_queue_poll(answers.get(), 0)}) co_return answer;
        if (auto reason = client.given_up(since, until, doing)) {
            co_return tl::unexpected(std::move(*reason));
        }
        co_await client.wait(client.trouble() ? std::min(until, since + client::patience) : until);
    }
}

boost::asio::awaitable<base::result<topic_state>>
topics::state::describe(std::shared_ptr<state> self, std::string name, deadline until) {
    auto known = co_await facts(self, name, false, until);
    if (!known) co_return tl::unexpected(known.error());
    topic_state found;
    found.name = name;
    found.partitions = known->partitions;
    found.replication = known->replication;

    if (self->client->closed()) co_return tl::unexpected(client::closed_failure());
    rd_kafka_t* const library = self->client->use().library;
    config_ptr asked(rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, name.c_str()));
    rd_kafka_ConfigResource_t* all[] = {asked.get()};
    queue_ptr answers = self->client->new_queue();
    const auto options = options_for(library, RD_KAFKA_ADMIN_OP_DESCRIBECONFIGS, until);
    rd_kafka_DescribeConfigs(library, all, 1, options.get(), answers.get());
    auto answer = co_await answer_in(self, std::move(answers), "topic " + name, until);
    if (!answer) co_return tl::unexpected(answer.error());
    if (auto taken = take_configs(found, answer->get()); !taken) {
        co_return tl::unexpected(taken.error());
    }
    co_return found;
}

boost::asio::awaitable<base::result<void>> topics::state::create(std::shared_ptr<state> self,
                                                                 topic_plan plan, deadline until) {
    auto count = co_await brokers(self, until);
    if (!count) co_return tl::unexpected(count.error());
    auto wished = wish(plan, *count);
    if (!wished) co_return tl::unexpected(wished.error());

    if (self->client->closed()) co_return tl::unexpected(client::closed_failure());
    rd_kafka_t* const library = self->client->use().library;
    rd_kafka_NewTopic_t* all[] = {wished->get()};
    queue_ptr answers = self->client->new_queue();
    const auto options = options_for(library, RD_KAFKA_ADMIN_OP_CREATETOPICS, until);
    rd_kafka_CreateTopics(library, all, 1, options.get(), answers.get());
    auto answer = co_await answer_in(self, std::move(answers), "topic " + plan.name, until);
    if (!answer) co_return tl::unexpected(answer.error());
    if (auto done = created(plan.name, answer->get()); !done) co_return done;
    auto there = co_await facts(self, plan.name, true, until);
    if (!there) co_return tl::unexpected(there.error());
    co_return base::result<void>();
}

boost::asio::awaitable<void> topics::state::close(std::shared_ptr<state> self,
                                                  milliseconds at_most) {
    co_await self->client->close(at_most);
}

base::result<topics> topics::open(executor where, const connection& brokers) {
    auto opened = client::open(where, brokers, RD_KAFKA_CONSUMER, settings());
    if (!opened) return tl::unexpected(opened.error());
    auto made = std::make_shared<state>();
    made->client = std::move(*opened);
    return topics(std::move(made));
}

topics::topics(std::shared_ptr<state> opened) : state_(std::move(opened)) {}

topics::topics(topics&& other) noexcept = default;
topics& topics::operator=(topics&& other) noexcept = default;
topics::~topics() = default;

boost::asio::awaitable<base::result<std::int32_t>> topics::brokers(deadline until) {
    return state::brokers(state_, until);
}

boost::asio::awaitable<base::result<topic_state>> topics::describe(std::string name,
                                                                   deadline until) {
    return state::describe(state_, std::move(name), until);
}

boost::asio::awaitable<base::result<void>> topics::create(topic_plan plan, deadline until) {
    return state::create(state_, std::move(plan), until);
}

boost::asio::awaitable<void> topics::close(milliseconds at_most) {
    return state::close(state_, at_most);
}

} // namespace rollcall::kafka
