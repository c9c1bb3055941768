// Endpoints of subscribers who ask instead of reading topics: a tenant's events from a place on,
// and all that is so of it.
#include "gateway/admin/aside.hpp"
#include "gateway/admin/events_page.hpp"
#include "gateway/admin/following.hpp"
#include "gateway/admin/log_page.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/snapshot_stream.hpp"

#include <limits>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::tenant_state;

/// How messages are spelt for the caller. No broker bounds them here.
result<told::telling> telling_of(parts& p, call& c) {
    told::telling how;
    how.lineage = p.with.lineage;
    how.mode = told::event_mode::structured;
    how.personal = told::privacy::full;
    how.message_bytes_max = std::numeric_limits<std::size_t>::max();
    if (const auto word = c.asked().query().first("personal")) {
        const auto personal = told::parse_privacy(*word);
        if (!personal) {
            return refuse(400, "bad_value", "personal must be full, minimal or sealed");
        }
        how.personal = *personal;
    }
    return how;
}

/// A place in another log means nothing here, even where the numbers fit.
result<void> lineage_fits(parts& p, call& c) {
    const auto text = c.asked().query().first("lineage");
    if (!text) return {};
    const auto lineage = base::uuid::parse(*text);
    if (!lineage) return refuse(400, "bad_value", "lineage must be the one of an event, a UUID");
    if (*lineage == p.with.lineage) return {};
    return refuse(409, "other_lineage",
                  "this log is " + p.with.lineage.text() +
                      " since a backup was restored: take a new snapshot, or begin at after=0, and "
                      "go on with that lineage");
}

result<events_wish> wish_of(parts& p, call& c, const tenant_state& t) {
    if (const auto ok = only_parameters(c, {"after", "limit", "wait", "lineage", "personal"});
        !ok) {
        return tl::unexpected(ok.error());
    }
    if (const auto fits = lineage_fits(p, c); !fits) return tl::unexpected(fits.error());
    auto how = telling_of(p, c);
    if (!how) return tl::unexpected(how.error());
    constexpr std::uint64_t any = std::numeric_limits<std::uint64_t>::max();
    const auto after = number_of(c, "after", 0, any);
    if (!after) return tl::unexpected(after.error());
    const auto limit = number_of(c, "limit", page_events_max, page_events_max);
    if (!limit) return tl::unexpected(limit.error());
    if (*limit == 0) return refuse(400, "bad_value", "limit must be 1 or more");
    const auto head = p.with.store.chain(t.number);
    const std::uint64_t last = head ? head->seq.value : 0;
    if (last < *after) {
        return refuse(409, "past_the_end",
                      t.slug + " has " + std::to_string(last) +
                          " events, and after=" + std::to_string(*after) +
                          " is past them: if you have seen more, a backup was restored; take a new "
                          "snapshot, or begin at after=0");
    }
    return events_wish{t.number, {*after}, *limit, *how};
}

void answer_page(parts& p, call& c, const events_wish& wish) {
    aside(p, c, gateway::job_weight::heavy, [&p, wish]() -> result<said> {
        try {
            auto page = read_events(p.with.store, p.with.keys, wish);
            if (!page) return tl::unexpected(page.error());
            said s{200, std::move(page->lines), "application/x-ndjson"};
            s.next_after = std::to_string(page->last.value);
            return s;
        } catch (const eventlog::storage_failure& failure) {
            return refuse(500, "storage", failure.what());
        }
    });
}

/// Now if there is something to tell or nobody waits; else when the log has grown, and again if
/// that was another tenant's doing.
void answer_or_wait(parts& p, call& c, const events_wish& wish,
                    waiting_room::clock::time_point until) {
    // Before the look at the chain: what comes in between is past it.
    const eventlog::position seen = p.with.store.head();
    const auto chain = p.with.store.chain(wish.tenant);
    const bool news = chain && wish.after < chain->seq;
    if (news || until <= waiting_room::clock::now() || p.waits.is_closed()) {
        return answer_page(p, c, wish);
    }
    when_past(p, c, until, seen,
              [&p, wish, until](call& again) { answer_or_wait(p, again, wish, until); });
}

void events(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto wish = wish_of(p, c, *t);
    if (!wish) return answer(c, wish.error());
    const auto until = wait_of(p, c);
    if (!until) return answer(c, until.error());
    answer_or_wait(p, c, *wish, *until);
}

void snapshot(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (const auto ok = only_parameters(c, {"personal"}); !ok) return answer(c, ok.error());
    const auto how = telling_of(p, c);
    if (!how) return answer(c, how.error());
    auto place = p.snapshots.take(t->number);
    if (!place) {
        const bool his = place.error() == tenant_places::full::of_tenant;
        return answer(c, problem{429,
                                 "too_many_snapshots",
                                 his ? "a snapshot of " + t->slug + " is being sent: take that one"
                                     : "as many snapshots are being sent as may: ask again later",
                                 {},
                                 5});
    }
    const auto begun = std::make_shared<std::shared_ptr<snapshot_stream>>();
    on_worker(
        p, c, t->number, gateway::job_weight::heavy,
        [&p, begun, tenant = t->number, how = *how,
         place = std::move(*place)](const still_wanted&) -> result<said> {
            *begun = std::make_shared<snapshot_stream>(
                p.with.workers, tenant, std::make_unique<told::snapshot>(p.with.store, tenant, how),
                p.limits.snapshot_time_max, place);
            return said{};
        },
        [begun](call& again) {
            again.reply().empty(200);
            again.reply().content_type = "application/x-ndjson";
            again.reply().stream(std::move(*begun));
        });
}

} // namespace

std::vector<gateway::route> event_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::get, "/tenants/{tenant}/events", "admin_read_events", events),
        doing(p, method::get, "/tenants/{tenant}/snapshot", "admin_get_snapshot", snapshot),
    };
}

} // namespace rollcall::admin
