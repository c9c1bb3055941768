// seats: who holds one now; with a period, or as CSV, who held one from when to when.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "gateway/admin/seat_report.hpp"
#include "projections/seat_ledger.hpp"

#include <cstdint>
#include <optional>
#include <utility>

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

/// The seats of a period, put together from its pages: the sums of all, and rows of the first.
class period_view {
  public:
    void add(const json_item& page) {
        if (!peak_) {
            from_ = page.text("from");
            to_ = page.text("to");
            period_ = {moment_of(from_), moment_of(to_)};
            peak_.emplace(period_);
        }
        for (const json_item& one : page.items("holders")) {
            ++people_;
            add_person(one);
        }
    }

    void print(const context& c) const {
        const auto most = peak_->most();
        c.to.out << admin::days_text(ms_) << " seat-days from " << from_ << " to " << to_ << ", of "
                 << people_ << (people_ == 1 ? " person" : " people")
                 << "; most at once: " << most.seats << ", at " << most.at.text() << '\n';
        if (people_ == 0) return;
        c.to.out << '\n';
        rows_.print(c.to);
        if (more_) c.to.out << "and more: --csv and --json print everybody\n";
    }

  private:
    static base::moment moment_of(const std::string& text) {
        return base::moment::parse(text).value_or(base::moment{});
    }

    void add_person(const json_item& one) {
        const auto seats = one.items("seats");
        std::int64_t ms = 0;
        for (const json_item& seat : seats) {
            projections::seat_stretch held;
            held.given.time = moment_of(seat.text("from"));
            if (seat.has("to"))
                held.taken = {.what = {}, .at = {}, .time = moment_of(seat.text("to"))};
            ms += held_ms(held, period_);
            peak_->add(held);
        }
        ms_ += ms;
        more_ = more_ || shown_ >= shown_max;
        if (more_) return;
        shown_ += seats.size();
        std::string who = one.has("userName") ? one.text("userName") : one.text("id");
        std::string days = admin::days_text(ms);
        for (const json_item& seat : seats) {
            rows_.add({who, days, seat.text("from"), seat.text("to"), cause_of(seat, "given_by"),
                       cause_of(seat, "taken_by")});
            who.clear();
            days.clear();
        }
    }

    static constexpr std::size_t shown_max = 5'000;

    std::string from_, to_;
    projections::seat_period period_{};
    std::optional<projections::seat_peak> peak_;
    std::int64_t ms_ = 0;
    std::uint64_t people_ = 0;
    std::size_t shown_ = 0;
    bool more_ = false;
    table rows_{{"who", "seat-days", "from", "to", "given by", "taken by"}};
};

std::string target_of(const seats& wish) {
    return "/tenants/" + escaped(wish.tenant) + "/seats";
}

/// A page of a period. Those after the first name the end that the first one had: what is still
/// held ends for all of them at the same moment.
std::string target_of_page(const seats& wish, const std::string& to, const std::string& after) {
    std::string query;
    const auto add = [&query](std::string_view name, const std::string& value) {
        query += (query.empty() ? "?" : "&") + std::string(name) + "=" + escaped(value);
    };
    if (wish.from) add("from", *wish.from);
    if (!to.empty()) {
        add("to", to);
    } else if (wish.to) {
        add("to", *wish.to);
    }
    if (!after.empty()) add("after", after);
    return target_of(wish) + query;
}

int print_csv(const context& c, const seats& wish) {
    operator_client server(c);
    std::string to, after;
    for (;;) {
        const auto page = server.get_as("text/csv", target_of_page(wish, to, after));
        if (!page) return fail(c, page.error());
        c.to.out << page->body;
        to = page->header("X-Period-To");
        after = page->header("X-Next-Position");
        if (after.empty() || !c.to.out) return exit_done; // whoever read us may have gone
    }
}

/// Calls `take` with each page of the period.
template <class F>
int each_page(const context& c, const seats& wish, F&& take) {
    operator_client server(c);
    std::string to, after;
    for (;;) {
        const auto page = server.ask("GET", target_of_page(wish, to, after));
        if (!page) return fail(c, page.error());
        const json_view view(*page);
        take(*page, view.root());
        to = view->text("to");
        after = view->text("next");
        if (after.empty() || !c.to.out) return exit_done;
    }
}

int print_json(const context& c, const seats& wish) {
    return each_page(c, wish,
                     [&c](const std::string& text, const json_item&) { c.to.out << text << '\n'; });
}

int print_period(const context& c, const seats& wish) {
    period_view all;
    const int code =
        each_page(c, wish, [&all](const std::string&, const json_item& page) { all.add(page); });
    if (code == exit_done) all.print(c);
    return code;
}

} // namespace

int run(const context& c, const seats& wish) {
    if (wish.csv) return print_csv(c, wish);
    if (wish.from || wish.to) return c.asked.json ? print_json(c, wish) : print_period(c, wish);
    const auto answer = operator_client(c).ask("GET", target_of(wish));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        print_present(c, json_view(*answer).root());
    }
    return exit_done;
}

} // namespace rollcall::cli
