// log tail | show | export.
#include "cli/json_view.hpp"
#include "cli/log_source.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"

#include <system_error>

namespace rollcall::cli {
namespace {

using eventlog::position;

/// How long a follower waits at the server before it asks again.
constexpr unsigned follow_wait_s = 20;

template <class F>
void each_line(std::string_view lines, F&& each) {
    while (!lines.empty()) {
        const auto end = lines.find('\n');
        each(lines.substr(0, end));
        lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    }
}

void print_words(const context& c, std::string_view lines) {
    const std::string today = base::now().text().substr(0, 10);
    each_line(lines, [&](std::string_view line) {
        const json_view event(line);
        c.to.out << words_of(event.root(), today, c.to.colours) << '\n';
    });
}

void print(const context& c, std::string_view lines) {
    if (c.asked.json) {
        c.to.out << lines;
    } else {
        print_words(c, lines);
    }
    c.to.out.flush();
}

/// The members of an event, one a line; what is itself an object on a line of its own.
void print_event(const context& c, const json_item& event) {
    table rows({"position", event.text("position")});
    for (const char* member :
         {"time",         "tenant",     "seq",         "type",       "subject",    "userName",
          "display",      "externalId", "active",      "holds_seat", "origin",     "reset",
          "erased",       "changed",    "name",        "profile",    "plan",       "seat_limit",
          "scim",         "plan_terms", "grace_until", "suspended",  "seats",      "seat_states",
          "on_downgrade", "grace_days", "version",     "label",      "expires_at", "actor",
          "request_id",   "policy",     "trace",       "cause",      "attributes", "hash",
          "sealed_hash"}) {
        if (event.has(member)) rows.add({member, event.text(member)});
    }
    rows.print(c.to);
}

/// True if a server answered, and refused: then it has not gone.
bool was_answered(const base::failure& failed) {
    return failed.code == std::errc::operation_not_permitted;
}

} // namespace

int run(const context& c, const log_tail& wish) {
    log_source log(c);
    log_wish page;
    page.tenant = wish.tenant;
    page.from = wish.from;
    for (bool served = false;;) {
        const auto part = log.read(page);
        if (!part) {
            const bool gone = wish.follow && served && !was_answered(part.error());
            return fail(c, gone ? "the server has gone: nothing more can be followed"
                                : part.error().message);
        }
        print(c, part->lines);
        if (!c.to.out) return exit_done; // whoever read us has gone
        served = served || !log.is_closed();
        const bool moved = !part->lines.empty();
        // With --from there may be more pages; the last events are one page.
        if (!wish.follow && (!wish.from || !moved)) return exit_done;
        if (wish.follow && log.is_closed() && !moved) {
            return fail(c, served ? "the server has gone: nothing more can be followed"
                                  : "no server runs, so nothing more will come: without --follow "
                                    "this shows what there is");
        }
        page.from = part->next;
        if (wish.follow) page.wait_s = follow_wait_s;
    }
}

int run(const context& c, const log_show& wish) {
    const auto event = log_source(c).read_one(wish.at);
    if (!event) return fail(c, event.error());
    if (c.asked.json) {
        c.to.out << *event << '\n';
    } else {
        print_event(c, json_view(*event).root());
    }
    return exit_done;
}

int run(const context& c, const log_export& wish) {
    log_source log(c);
    log_wish page;
    page.tenant = wish.tenant;
    page.from = wish.from.value_or(position{position::embedded, 1});
    page.whole = true;
    for (;;) {
        const auto part = log.read(page);
        if (!part) return fail(c, part.error());
        c.to.out << part->lines;
        if (part->lines.empty() || !c.to.out) return exit_done;
        page.from = part->next;
    }
}

} // namespace rollcall::cli
