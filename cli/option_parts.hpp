// What the files that declare verbs to the option parser share. Included by options.cpp and its
// like only: it brings all of CLI11 along.
#pragma once

#include "cli/options.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace rollcall::cli {

/// What the verbs of one line fill in.
struct line {
    invocation out;
    raw_settings settings;
};

/// A verb that binds its options to `T` and becomes the command when it was called.
template <class T>
T& bind(CLI::App& app, line& l) {
    auto wish = std::make_shared<T>();
    app.callback([wish, &l] { l.out.what = *wish; });
    return *wish;
}

/// A time that something lives, such as 90d; empty if it is one, else what it must be.
std::string check_lifetime(const std::string& text);

// tenant_options.cpp: customers.
void declare_tenant_create(CLI::App& app, line& l);
void declare_tenant_list(CLI::App& app, line& l);
void declare_tenant_show(CLI::App& app, line& l);
void declare_tenant_set(CLI::App& app, line& l);
void declare_tenant_delete(CLI::App& app, line& l);
void declare_seats(CLI::App& app, line& l);
/// A limit of seats: a number or `unlimited`.
std::string check_seats(const std::string& text);

// access_options.cpp: keys, and the single sign-on beside them.
void declare_key_create(CLI::App& app, line& l);
void declare_key_list(CLI::App& app, line& l);
void declare_key_revoke(CLI::App& app, line& l);
void declare_key_rotate(CLI::App& app, line& l);
void declare_sso_set(CLI::App& app, line& l);
void declare_sso_show(CLI::App& app, line& l);
void declare_sso_clear(CLI::App& app, line& l);

// user_options.cpp: what makes and changes people.
void declare_user_create(CLI::App& app, line& l);
void declare_user_set(CLI::App& app, line& l);
void declare_user_deactivate(CLI::App& app, line& l);
void declare_user_reactivate(CLI::App& app, line& l);
void declare_user_delete(CLI::App& app, line& l);
void declare_user_import(CLI::App& app, line& l);

void declare_user_suspend(CLI::App& app, line& l);
void declare_user_role(CLI::App& app, line& l);
void declare_approval_list(CLI::App& app, line& l);
void declare_approval_grant(CLI::App& app, line& l);
void declare_approval_reject(CLI::App& app, line& l);
void declare_user_resume(CLI::App& app, line& l);
void declare_user_verify_password(CLI::App& app, line& l);

// profile_options.cpp: the contracts of products.
void declare_profile_check(CLI::App& app, line& l);
void declare_profile_list(CLI::App& app, line& l);
void declare_profile_show(CLI::App& app, line& l);

// mapping_options.cpp: how a tenant's provider is read.
void declare_mapping_show(CLI::App& app, line& l);
void declare_mapping_set(CLI::App& app, line& l);
void declare_mapping_clear(CLI::App& app, line& l);
void declare_mapping_preview(CLI::App& app, line& l);

// plan_options.cpp: the catalogue of plans, and who acts on its changes.
void declare_consumer_list(CLI::App& app, line& l);
void declare_consumer_pause(CLI::App& app, line& l);
void declare_consumer_resume(CLI::App& app, line& l);
void declare_publish_resume(CLI::App& app, line& l);
void declare_plan_create(CLI::App& app, line& l);
void declare_plan_set(CLI::App& app, line& l);
void declare_plan_list(CLI::App& app, line& l);
void declare_plan_show(CLI::App& app, line& l);

// admin_options.cpp: who may use the admin API, and where it is.
void declare_admin_create(CLI::App& app, line& l);
void declare_admin_list(CLI::App& app, line& l);
void declare_admin_set(CLI::App& app, line& l);
void declare_admin_disable(CLI::App& app, line& l);
void declare_admin_token(CLI::App& app, line& l);
void declare_operator_create(CLI::App& app, line& l);
void declare_operator_list(CLI::App& app, line& l);
void declare_operator_set(CLI::App& app, line& l);
void declare_operator_disable(CLI::App& app, line& l);
void declare_operator_token(CLI::App& app, line& l);
void declare_whoami(CLI::App& app, line& l);
/// --data and, for verbs that may ask a server elsewhere, --server with what belongs to it.
void add_place(CLI::App& app, line& l, bool elsewhere);

} // namespace rollcall::cli
