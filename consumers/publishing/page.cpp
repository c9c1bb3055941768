#include "consumers/publishing/page.hpp"

#include "eventlog/cursor.hpp"
#include "projections/read.hpp"
#include "projections/told/dead_letter.hpp"
#include "projections/told/lifecycle.hpp"
#include "projections/told/state_changes.hpp"
#include "projections/told/state_message.hpp"

#include <map>
#include <optional>

namespace rollcall::publishing {
namespace {

using namespace eventlog;

/// Records of one page, kept until the snapshot is there.
struct kept_record {
    std::string bytes;
    record_view view; ///< into bytes
};

class teller {
  public:
    teller(const store& log, keyring& keys, const tellings& how, const page_wish& wish,
           const row_snapshot& rows)
        : log_(log), keys_(keys), how_(how), wish_(wish), rows_(rows), known_(rows) {}

    told_event tell(const record_view& record) {
        told_event said{
            record.at, told::partition_of(record.tenant, wish_.partitions), record.time, {}};
        tell_lifecycle(said, record);
        if (record.at.offset > state_up_to(said.partition)) tell_state(said, record);
        return said;
    }

    /// What is said of a tenant as a whole, if this was the newest event of it when the snapshot
    /// was taken. The chain is read after the snapshot: if it stands where the page has it, no
    /// event came in between, and the rows are those of that event.
    std::optional<told::checkpoint> tell_tenant(told_event& newest, tenant_no tenant) {
        const auto head = log_.chain(tenant);
        if (!head || head->at != newest.at) return std::nullopt;
        const auto counters = projections::read_counters(rows_, tenant);
        if (newest.at.offset > state_up_to(newest.partition)) {
            if (const auto row = projections::read_tenant(rows_, tenant)) {
                newest.messages.push_back(
                    told::seats_message(how_.state, newest.at, *row, counters, head->seq));
            }
        }
        return told::checkpoint{tenant, known_.tenant(tenant), *head, counters.state_hash,
                                newest.time};
    }

  private:
    [[nodiscard]] std::uint64_t state_up_to(std::uint32_t partition) const {
        return wish_.state_up_to.empty() ? 0 : wish_.state_up_to[partition];
    }

    void tell_lifecycle(told_event& said, const record_view& record) {
        if (wish_.there && wish_.there->has(said.partition, record.at.offset)) return;
        const auto event =
            decode_event(record, told::content_needed(how_.lifecycle.personal), rows_, keys_);
        if (event) {
            add(said, told::lifecycle_message(how_.lifecycle, record, *event, known_));
            return;
        }
        told::message bare = told::withheld_message(how_.lifecycle, record, known_);
        const told::message letter =
            told::dead_letter_message(how_.lifecycle, known_.tenant(record.tenant), bare,
                                      told::dead_reason::unreadable, event.error().message);
        said.messages.push_back(std::move(bare));
        said.messages.push_back(letter);
    }

    void tell_state(told_event& said, const record_view& record) {
        // Rows say what is so; of the event only what it is about.
        const auto event = decode_event(record, content_mode::leave_sealed, rows_, keys_);
        if (!event) return;
        std::vector<told::message> all;
        told::append_state_messages(all, how_.state, log_, rows_, known_, *event);
        for (told::message& m : all)
            add(said, std::move(m));
    }

    void add(told_event& said, told::message m) {
        if (m.truncated) {
            const std::string& slug = known_.tenant(m.tenant);
            told::message letter = told::dead_letter_message(
                how_.lifecycle, slug, m, told::dead_reason::truncated, "told by ids and states");
            said.messages.push_back(std::move(m));
            said.messages.push_back(std::move(letter));
            return;
        }
        said.messages.push_back(std::move(m));
    }

    const store& log_;
    keyring& keys_;
    const tellings& how_;
    const page_wish& wish_;
    const row_snapshot& rows_;
    told::names known_;
};

std::vector<kept_record> read_records(const store& log, const page_wish& wish, page& into) {
    std::vector<kept_record> records;
    const auto walk = log.records(wish.first, true);
    std::size_t bytes_kept = 0;
    std::string_view bytes;
    while (records.size() < wish.limits.events_max && bytes_kept < wish.limits.bytes_max &&
           walk->next(bytes)) {
        auto record = read_record(bytes, record_check::crc_and_hashes);
        if (!record) {
            into.unreadable =
                "the record at " +
                position{wish.first.partition, wish.first.offset + records.size()}.text() +
                " cannot be read: " + record.error().message;
            break;
        }
        bytes_kept += bytes.size();
        records.push_back({std::string(bytes), {}});
    }
    // Views are into the copies, which move no more.
    for (kept_record& kept : records)
        kept.view = *read_record(kept.bytes, record_check::crc);
    return records;
}

} // namespace

page read_page(const store& log, keyring& keys, const tellings& how, const page_wish& wish) {
    page said;
    const std::vector<kept_record> records = read_records(log, wish, said);
    if (records.empty()) return said;
    const auto rows = log.snapshot();
    teller tell(log, keys, how, wish, *rows);
    std::map<tenant_no, std::size_t> newest;
    std::size_t bytes = 0;
    for (const kept_record& kept : records) {
        if (bytes >= wish.limits.bytes_max) {
            said.unreadable.clear();
            break;
        }
        newest[kept.view.tenant] = said.events.size();
        said.events.push_back(tell.tell(kept.view));
        for (const told::message& m : said.events.back().messages)
            bytes += told::message_bytes(m);
    }
    for (const auto& [tenant, at] : newest) {
        if (auto whole = tell.tell_tenant(said.events[at], tenant)) {
            said.checkpoints.push_back(std::move(*whole));
        }
    }
    return said;
}

} // namespace rollcall::publishing
