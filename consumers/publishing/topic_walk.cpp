#include "consumers/publishing/topic_walk.hpp"

#include "consumers/publishing/publisher_rows.hpp"
#include "consumers/publishing/topic_ends.hpp"
#include "eventlog/kafka/error.hpp"
#include "eventlog/kafka/reader.hpp"
#include "projections/read.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <exception>

namespace rollcall::publishing {
namespace {

using boost::asio::awaitable;
using kafka::kafka_errc;
using clock = std::chrono::steady_clock;

constexpr std::size_t records_at_once = 1'000;

/// Looks tenants and events up, and remembers the tenants.
class event_finder {
  public:
    explicit event_finder(const eventlog::store& log) : log_(log) {}

    std::optional<told::chain_link> find(std::string_view slug, eventlog::tenant_seq seq) {
        const auto tenant = tenant_of(slug);
        if (!tenant) return std::nullopt;
        const auto at = log_.locate(*tenant, seq);
        if (!at) return std::nullopt;
        const auto bytes = log_.read(*at);
        if (!bytes) return std::nullopt;
        const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
        if (!record) return std::nullopt;
        return told::chain_link{*at, record->hash, record->prev_hash};
    }

  private:
    std::optional<eventlog::tenant_no> tenant_of(std::string_view slug) {
        if (slug == projections::system_slug) return projections::system_tenant;
        const auto known = tenants_.find(slug);
        if (known != tenants_.end()) return known->second;
        const auto tenant = projections::read_slug(*log_.snapshot(), slug);
        if (tenant) tenants_.emplace(slug, *tenant);
        return tenant;
    }

    const eventlog::store& log_;
    std::map<std::string, eventlog::tenant_no, std::less<>> tenants_;
};

std::vector<topic_proof::chain_end> chain_ends(const eventlog::store& log) {
    std::vector<topic_proof::chain_end> all;
    const auto add = [&](std::string slug, eventlog::tenant_no tenant) {
        if (const auto head = log.chain(tenant)) all.push_back({std::move(slug), head->seq});
    };
    add(std::string(projections::system_slug), projections::system_tenant);
    const auto rows = log.snapshot();
    const auto last = projections::read_last_tenant(*rows);
    for (eventlog::tenant_no one{1}; one <= last; ++one.value)
        if (const auto tenant = projections::read_tenant(*rows, one)) add(tenant->slug, one);
    return all;
}

struct walk {
    walk(const eventlog::store& of, kafka::reader from, const walk_options& how, topic_proof to)
        : log(of), door(std::move(from)), options(how), proof(std::move(to)) {}

    [[nodiscard]] clock::time_point until() const { return clock::now() + options.ask_max; }

    [[nodiscard]] bool goes_on() const {
        return !options.progress || options.progress(done, total);
    }

    static tl::unexpected<base::failure> ended() {
        return base::fail(kafka_errc::closed, "it was ended before it was through");
    }

    /// Takes records up to the offset `last`. False: something differs.
    bool take(const std::vector<kafka::record>& records, std::int64_t last) {
        return std::all_of(records.begin(), records.end(), [&](const kafka::record& record) {
            if (record.offset > last) return true;
            ++done;
            return proof.take(record.offset, read_record(record));
        });
    }

    awaitable<base::result<topic_report>> run() {
        // Asked first: whatever it says was acknowledged is there when the topic is read.
        const auto known = read_memory(*log.snapshot()).known;
        const std::uint64_t checkpoint = known ? known->checkpoint() : 0;
        const auto tenants = chain_ends(log);
        const auto reach = co_await door.extents(options.topic, until());
        if (!reach) co_return tl::unexpected(reach.error());
        const auto tails = co_await door.tail(options.topic, until());
        if (!tails) co_return tl::unexpected(tails.error());
        for (const kafka::extent& one : *reach)
            total += static_cast<std::uint64_t>(one.high - one.low);
        for (std::size_t p = 0; p < std::min(reach->size(), tails->size()); ++p) {
            const kafka::extent& of = (*reach)[p];
            proof.begin(static_cast<std::uint32_t>(of.partition), of.low);
            const auto& tail = (*tails)[p];
            if (!tail) continue;
            auto started = door.start(options.topic, of.partition, of.low);
            if (!started) co_return tl::unexpected(started.error());
            for (std::int64_t at = of.low - 1; at < tail->offset;) {
                const auto records = co_await door.next(records_at_once, until());
                if (!records) co_return tl::unexpected(records.error());
                if (records->empty()) {
                    co_return base::fail(kafka_errc::timed_out,
                                         "the broker does not give all messages of partition " +
                                             std::to_string(of.partition) + " of " + options.topic);
                }
                if (!goes_on()) co_return ended();
                if (!take(*records, tail->offset)) co_return proof.finish(tenants, checkpoint);
                at = records->back().offset;
            }
        }
        co_return proof.finish(tenants, checkpoint);
    }

    const eventlog::store& log;
    kafka::reader door;
    const walk_options& options;
    topic_proof proof;
    std::uint64_t done = 0;
    std::uint64_t total = 0;
};

} // namespace

base::result<topic_report> prove_topic(const eventlog::store& log, const base::uuid& lineage,
                                       const std::optional<eventlog::log_origin>& origin,
                                       kafka::connection brokers, const walk_options& options) {
    boost::asio::io_context context{1};
    auto door = kafka::reader::open(context.get_executor(), brokers);
    if (!door) return tl::unexpected(door.error());
    event_finder finder(log);
    walk all(log, std::move(*door), options,
             topic_proof({lineage, origin, [&](std::string_view slug, eventlog::tenant_seq seq) {
                              return finder.find(slug, seq);
                          }}));
    base::result<topic_report> came;
    std::exception_ptr broken;
    boost::asio::co_spawn(
        context,
        [&]() -> awaitable<void> {
            try {
                came = co_await all.run();
            } catch (...) {
                broken = std::current_exception();
            }
            co_await all.door.close();
            context.stop();
        },
        boost::asio::detached);
    context.run();
    if (broken) std::rethrow_exception(broken);
    return came;
}

} // namespace rollcall::publishing
