// key create | list | revoke | rotate.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

#include <algorithm>

namespace rollcall::cli {
namespace {

std::string path_of(std::string_view tenant) {
    return "/tenants/" + escaped(tenant) + "/keys";
}

int show_secret(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view key(*answer);
    c.to.out << "SCIM base URL   " << key->text("scim_base") << '\n';
    c.to.out << "Bearer token    " << toned(key->text("key"), tone::strong, c.to.colours) << '\n';
    c.to.out << "Key id          " << key->text("id") << '\n';
    if (key->has("owner")) {
        c.to.out << "Owner           " << printable(key->object("owner").text("name")) << '\n';
    }
    if (key->has("expires_at")) c.to.out << "Expires at      " << key->text("expires_at") << '\n';
    c.to.out << "The token is shown this once: it is kept nowhere.\n";
    if (!key->has("replaces")) return exit_done;
    const json_item old = key->object("replaces");
    if (old.has("warning")) {
        c.to.err << "rollcall: " << printable(old.text("warning")) << '\n';
    } else {
        c.to.out << "The old key works until " << old.text("expires_at") << ".\n";
    }
    return exit_done;
}

/// Uses are kept by whole minutes, and the first may fall into the minute of the key's making: no
/// key was used before there was one. Times of one form are in the order of their texts.
std::string last_used(const json_item& k) {
    return k.has("last_used") ? std::max(k.text("created"), k.text("last_used")) : "never";
}

void add_row(table& rows, const json_item& k) {
    std::string state = k.text("state");
    const bool live = state == "live";
    if (k.has("because")) state += " (" + k.text("because") + ")";
    rows.add({k.text("id"), k.text("label"), state,
              k.has("owner") ? k.object("owner").text("name") : "nobody", k.text("created"),
              k.has("expires_at") ? k.text("expires_at") : "never", last_used(k)},
             live ? tone::plain : tone::dim);
}

table key_table() {
    return table({"key", "label", "state", "owner", "created", "expires", "last used"});
}

} // namespace

int run(const context& c, const key_create& wish) {
    std::string body;
    base::json_writer json(body);
    json.begin_object();
    if (wish.label) json.member("label", *wish.label);
    if (wish.admin) json.member("admin", *wish.admin);
    if (wish.expires_in) json.member("expires_in", *wish.expires_in);
    json.end_object();
    return show_secret(c, operator_client(c).ask("POST", path_of(wish.tenant), body));
}

int run(const context& c, const key_list& wish) {
    const auto answer = operator_client(c).ask("GET", path_of(wish.tenant));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows = key_table();
    const json_view all(*answer);
    for (const json_item& k : all->items())
        add_row(rows, k);
    rows.print(c.to);
    return exit_done;
}

int run(const context& c, const key_revoke& wish) {
    const auto answer =
        operator_client(c).ask("DELETE", path_of(wish.tenant) + "/" + escaped(wish.key));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows = key_table();
    add_row(rows, json_view(*answer).root());
    rows.print(c.to);
    return exit_done;
}

int run(const context& c, const key_rotate& wish) {
    std::string body;
    base::json_writer json(body);
    json.begin_object();
    if (wish.overlap) json.member("overlap", *wish.overlap);
    if (wish.expires_in) json.member("expires_in", *wish.expires_in);
    json.end_object();
    return show_secret(
        c, operator_client(c).ask(
               "POST", path_of(wish.tenant) + "/" + escaped(wish.key) + "/rotate", body));
}

} // namespace rollcall::cli
