#include "gateway/admin/log_page.hpp"

#include "eventlog/record.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

using namespace eventlog;

result<void> add_event(log_page& page, std::string_view bytes, keyring& keys,
                       const row_reader& rows, told::names& known, told::event_detail detail) {
    const auto record = read_record(bytes, record_check::crc);
    if (!record) return tl::unexpected(problem_of(record.error()));
    const auto e = decode_event(*record, content_mode::open, rows, keys);
    if (!e) return refuse(500, "damaged", record->at.text() + ": " + e.error().message);
    told::append_event(page.lines, *e, known, detail);
    page.lines += '\n';
    ++page.events;
    page.next = record->at.next();
    return {};
}

bool is_full(const log_page& page, const page_wish& wish) {
    return page.events >= std::min(wish.most, page_events_max) ||
           page.lines.size() >= page_bytes_max;
}

/// The tenant's first seq that stands at or after `from`; one past its last if there is none.
tenant_seq first_seq(const store& log, tenant_no tenant, position from) {
    const auto head = log.chain(tenant);
    if (!head) return {1};
    std::uint64_t low = 1;
    std::uint64_t high = head->seq.value + 1;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const auto at = log.locate(tenant, {middle});
        if (at && *at < from) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return {low};
}

result<log_page> read_tenant_page(const store& log, keyring& keys, const page_wish& wish,
                                  tenant_no tenant) {
    log_page page;
    // The head first: what is committed while the page is read belongs to the next one.
    const position head = log.head();
    page.next = std::max(wish.from, head.next());
    const auto rows = log.snapshot();
    told::names known(*rows);
    const auto walked = walk_tenant(
        log, tenant, first_seq(log, tenant, wish.from), head, [&] { return !is_full(page, wish); },
        [&](std::string_view bytes) {
            return add_event(page, bytes, keys, *rows, known, wish.detail);
        });
    if (!walked) return tl::unexpected(walked.error());
    if (!is_full(page, wish)) page.next = std::max(wish.from, head.next());
    return page;
}

} // namespace

result<void> walk_tenant(const store& log, tenant_no tenant, tenant_seq first, position head,
                         const std::function<bool()>& go_on,
                         const std::function<result<void>(std::string_view)>& take) {
    for (tenant_seq seq = first; go_on(); ++seq.value) {
        const auto at = log.locate(tenant, seq);
        if (!at || head < *at) break;
        const auto bytes = log.read(*at);
        if (!bytes) return tl::unexpected(problem_of(bytes.error()));
        if (auto taken = take(*bytes); !taken) return taken;
    }
    return {};
}

result<log_page> read_page(const store& log, keyring& keys, const page_wish& wish) {
    if (wish.tenant) return read_tenant_page(log, keys, wish, *wish.tenant);
    log_page page;
    page.next = wish.from;
    const auto walk = log.records(wish.from, false);
    const auto rows = log.snapshot();
    told::names known(*rows);
    try {
        for (std::string_view bytes; !is_full(page, wish) && walk->next(bytes);) {
            if (auto added = add_event(page, bytes, keys, *rows, known, wish.detail); !added) {
                return tl::unexpected(added.error());
            }
        }
    } catch (const storage_failure&) {
        // What comes before the damage can be read; the next page begins at it, and says so.
        if (page.events == 0) throw;
    }
    return page;
}

result<std::string> read_one(const store& log, keyring& keys, position at,
                             std::optional<tenant_no> only) {
    const auto bytes = log.read(at);
    if (only) {
        // The same for what is not there and for what is another's.
        const auto record = bytes ? read_record(*bytes, record_check::crc)
                                  : base::result<record_view>(tl::unexpected(bytes.error()));
        if (!record || record->tenant != *only) {
            return refuse(404, "not_found",
                          "there is no event of your tenant at " + at.text() +
                              ": `rollcall log tail` shows where they are");
        }
    }
    if (!bytes) {
        auto p = problem_of(bytes.error());
        if (p.status == 404) {
            p.detail =
                "there is no event at " + at.text() + "; the log ends at " + log.head().text();
        }
        return tl::unexpected(std::move(p));
    }
    log_page page;
    const auto rows = log.snapshot();
    told::names known(*rows);
    if (auto added = add_event(page, *bytes, keys, *rows, known, told::event_detail::whole);
        !added) {
        return tl::unexpected(added.error());
    }
    page.lines.pop_back();
    return std::move(page.lines);
}

position start_of_last(const store& log, std::optional<tenant_no> tenant, std::uint64_t count) {
    const position head = log.head();
    if (!tenant) {
        return {head.partition, head.offset > count ? head.offset - count + 1 : 1};
    }
    const auto chain = log.chain(*tenant);
    if (!chain) return head.next();
    const tenant_seq first{chain->seq.value > count ? chain->seq.value - count + 1 : 1};
    return log.locate(*tenant, first).value_or(head.next());
}

} // namespace rollcall::admin
