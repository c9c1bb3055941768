// The options of the verbs about roles and requests.
#include "cli/option_parts.hpp"

namespace rollcall::cli {
namespace {

template <class T>
T& bind_person(CLI::App& app, line& l) {
    auto& wish = bind<T>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("WHO", wish.who, "an id, userName, externalId or e-mail address")->required();
    return wish;
}

void add_as(CLI::App& app, std::optional<std::string>& as) {
    app.add_option("--as", as, "operators only: the admin for whom you act, by name or id")
        ->type_name("ADMIN");
}

} // namespace

void declare_user_role(CLI::App& app, line& l) {
    auto& wish = bind_person<user_role>(app, l);
    app.add_option("ROLE", wish.role, "a word of the product's: letters, digits, dots, dashes")
        ->required();
    add_as(app, wish.as);
}

void declare_approval_list(CLI::App& app, line& l) {
    auto& wish = bind<approval_list>(app, l);
    app.add_option("TENANT", wish.tenant, "the tenant")->required();
    app.add_option("--kind", wish.kind, "only requests of this kind")
        ->check(CLI::IsMember({"invite", "reactivation", "role"}));
    app.add_option("--needs", wish.needs, "only those that wait for this")
        ->check(CLI::IsMember({"role", "approval"}));
}

void declare_approval_grant(CLI::App& app, line& l) {
    auto& wish = bind_person<approval_grant>(app, l);
    app.add_option("--role", wish.role,
                   "approve this role; without it, the one that is wanted now");
    add_as(app, wish.as);
    app.add_option("--break-glass", wish.break_glass,
                   "why operators take both sides: recorded in the clear, no place for names")
        ->type_name("REASON");
}

void declare_approval_reject(CLI::App& app, line& l) {
    add_as(app, bind_person<approval_reject>(app, l).as);
}

} // namespace rollcall::cli
