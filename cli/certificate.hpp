// The server's TLS certificate from the operator's side: which files, what is told about them at a
// start, a reload and an examination. Loading and judging is done by gateway/http/tls_identity.hpp.
#pragma once

#include "cli/server.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/http/tls_source.hpp"

#include <memory>

namespace rollcall::cli {

/// Loads the pair that the options name; null if they name none. Naming only one is refused.
base::result<std::unique_ptr<http::tls_source>> open_certificate(const server_options& options);

/// Reads the files again and tells the log what came of it. The failure is that of
/// tls_source::reload: the old pair stays in use.
base::result<void> reload_certificate(http::tls_source& source);

/// For `doctor`.
admin::finding look_at_certificate(const http::tls_source& source, base::moment now);

} // namespace rollcall::cli
