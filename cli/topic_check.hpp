// `log verify --topic`: all of the lifecycle topic compared with the log, at a server and without
// one.
#pragma once

#include "cli/publish_settings.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/store.hpp"
#include "gateway/admin/jobs.hpp"

#include <string>

namespace rollcall::cli {

/// The result as JSON: `ok`, `topic`, `events`, `copies`, `earlier_lineages`, `waiting`, `notes`
/// and, if something differs, `first_bad` {partition, offset, what}. 409 not_publishing without
/// brokers; 503 unreachable and so on if they cannot be read.
admin::result<std::string> check_topic(const eventlog::data_directory& home,
                                       const eventlog::store& log, const publish_settings& said,
                                       admin::job_progress& progress);

} // namespace rollcall::cli
