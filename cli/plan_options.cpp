// The options of the verbs about plans and about consumers.
#include "cli/option_parts.hpp"

namespace rollcall::cli {
namespace {

void add_terms(CLI::App& app, plan_wish& wish) {
    app.add_option("ID", wish.id, "lower-case letters, digits, dashes and underscores")->required();
    app.add_option("--seats", wish.seats, "the most seats that a tenant may use")
        ->type_name("N|unlimited")
        ->check(check_seats);
    app.add_option("--scim", wish.scim, "whether provisioning is included (yes)")
        ->type_name("yes|no")
        ->check(CLI::IsMember({"yes", "no"}));
    app.add_option("--on-downgrade", wish.on_downgrade,
                   "what happens to people who are too many after a limit was lowered (block_new)")
        ->check(CLI::IsMember({"block_new", "grace", "suspend_newest"}));
    app.add_option("--grace-days", wish.grace_days, "with grace: until the newest are suspended")
        ->type_name("DAYS");
    app.add_option("--seat-states", wish.seat_states,
                   "who holds a seat (pending_role,pending_approval,active)")
        ->delimiter(',')
        ->check(CLI::IsMember({"pending_role", "pending_approval", "active", "suspended"}));
}

} // namespace

void declare_consumer_list(CLI::App& app, line& l) {
    bind<consumer_list>(app, l);
}

void declare_consumer_pause(CLI::App& app, line& l) {
    app.add_option("NAME", bind<consumer_pause>(app, l).name, "the consumer")->required();
}

void declare_consumer_resume(CLI::App& app, line& l) {
    app.add_option("NAME", bind<consumer_resume>(app, l).name, "the consumer")->required();
}

void declare_publish_resume(CLI::App& app, line& l) {
    app.add_flag("--new-lineage", bind<publish_resume>(app, l).new_lineage,
                 "what this log says counts, whatever the topics hold");
}

void declare_plan_create(CLI::App& app, line& l) {
    add_terms(app, bind<plan_create>(app, l));
    app.get_option("--seats")->required();
}

void declare_plan_set(CLI::App& app, line& l) {
    add_terms(app, bind<plan_set>(app, l));
}

void declare_plan_list(CLI::App& app, line& l) {
    bind<plan_list>(app, l);
}

void declare_plan_show(CLI::App& app, line& l) {
    app.add_option("ID", bind<plan_show>(app, l).id, "the plan")->required();
}

} // namespace rollcall::cli
