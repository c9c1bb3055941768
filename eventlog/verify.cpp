#include "eventlog/verify.hpp"

#include "eventlog/event_codec.hpp"

#include <unordered_map>

namespace rollcall::eventlog {
namespace {

constexpr std::uint64_t progress_every = 4096;

/// One tenant's chain as far as it has been walked.
using chains = std::unordered_map<tenant_no, chain_head>;

std::optional<std::string> check_record(const store& log, std::string_view bytes, position expected,
                                        chains& walked) {
    const auto record = read_record(bytes, record_check::crc_and_hashes);
    if (!record) return record.error().message;
    if (record->at != expected) {
        return "the record says it stands at " + record->at.text() +
               ", so one is missing or was moved";
    }
    if (const auto body = decode_clear(record->type, record->schema, record->clear); !body) {
        return body.error().message;
    }
    chain_head& head = walked[record->tenant];
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
    return std::nullopt;
}

} // namespace

verify_report verify_log(const store& log,
                         const std::function<bool(std::uint64_t, std::uint64_t)>& progress) {
    verify_report report;
    report.head = log.head();
    position expected{position::embedded, 0};
    chains walked;
    const auto fault = [&](position at, std::string what) {
        report.first_bad = verify_finding{at, std::move(what)};
        return report;
    };
    try {
        const auto walk = log.records(expected.next(), true);
        for (std::string_view bytes; expected < report.head && walk->next(bytes);) {
            expected = expected.next();
            if (auto what = check_record(log, bytes, expected, walked)) {
                return fault(expected, std::move(*what));
            }
            if (++report.events % progress_every == 0 &&
                !progress(report.events, report.head.offset)) {
                return report;
            }
        }
        if (expected != report.head) return fault(expected.next(), "the event is missing");
        for (const auto& [tenant, head] : walked) {
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
    } catch (const storage_failure& failure) {
        return fault(expected.next(), failure.what());
    }
    progress(report.events, report.head.offset);
    return report;
}

} // namespace rollcall::eventlog
