// The endpoint of seats: who holds one now and who was refused; of a period, who held one from when
// to when.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/refused.hpp"
#include "gateway/admin/seat_report.hpp"
#include "gateway/http/text.hpp"
#include "projections/attempts.hpp"
#include "projections/seat_history.hpp"
#include "projections/told/plan_json.hpp"

#include <algorithm>
#include <chrono>
#include <memory>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::tenant_state;

constexpr std::string_view csv_type = "text/csv; charset=utf-8; header=present";
constexpr std::string_view csv_type_of_rest = "text/csv; charset=utf-8; header=absent";

/// Whether `text/csv` is among the types that the client names.
bool wants_csv(const call& c) {
    std::string_view all = c.asked().header("Accept");
    while (!all.empty()) {
        const auto end = all.find(',');
        if (http::trim(all.substr(0, std::min(end, all.find(';')))) == "text/csv") return true;
        all.remove_prefix(end == std::string_view::npos ? all.size() : end + 1);
    }
    return false;
}

result<base::moment> when_of(call& c, std::string_view name, base::moment otherwise) {
    const auto text = c.asked().query().first(name);
    if (!text) return otherwise;
    if (const auto when = read_when(*text)) return *when;
    return refuse(400, "bad_value",
                  std::string(name) +
                      " must be a day such as 2026-11-01, which begins in UTC, or a moment such as "
                      "2026-11-01T09:00:00Z");
}

result<seat_wish> wish_of(parts& p, call& c, const tenant_state& t, bool csv) {
    const base::moment now = c.asked().arrived();
    const auto from = when_of(c, "from", t.created);
    const auto to = when_of(c, "to", now);
    if (!from) return tl::unexpected(from.error());
    if (!to) return tl::unexpected(to.error());
    seat_wish wish;
    // What is to come is not known: the period ends with the present.
    wish.period = {*from, std::min(*to, now)};
    if (wish.period.to < wish.period.from || *to <= *from) {
        return refuse(400, "bad_value",
                      "the period from " + from->text() + " to " + wish.period.to.text() +
                          " is none: from must be earlier than to, and not in the future");
    }
    if (const auto after = c.asked().query().first("after")) {
        wish.after = eventlog::position::parse(*after);
        if (!wish.after) return refuse(400, "bad_value", "after must be the next of a page");
        if (!c.asked().query().first("to")) {
            return refuse(400, "bad_parameter",
                          "with after, name to as well: all pages must be of one period");
        }
        // What lies ahead would end each page at a moment of its own.
        if (now < *to) {
            return refuse(400, "bad_value",
                          "with after, to must not lie in the future: use the to of the first "
                          "page, which CSV has in X-Period-To");
        }
    }
    const std::uint64_t most = p.limits.seat_stretches_max;
    const auto limit = number_of(c, "limit", most, most);
    if (!limit) return tl::unexpected(limit.error());
    if (*limit == 0) return refuse(400, "bad_value", "limit must be 1 or more");
    wish.stretches_max = *limit;
    wish.format = csv ? seat_format::csv : seat_format::json;
    return wish;
}

/// True until so much time has passed from now on.
projections::seat_patience for_so_long(std::chrono::milliseconds time) {
    return [until = std::chrono::steady_clock::now() + time] {
        return std::chrono::steady_clock::now() < until;
    };
}

result<said> ledger(parts& p, call& c, const tenant_state& t, bool csv,
                    const still_wanted& wanted) {
    const auto wish = wish_of(p, c, t, csv);
    if (!wish) return tl::unexpected(wish.error());
    auto page = read_seats(p.with.store, p.with.keys, t.number, t.slug, *wish,
                           {wanted, for_so_long(p.limits.seat_page_time_max)});
    if (!page) return tl::unexpected(page.error());
    const std::string_view type = !csv          ? "application/json"
                                  : wish->after ? csv_type_of_rest
                                                : csv_type;
    return said{200, std::move(page->text), type, std::move(page->next), wish->period.to.text()};
}

/// Since when somebody holds a seat; null if his tenant is deleted, if he lost it while the rows
/// were read, or if that was not read any more.
void write_since(base::json_writer& json, const std::optional<projections::seat_person>& who) {
    json.key("since");
    if (who && who->holds()) {
        json.value(who->stretches.back().given.time.text());
    } else {
        json.null();
    }
}

/// What is read as long as its patience lasts; nothing past it.
template <class T>
result<std::optional<T>> if_in_time(base::result<T> read) {
    if (read) return std::optional<T>(std::move(*read));
    if (projections::is_out_of_patience(read.error())) return std::optional<T>();
    return tl::unexpected(problem_of(read.error()));
}

result<said> present(parts& p, call& c, const tenant_state& t, const still_wanted& wanted) {
    if (c.asked().query().first("after") || c.asked().query().first("limit")) {
        return refuse(400, "bad_parameter", "after and limit go with a period: name from or to");
    }
    const auto counted = p.with.directory.counters(t.number);
    auto refused = projections::list_attempts(*p.with.store.snapshot(), p.with.keys, t.number,
                                              std::nullopt, p.limits.seat_holders_max);
    if (!refused) return tl::unexpected(problem_of(refused.error()));
    std::erase_if(*refused, [](const projections::attempt_record& r) {
        return r.what.code != static_cast<std::uint16_t>(projections::refusal_code::seat_limit);
    });

    struct holder {
        eventlog::subject_id id;
        std::string user_name;
    };

    const eventlog::plan_terms& terms = t.settings.terms;
    std::vector<holder> holders;
    std::uint64_t looked_at = 0;
    p.with.directory.list(t.number, 0, [&](const projections::user_view& u) {
        if (holders.size() == p.limits.seat_holders_max || ++looked_at > p.limits.users_scan_max) {
            return false;
        }
        if (projections::holds_seat(terms, u.core.status())) {
            holders.push_back({u.id, std::string(u.user_name)});
        }
        return true;
    });
    const auto go_on = [&wanted, in_time = for_so_long(p.limits.seat_since_time_max)] {
        return wanted() && in_time();
    };
    const auto history = if_in_time(projections::seat_history::open(p.with.store, t.number, go_on));
    if (!history) return tl::unexpected(history.error());

    said s;
    base::json_writer json(s.json);
    json.begin_object();
    json.member("tenant", t.slug);
    const std::uint64_t used = projections::seats_used(terms, counted.by_status);
    json.member("plan", t.settings.plan);
    told::write_limit(json, "limit", projections::seat_limit(t.settings));
    json.member("used", used).member("users", counted.users);
    json.key("holders").begin_array();
    for (const holder& one : holders) {
        std::optional<projections::seat_person> who;
        if (*history) {
            auto read = if_in_time((*history)->person(one.id, go_on));
            if (!read) return tl::unexpected(read.error());
            who = std::move(*read);
        }
        json.begin_object();
        json.member("id", one.id.text()).member("userName", one.user_name);
        write_since(json, who);
        json.end_object();
    }
    json.end_array();
    json.member("holders_not_listed", used - std::min<std::uint64_t>(used, holders.size()));
    write_refused(json, *refused);
    json.end_object();
    if (!wanted()) return refuse(503, "unfinished", "the reading was ended: try again");
    return s;
}

result<said> read(parts& p, call& c, const still_wanted& wanted) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    if (const auto ok = only_parameters(c, {"from", "to", "after", "limit"}); !ok) {
        return tl::unexpected(ok.error());
    }
    const bool csv = wants_csv(c);
    const http::query_parameters& query = c.asked().query();
    if (csv || query.first("from") || query.first("to")) return ledger(p, c, *t, csv, wanted);
    return present(p, c, *t, wanted);
}

void seats(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    // A turn of the tenant who is read: of each one reading at a time, whoever asks for it.
    on_worker(p, c, t->number, gateway::job_weight::heavy,
              [&p, apart = std::make_shared<detached_call>(c)](const still_wanted& wanted) {
                  return read(p, apart->again(), wanted);
              });
}

} // namespace

std::vector<gateway::route> seat_routes(parts& p) {
    return {doing(p, http::method::get, "/tenants/{tenant}/seats", "admin_get_seats", seats)};
}

} // namespace rollcall::admin
