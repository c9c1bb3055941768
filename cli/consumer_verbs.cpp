// consumer list | pause | resume, and publish resume.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"

namespace rollcall::cli {
namespace {

std::string state_of(const json_item& one) {
    if (one.has("publishing") && one.object("publishing").has("alarm")) return "alarm";
    if (one.flag("paused")) return "paused";
    if (one.has("last_error")) return "tries again: " + one.text("last_error");
    return "runs";
}

/// What the table has no room for.
void print_published(const context& c, const json_item& one) {
    const std::string name = one.text("name");
    const json_item state = one.object("publishing");
    if (state.has("alarm")) {
        c.to.out << toned(name + " alarm", tone::bad, c.to.colours) << ": "
                 << printable(state.text("alarm")) << '\n';
    }
    if (state.has("oldest_unpublished")) {
        c.to.out << name << ": the oldest event that is not published is of "
                 << state.text("oldest_unpublished") << '\n';
    }
}

void print_consumers(const context& c, const std::vector<json_item>& all) {
    table rows({"consumer", "state", "position", "lag", "parked"});
    for (const json_item& one : all) {
        const std::string state = state_of(one);
        const bool well = state == "runs" && one.number("parked_total") == 0;
        rows.add({one.text("name"), state, one.text("position"), one.text("lag"),
                  one.text("parked_total")},
                 well ? tone::plain : tone::warning);
    }
    rows.print(c.to);
    for (const json_item& one : all) {
        if (one.has("publishing")) print_published(c, one);
        for (const json_item& event : one.items("parked")) {
            c.to.out << one.text("name") << " parked " << event.text("position") << " at "
                     << event.text("time") << ": " << printable(event.text("reason")) << '\n';
        }
    }
}

int move(const context& c, const std::string& target, std::string_view body) {
    const auto answer = operator_client(c).ask("POST", target, body);
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
    return move(c, "/consumers/" + escaped(wish.name) + "/pause", "{}");
}

int run(const context& c, const consumer_resume& wish) {
    return move(c, "/consumers/" + escaped(wish.name) + "/resume", "{}");
}

int run(const context& c, const publish_resume& wish) {
    return move(c, "/publishing/resume", wish.new_lineage ? R"({"new_lineage":true})" : "{}");
}

} // namespace rollcall::cli
