// What the endpoints of this folder share. Included by its source files only.
#pragma once

#include "gateway/admin/api.hpp"
#include "gateway/admin/import_places.hpp"
#include "gateway/admin/permissions.hpp"
#include "gateway/admin/waiting_room.hpp"
#include "gateway/answer_budget.hpp"
#include "gateway/call.hpp"
#include "gateway/user_wishes.hpp"
#include "gateway/worker_pool.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

struct api::parts {
    parts(services w, const api_limits& l)
        : with(std::move(w)),
          limits(l),
          waits({l.waits_max, l.tenants_waits_max, l.tenant_waits_max}),
          answers(l.answer_bytes_total_max, l.answer_bytes_tenant_max),
          work(l.jobs),
          importing(l.imports.running_max),
          rehearsing(l.imports.dry_runs_max),
          uploading(l.imports.running_max),
          snapshots(l.snapshots_max) {}

    services with;
    api_limits limits;
    waiting_room waits;
    gateway::answer_budget answers;
    jobs work; ///< ends before the waits: a job that ends wakes them
    import_places importing;
    import_places rehearsing; ///< dry runs
    upload_places uploading;  ///< of files that come in
    tenant_places snapshots;  ///< on their way out
};

using parts = api::parts;

/// What an endpoint says when all went well.
struct said {
    unsigned status = 200;
    std::string json;
    std::string_view content_type = "application/json";
    std::string next = {};       ///< of a page: where the next one begins, as a position
    std::string period_to = {};  ///< of a page of a period: the end that all its pages have
    std::string next_after = {}; ///< of a page of a tenant's events: the last seq on it
};

/// Whether it is the operator at the admin socket who asks.
bool is_local(const gateway::call& c);

/// The tenant of an admin who asks; nothing for operators, who are bound to none.
std::optional<eventlog::tenant_no> bound_to(const gateway::call& c);

/// The role of an admin or operator who asks.
std::optional<eventlog::admin_role> role_of(const gateway::call& c);
/// The hash of the token that was shown; nothing likewise.
std::optional<eventlog::digest> token_of(const gateway::call& c);

/// How far the caller reaches with the call's route.
reach reach_of(const gateway::call& c);

/// The gate: whether the caller may use the call's route, by what is so now. False: it has
/// answered. Asked again when a call has waited.
bool let_in(parts& p, gateway::call& c, gateway::permission needs);

/// Before the body of an import's request is read: a place for a large file, which the connection
/// keeps until the answer. False: it has answered.
bool let_upload(parts& p, gateway::call& c);

void answer(gateway::call& c, const said& what);
void answer(gateway::call& c, const problem& what);
void answer(gateway::call& c, const result<said>& what);

/// A route of a function that only reads; at a door of the world, on a worker.
gateway::route reading(parts& p, http::method method, std::string_view pattern,
                       std::string_view name, result<said> (*read)(parts&, gateway::call&),
                       gateway::job_weight weight = gateway::job_weight::light);

/// A route of a function that sees to the answer itself. On an I/O thread: a few rows, no more.
gateway::route doing(parts& p, http::method method, std::string_view pattern, std::string_view name,
                     void (*act)(parts&, gateway::call&));

/// Whether the Idempotency-Key of the request, if it has one, can be honoured: 400 bad_value.
result<void> once_fits(const gateway::call& c);

/// Hands a command of the caller to the desk; `then` gets the outcome on the call's thread and sees
/// to the answer. `once`: an Idempotency-Key of the request is honoured; one that
/// cannot be is refused, unless the command deactivates somebody.
void hand_in(parts& p, gateway::call& c, eventlog::tenant_no tenant, projections::command_body body,
             bool once, std::function<void(gateway::call&, projections::answer&)> then);

/// Hands it in, once, and answers with what `say` makes of what was done.
void submit(parts& p, gateway::call& c, eventlog::tenant_no tenant, projections::command_body body,
            std::function<result<said>(parts&, projections::done&)> say);

/// The tenant named by `{tenant}` in the path; 404 for none, and for one that is not the caller's
/// to see. A deleted one is found too.
result<projections::tenant_state> tenant_of(parts& p, gateway::call& c);

/// An admin of the tenant by id, or by the name of a living one; of the system tenant, an operator.
result<projections::admin_state> find_admin(parts& p, projections::tenant_no tenant,
                                            std::string_view slug, std::string_view word);

/// How people of the tenant are shown; his product's rules judge no admin.
gateway::product_rules shown_by(parts& p, const projections::tenant_state& tenant);

/// What an admin's command carries of the product's rules, of which it is those of approvals that
/// hold for him. Without any it is carried too: by the command's turn the tenant may have another
/// profile. 409 if nobody knows, since the profile is not on the server.
result<std::shared_ptr<const projections::policy>>
approvals_of(parts& p, const projections::tenant_state& tenant);

/// A query parameter as a whole number, cut to `most`; `otherwise` if it is absent. 400 bad_value.
result<std::uint64_t> number_of(gateway::call& c, std::string_view name, std::uint64_t otherwise,
                                std::uint64_t most);

/// Whose places in the waiting room the caller takes: his tenant's, the operators' with a token, or
/// nobody's at the admin socket.
waiting_room::owner waiter_of(const gateway::call& c);

/// Until when the `wait` of this call (in seconds) lasts; its own beginning if it does not want to
/// wait.
result<waiting_room::clock::time_point> wait_of(parts& p, gateway::call& c);

/// Refuses query parameters other than these: a misspelt one must not be ignored.
result<void> only_parameters(gateway::call& c, std::initializer_list<std::string_view> known);

std::vector<gateway::route> tenant_routes(parts& p);
std::vector<gateway::route> seat_routes(parts& p);
std::vector<gateway::route> profile_routes(parts& p);
std::vector<gateway::route> plan_routes(parts& p);
std::vector<gateway::route> mapping_routes(parts& p);
std::vector<gateway::route> key_routes(parts& p);
std::vector<gateway::route> sso_routes(parts& p);
std::vector<gateway::route> admin_routes(parts& p);
std::vector<gateway::route> operator_routes(parts& p);
std::vector<gateway::route> user_routes(parts& p);
std::vector<gateway::route> user_write_routes(parts& p);
std::vector<gateway::route> approval_routes(parts& p);
std::vector<gateway::route> password_routes(parts& p);
std::vector<gateway::route> import_routes(parts& p);
std::vector<gateway::route> openapi_routes(parts& p);
std::vector<gateway::route> log_routes(parts& p);
std::vector<gateway::route> event_routes(parts& p);
std::vector<gateway::route> job_routes(parts& p);
std::vector<gateway::route> consumer_routes(parts& p);

} // namespace rollcall::admin
