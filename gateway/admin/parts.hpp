// What the endpoints of this folder share. Included by its source files only.
#pragma once

#include "gateway/admin/api.hpp"
#include "gateway/admin/import_places.hpp"
#include "gateway/admin/waiting_room.hpp"
#include "gateway/call.hpp"

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
          waits(l.waits_max),
          work(l.jobs),
          importing(l.imports.running_max) {}

    services with;
    api_limits limits;
    waiting_room waits;
    jobs work; ///< ends before the waits: a job that ends wakes them
    import_places importing;
};

using parts = api::parts;

/// What an endpoint says when all went well.
struct said {
    unsigned status = 200;
    std::string json;
};

void answer(gateway::call& c, const said& what);
void answer(gateway::call& c, const problem& what);
void answer(gateway::call& c, const result<said>& what);

/// A route of a function that answers at once.
gateway::route reading(parts& p, http::method method, std::string_view pattern,
                       std::string_view name, result<said> (*read)(parts&, gateway::call&));

/// A route of a function that sees to the answer itself.
gateway::route doing(parts& p, http::method method, std::string_view pattern, std::string_view name,
                     void (*act)(parts&, gateway::call&));

/// Hands a command of the local operator to the desk and answers with what `say` makes of the
/// outcome, on the call's thread. An Idempotency-Key is honoured.
void submit(parts& p, gateway::call& c, eventlog::tenant_no tenant, projections::command_body body,
            std::function<result<said>(parts&, projections::done&)> say);

/// The tenant named by `{tenant}` in the path; 404 for none. A deleted one is found too.
result<projections::tenant_state> tenant_of(parts& p, gateway::call& c);

/// A query parameter as a whole number, cut to `most`; `otherwise` if it is absent. 400 bad_value.
result<std::uint64_t> number_of(gateway::call& c, std::string_view name, std::uint64_t otherwise,
                                std::uint64_t most);

/// Until when the `wait` of this call (in seconds) lasts; its own beginning if it does not want to
/// wait.
result<waiting_room::clock::time_point> wait_of(parts& p, gateway::call& c);

/// Refuses query parameters other than these: a misspelt one must not be ignored.
result<void> only_parameters(gateway::call& c, std::initializer_list<std::string_view> known);

std::vector<gateway::route> tenant_routes(parts& p);
std::vector<gateway::route> key_routes(parts& p);
std::vector<gateway::route> user_routes(parts& p);
std::vector<gateway::route> user_write_routes(parts& p);
std::vector<gateway::route> import_routes(parts& p);
std::vector<gateway::route> openapi_routes(parts& p);
std::vector<gateway::route> log_routes(parts& p);
std::vector<gateway::route> job_routes(parts& p);

} // namespace rollcall::admin
