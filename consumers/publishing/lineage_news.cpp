#include "consumers/publishing/lineage_news.hpp"

#include "eventlog/kafka/error.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"
#include "projections/told/cloud_event.hpp"
#include "projections/told/lineage_message.hpp"
#include "projections/told/names.hpp"
#include "projections/told/state_key.hpp"

#include <set>

namespace rollcall::publishing {
namespace {

using namespace eventlog;
using boost::asio::awaitable;
using told::state_kind;
using told::topic_kind;

constexpr std::size_t records_at_once = 1'000;

std::vector<tenant_no> tenants_of(const row_snapshot& rows) {
    std::vector<tenant_no> all;
    const std::string prefix = projections::key_of::all_counters();
    const auto cursor = rows.cursor(table::state, prefix);
    for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
        if (const auto tenant = projections::tenant_of_key(cursor->key())) all.push_back(*tenant);
    }
    return all;
}

/// A tombstone for a key of which nobody knows anything: not even whether it is one of ours.
told::message tombstone(const told::telling& how, topic_kind topic, const std::string& key) {
    told::message m;
    m.topic = topic;
    m.key = key;
    const auto parsed = told::parse_state_key(key);
    const std::string slug = key.substr(0, key.find('/'));
    told::cloud_event about;
    about.id = slug + ":1:" + key;
    about.source = told::source_of(how.lineage);
    about.type = told::type_name(parsed ? told::state_word(parsed->kind) : "checkpoint");
    about.subject = key;
    about.partitionkey = key;
    about.sequence = {1};
    told::put_tombstone(m, about);
    return m;
}

/// Reads a compacted topic and removes what is of nobody.
class broom {
  public:
    broom(const publisher_needs& with, const publisher_options& options, const kept_topics& topics,
          const told::telling& how, kafka::reader& from, sending& by, std::uint32_t partitions)
        : with_(with),
          options_(options),
          topics_(topics),
          how_(how),
          from_(from),
          by_(by),
          partitions_(partitions) {}

    /// All partitions of the topic: where there were more of them, or fewer, a tenant's keys stand
    /// where he is not at home any more, and nobody else will ever replace them there.
    awaitable<base::result<void>> sweep(topic_kind topic) {
        const auto reach = co_await from_.extents(topics_.name(topic), until());
        if (!reach) co_return tl::unexpected(reach.error());
        const auto last = co_await from_.tail(topics_.name(topic), until());
        if (!last) co_return tl::unexpected(last.error());
        for (std::size_t p = 0; p < reach->size() && p < last->size(); ++p) {
            if (!(*last)[p]) continue;
            auto swept = co_await sweep_partition(topic, (*reach)[p], (*last)[p]->offset);
            if (!swept) co_return swept;
        }
        co_return base::result<void>();
    }

  private:
    [[nodiscard]] sending::clock::time_point until() const {
        return sending::clock::now() + options_.ask_max;
    }

    /// Up to the record at `last`, which is there.
    awaitable<base::result<void>> sweep_partition(topic_kind topic, kafka::extent reach,
                                                  std::int64_t last) {
        auto started = from_.start(topics_.name(topic), reach.partition, reach.low);
        if (!started) co_return started;
        for (std::int64_t at = reach.low - 1; at < last;) {
            const auto records = co_await from_.next(records_at_once, until());
            if (!records) co_return tl::unexpected(records.error());
            if (records->empty()) {
                co_return base::fail(kafka::kafka_errc::timed_out,
                                     "the broker does not give the messages of partition " +
                                         std::to_string(reach.partition) + " of " +
                                         topics_.name(topic));
            }
            at = records->back().offset;
            for (const std::string& key : out_of_place(topic, *records, reach.partition, last)) {
                auto sent = co_await by_.send_beside(tombstone(how_, topic, key),
                                                     static_cast<std::uint32_t>(reach.partition));
                if (!sent) co_return sent;
            }
        }
        co_return base::result<void>();
    }

    /// The keys that have a value and belong to nobody there. Sending them may take long: no view
    /// of the store is held meanwhile.
    [[nodiscard]] std::set<std::string> out_of_place(topic_kind topic,
                                                     const std::vector<kafka::record>& records,
                                                     std::int32_t partition,
                                                     std::int64_t last) const {
        std::set<std::string> keys;
        const auto rows = with_.rows.snapshot();
        for (const kafka::record& one : records) {
            if (!one.value || !one.key || one.offset > last) continue;
            const auto home = home_of(*rows, topic, *one.key, partitions_);
            if (home != static_cast<std::uint32_t>(partition)) keys.insert(*one.key);
        }
        return keys;
    }

    const publisher_needs& with_;
    const publisher_options& options_;
    const kept_topics& topics_;
    const told::telling& how_;
    kafka::reader& from_;
    sending& by_;
    std::uint32_t partitions_; ///< that are used
};

} // namespace

tenant_seq first_behind(const store& log, tenant_no tenant, std::uint64_t position) {
    const auto head = log.chain(tenant);
    if (!head) return {1};
    std::uint64_t low = 1;
    std::uint64_t high = head->seq.value + 1;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const auto at = log.locate(tenant, {middle});
        if (at && at->offset <= position) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return {low};
}

bool lives(const row_reader& rows, std::string_view text) {
    const auto key = told::parse_state_key(text);
    if (!key) return false;
    const auto tenant = projections::read_slug(rows, key->slug);
    if (!tenant) return false;
    switch (key->kind) {
    case state_kind::user: return projections::read_user(rows, *tenant, key->id).has_value();
    case state_kind::team: return projections::read_team(rows, *tenant, key->id).has_value();
    case state_kind::member:
        return projections::read_member(rows, *tenant, key->id, key->user).has_value();
    case state_kind::seats: return true;
    }
    return false;
}

std::optional<std::uint32_t> home_of(const row_reader& rows, topic_kind topic, std::string_view key,
                                     std::uint32_t partitions) {
    if (topic == topic_kind::state && !lives(rows, key)) return std::nullopt;
    const std::string_view slug = topic == topic_kind::state ? key.substr(0, key.find('/')) : key;
    const auto tenant = slug == projections::system_slug ? projections::system_tenant
                                                         : projections::read_slug(rows, slug);
    if (!tenant) return std::nullopt;
    return told::partition_of(*tenant, partitions);
}

awaitable<base::result<void>> tell_lineage(const publisher_needs& with,
                                           const publisher_options& options,
                                           const kept_topics& topics, const memory& from,
                                           kafka::reader& state, sending& by) {
    tellings how = options.told;
    how.set_lineage(with.lineage);
    const auto partitions = static_cast<std::uint32_t>(from.marks.size());
    std::vector<told::message> news;
    {
        const auto rows = with.rows.snapshot();
        told::names known(*rows);
        for (const tenant_no tenant : tenants_of(*rows)) {
            const mark& m = from.marks[told::partition_of(tenant, partitions)];
            news.push_back(told::lineage_message(how.lifecycle, tenant, known.tenant(tenant),
                                                 from.previous,
                                                 first_behind(with.rows, tenant, m.last)));
        }
    }
    for (const told::message& m : news) {
        auto sent = co_await by.send_beside(m, told::partition_of(m.tenant, partitions));
        if (!sent) co_return sent;
    }
    broom sweeper(with, options, topics, how.state, state, by, partitions);
    for (const topic_kind topic : {topic_kind::state, topic_kind::checkpoints}) {
        auto swept = co_await sweeper.sweep(topic);
        if (!swept) co_return swept;
    }
    co_return co_await by.settle();
}

} // namespace rollcall::publishing
