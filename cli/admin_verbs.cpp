// admin and operator create | list | set | disable | token, and whoami.
#include "cli/json_view.hpp"
#include "cli/operator_client.hpp"
#include "cli/verbs.hpp"
#include "eventlog/base/json_writer.hpp"

#include <vector>

namespace rollcall::cli {
namespace {

using tenant_name = std::optional<std::string>;

std::string path_of(const tenant_name& tenant) {
    return tenant ? "/tenants/" + escaped(*tenant) + "/admins" : "/operators";
}

std::string path_of(const tenant_name& tenant, const std::string& name) {
    return path_of(tenant) + "/" + escaped(name);
}

/// Operators are no users of anybody.
table admin_table(const tenant_name& tenant) {
    if (tenant) {
        return table({"admin", "role", "state", "created", "expires", "last used", "user", "id"});
    }
    return table({"operator", "role", "state", "created", "expires", "last used", "id"});
}

void add_row(table& rows, const tenant_name& tenant, const json_item& a) {
    std::string state = a.text("state");
    const bool live = state == "live";
    if (a.has("because")) state += " (" + a.text("because") + ")";
    std::vector<std::string> cells{a.text("name"),
                                   a.text("role"),
                                   state,
                                   a.text("created"),
                                   a.has("expires_at") ? a.text("expires_at") : "never",
                                   a.has("last_used") ? a.text("last_used") : "never"};
    if (tenant) cells.push_back(a.has("user") ? a.text("user") : "none");
    cells.push_back(a.text("id"));
    rows.add(std::move(cells), live ? tone::plain : tone::dim);
}

/// True if there were primary admins, and none of them can come in any more. A tenant that never
/// had one leaves that to the operator.
bool has_lost_primary(const std::vector<json_item>& admins) {
    bool had_one = false;
    for (const json_item& a : admins) {
        if (a.text("role") != "primary_admin") continue;
        if (a.text("state") == "live") return false;
        had_one = true;
    }
    return had_one;
}

/// One admin, as a table of one row.
int show(const context& c, const tenant_name& tenant, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows = admin_table(tenant);
    add_row(rows, tenant, json_view(*answer).root());
    rows.print(c.to);
    return exit_done;
}

int show_token(const context& c, const base::result<std::string>& answer) {
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view admin(*answer);
    c.to.out << "Name            " << printable(admin->text("name")) << '\n';
    c.to.out << "Role            " << admin->text("role") << '\n';
    c.to.out << "Token           " << toned(admin->text("token"), tone::strong, c.to.colours)
             << '\n';
    if (admin->has("expires_at")) {
        c.to.out << "Expires at      " << admin->text("expires_at") << '\n';
    }
    c.to.out
        << "The token is shown this once: it is kept nowhere. Use it as ROLLCALL_TOKEN, or in a "
           "file of mode 0600\nwith --token-file, together with --server.\n";
    return exit_done;
}

std::string body_with(std::string_view member, const std::optional<std::string>& value) {
    std::string body;
    base::json_writer json(body);
    json.begin_object();
    if (value) json.member(member, *value);
    json.end_object();
    return body;
}

} // namespace

int run(const context& c, const admin_create& wish) {
    std::string body;
    base::json_writer json(body);
    json.begin_object().member("name", wish.name).member("role", wish.role);
    if (wish.expires_in) json.member("expires_in", *wish.expires_in);
    json.end_object();
    return show_token(c, operator_client(c).ask("POST", path_of(wish.tenant), body));
}

int run(const context& c, const admin_list& wish) {
    const auto answer = operator_client(c).ask("GET", path_of(wish.tenant));
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    table rows = admin_table(wish.tenant);
    const json_view all(*answer);
    for (const json_item& a : all->items())
        add_row(rows, wish.tenant, a);
    rows.print(c.to);
    if (wish.tenant && has_lost_primary(all->items())) {
        c.to.out << "No primary admin has a live token. Make one: rollcall admin token "
                 << printable(*wish.tenant)
                 << " NAME --expires-in 90d\nor, if there is none: rollcall admin create "
                 << printable(*wish.tenant) << " NAME --role primary_admin\n";
    }
    return exit_done;
}

int run(const context& c, const admin_set& wish) {
    const std::string body = wish.no_user ? R"({"user":null})"
                             : wish.user  ? body_with("user", wish.user)
                                          : body_with("role", wish.role);
    return show(c, wish.tenant,
                operator_client(c).ask("PATCH", path_of(wish.tenant, wish.name), body));
}

int run(const context& c, const admin_disable& wish) {
    return show(c, wish.tenant, operator_client(c).ask("DELETE", path_of(wish.tenant, wish.name)));
}

int run(const context& c, const admin_token& wish) {
    return show_token(c, operator_client(c).ask("POST", path_of(wish.tenant, wish.name) + "/token",
                                                body_with("expires_in", wish.expires_in)));
}

int run(const context& c, const whoami&) {
    const auto answer = operator_client(c).ask("GET", "/self");
    if (!answer) return fail(c, answer.error());
    if (c.asked.json) {
        c.to.out << *answer << '\n';
        return exit_done;
    }
    const json_view me(*answer);
    if (me->text("role") == "local_operator") {
        c.to.out << "the operator of this machine\n";
        return exit_done;
    }
    c.to.out << printable(me->text("name")) << ", " << me->text("role");
    if (me->has("tenant")) c.to.out << " of " << me->text("tenant");
    c.to.out << '\n';
    return exit_done;
}

} // namespace rollcall::cli
