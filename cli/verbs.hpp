// One function for each verb: does it, prints, and returns the exit code. No verb contains a rule;
// it asks the server, at the admin socket or elsewhere, or, for verbs that only read the log, the
// directory itself.
#pragma once

#include "cli/context.hpp"

namespace rollcall::cli {

int run(const context& c, const serve& wish);

int run(const context& c, const tenant_create& wish);
int run(const context& c, const tenant_list& wish);
int run(const context& c, const tenant_show& wish);
int run(const context& c, const tenant_set& wish);
int run(const context& c, const tenant_delete& wish);
int run(const context& c, const seats& wish);

int run(const context& c, const profile_check& wish);
int run(const context& c, const profile_list& wish);
int run(const context& c, const profile_show& wish);
int run(const context& c, const mapping_show& wish);
int run(const context& c, const mapping_set& wish);
int run(const context& c, const mapping_clear& wish);
int run(const context& c, const mapping_preview& wish);

int run(const context& c, const plan_create& wish);
int run(const context& c, const plan_set& wish);
int run(const context& c, const plan_list& wish);
int run(const context& c, const plan_show& wish);

int run(const context& c, const consumer_list& wish);
int run(const context& c, const consumer_pause& wish);
int run(const context& c, const consumer_resume& wish);
int run(const context& c, const publish_resume& wish);

int run(const context& c, const key_create& wish);
int run(const context& c, const key_list& wish);
int run(const context& c, const key_revoke& wish);
int run(const context& c, const key_rotate& wish);

int run(const context& c, const sso_set& wish);
int run(const context& c, const sso_show& wish);
int run(const context& c, const sso_clear& wish);

int run(const context& c, const admin_create& wish);
int run(const context& c, const admin_list& wish);
int run(const context& c, const admin_set& wish);
int run(const context& c, const admin_disable& wish);
int run(const context& c, const admin_token& wish);
int run(const context& c, const whoami& wish);

int run(const context& c, const user_list& wish);
int run(const context& c, const user_show& wish);
int run(const context& c, const user_create& wish);
int run(const context& c, const user_set& wish);
int run(const context& c, const user_deactivate& wish);
int run(const context& c, const user_reactivate& wish);
int run(const context& c, const user_delete& wish);
int run(const context& c, const user_suspend& wish);
int run(const context& c, const user_resume& wish);
int run(const context& c, const user_import& wish);
int run(const context& c, const user_role& wish);
int run(const context& c, const user_verify_password& wish);

int run(const context& c, const approval_list& wish);
int run(const context& c, const approval_grant& wish);
int run(const context& c, const approval_reject& wish);

int run(const context& c, const erase& wish);

int run(const context& c, const log_tail& wish);
int run(const context& c, const log_show& wish);
int run(const context& c, const log_export& wish);

int run(const context& c, const log_verify& wish);
int run(const context& c, const rebuild& wish);
int run(const context& c, const doctor& wish);

int run(const context& c, const backup_create& wish);
int run(const context& c, const backup_verify& wish);
int run(const context& c, const backup_restore& wish);

/// The whole program: reads the line, runs the verb. `arguments` begins with the program's name.
int run_command_line(const std::vector<std::string>& arguments, const terminal& to,
                     const environment& env);

} // namespace rollcall::cli
