// plan create | list | show | set.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

std::string body_of(const plan_wish& wish, bool fresh) {
    std::string body;
    base::json_writer json(body);
    json.begin_object();
    if (fresh) json.member("id", wish.id);
    if (wish.seats && *wish.seats == "unlimited") {
        json.key("seats").null();
    } else if (wish.seats) {
        json.key("seats").raw(*wish.seats);
    }
    if (wish.scim) json.member("scim", *wish.scim == "yes");
    if (wish.on_downgrade) json.member("on_downgrade", *wish.on_downgrade);
    if (wish.grace_days) json.member("grace_days", std::uint64_t{*wish.grace_days});
    if (!wish.seat_states.empty()) {
        json.key("seat_states").begin_array();
        for (const std::string& status : wish.seat_states)
            json.value(status);
        json.end_array();
    }
    json.end_object();
    return body;
}

std::string seats_of(const json_item& plan) {
    return plan.has("seats") ? plan.text("seats") : "unlimited";
}

std::string states_of(const json_item& plan) {
    std::string all;
    for (const json_item& status : plan.items("seat_states"))
        all += (all.empty() ? "" : ", ") + status.as_text();
    return all;
}

std::string policy_of(const json_item& plan) {
    const std::string policy = plan.text("on_downgrade");
    return policy == "grace" ? policy + " of " + plan.text("grace_days") + " days" : policy;
}

int show_answer(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view plan(*answer);
    table rows({"plan", plan->text("id")});
    rows.add({"seats", seats_of(plan.root())});
    rows.add({"scim", plan->flag("scim") ? "included" : "not included"});
    rows.add({"who holds a seat", states_of(plan.root())});
    rows.add({"on downgrade", policy_of(plan.root())});
    rows.add({"version", plan->text("version")});
    if (plan->has("created")) rows.add({"created", plan->text("created")});
    rows.print(c.to);
    return exit_done;
}

std::string path_of(std::string_view plan) {
    return "/plans/" + escaped(plan);
}

} // namespace

int run(const context& c, const plan_create& wish) {
    return show_answer(c, operator_client(c).ask("POST", "/plans", body_of(wish, true)));
}

int run(const context& c, const plan_set& wish) {
    return show_answer(c, operator_client(c).ask("PATCH", path_of(wish.id), body_of(wish, false)));
}

int run(const context& c, const plan_show& wish) {
    return show_answer(c, operator_client(c).ask("GET", path_of(wish.id)));
}

int run(const context& c, const plan_list&) {
    const auto answer = operator_client(c).ask("GET", "/plans");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows({"plan", "seats", "scim", "on downgrade", "version"});
    const json_view all(*answer);
    for (const json_item& plan : all->items()) {
        rows.add({plan.text("id"), seats_of(plan), plan.flag("scim") ? "yes" : "no",
                  policy_of(plan), plan.text("version")});
    }
    rows.print(c.to);
    return exit_done;
}

} // namespace rollcall::cli
