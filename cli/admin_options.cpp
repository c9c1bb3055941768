// The options of the verbs about admins and operators, and those that say which server is meant.
#include "cli/option_parts.hpp"

namespace rollcall::cli {
namespace {

std::string check_token_lifetime(const std::string& text) {
    return text == "never" ? "" : check_lifetime(text);
}

template <class T>
void add_tenant(CLI::App& app, T& wish) {
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
}

template <class T>
void add_name(CLI::App& app, T& wish) {
    app.add_option("NAME", wish.name, "his name, or his id")->required();
}

template <class T>
void add_role(CLI::App& app, T& wish, bool system) {
    auto* role =
        app.add_option("--role", wish.role, "what he may do: docs/OPERATING.md has the table");
    role->required();
    if (system) {
        role->check(CLI::IsMember({"operator", "support"}));
    } else {
        role->check(CLI::IsMember({"primary_admin", "admin", "viewer"}));
    }
}

void add_new(CLI::App& app, admin_create& wish) {
    app.add_option("NAME", wish.name, "a word or an address; unique, whatever its case")
        ->required();
    app.add_option("--expires-in", wish.expires_in, "lifetime of the token (for ever)")
        ->type_name("90d")
        ->check(check_lifetime);
}

void add_token_lifetime(CLI::App& app, admin_token& wish) {
    app.add_option("--expires-in", wish.expires_in, "lifetime (it ends when the old one would)")
        ->type_name("90d|never")
        ->check(check_token_lifetime);
}

} // namespace

void declare_admin_create(CLI::App& app, line& l) {
    auto& wish = bind<admin_create>(app, l);
    add_tenant(app, wish);
    add_new(app, wish);
    add_role(app, wish, false);
}

void declare_admin_list(CLI::App& app, line& l) {
    add_tenant(app, bind<admin_list>(app, l));
}

void declare_admin_set(CLI::App& app, line& l) {
    auto& wish = bind<admin_set>(app, l);
    add_tenant(app, wish);
    add_name(app, wish);
    CLI::App& what = *app.add_option_group("what", "one of these");
    add_role(what, wish, false);
    what.get_option("--role")->required(false);
    what.add_option("--user", wish.user,
                    "who he is as a user of the tenant: he loses his rights with that access")
        ->type_name("WHO");
    what.add_flag("--no-user", wish.no_user, "he is no user of the tenant");
    what.require_option(1);
}

void declare_admin_disable(CLI::App& app, line& l) {
    auto& wish = bind<admin_disable>(app, l);
    add_tenant(app, wish);
    add_name(app, wish);
}

void declare_admin_token(CLI::App& app, line& l) {
    auto& wish = bind<admin_token>(app, l);
    add_tenant(app, wish);
    add_name(app, wish);
    add_token_lifetime(app, wish);
}

void declare_operator_create(CLI::App& app, line& l) {
    auto& wish = bind<admin_create>(app, l);
    add_new(app, wish);
    add_role(app, wish, true);
}

void declare_operator_list(CLI::App& app, line& l) {
    bind<admin_list>(app, l);
}

void declare_operator_set(CLI::App& app, line& l) {
    auto& wish = bind<admin_set>(app, l);
    add_name(app, wish);
    add_role(app, wish, true);
}

void declare_operator_disable(CLI::App& app, line& l) {
    add_name(app, bind<admin_disable>(app, l));
}

void declare_operator_token(CLI::App& app, line& l) {
    auto& wish = bind<admin_token>(app, l);
    add_name(app, wish);
    add_token_lifetime(app, wish);
}

void declare_whoami(CLI::App& app, line& l) {
    bind<whoami>(app, l);
}

void add_place(CLI::App& app, line& l, bool elsewhere) {
    auto* data = app.add_option("--data", l.out.data, "the server's data directory [ROLLCALL_DATA]")
                     ->type_name("DIR");
    if (!elsewhere) return;
    auto* server = app.add_option("--server", l.out.remote.url,
                                  "a server elsewhere; the token is in ROLLCALL_TOKEN")
                       ->type_name("https://HOST[:PORT]")
                       ->excludes(data);
    app.add_option("--token-file", l.out.remote.token_file, "a file with the token, mode 0600")
        ->type_name("FILE")
        ->needs(server);
    app.add_option("--ca-file", l.out.remote.ca_file,
                   "certificates of private authorities to trust (those of the system)")
        ->type_name("FILE")
        ->needs(server);
}

} // namespace rollcall::cli
