#include "consumers/publishing/topic_ends.hpp"

#include "eventlog/kafka/error.hpp"

namespace rollcall::publishing {
namespace {

using kafka::kafka_errc;

constexpr std::size_t records_at_once = 1'000;

} // namespace

base::result<told::read_back> read_record(const kafka::record& record) {
    std::vector<told::header> headers;
    headers.reserve(record.headers.size());
    for (const kafka::kept_header& one : record.headers)
        headers.push_back({one.name, one.value});
    return told::read_message(record.value, headers);
}

boost::asio::awaitable<base::result<std::vector<partition_end>>>
read_ends(kafka::reader& door, const kept_topics& topics, std::chrono::milliseconds ask_max) {
    const auto until = [&] { return std::chrono::steady_clock::now() + ask_max; };
    const std::string& lifecycle = topics.name(told::topic_kind::lifecycle);
    const auto reach = co_await door.extents(lifecycle, until());
    if (!reach) co_return tl::unexpected(reach.error());
    const auto state = co_await door.extents(topics.name(told::topic_kind::state), until());
    if (!state) co_return tl::unexpected(state.error());
    const auto last = co_await door.tail(lifecycle, until());
    if (!last) co_return tl::unexpected(last.error());

    std::vector<partition_end> ends(reach->size());
    for (std::size_t p = 0; p < ends.size(); ++p) {
        partition_end& end = ends[p];
        end.low = (*reach)[p].low;
        end.high = (*reach)[p].high;
        if (p < state->size()) end.state_high = (*state)[p].high;
        if (p >= last->size() || !(*last)[p]) continue;
        const kafka::record& record = *(*last)[p];
        end.offset = record.offset;
        end.high = std::max(end.high, record.offset + 1);
        auto read = read_record(record);
        if (read) {
            end.last = std::move(*read);
        } else {
            end.why_unreadable = read.error().message;
        }
    }
    co_return ends;
}

already_there nothing_found(const go_on& from) {
    std::vector<std::uint64_t> up_to;
    for (const mark& m : from.from.marks)
        up_to.push_back(m.last);
    return already_there(std::move(up_to));
}

boost::asio::awaitable<base::result<already_there>>
read_what_is_there(kafka::reader& door, const kept_topics& topics, const our_log& log,
                   const go_on& from, std::vector<partition_end>& ends, std::size_t most,
                   std::chrono::milliseconds ask_max) {
    already_there there = nothing_found(from);
    const auto partitions = static_cast<std::uint32_t>(from.from.marks.size());
    for (std::uint32_t p = 0; p < partitions; ++p) {
        if (!from.read_from[p]) continue;
        auto started = door.start(topics.name(told::topic_kind::lifecycle),
                                  static_cast<std::int32_t>(p), *from.read_from[p]);
        if (!started) co_return tl::unexpected(started.error());
        std::int64_t at = *from.read_from[p] - 1;
        for (std::size_t read = 0; at < ends[p].offset && read < most;) {
            const auto records = co_await door.next(std::min(records_at_once, most - read),
                                                    std::chrono::steady_clock::now() + ask_max);
            if (!records) {
                // Retention was faster: what is gone is sent again.
                if (records.error().code == kafka_errc::offset_out_of_range) break;
                co_return tl::unexpected(records.error());
            }
            if (records->empty()) {
                co_return base::fail(kafka_errc::timed_out,
                                     "the broker does not give the last messages of partition " +
                                         std::to_string(p) + " of " +
                                         topics.name(told::topic_kind::lifecycle));
            }
            read += records->size();
            at = records->back().offset;
            for (const kafka::record& record : *records) {
                const auto said = read_record(record);
                if (!said || !said->link || said->lineage != log.lineage) continue;
                const std::string wrong = contradiction(log, *said, p, partitions);
                if (wrong.empty()) {
                    there.found(p, said->link->at.offset, record.offset);
                } else if (ends[p].untrue.empty()) {
                    ends[p].untrue = "holds event " + std::to_string(said->seq.value) +
                                     " of the tenant " + said->tenant + " (" +
                                     said->link->at.text() + ", message " +
                                     std::to_string(record.offset) + ") of this log, " + wrong;
                }
            }
        }
    }
    co_return there;
}

} // namespace rollcall::publishing
