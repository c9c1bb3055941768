// The options of the verbs about tenants and their seats.
#include "cli/option_parts.hpp"
#include "gateway/admin/seat_report.hpp"

#include <algorithm>
#include <tuple>

namespace rollcall::cli {
namespace {

std::string check_name(const std::string& text) {
    return text.empty() ? "must not be empty" : "";
}

std::string check_when(const std::string& text) {
    return admin::read_when(text) ? ""
                                  : "must be a day such as 2026-11-01, which begins in UTC, or a "
                                    "moment such as 2026-11-01T09:00:00Z";
}

/// The options that a tenant has at its creation and later.
template <class T>
void add_tenant_options(CLI::App& app, T& wish) {
    app.add_option("--name", wish.name, "display name")->check(check_name);
    app.add_option("--profile", wish.profile,
                   "provisioning contract (generic); with another base path, the base URL in the "
                   "provider's settings has to be changed");
    app.add_option("--plan", wish.plan, "plan, of `rollcall plan list` (default)");
    app.add_option("--seats", wish.seats, "the tenant's own seat limit")
        ->type_name("N|unlimited")
        ->check(check_seats);
}

} // namespace

std::string check_seats(const std::string& text) {
    const bool digits =
        !text.empty() && text.size() <= 18 &&
        std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    return digits || text == "unlimited" ? "" : "seats must be a whole number or 'unlimited'";
}

void declare_tenant_create(CLI::App& app, line& l) {
    auto& wish = bind<tenant_create>(app, l);
    app.add_option("ID", wish.id, "lower-case letters, digits and dashes; never used twice")
        ->required();
    add_tenant_options(app, wish);
}

void declare_tenant_list(CLI::App& app, line& l) {
    bind<tenant_list>(app, l);
}

void declare_tenant_show(CLI::App& app, line& l) {
    app.add_option("ID", bind<tenant_show>(app, l).id, "the tenant")->required();
}

void declare_tenant_set(CLI::App& app, line& l) {
    auto& wish = bind<tenant_set>(app, l);
    app.add_option("ID", wish.id, "the tenant")->required();
    add_tenant_options(app, wish);
    app.add_option("--scim", wish.scim, "whether providers may push")
        ->type_name("on|off")
        ->check(CLI::IsMember({"on", "off"}));
    app.add_flag("--dry-run", wish.dry_run,
                 "change nothing; tell who would be suspended for want of seats");
}

void declare_tenant_delete(CLI::App& app, line& l) {
    app.add_option("ID", bind<tenant_delete>(app, l).id, "the tenant")->required();
}

void declare_seats(CLI::App& app, line& l) {
    auto& wish = bind<seats>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    for (const auto& [option, when, about] :
         {std::tuple{"--from", &wish.from,
                     "show who held a seat from then on (from the beginning)"},
          std::tuple{"--to", &wish.to, "and until just before then (until now)"}}) {
        app.add_option(option, *when, about)->type_name("DATE")->check(check_when);
    }
    app.add_flag("--csv", wish.csv, "print a row for each time that somebody held a seat")
        ->excludes(app.get_option("--json"));
}

} // namespace rollcall::cli
