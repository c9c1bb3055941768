// Endpoints of the log: pages of events, following it, one event.
#include "gateway/admin/aside.hpp"
#include "gateway/admin/following.hpp"
#include "gateway/admin/log_page.hpp"
#include "gateway/admin/parts.hpp"

namespace rollcall::admin {
namespace {

using eventlog::position;
using gateway::call;

constexpr std::uint64_t last_default = 20;

result<page_wish> read_wish(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {"tenant", "from", "last", "limit", "wait", "detail"});
        !ok) {
        return tl::unexpected(ok.error());
    }
    const http::query_parameters& query = c.asked().query();
    page_wish wish;
    wish.tenant = bound_to(c);
    if (const auto slug = query.first("tenant")) {
        const auto t = p.with.directory.tenant(*slug);
        if (!t || (wish.tenant && t->number != *wish.tenant)) {
            return refuse(404, "not_found", "there is no tenant '" + std::string(*slug) + "'");
        }
        wish.tenant = t->number;
    }
    const auto most = number_of(c, "limit", page_events_max, page_events_max);
    if (!most) return tl::unexpected(most.error());
    wish.most = *most;
    if (const auto detail = query.first("detail")) {
        if (*detail != "whole")
            return refuse(400, "bad_value", "detail must be whole, or left out");
        wish.detail = told::event_detail::whole;
    }
    if (const auto from = query.first("from")) {
        const auto at = position::parse(*from);
        if (!at) return refuse(400, "bad_value", "from must be a position such as @42");
        wish.from = *at;
        return wish;
    }
    const auto last = number_of(c, "last", last_default, page_events_max);
    if (!last) return tl::unexpected(last.error());
    wish.from = start_of_last(p.with.store, wish.tenant, *last);
    return wish;
}

result<said> page_of(parts& p, const page_wish& wish) {
    auto page = read_page(p.with.store, p.with.keys, wish);
    if (!page) return tl::unexpected(page.error());
    return said{200, std::move(page->lines), "application/x-ndjson", page->next.text()};
}

/// A continuation runs outside of the front's own care for a failing disk.
void answer_page(parts& p, call& c, const page_wish& wish) {
    aside(p, c, gateway::job_weight::heavy, [&p, wish]() -> result<said> {
        try {
            return page_of(p, wish);
        } catch (const eventlog::storage_failure& failure) {
            return refuse(500, "storage", failure.what());
        }
    });
}

void read(parts& p, call& c) {
    const auto wish = read_wish(p, c);
    if (!wish) return answer(c, wish.error());
    const auto until = wait_of(p, c);
    if (!until) return answer(c, until.error());
    const position head = p.with.store.head();
    if (*until == c.facts.began || wish->from <= head) return answer_page(p, c, *wish);

    // Past the last position that the client has seen; there is one before `from` since it lies
    // beyond the head.
    const position seen{wish->from.partition, wish->from.offset - 1};
    when_past(p, c, *until, seen, [&p, wish = *wish](call& again) { answer_page(p, again, wish); });
}

result<said> one(parts& p, call& c) {
    const auto at = position::parse(c.argument("position"));
    if (!at) {
        return refuse(400, "bad_value", "a position looks like @42; in a URL, %4042");
    }
    auto event = read_one(p.with.store, p.with.keys, *at, bound_to(c));
    if (!event) return tl::unexpected(event.error());
    return said{200, std::move(*event)};
}

} // namespace

std::vector<gateway::route> log_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::get, "/log", "admin_read_log", read),
        reading(p, method::get, "/log/{position}", "admin_get_event", one),
    };
}

} // namespace rollcall::admin
