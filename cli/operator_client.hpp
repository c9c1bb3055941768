// The operator's side of the admin API: asks the server of a data directory over its admin.sock,
// and turns whatever comes back into an answer or one sentence.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/http/client.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace rollcall::cli {

class operator_client {
  public:
    explicit operator_client(const std::filesystem::path& data);

    /// The body of a 2xx answer. Errors: client_errc::unreachable when no server answers (nothing
    /// was done); otherwise what the server said, with the candidates if several were meant.
    base::result<std::string> ask(std::string_view method, std::string_view target,
                                  std::string_view body = {});

    /// The same with the answer's fields.
    base::result<http::answer> ask_whole(std::string_view method, std::string_view target,
                                         std::string_view body = {},
                                         std::string_view media_type = "application/json");

  private:
    std::filesystem::path data_;
    http::client client_;
};

/// True for the failure of a client that found no server.
bool is_unreachable(const base::failure& failed);

/// `text` as one segment of a path or one value of a query (RFC 3986 section 2.1).
std::string escaped(std::string_view text);

} // namespace rollcall::cli
