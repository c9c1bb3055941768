// Waiting for something long with its progress shown: a job of the server, or work of this process.
#pragma once

#include "cli/context.hpp"
#include "cli/operator_client.hpp"
#include "gateway/admin/jobs.hpp"

#include <string>
#include <string_view>

namespace rollcall::cli {

/// Waits until the server's job has ended; its result as JSON. Errors: what the job said.
base::result<std::string> wait_for_job(const context& c, operator_client& server,
                                       const std::string& id);

/// The same for a job that is found at `target` and counts `unit`.
base::result<std::string> wait_for_job_at(const context& c, operator_client& server,
                                          const std::string& target, std::string_view unit);

/// Runs `work` on a thread of its own and shows how far it is.
base::result<std::string> run_here(const context& c, std::string_view title,
                                   const admin::jobs::work& work);

} // namespace rollcall::cli
