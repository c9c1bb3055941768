// Waiting for something long with its progress shown: a job of the server, or work of this process.
#pragma once

#include "cli/context.hpp"
#include "cli/operator_client.hpp"
#include "gateway/admin/jobs.hpp"

#include <string>

namespace rollcall::cli {

/// Waits until the server's job has ended; its result as JSON. Errors: what the job said.
base::result<std::string> wait_for_job(const context& c, operator_client& server,
                                       const std::string& id);

/// Runs `work` on a thread of its own and shows how far it is.
base::result<std::string> run_here(const context& c, std::string_view title,
                                   const admin::jobs::work& work);

} // namespace rollcall::cli
