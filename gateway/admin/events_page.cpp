#include "gateway/admin/events_page.hpp"

#include "gateway/admin/log_page.hpp"
#include "projections/told/lifecycle.hpp"

namespace rollcall::admin {

using namespace eventlog;

result<events_page> read_events(const store& log, keyring& keys, const events_wish& wish) {
    events_page page;
    page.last = wish.after;
    const position head = log.head();
    const auto rows = log.snapshot();
    told::names known(*rows);
    std::uint64_t events = 0;
    const auto take = [&](std::string_view bytes) -> result<void> {
        const auto record = read_record(bytes, record_check::crc);
        if (!record) return tl::unexpected(problem_of(record.error()));
        const auto e = decode_event(*record, told::content_needed(wish.how.personal), *rows, keys);
        page.lines += *(e ? told::lifecycle_message(wish.how, *record, *e, known)
                          : told::withheld_message(wish.how, *record, known))
                           .value;
        page.lines += '\n';
        page.last = record->seq;
        ++events;
        return {};
    };
    const auto go_on = [&] { return events < wish.most && page.lines.size() < page_bytes_max; };
    if (auto walked = walk_tenant(log, wish.tenant, {wish.after.value + 1}, head, go_on, take);
        !walked) {
        return tl::unexpected(walked.error());
    }
    return page;
}

} // namespace rollcall::admin
