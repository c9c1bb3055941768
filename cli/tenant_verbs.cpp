// tenant create | list | show | set | delete.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

std::string path_of(std::string_view tenant) {
    return "/tenants/" + escaped(tenant);
}

template <class T>
void write_settings(base::json_writer& json, const T& wish) {
    if (wish.name) json.member("name", *wish.name);
    if (wish.profile) json.member("profile", *wish.profile);
    if (wish.plan) json.member("plan", *wish.plan);
    if (!wish.seats) return;
    if (*wish.seats == "unlimited") {
        json.key("seats").null();
    } else {
        json.key("seats").raw(*wish.seats);
    }
}

std::string limit_of(const json_item& tenant, std::string_view member) {
    return tenant.has(member) ? tenant.text(member) : "unlimited";
}

void print_tenant(const context& c, const json_item& t) {
    table rows({"tenant", t.text("id")});
    rows.add({"name", t.text("name")});
    rows.add({"profile", t.text("profile")});
    rows.add({"plan", t.text("plan")});
    if (!t.flag("plan_in_catalogue")) {
        rows.add({"", "there is no such plan in the catalogue: `rollcall plan list`"},
                 tone::warning);
    }
    rows.add({"seats", t.text("seats_used") + " of " + limit_of(t, "limit")});
    if (t.has("seat_limit") && t.text("seat_limit") != t.text("limit")) {
        rows.add({"own limit", t.text("seat_limit")}); // the plan's is lower
    }
    if (t.has("grace_until")) rows.add({"grace until", t.text("grace_until")}, tone::warning);
    rows.add({"users", t.text("users")});
    rows.add({"scim", t.flag("scim") ? "on" : "off"});
    rows.add({"created", t.text("created")});
    if (t.flag("deleted")) rows.add({"deleted", "yes: its history stays readable"}, tone::warning);
    rows.print(c.to);
}

int show_answer(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        print_tenant(c, json_view(*answer).root());
    }
    return exit_done;
}

int show_forecast(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view said(*answer);
    const std::string policy = said->text("on_downgrade");
    c.to.out << said->text("used") << " of " << limit_of(said.root(), "limit")
             << " seats would be taken; too many: " << said->text("too_many") << '\n';
    const auto people = said->items("would_be_suspended");
    if (people.empty()) {
        c.to.out << "Nobody would be suspended (" << policy << ").\n";
        return exit_done;
    }
    table rows({policy == "grace" ? "suspended after " + said->text("grace_days") + " days"
                                  : "suspended at once",
                "id"});
    for (const json_item& one : people)
        rows.add({one.text("userName"), one.text("id")}, tone::warning);
    rows.print(c.to);
    return exit_done;
}

} // namespace

int run(const context& c, const tenant_create& wish) {
    std::string body;
    base::json_writer json(body);
    json.begin_object().member("id", wish.id);
    write_settings(json, wish);
    json.end_object();
    return show_answer(c, operator_client(c).ask("POST", "/tenants", body));
}

int run(const context& c, const tenant_list&) {
    const auto answer = operator_client(c).ask("GET", "/tenants");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows({"tenant", "name", "profile", "plan", "seats", "limit", "users", "scim"});
    const json_view all(*answer);
    for (const json_item& t : all->items()) {
        rows.add({t.text("id"), t.text("name"), t.text("profile"), t.text("plan"),
                  t.text("seats_used"), limit_of(t, "limit"), t.text("users"),
                  t.flag("scim") ? "on" : "off"});
    }
    rows.print(c.to);
    return exit_done;
}

int run(const context& c, const tenant_show& wish) {
    return show_answer(c, operator_client(c).ask("GET", path_of(wish.id)));
}

/// A primary admin may do this much and no more, so it has a route of its own.
bool only_switches(const tenant_set& wish) {
    return wish.scim && !wish.name && !wish.profile && !wish.plan && !wish.seats && !wish.dry_run;
}

int run(const context& c, const tenant_set& wish) {
    if (only_switches(wish)) {
        const std::string said =
            *wish.scim == "on" ? R"({"enabled":true})" : R"({"enabled":false})";
        return show_answer(c, operator_client(c).ask("PUT", path_of(wish.id) + "/scim", said));
    }
    std::string body;
    base::json_writer json(body);
    json.begin_object();
    write_settings(json, wish);
    if (wish.scim) json.member("scim", *wish.scim == "on");
    if (wish.dry_run) json.member("dry_run", true);
    json.end_object();
    const auto answer = operator_client(c).ask("PATCH", path_of(wish.id), body);
    return wish.dry_run ? show_forecast(c, answer) : show_answer(c, answer);
}

int run(const context& c, const tenant_delete& wish) {
    return show_answer(c, operator_client(c).ask("DELETE", path_of(wish.id)));
}

} // namespace rollcall::cli
