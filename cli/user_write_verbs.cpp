// user create | set | deactivate | reactivate | suspend | resume | delete.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"

namespace rollcall::cli {
namespace {

std::string users_of(std::string_view tenant) {
    return "/tenants/" + escaped(tenant) + "/users";
}

int show(const context& c, const base::result<std::string>& answer, std::string_view what) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view user(*answer);
    c.to.out << what << ' ' << printable(user->text("userName")) << " (" << user->text("id") << ")";
    if (const std::string status = user->text("status"); !status.empty()) {
        c.to.out << ": " << status;
    }
    c.to.out << ".\n";
    for (const json_item& one : user->items("not_applied"))
        c.to.err << "rollcall: not applied: " << printable(one.as_text()) << '\n';
    return exit_done;
}

int set_active(const context& c, const std::string& tenant, const std::string& who, bool active) {
    admin::person said;
    said.set(*admin::field_named("active"), {active ? "true" : "false"});
    return show(
        c, operator_client(c).ask("PATCH", users_of(tenant) + "/" + escaped(who), said.members()),
        active ? "Reactivated" : "Deactivated");
}

} // namespace

int run(const context& c, const user_create& wish) {
    return show(c, operator_client(c).ask("POST", users_of(wish.tenant), wish.said.members()),
                "Created");
}

int run(const context& c, const user_set& wish) {
    return show(c,
                operator_client(c).ask("PATCH", users_of(wish.tenant) + "/" + escaped(wish.who),
                                       wish.said.members()),
                "Changed");
}

int run(const context& c, const user_deactivate& wish) {
    return set_active(c, wish.tenant, wish.who, false);
}

int run(const context& c, const user_reactivate& wish) {
    return set_active(c, wish.tenant, wish.who, true);
}

int run(const context& c, const user_suspend& wish) {
    return show(c,
                operator_client(c).ask(
                    "POST", users_of(wish.tenant) + "/" + escaped(wish.who) + "/suspension", "{}"),
                "Suspended");
}

int run(const context& c, const user_resume& wish) {
    return show(c,
                operator_client(c).ask("DELETE", users_of(wish.tenant) + "/" + escaped(wish.who) +
                                                     "/suspension"),
                "Resumed");
}

int run(const context& c, const user_delete& wish) {
    return show(c,
                operator_client(c).ask("DELETE", users_of(wish.tenant) + "/" + escaped(wish.who)),
                "Deleted");
}

} // namespace rollcall::cli
