#include "consumers/publishing/sending.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/error.hpp"
#include "eventlog/kafka/error.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"
#include "projections/told/dead_letter.hpp"
#include "projections/told/lifecycle.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace rollcall::publishing {
namespace {

using namespace eventlog;
using boost::asio::awaitable;
using kafka::kafka_errc;
using told::topic_kind;
using namespace std::chrono_literals;

/// How long a wait lasts before it is asked whether to go on.
constexpr auto look_up = 250ms;
/// How often the checkpoints that wait are gone through.
constexpr auto checkpoints_every = 50ms;

std::vector<std::uint64_t> through_of(const memory& known) {
    std::vector<std::uint64_t> through;
    for (const mark& m : known.marks)
        through.push_back(m.through);
    return through;
}

} // namespace

sending::sending(const publisher_needs& with, const publisher_options& options,
                 const kept_topics& topics, memory from, already_there there, kafka::producer& to,
                 boost::asio::steady_timer& idle, overseer& by)
    : with_(with),
      options_(options),
      topics_(topics),
      how_(options.told),
      memory_(std::move(from)),
      state_lost_(memory_.marks.size()),
      lifecycle_lost_(memory_.marks.size()),
      there_(std::move(there)),
      progress_(through_of(memory_), options.in_flight),
      to_(to),
      idle_(idle),
      by_(by),
      kept_(memory_) {
    how_.set_lineage(with.lineage);
    const std::size_t most =
        std::max(topics.message_bytes_max, message_bytes_least) - framing_bytes;
    how_.lifecycle.message_bytes_max = how_.state.message_bytes_max = most;
}

memory sending::now() const {
    memory all = memory_;
    for (std::uint32_t p = 0; p < all.marks.size(); ++p) {
        mark& m = all.marks[p];
        m.through = state_lost_[p] ? 0 : progress_.through(p);
        if (lifecycle_lost_[p]) continue;
        m.last = std::max({m.last, m.through, there_.up_to(p)});
        m.lifecycle_offset = std::max(m.lifecycle_offset, there_.offset(p));
    }
    return all;
}

awaitable<base::result<void>> sending::run() {
    expect_all_checkpoints();
    while (!by_.interrupts()) {
        if (auto took = co_await take(clock::now()); !took) co_return took;
        if (auto sent = co_await send_due_checkpoints(); !sent) co_return sent;
        if (auto kept = keep_if_due(); !kept) co_return kept;
        if (!progress_.has_room()) {
            if (auto took = co_await take(clock::now() + look_up); !took) co_return took;
            continue;
        }
        page all = next_page();
        if (!all.events.empty()) {
            if (auto sent = co_await send_page(std::move(all)); !sent) co_return sent;
            continue;
        }
        if (!all.unreadable.empty()) {
            if (auto settled = co_await settle(); !settled) co_return settled;
            co_return base::fail(log_errc::damaged_record, all.unreadable);
        }
        if (progress_.messages() > 0) {
            // An answer is some milliseconds away, and with it room for what is new.
            if (auto took = co_await take(clock::now() + look_up); !took) co_return took;
        } else {
            co_await wait_for_events();
        }
    }
    const auto until = clock::now() + options_.stop_max / 2;
    while (!progress_.idle() && clock::now() < until) {
        if (auto took = co_await take(until); !took) co_return took;
    }
    co_return base::result<void>();
}

page sending::next_page() {
    page_wish wish;
    wish.first = {position::embedded, progress_.next()};
    wish.partitions = static_cast<std::uint32_t>(progress_.partitions());
    wish.limits = options_.page;
    wish.there = &there_;
    for (std::uint32_t p = 0; p < wish.partitions; ++p)
        wish.state_up_to.push_back(memory_.marks[p].through);
    return read_page(with_.rows, with_.keys, how_, wish);
}

awaitable<base::result<void>> sending::send_page(page all) {
    for (const told_event& one : all.events) {
        progress_.begin(one.partition, one.messages.size());
        for (const told::message& m : one.messages) {
            auto sent = co_await send(m, one.at.offset, one.partition);
            if (!sent) co_return sent;
        }
    }
    for (told::checkpoint& one : all.checkpoints)
        expect_checkpoint(std::move(one));
    by_.hears(now(), 0, 0, progress_.messages());
    co_return base::result<void>();
}

awaitable<base::result<void>> sending::send_beside(const told::message& m,
                                                   std::uint32_t partition) {
    while (!progress_.has_room()) {
        if (by_.interrupts()) co_return base::fail(kafka_errc::closed, "interrupted");
        if (auto took = co_await take(clock::now() + look_up); !took) co_return took;
    }
    co_return co_await send(m, 0, partition);
}

awaitable<base::result<void>> sending::send(const told::message& m, std::uint64_t at,
                                            std::uint32_t partition) {
    std::vector<kafka::header> headers;
    headers.reserve(m.headers.size());
    for (const told::header& one : m.headers)
        headers.push_back({one.name, one.value});
    kafka::message out;
    out.topic = topics_.name(m.topic);
    out.partition = static_cast<std::int32_t>(partition);
    if (m.topic == topic_kind::dead_letters) out.partition %= topics_.dead_letter_partitions;
    out.key = m.key;
    if (m.value) out.value = *m.value;
    out.headers = headers;
    out.number = progress_.sent(at, static_cast<std::uint32_t>(m.topic), told::message_bytes(m));
    for (;;) {
        auto taken = to_.send(out);
        if (taken || taken.error().code != kafka_errc::queue_full) co_return taken;
        if (by_.interrupts()) co_return base::fail(kafka_errc::closed, "interrupted");
        if (auto took = co_await take(clock::now() + look_up); !took) co_return took;
    }
}

awaitable<base::result<void>> sending::settle() {
    while (progress_.messages() > 0) {
        if (by_.interrupts()) co_return base::fail(kafka_errc::closed, "interrupted");
        if (auto took = co_await take(clock::now() + look_up); !took) co_return took;
    }
    co_return base::result<void>();
}

awaitable<base::result<void>> sending::take(clock::time_point until) {
    const auto came = co_await to_.deliveries(until);
    if (!came) co_return tl::unexpected(came.error());
    std::size_t acknowledged = 0;
    std::size_t letters = 0;
    base::result<void> said;
    for (const kafka::delivery& one : *came) {
        // Behind the first failure nothing counts: what follows it may have overtaken it.
        const auto topic = acknowledge(one);
        if (!topic) {
            said = tl::unexpected(topic.error());
            break;
        }
        ++acknowledged;
        if (*topic == topic_kind::dead_letters) ++letters;
    }
    by_.hears(now(), acknowledged, letters, progress_.messages());
    if (acknowledged > 0) {
        by_.hears_of_trouble({});
    } else if (to_.trouble()) {
        by_.hears_of_trouble(to_.trouble()->message);
    }
    co_return said;
}

base::result<topic_kind> sending::acknowledge(const kafka::delivery& one) {
    if (one.failed) return tl::unexpected(*one.failed);
    const auto said = progress_.acknowledge(one.number);
    assert(said);
    const auto topic = static_cast<topic_kind>(said->topic);
    if (topic != topic_kind::lifecycle && topic != topic_kind::state) return topic;
    const auto p = static_cast<std::size_t>(one.partition);
    // A tombstone in a partition that is not used any more.
    if (p >= memory_.marks.size()) return topic;
    mark& m = memory_.marks[p];
    std::int64_t& newest = topic == topic_kind::lifecycle ? m.lifecycle_offset : m.state_offset;
    // Nobody counts backwards within one topic. Without an offset the broker had it already.
    if (one.offset >= 0 && one.offset <= newest) {
        state_lost_[p] = true;
        if (topic == topic_kind::lifecycle) {
            lifecycle_lost_[p] = true;
            m = {};
        }
        m.state_offset = -1;
        return base::fail(kafka_errc::other,
                          "the topic " + topics_.name(topic) +
                              " was deleted and made anew, or has lost messages, in partition " +
                              std::to_string(one.partition));
    }
    newest = std::max(newest, one.offset);
    if (topic == topic_kind::lifecycle) m.last = std::max(m.last, said->at);
    return topic;
}

base::result<void> sending::keep_if_due() {
    if (clock::now() - kept_at_ < options_.store_every) return {};
    kept_at_ = clock::now();
    memory all = now();
    if (all == kept_) return {};
    if (auto kept = by_.keeps(all); !kept) return kept;
    kept_ = std::move(all);
    return {};
}

void sending::expect_checkpoint(told::checkpoint of) {
    const auto sent = checkpoint_sent_.find(of.tenant);
    const auto not_before = sent == checkpoint_sent_.end()
                                ? clock::time_point()
                                : sent->second + options_.checkpoint_every;
    const tenant_no tenant = of.tenant;
    checkpoints_.insert_or_assign(tenant, awaited{std::move(of), not_before});
}

void sending::expect_all_checkpoints() {
    std::vector<std::pair<tenant_no, std::optional<chain_head>>> before;
    {
        const auto rows = with_.rows.snapshot();
        const auto cursor = rows->cursor(table::state, projections::key_of::all_counters());
        for (cursor->seek(projections::key_of::all_counters()); cursor->valid(); cursor->next()) {
            if (const auto tenant = projections::tenant_of_key(cursor->key())) {
                before.emplace_back(*tenant, with_.rows.chain(*tenant));
            }
        }
    }
    const auto rows = with_.rows.snapshot();
    told::names known(*rows);
    for (const auto& [tenant, head] : before) {
        // If the chain stands where it stood before the snapshot, the rows are those of its head.
        if (!head || with_.rows.chain(tenant) != head) continue;
        const auto bytes = with_.rows.read(head->at);
        if (!bytes) continue;
        const auto record = read_record(*bytes, record_check::crc);
        if (!record) continue;
        expect_checkpoint({tenant, known.tenant(tenant), *head,
                           projections::read_counters(*rows, tenant).state_hash, record->time});
    }
}

awaitable<base::result<void>> sending::send_due_checkpoints() {
    const auto time = clock::now();
    if (time - checkpoints_looked_at_ < checkpoints_every) co_return base::result<void>();
    checkpoints_looked_at_ = time;
    for (auto one = checkpoints_.begin(); one != checkpoints_.end() && progress_.has_room();) {
        const told::checkpoint& of = one->second.what;
        const std::uint32_t p =
            told::partition_of(of.tenant, static_cast<std::uint32_t>(progress_.partitions()));
        if (one->second.not_before > time || progress_.through(p) < of.head.at.offset) {
            ++one;
            continue;
        }
        auto sent = co_await send(told::checkpoint_message(how_.lifecycle, of), 0, p);
        if (!sent) co_return sent;
        checkpoint_sent_[of.tenant] = time;
        one = checkpoints_.erase(one);
    }
    co_return base::result<void>();
}

awaitable<void> sending::wait_for_events() {
    const position seen{position::embedded, progress_.next() - 1};
    // Sooner if a tenant's checkpoint waits, and so that the library is asked now and then.
    idle_.expires_after(checkpoints_.empty() ? 1'000ms : 100ms);
    std::unique_ptr<log_signal::ticket> ticket;
    // A signal that was closed wakes at once, always: then the timer alone counts.
    if (!std::exchange(woken_in_vain_, false)) {
        ticket = with_.signal.when_past(seen, [this] {
            boost::asio::post(idle_.get_executor(), [&timer = idle_] { timer.cancel(); });
        });
    }
    const auto [stopped] =
        co_await idle_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    woken_in_vain_ = stopped == boost::asio::error::operation_aborted && with_.rows.head() <= seen;
}

} // namespace rollcall::publishing
