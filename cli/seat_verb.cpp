// seats: who holds one now; with a period, or as CSV, who held one from when to when.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"

namespace rollcall::cli {
namespace {

std::string limit_of(const json_item& seats) {
    return seats.has("limit") ? seats.text("limit") : "unlimited";
}

void print_present(const context& c, const json_item& seats) {
    c.to.out << seats.text("used") << " of " << limit_of(seats)
             << " seats are taken; users: " << seats.text("users") << '\n';
    if (const auto holders = seats.items("holders"); !holders.empty()) {
        table rows({"who holds one", "since", "id"});
        for (const json_item& one : holders)
            rows.add({one.text("userName"), one.text("since"), one.text("id")});
        c.to.out << '\n';
        rows.print(c.to);
        if (const auto more = seats.number("holders_not_listed"); more > 0) {
            c.to.out << "and " << more << " more\n";
        }
    }
    if (const auto refused = seats.items("refused"); !refused.empty()) {
        table rows({"who was refused", "times", "last"});
        for (const json_item& one : refused)
            rows.add({one.text("who"), one.text("count"), one.text("last")}, tone::warning);
        c.to.out << '\n';
        rows.print(c.to);
    }
}

/// The event, and where `log show` finds it.
std::string cause_of(const json_item& seat, std::string_view member) {
    if (!seat.has(member)) return "";
    const json_item cause = seat.object(member);
    return cause.text("event") + " " + cause.text("position");
}

void print_period(const context& c, const json_item& page) {
    c.to.out << page.text("seat_days") << " seat-days from " << page.text("from") << " to "
             << page.text("to") << ", of " << page.text("people")
             << (page.number("people") == 1 ? " person" : " people")
             << "; most at once: " << page.object("peak").text("seats") << ", at "
             << page.object("peak").text("at") << '\n';
    const auto people = page.items("holders");
    if (people.empty()) return;
    table rows({"who", "seat-days", "from", "to", "given by", "taken by"});
    for (const json_item& one : people) {
        std::string who = one.has("userName") ? one.text("userName") : one.text("id");
        std::string days = one.text("seat_days");
        for (const json_item& seat : one.items("seats")) {
            rows.add({who, days, seat.text("from"), seat.text("to"), cause_of(seat, "given_by"),
                      cause_of(seat, "taken_by")});
            who.clear();
            days.clear();
        }
    }
    c.to.out << '\n';
    rows.print(c.to);
    if (page.has("next")) c.to.out << "and more: --csv and --json print everybody\n";
}

std::string target_of(const seats& wish) {
    return "/tenants/" + escaped(wish.tenant) + "/seats";
}

/// Of the pages of one period: what is still so ends for all of them at the same moment.
std::string target_of_period(const seats& wish) {
    const std::string to = wish.to ? *wish.to : base::now().text();
    std::string target = target_of(wish) + "?to=" + escaped(to);
    if (wish.from) target += "&from=" + escaped(*wish.from);
    return target;
}

int print_csv(const context& c, const seats& wish) {
    operator_client server(c);
    const std::string target = target_of_period(wish);
    for (std::string after;;) {
        const auto page =
            server.get_as("text/csv", after.empty() ? target : target + "&after=" + escaped(after));
        if (!page) return fail(c, page.error());
        c.to.out << page->body;
        after = page->header("X-Next-Position");
        if (after.empty() || !c.to.out) return exit_done; // whoever read us may have gone
    }
}

int print_json(const context& c, const seats& wish) {
    operator_client server(c);
    const std::string target = target_of_period(wish);
    for (std::string after;;) {
        const auto page =
            server.ask("GET", after.empty() ? target : target + "&after=" + escaped(after));
        if (!page) return fail(c, page.error());
        c.to.out << *page << '\n';
        after = json_view(*page)->text("next");
        if (after.empty() || !c.to.out) return exit_done;
    }
}

} // namespace

int run(const context& c, const seats& wish) {
    if (wish.csv) return print_csv(c, wish);
    const bool period = wish.from || wish.to;
    if (period && c.asked.json) return print_json(c, wish);
    const auto answer =
        operator_client(c).ask("GET", period ? target_of_period(wish) : target_of(wish));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else if (period) {
        print_period(c, json_view(*answer).root());
    } else {
        print_present(c, json_view(*answer).root());
    }
    return exit_done;
}

} // namespace rollcall::cli
