#include "cli/options.hpp"

#include "cli/option_parts.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/admin/expiry.hpp"

#include <algorithm>
#include <utility>

namespace rollcall::cli {
namespace {

using eventlog::position;

void add_position(CLI::App& app, const std::string& name, std::optional<position>& into,
                  const std::string& about) {
    app.add_option_function<std::string>(
           name,
           [&into](const std::string& text) {
               into = position::parse(text);
               if (!into) {
                   throw CLI::ValidationError("'" + text +
                                              "' is no position: write @ and a "
                                              "number, such as @42");
               }
           },
           about)
        ->type_name("@POSITION");
}

std::string check_name(const std::string& text) {
    return text.empty() ? "must not be empty" : "";
}

/// For the verbs that also read a directory without its server.
void add_key_file(CLI::App& app, line& l) {
    app.add_option("--key-file", l.out.key_file,
                   "the master key, when no server runs (DIR/master.key) [ROLLCALL_KEY_FILE]")
        ->type_name("FILE");
}

/// The settings of `serve` whose names begin with `prefix`, and the file that may have them.
void add_settings(CLI::App& app, line& l, std::string_view prefix) {
    const serve_settings fresh;
    for (const setting& s : all_settings()) {
        if (!s.name.starts_with(prefix)) continue;
        const std::string name(s.name);
        const std::string flag = "--" + name;
        std::string about(s.about);
        if (const std::string standard = s.standard(fresh); !standard.empty() && !s.value.empty())
            about += " (" + standard + ")";
        about += " [" + variable_of(s.name) + "]";
        if (s.value.empty()) {
            app.add_flag_callback(
                flag, [&l, name] { l.settings[name] = "true"; }, about);
        } else {
            app.add_option_function<std::string>(
                   flag, [&l, name](const std::string& v) { l.settings[name] = v; }, about)
                ->type_name(std::string(s.value));
        }
    }
    app.add_option_function<std::string>(
           "--config", [&l](const std::string& v) { l.settings["config"] = v; },
           "a TOML file with settings of serve [ROLLCALL_CONFIG]")
        ->type_name("FILE");
}

void declare_serve(CLI::App& app, line& l) {
    add_settings(app, l, "");
    app.callback([&l] { l.out.what = serve{l.settings}; });
}

void declare_user_list(CLI::App& app, line& l) {
    auto& wish = bind<user_list>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("--status", wish.status, "only users of this status")
        ->check(CLI::IsMember(
            {"pending_role", "pending_approval", "active", "suspended", "deactivated"}));
}

void declare_user_show(CLI::App& app, line& l) {
    auto& wish = bind<user_show>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("WHO", wish.who, "an id, userName, externalId or e-mail address")->required();
}

void declare_log_tail(CLI::App& app, line& l) {
    auto& wish = bind<log_tail>(app, l);
    app.add_option("TENANT", wish.tenant, "only this tenant's events");
    add_position(app, "--from", wish.from, "begin here and not at the last 20 events");
    app.add_flag("--follow,-f", wish.follow, "go on as new events come");
    add_key_file(app, l);
}

void declare_log_show(CLI::App& app, line& l) {
    auto at = std::make_shared<std::optional<position>>();
    add_position(app, "POSITION", *at, "which event");
    app.get_option("POSITION")->required();
    add_key_file(app, l);
    app.callback([at, &l] { l.out.what = log_show{**at}; });
}

void declare_log_verify(CLI::App& app, line& l) {
    auto topic = std::make_shared<bool>();
    app.add_flag("--topic", *topic, "compare the lifecycle topic with the log instead");
    add_settings(app, l, "kafka");
    add_key_file(app, l);
    app.callback([topic, &l] { l.out.what = log_verify{*topic, l.settings}; });
}

void declare_log_export(CLI::App& app, line& l) {
    auto& wish = bind<log_export>(app, l);
    app.add_option("TENANT", wish.tenant, "only this tenant's events");
    add_position(app, "--from", wish.from, "begin here and not at the start");
    add_key_file(app, l);
}

void declare_rebuild(CLI::App& app, line& l) {
    app.add_flag("--verify", bind<rebuild>(app, l).verify, "compare only; change nothing");
    add_key_file(app, l);
}

void declare_backup_create(CLI::App& app, line& l) {
    auto& wish = bind<backup_create>(app, l);
    app.add_option("TO", wish.to, "an empty directory, or that of an earlier backup of this log")
        ->required()
        ->check(check_name);
    app.add_option("--keys-to", wish.keys_to, "back up the wrapped keys too, into this directory")
        ->check(check_name)
        ->type_name("TO2");
    add_key_file(app, l);
}

void declare_backup_verify(CLI::App& app, line& l) {
    auto& wish = bind<backup_verify>(app, l);
    app.add_option("FROM", wish.from, "the directory of the backup")->required()->check(check_name);
    app.add_option("--keys-from", wish.keys_from, "look at these keys too")
        ->check(check_name)
        ->type_name("FROM2");
    app.add_option("--key-file", l.out.key_file,
                   "the master key, to check who wrote the backup [ROLLCALL_KEY_FILE]")
        ->type_name("FILE");
}

void declare_backup_restore(CLI::App& app, line& l) {
    auto& wish = bind<backup_restore>(app, l);
    app.add_option("FROM", wish.from, "the directory of the backup")->required()->check(check_name);
    app.add_option("--keys-from", wish.keys_from, "the directory of the backup of the keys")
        ->check(check_name)
        ->type_name("FROM2");
    add_position(app, "--until", wish.until, "leave out what came after this event");
    app.add_flag("--accept-missing-keys", wish.accept_missing_keys,
                 "erase for good who has no key in FROM2");
    add_key_file(app, l);
}

void declare_erase(CLI::App& app, line& l) {
    auto& wish = bind<erase>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("WHO", wish.who,
                   "an id, userName, externalId or e-mail address; an id for one who was deleted")
        ->required();
}

void declare_doctor(CLI::App& app, line& l) {
    add_position(app, "--accept-loss", bind<doctor>(app, l).accept_loss,
                 "go on without acknowledged events that are gone; the position confirms it");
    add_key_file(app, l);
}

struct verb {
    verb_line says;
    void (*declare)(CLI::App&, line&);
};

const std::vector<verb>& verbs() {
    static const std::vector<verb> all = {
        {{"serve", "run the server",
          "rollcall serve --data /var/lib/rollcall --listen 127.0.0.1:8080"},
         declare_serve},
        {{"tenant create", "make a tenant",
          "rollcall tenant create acme --name 'Acme Inc.' --seats 250"},
         declare_tenant_create},
        {{"tenant list", "show all tenants", "rollcall tenant list"}, declare_tenant_list},
        {{"tenant show", "show one tenant", "rollcall tenant show acme"}, declare_tenant_show},
        {{"tenant set", "change a tenant", "rollcall tenant set acme --seats unlimited --scim off"},
         declare_tenant_set},
        {{"tenant delete", "end a tenant: its keys stop working, its history stays",
          "rollcall tenant delete acme"},
         declare_tenant_delete},
        {{"profile check", "look whether a product's profile holds; needs no server",
          "rollcall profile check acme.toml"},
         declare_profile_check},
        {{"profile list", "show the profiles that the server knows", "rollcall profile list"},
         declare_profile_list},
        {{"profile show", "print a profile's file", "rollcall profile show zamp > acme.toml"},
         declare_profile_show},
        {{"plan create", "make a plan",
          "rollcall plan create team --seats 25 --on-downgrade grace --grace-days 14"},
         declare_plan_create},
        {{"plan list", "show the catalogue", "rollcall plan list"}, declare_plan_list},
        {{"plan show", "show one plan", "rollcall plan show team"}, declare_plan_show},
        {{"plan set", "change a plan; the tenants that have it follow",
          "rollcall plan set team --seats 50"},
         declare_plan_set},
        {{"mapping show", "print how what a tenant's provider sends is turned, as JSON",
          "rollcall mapping show acme > mapping.json"},
         declare_mapping_show},
        {{"mapping set", "turn what comes from now on by the rules of a file",
          "rollcall mapping set acme mapping.json"},
         declare_mapping_set},
        {{"mapping clear", "take what comes as it is sent", "rollcall mapping clear acme"},
         declare_mapping_clear},
        {{"mapping preview", "show what rules would make of a user; nothing is kept",
          "rollcall mapping preview acme --rules mapping.json --sample jane.json"},
         declare_mapping_preview},
        {{"key create", "make a bearer key; its secret is shown this once",
          "rollcall key create acme --label okta-prod --expires-in 365d"},
         declare_key_create},
        {{"key list", "show a tenant's keys", "rollcall key list acme"}, declare_key_list},
        {{"key revoke", "end a key at once", "rollcall key revoke acme okta-prod"},
         declare_key_revoke},
        {{"key rotate", "make a new secret; the old one lives until the overlap ends",
          "rollcall key rotate acme okta-prod --overlap 48h"},
         declare_key_rotate},
        {{"sso set", "set up single sign-on: upload the identity provider's SAML metadata",
          "rollcall sso set acme --metadata okta.xml"},
         declare_sso_set},
        {{"sso show", "show a tenant's single sign-on", "rollcall sso show acme"},
         declare_sso_show},
        {{"sso clear", "remove it; some products provision no longer then",
          "rollcall sso clear acme"},
         declare_sso_clear},
        {{"admin create",
          "let somebody of a tenant use the admin API; the token is shown this once",
          "rollcall admin create acme ada@acme.example --role primary_admin --expires-in 365d"},
         declare_admin_create},
        {{"admin list", "show a tenant's admins", "rollcall admin list acme"}, declare_admin_list},
        {{"admin set", "give an admin another role",
          "rollcall admin set acme bob@acme.example --role viewer"},
         declare_admin_set},
        {{"admin disable", "end an admin's rights at once, for good",
          "rollcall admin disable acme bob@acme.example"},
         declare_admin_disable},
        {{"admin token", "make a new token for an admin; the old one ends",
          "rollcall admin token acme ada@acme.example --expires-in 365d"},
         declare_admin_token},
        {{"operator create", "let somebody of your own use the admin API from elsewhere",
          "rollcall operator create olga --role operator --expires-in 90d"},
         declare_operator_create},
        {{"operator list", "show the operators", "rollcall operator list"}, declare_operator_list},
        {{"operator set", "give an operator another role",
          "rollcall operator set olga --role support"},
         declare_operator_set},
        {{"operator disable", "end an operator's rights at once, for good",
          "rollcall operator disable olga"},
         declare_operator_disable},
        {{"operator token", "make a new token for an operator; the old one ends",
          "rollcall operator token olga --expires-in 90d"},
         declare_operator_token},
        {{"whoami", "show as whom the server knows you",
          "rollcall whoami --server https://id.example.com"},
         declare_whoami},
        {{"user list", "show a tenant's users", "rollcall user list acme --status deactivated"},
         declare_user_list},
        {{"user show", "show one user", "rollcall user show acme jane@acme.example"},
         declare_user_show},
        {{"user create", "make a user of the product's own",
          "rollcall user create acme --user-name jane --email jane@acme.example --given-name Jane"},
         declare_user_create},
        {{"user set", "change what is known of a user",
          "rollcall user set acme jane --department Sales --title 'Head of Sales'"},
         declare_user_set},
        {{"user deactivate", "take a user's access away at once",
          "rollcall user deactivate acme jane@acme.example"},
         declare_user_deactivate},
        {{"user reactivate", "give a user access again", "rollcall user reactivate acme jane"},
         declare_user_reactivate},
        {{"user delete", "delete a user; the history stays until `rollcall erase`",
          "rollcall user delete acme jane"},
         declare_user_delete},
        {{"user suspend", "take a user's access away beside the provider's wish",
          "rollcall user suspend acme jane"},
         declare_user_suspend},
        {{"user resume", "end that suspension; needs a free seat",
          "rollcall user resume acme jane"},
         declare_user_resume},
        {{"user role", "give a user a role, which another admin may have to approve",
          "rollcall user role acme jane approver --as ada@acme.example"},
         declare_user_role},
        {{"user verify-password", "tell whether a password, typed or piped in, is the user's",
          "rollcall user verify-password acme jane < secret"},
         declare_user_verify_password},
        {{"user import", "make users from a CSV file; who is there already stays as he is",
          "rollcall user import acme people.csv --dry-run"},
         declare_user_import},
        {{"approval list", "show who waits for a role or an approval",
          "rollcall approval list acme --needs approval"},
         declare_approval_list},
        {{"approval grant", "approve the role that is wanted, and access with it",
          "rollcall approval grant acme jane --as bob@acme.example"},
         declare_approval_grant},
        {{"approval reject", "reject a request", "rollcall approval reject acme jane"},
         declare_approval_reject},
        {{"seats", "show seats: who holds one since when, who was refused; of a period, seat-days",
          "rollcall seats acme --from 2026-11-01 --to 2026-12-01 --csv"},
         declare_seats},
        {{"log tail", "tell the latest events in words", "rollcall log tail acme --follow"},
         declare_log_tail},
        {{"log show", "show one event with everything in it", "rollcall log show @42"},
         declare_log_show},
        {{"log verify", "prove that the log is whole and that the state follows from it",
          "rollcall log verify"},
         declare_log_verify},
        {{"log export", "write all events as JSON lines", "rollcall log export acme > acme.ndjson"},
         declare_log_export},
        {{"rebuild", "make the projections anew from the log", "rollcall rebuild --verify"},
         declare_rebuild},
        {{"backup create", "back up the log, or add to a backup what is new",
          "rollcall backup create /mnt/backup/log --keys-to /mnt/safe/keys"},
         declare_backup_create},
        {{"backup verify", "prove that a backup is whole",
          "rollcall backup verify /mnt/backup/log"},
         declare_backup_verify},
        {{"backup restore", "make a data directory of a backup",
          "rollcall backup restore /mnt/backup/log --keys-from /mnt/safe/keys --data new-var"},
         declare_backup_restore},
        {{"consumer list", "show who follows the log, how far, and what holds them up",
          "rollcall consumer list"},
         declare_consumer_list},
        {{"consumers", "the same in one word, for scripts", "rollcall consumers --json"},
         declare_consumer_list},
        {{"consumer pause", "hold a consumer up, also through restarts",
          "rollcall consumer pause seat-keeper"},
         declare_consumer_pause},
        {{"consumer resume", "let a consumer go on", "rollcall consumer resume seat-keeper"},
         declare_consumer_resume},
        {{"publish resume", "let publishing to topics go on, after a pause or an alarm",
          "rollcall publish resume --new-lineage"},
         declare_publish_resume},
        {{"erase", "make a person unreadable in all history, for good",
          "rollcall erase acme jane@acme.example"},
         declare_erase},
        {{"doctor", "look at a data directory and say what to do", "rollcall doctor --data var"},
         declare_doctor},
    };
    return all;
}

constexpr std::pair<const char*, const char*> groups[] = {
    {"tenant", "customers: create, list, show, set, delete"},
    {"profile", "contracts of products: check, list, show"},
    {"plan", "what customers may have: create, list, show, set"},
    {"mapping", "how what a tenant's provider sends is turned: show, set, clear, preview"},
    {"key", "bearer keys of a tenant: create, list, revoke, rotate"},
    {"sso", "single sign-on of a tenant: set, show, clear"},
    {"admin", "who of a tenant may use the admin API: create, list, set, disable, token"},
    {"operator", "who of the operator may: create, list, set, disable, token"},
    {"user",
     "people of a tenant: list, show, create, set, deactivate, reactivate, suspend, resume, role, "
     "verify-password, delete, import"},
    {"approval", "requests for roles and access: list, grant, reject"},
    {"consumer", "who follows the log and acts on it: list, pause, resume"},
    {"publish", "the log's way to Kafka: resume"},
    {"backup", "copies of the log to restore from: create, verify, restore"},
    {"log", "what happened: tail, show, verify, export"},
};

void add_common(CLI::App& app, line& l, std::string_view name) {
    app.set_help_flag("--help,-h", "this text");
    if (name == "serve") return;
    // Backups are directories of this machine; a profile is checked where it is written.
    if (name != "profile check") add_place(app, l, !name.starts_with("backup "));
    app.add_flag("--json", l.out.json, "print JSON");
}

CLI::App& leaf_of(CLI::App& root, std::string_view name, const std::string& about) {
    const auto space = name.find(' ');
    if (space == std::string_view::npos) return *root.add_subcommand(std::string(name), about);
    return *root.get_subcommand(std::string(name.substr(0, space)))
                ->add_subcommand(std::string(name.substr(space + 1)), about);
}

} // namespace

std::string check_lifetime(const std::string& text) {
    return base::parse_duration_ms(text) ? "" : "must be " + std::string(admin::lifetime_form);
}

std::vector<verb_line> all_verbs() {
    std::vector<verb_line> all;
    for (const verb& v : verbs())
        all.push_back(v.says);
    return all;
}

tl::expected<invocation, usage> parse_command_line(const std::vector<std::string>& arguments,
                                                   const environment& env) {
    line l;
    l.out.program = arguments.empty() ? "rollcall" : arguments.front();
    if (auto data = env("ROLLCALL_DATA")) l.out.data = *data;

    CLI::App root("Rollcall: the provisioning backend. `rollcall VERB --help` says more.",
                  "rollcall");
    root.set_help_flag("--help,-h", "this text");
    root.set_version_flag("--version", ROLLCALL_VERSION);
    root.require_subcommand(1);
    for (const auto& [name, about] : groups) {
        CLI::App* group = root.add_subcommand(name, about);
        group->require_subcommand(1);
        group->set_help_flag("--help,-h", "this text");
    }
    for (const verb& v : verbs()) {
        CLI::App& leaf = leaf_of(root, v.says.name, std::string(v.says.about));
        leaf.footer("Example:\n  " + std::string(v.says.example));
        add_common(leaf, l, v.says.name);
        v.declare(leaf, l);
        // An unset variable in quotes must not become another thing's address.
        for (CLI::Option* argument : leaf.get_options()) {
            if (argument->get_positional()) argument->check(check_name);
        }
    }
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    if (!reversed.empty()) reversed.pop_back();
    try {
        root.parse(reversed);
    } catch (const CLI::ParseError& wrong) {
        std::ostringstream out;
        std::ostringstream err;
        const bool helped = root.exit(wrong, out, err) == 0;
        return tl::unexpected(usage{helped ? 0 : 2, helped ? out.str() : err.str()});
    }
    return std::move(l.out);
}

} // namespace rollcall::cli
