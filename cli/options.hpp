// What was asked on the command line, as typed values. The only files that know the option parser
// are options.cpp and its parts (option_parts.hpp); verbs see plain structs.
//
// Everything that can be checked without touching data is checked here: unknown options, missing
// arguments, malformed positions and numbers are wrong usage, exit 2.
#pragma once

#include "cli/settings.hpp"
#include "eventlog/ids.hpp"
#include "gateway/admin/person.hpp"

#include <tl/expected.hpp>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::cli {

// --- one struct for each verb --------------------------------------------------------------------

struct serve {
    raw_settings given; ///< from the command line; see settings.hpp for the rest
};

struct tenant_create {
    std::string id;
    std::optional<std::string> name, profile, plan, seats;
};

struct tenant_list {};

struct tenant_show {
    std::string id;
};

struct tenant_set {
    std::string id;
    std::optional<std::string> name, profile, plan, seats, scim;
    bool dry_run = false;
};

struct tenant_delete {
    std::string id;
};

struct profile_check {
    std::string file;
};

struct profile_list {};

struct profile_show {
    std::string id;
};

struct mapping_show {
    std::string tenant;
};

struct mapping_set {
    std::string tenant, file;
};

struct mapping_clear {
    std::string tenant;
    std::optional<std::uint64_t> version;
};

struct mapping_preview {
    std::string tenant, sample;
    std::optional<std::string> rules;
};

/// What plan create and plan set have in common.
struct plan_wish {
    std::string id;
    std::optional<std::string> seats, scim, on_downgrade;
    std::optional<std::uint32_t> grace_days;
    std::vector<std::string> seat_states;
};

struct plan_create : plan_wish {};

struct plan_set : plan_wish {};

struct plan_list {};

struct plan_show {
    std::string id;
};

struct consumer_list {};

struct consumer_pause {
    std::string name;
};

struct consumer_resume {
    std::string name;
};

struct publish_resume {
    bool new_lineage = false;
};

struct key_create {
    std::string tenant;
    std::optional<std::string> label, admin, expires_in;
};

struct key_list {
    std::string tenant;
};

struct key_revoke {
    std::string tenant, key;
};

struct key_rotate {
    std::string tenant, key;
    std::optional<std::string> overlap, expires_in;
};

struct sso_set {
    std::string tenant;
    std::filesystem::path metadata;
};

struct sso_show {
    std::string tenant;
};

struct sso_clear {
    std::string tenant;
};

struct user_list {
    std::string tenant;
    std::optional<std::string> status;
};

struct user_show {
    std::string tenant, who;
};

struct user_create {
    std::string tenant;
    admin::person said;
};

struct user_set {
    std::string tenant, who;
    admin::person said;
};

struct user_deactivate {
    std::string tenant, who;
};

struct user_reactivate {
    std::string tenant, who;
};

struct user_delete {
    std::string tenant, who;
};

struct user_suspend {
    std::string tenant, who;
};

struct user_resume {
    std::string tenant, who;
};

struct user_role {
    std::string tenant, who, role;
    std::optional<std::string> as; ///< the admin for whom an operator acts
};

struct approval_list {
    std::string tenant;
    std::optional<std::string> kind, needs;
};

struct approval_grant {
    std::string tenant, who;
    std::optional<std::string> role, as, break_glass;
};

struct approval_reject {
    std::string tenant, who;
    std::optional<std::string> as;
};

struct user_verify_password {
    std::string tenant, who;
};

struct user_import {
    std::string tenant;
    std::filesystem::path file;
    std::optional<std::filesystem::path> report;
    bool dry_run = false;
    bool ignore_unknown_columns = false;
};

struct seats {
    std::string tenant;
    std::optional<std::string> from, to; ///< days, or moments as RFC 3339 has them
    bool csv = false;
};

struct log_tail {
    std::optional<std::string> tenant;
    std::optional<eventlog::position> from;
    bool follow = false;
};

struct log_show {
    eventlog::position at;
};

struct log_verify {
    bool topic = false;
    raw_settings given; ///< about Kafka, for --topic without a server; see settings.hpp
};

struct log_export {
    std::optional<std::string> tenant;
    std::optional<eventlog::position> from;
};

struct rebuild {
    bool verify = false;
};

struct backup_create {
    std::string to;
    std::optional<std::string> keys_to;
};

struct backup_verify {
    std::string from;
    std::optional<std::string> keys_from;
};

struct backup_restore {
    std::string from;
    std::optional<std::string> keys_from;
    std::optional<eventlog::position> until;
    bool accept_missing_keys = false;
};

struct erase {
    std::string tenant, who;
};

struct doctor {
    std::optional<eventlog::position> accept_loss;
};

/// Of a tenant, or, without one, of the operator's people.
struct admin_create {
    std::optional<std::string> tenant;
    std::string name, role;
    std::optional<std::string> expires_in;
};

struct admin_list {
    std::optional<std::string> tenant;
};

/// A role or, of a tenant's admin, who he is as a user: one of them.
struct admin_set {
    std::optional<std::string> tenant;
    std::string name;
    std::optional<std::string> role, user;
    bool no_user = false;
};

struct admin_disable {
    std::optional<std::string> tenant;
    std::string name;
};

struct admin_token {
    std::optional<std::string> tenant;
    std::string name;
    std::optional<std::string> expires_in;
};

struct whoami {};

using command =
    std::variant<serve, tenant_create, tenant_list, tenant_show, tenant_set, tenant_delete,
                 key_create, key_list, key_revoke, key_rotate, user_list, user_show, user_create,
                 user_set, user_deactivate, user_reactivate, user_delete, user_import, seats,
                 log_tail, log_show, log_verify, log_export, rebuild, backup_create, backup_verify,
                 backup_restore, erase, doctor, admin_create, admin_list, admin_set, admin_disable,
                 admin_token, whoami, profile_check, profile_list, profile_show, mapping_show,
                 mapping_set, mapping_clear, mapping_preview, plan_create, plan_set, plan_list,
                 plan_show, user_suspend, user_resume, consumer_list, consumer_pause,
                 consumer_resume, publish_resume, user_role, approval_list, approval_grant,
                 approval_reject, sso_set, sso_show, sso_clear, user_verify_password>;

// --- the whole line ------------------------------------------------------------------------------

/// Another way to a server than the socket in its directory.
struct remote_server {
    std::string url;                       ///< --server
    std::optional<std::string> token_file; ///< --token-file; else ROLLCALL_TOKEN
    std::string ca_file;                   ///< --ca-file; empty: the system's authorities
};

struct invocation {
    std::filesystem::path data = "var";  ///< --data, or ROLLCALL_DATA
    remote_server remote;                ///< used if it has a url
    std::optional<std::string> key_file; ///< --key-file of the verbs that read a directory
    bool json = false;
    std::string program; ///< as it was called, for lines to paste
    command what;
};

/// Ends the program before a verb runs: help was asked for (0, standard output), or the line was
/// wrong (2, standard error).
struct usage {
    int exit_code = 2;
    std::string text;
};

/// Reads an environment variable; nothing if it is not set.
using environment = std::function<std::optional<std::string>(const std::string& name)>;

tl::expected<invocation, usage> parse_command_line(const std::vector<std::string>& arguments,
                                                   const environment& env);

/// A row of the table of verbs, as `rollcall --help` shows it.
struct verb_line {
    std::string_view name; ///< `tenant create`
    std::string_view about;
    std::string_view example;
};

/// Every verb, in the order of the help.
std::vector<verb_line> all_verbs();

} // namespace rollcall::cli
