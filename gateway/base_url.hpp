// The URL under which a client sees SCIM, for Location and meta.location: the server's own part
// (`--public-url`, or the Host that the client named) and then the base path that the client used.
#pragma once

#include "gateway/http/query.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::gateway {

struct base_url_options {
    /// Scheme, host and perhaps a path, without a slash at the end; empty: the request's own Host.
    std::string public_url;
    /// Without a public URL: whether clients come by https because a proxy ends TLS.
    bool behind_tls = false;
};

/// True for `host`, `host:port`, an IPv4 or a bracketed IPv6 address; nothing else may get into a
/// URL that we hand out.
bool is_host(std::string_view text);

/// Sets `out` to the URL of the SCIM base that took the first `prefix_segments` of `path`, without
/// a slash at the end. False, and only the path, if that needs a Host and `host` is none.
bool set_base_url(std::string& out, const base_url_options& options, std::string_view host,
                  const http::path_segments& path, std::size_t prefix_segments);

/// Reads `--public-url`: an http or https URL with a host, without user, query or fragment; a slash
/// at the end is dropped. Nothing for anything else.
std::optional<std::string> parse_public_url(std::string_view text);

} // namespace rollcall::gateway
