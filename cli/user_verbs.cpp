// user list | show, and erase.
#include "cli/job_wait.hpp"
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/paged_list.hpp"
#include "cli/verbs.hpp"
#include "cli/words.hpp"
#include "eventlog/base/json_writer.hpp"

namespace rollcall::cli {
namespace {

std::string path_of(std::string_view tenant) {
    return "/tenants/" + escaped(tenant);
}

} // namespace

int run(const context& c, const user_list& wish) {
    const std::string more = wish.status ? "&status=" + escaped(*wish.status) : "";
    table rows({"id", "userName", "status", "externalId", "display"});
    return show_pages(c, path_of(wish.tenant) + "/users", more, "users", std::move(rows),
                      [](table& to, const json_item& u) {
                          to.add({u.text("id"), u.text("userName"), u.text("status"),
                                  u.text("externalId"), u.text("display")},
                                 u.flag("active") ? tone::plain : tone::dim);
                      });
}

int run(const context& c, const user_show& wish) {
    const auto answer =
        operator_client(c).exchange("GET", path_of(wish.tenant) + "/users/" + escaped(wish.who));
    if (!answer) return fail(c, answer.error());
    const bool found = answer->status / 100 == 2;
    // Who was never created may have been refused, and a script wants to know that too.
    if (c.asked.json && json_view(answer->body).valid()) c.to.out << answer->body << '\n';
    if (!found) return fail(c, reason_of(*answer));
    if (c.asked.json) return exit_done;
    const json_view user(answer->body);
    table rows({"userName", user->text("userName")});
    for (const char* member :
         {"id", "externalId", "display", "status", "active", "holds_seat", "origin", "role",
          "reason", "created", "last_modified", "version", "attributes"}) {
        rows.add({member, user->text(member)});
    }
    if (user->has("suspended")) {
        const json_item suspended = user->object("suspended");
        std::string why;
        for (const json_item& reason : suspended.items("reasons"))
            why += (why.empty() ? "" : ", ") + reason.as_text();
        rows.add({"suspended", why + " since " + suspended.text("since")}, tone::warning);
    }
    if (user->has("request"))
        rows.add({"request", words_of_request(user->object("request"))}, tone::warning);
    for (const json_item& team : user->items("teams"))
        rows.add({"team", team.text("displayName")});
    for (const json_item& one : user->items("refused"))
        rows.add({"refused", words_of_refusal(one)}, tone::warning);
    rows.print(c.to);
    return exit_done;
}

int run(const context& c, const erase& wish) {
    operator_client server(c);
    std::string body;
    base::json_writer(body).begin_object().member("who", wish.who).end_object();
    const auto answer = server.ask("POST", path_of(wish.tenant) + "/erasures", body);
    if (!answer) return fail(c, answer.error());
    const json_view erased(*answer);
    if (!erased->has("job")) {
        return fail(c, "the person is erased at " + erased->text("position") +
                           ", but too many jobs run to watch old files being cleaned: `rollcall "
                           "doctor` tells if that fails");
    }
    const auto cleaned = wait_for_job(c, server, erased->text("job"));
    if (!cleaned) return fail(c, cleaned.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
    } else {
        c.to.out << "Erased at " << erased->text("position") << ": " << erased->text("id")
                 << " can no longer be read, in the log or in any file of "
                 << printable(server.place()) << ".\n";
    }
    return exit_done;
}

} // namespace rollcall::cli
