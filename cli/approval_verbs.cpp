// approval list | grant | reject, and user role.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/paged_list.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

/// A body of those members that were said.
std::string
body_of(std::initializer_list<std::pair<std::string_view, std::optional<std::string>>> all) {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    for (const auto& [name, value] : all)
        if (value) json.member(name, *value);
    json.end_object();
    return out;
}

int act(const context& c, const std::string& tenant, const std::string& who, std::string_view what,
        const std::string& body, const std::string& done) {
    const auto answer = operator_client(c).ask(
        "POST", "/tenants/" + escaped(tenant) + "/users/" + escaped(who) + std::string(what), body);
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view user(*answer);
    c.to.out << done << ' ' << printable(user->text("userName")) << " (" << user->text("id")
             << "): " << user->text("status");
    if (const std::string role = user->text("role"); !role.empty()) c.to.out << ", " << role;
    if (user->has("request")) {
        const json_item request = user->object("request");
        c.to.out << "; waits for " << request.text("needs");
        if (const std::string wanted = request.text("wanted_role"); !wanted.empty())
            c.to.out << " of " << wanted;
    }
    c.to.out << ".\n";
    return exit_done;
}

/// Which role waits to be approved. What is approved is what was shown: another one that is given
/// meanwhile is not.
base::result<std::string> wanted_role(const context& c, const std::string& tenant,
                                      const std::string& who) {
    const auto answer =
        operator_client(c).ask("GET", "/tenants/" + escaped(tenant) + "/users/" + escaped(who));
    if (!answer) return tl::unexpected(answer.error());
    const json_view user(*answer);
    std::string role;
    if (user->has("request")) role = user->object("request").text("wanted_role");
    if (!role.empty()) return role;
    return base::fail(std::make_error_code(std::errc::invalid_argument),
                      "no role of " + printable(who) +
                          " waits for an approval: `rollcall approval list " + printable(tenant) +
                          "` shows who waits for what");
}

} // namespace

int run(const context& c, const user_role& wish) {
    return act(c, wish.tenant, wish.who, "/role", body_of({{"role", wish.role}, {"as", wish.as}}),
               "Role of");
}

int run(const context& c, const approval_grant& wish) {
    auto role = wish.role;
    if (!role) {
        const auto wanted = wanted_role(c, wish.tenant, wish.who);
        if (!wanted) return fail(c, wanted.error());
        role = *wanted;
    }
    return act(c, wish.tenant, wish.who, "/approve",
               body_of({{"role", role}, {"as", wish.as}, {"break_glass", wish.break_glass}}),
               "Approved " + *role + " of");
}

int run(const context& c, const approval_reject& wish) {
    return act(c, wish.tenant, wish.who, "/reject", body_of({{"as", wish.as}}), "Rejected");
}

int run(const context& c, const approval_list& wish) {
    std::string more;
    if (wish.kind) more += "&kind=" + escaped(*wish.kind);
    if (wish.needs) more += "&needs=" + escaped(*wish.needs);
    table rows({"userName", "kind", "needs", "wanted role", "given by", "since", "expires"});
    return show_pages(c, "/tenants/" + escaped(wish.tenant) + "/approvals", more, "approvals",
                      std::move(rows), [](table& to, const json_item& one) {
                          to.add({one.text("userName"), one.text("kind"), one.text("needs"),
                                  one.text("wanted_role"), words_of_assigner(one),
                                  one.text("since"), one.text("expires_at")});
                      });
}

} // namespace rollcall::cli
