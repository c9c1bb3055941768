#include "eventlog/verify.hpp"

#include "eventlog/base/sha256.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/event_codec.hpp"

#include <algorithm>
#include <limits>

namespace rollcall::eventlog {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// What the walk has seen so far.
struct walked_part {
    std::map<tenant_no, chain_head> chains;
    std::uint64_t second = 0;                ///< of the newest event
    std::optional<position> first_in_second; ///< the first event of it; nothing in second 0
};

/// The time index has a row where a new second begins, and none between two of them.
bool time_index_holds(const store& log, position at, base::moment when, walked_part& walked) {
    const auto second = static_cast<std::uint64_t>(std::max<std::int64_t>(when.unix_ms, 0)) / 1000;
    if (second <= walked.second) return true;
    const auto before = log.first_in(second - 1);
    if (before != walked.first_in_second || log.first_in(second) != at) return false;
    walked.second = second;
    walked.first_in_second = at;
    return true;
}

std::optional<std::string> check_record(const store& log, std::string_view bytes, position expected,
                                        walked_part& walked) {
    const auto record = read_record(bytes, record_check::crc_and_hashes);
    if (!record) return record.error().message;
    if (record->at != expected) {
        return "the record says it stands at " + record->at.text() +
               ", so one is missing or was moved";
    }
    if (const auto body = decode_clear(record->type, record->schema, record->clear); !body) {
        return body.error().message;
    }
    chain_head& head = walked.chains[record->tenant];
    const std::string tenant = std::to_string(record->tenant.value);
    if (record->seq.value != head.seq.value + 1) {
        return "tenant " + tenant + " jumps from seq " + std::to_string(head.seq.value) + " to " +
               std::to_string(record->seq.value);
    }
    if (record->prev_hash != head.hash) {
        return "the hash chain of tenant " + tenant + " breaks at seq " +
               std::to_string(record->seq.value);
    }
    head = {record->seq, record->hash, record->at};
    if (log.locate(record->tenant, record->seq) != record->at) {
        return "the seq index does not lead to this event";
    }
    if (log.latest(record->tenant, record->subject, record->at) != record->at) {
        return "the subject index does not lead to this event";
    }
    if (!time_index_holds(log, record->at, record->time, walked)) {
        return "the time index does not lead to the first event of this second";
    }
    return std::nullopt;
}

} // namespace

digest hash_of_heads(const std::map<tenant_no, chain_head>& heads) {
    std::string bytes;
    for (const auto& [tenant, head] : heads) {
        base::put_be(bytes, tenant.value);
        base::put_be(bytes, head.seq.value);
        base::put_bytes(bytes, head.hash);
    }
    return base::sha256({bytes});
}

verify_report verify_log(const store& log,
                         const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
    verify_report report;
    report.head = log.head();
    position expected{position::embedded, 0};
    walked_part walked;
    const auto fault = [&](position at, std::string what) {
        report.first_bad = verify_finding{at, std::move(what)};
        return report;
    };
    try {
        const auto walk = log.records(expected.next(), true);
        for (std::string_view bytes; expected < report.head && walk->next(bytes);) {
            if (auto what = check_record(log, bytes, expected.next(), walked)) {
                return fault(expected.next(), std::move(*what));
            }
            expected = expected.next();
            if (++report.events % progress_every == 0 &&
                !progress(report.events, report.head.offset)) {
                return report;
            }
        }
        if (expected != report.head) return fault(expected.next(), "the event is missing");
        for (const auto& [tenant, head] : walked.chains) {
            const auto stored = log.chain(tenant);
            // A writer may have moved on meanwhile; then the event that it names must be there.
            const bool holds =
                stored && (*stored == head || (head.seq < stored->seq && report.head < stored->at &&
                                               log.read(stored->at).has_value()));
            if (!holds) {
                return fault(head.at, "the chain head of tenant " + std::to_string(tenant.value) +
                                          " does not match its last event");
            }
        }
        // Rows behind the last second lead to what a writer has added meanwhile, or to nothing.
        const auto newest = log.first_in(std::numeric_limits<std::uint64_t>::max());
        if (newest != walked.first_in_second && !(newest > report.head && log.read(*newest))) {
            return fault(report.head, "the time index does not end with the last event's second");
        }
    } catch (const storage_failure& failure) {
        return fault(expected.next(), failure.what());
    }
    report.hash = hash_of_heads(walked.chains);
    progress(report.events, report.head.offset);
    return report;
}

} // namespace rollcall::eventlog
