// consumer list | pause | resume.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"

namespace rollcall::cli {
namespace {

std::string state_of(const json_item& one) {
    if (one.flag("paused")) return "paused";
    if (one.has("last_error")) return "tries again: " + one.text("last_error");
    return "runs";
}

void print_consumers(const context& c, const std::vector<json_item>& all) {
    table rows({"consumer", "state", "position", "lag", "parked"});
    for (const json_item& one : all) {
        const bool well =
            !one.flag("paused") && !one.has("last_error") && one.number("parked_total") == 0;
        rows.add({one.text("name"), state_of(one), one.text("position"), one.text("lag"),
                  one.text("parked_total")},
                 well ? tone::plain : tone::warning);
    }
    rows.print(c.to);
    for (const json_item& one : all) {
        for (const json_item& event : one.items("parked")) {
            c.to.out << one.text("name") << " parked " << event.text("position") << " at "
                     << event.text("time") << ": " << printable(event.text("reason")) << '\n';
        }
    }
}

int move(const context& c, const std::string& name, std::string_view where) {
    const auto answer = operator_client(c).ask(
        "POST", "/consumers/" + escaped(name) + "/" + std::string(where), "{}");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        const json_view one(*answer);
        print_consumers(c, {one.root()});
    }
    return exit_done;
}

} // namespace

int run(const context& c, const consumer_list&) {
    const auto answer = operator_client(c).ask("GET", "/consumers");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        const json_view all(*answer);
        print_consumers(c, all->items());
    }
    return exit_done;
}

int run(const context& c, const consumer_pause& wish) {
    return move(c, wish.name, "pause");
}

int run(const context& c, const consumer_resume& wish) {
    return move(c, wish.name, "resume");
}

} // namespace rollcall::cli
