// The options of the verbs about keys and single sign-on.
#include "cli/option_parts.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/admin/expiry.hpp"

namespace rollcall::cli {
namespace {

std::string check_overlap(const std::string& text) {
    return text == "0" || base::parse_duration_ms(text)
               ? ""
               : "must be 0 or " + std::string(admin::lifetime_form);
}

} // namespace

void declare_key_create(CLI::App& app, line& l) {
    auto& wish = bind<key_create>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("--label", wish.label, "a word to know it by");
    app.add_option("--admin", wish.admin,
                   "whose it is: it ends with his rights. Some products ask for that");
    app.add_option("--expires-in", wish.expires_in, "lifetime (for ever)")
        ->type_name("90d")
        ->check(check_lifetime);
}

void declare_key_list(CLI::App& app, line& l) {
    app.add_option("TENANT", bind<key_list>(app, l).tenant, "the tenant")->required();
}

void declare_key_revoke(CLI::App& app, line& l) {
    auto& wish = bind<key_revoke>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("KEY", wish.key, "its id, or a label that only one live key has")->required();
}

void declare_key_rotate(CLI::App& app, line& l) {
    auto& wish = bind<key_rotate>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("KEY", wish.key, "its id, or a label that only one live key has")->required();
    app.add_option("--overlap", wish.overlap, "how long the old one goes on (24h)")
        ->type_name("24h")
        ->check(check_overlap);
    app.add_option("--expires-in", wish.expires_in, "lifetime of the new one (for ever)")
        ->type_name("90d")
        ->check(check_lifetime);
}

void declare_sso_set(CLI::App& app, line& l) {
    auto& wish = bind<sso_set>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("--metadata", wish.metadata,
                   "SAML metadata of the identity provider, as it offers them for download")
        ->type_name("FILE")
        ->required();
}

void declare_sso_show(CLI::App& app, line& l) {
    app.add_option("TENANT", bind<sso_show>(app, l).tenant, "the tenant")->required();
}

void declare_sso_clear(CLI::App& app, line& l) {
    app.add_option("TENANT", bind<sso_clear>(app, l).tenant, "the tenant")->required();
}

} // namespace rollcall::cli
