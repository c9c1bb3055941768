// A server that is not found by its directory: `--server URL`, with the token of an admin or
// operator. What could give the token away is refused before anything is sent: plain HTTP to
// another machine, a certificate that is not trusted, a token file that others can read.
#pragma once

#include "cli/context.hpp"
#include "gateway/http/client.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace rollcall::cli {

/// Where a URL leads.
struct server_url {
    http::endpoint where;
    bool secure = false;
};

/// `https://HOST[:PORT]`, or `http://` to this machine only; no path.
base::result<server_url> read_server_url(std::string_view text);

/// The token in a file of its owner's; see read_secret_file().
base::result<std::string> read_token_file(const std::filesystem::path& file);

/// All that the client needs.
struct way_there {
    http::endpoint where;
    http::client_options options;
    std::string token;
};

base::result<way_there> find_way(const context& c);

} // namespace rollcall::cli
