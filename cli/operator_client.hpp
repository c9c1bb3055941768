// The command line's side of the admin API: asks the server of a data directory over its
// admin.sock, or one elsewhere with a token, and turns whatever comes back into an answer or one
// sentence.
#pragma once

#include "cli/context.hpp"
#include "eventlog/base/result.hpp"
#include "gateway/http/client.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::cli {

class operator_client {
  public:
    /// The server that the line names: --server, else that of --data.
    explicit operator_client(const context& c);
    /// That of a directory.
    explicit operator_client(const std::filesystem::path& data);

    /// The body of a 2xx answer. Errors: client_errc::unreachable when no server answers at a
    /// directory's socket (nothing was done); otherwise why it could not be asked, or what it said,
    /// with the candidates if several were meant.
    base::result<std::string> ask(std::string_view method, std::string_view target,
                                  std::string_view body = {});

    /// The same with the answer's fields.
    base::result<http::answer> ask_whole(std::string_view method, std::string_view target,
                                         std::string_view body = {},
                                         std::string_view media_type = "application/json");

    /// What is there as that media type; a 2xx answer.
    base::result<http::answer> get_as(std::string_view media_type, std::string_view target);

    /// Whatever was answered, refusals too. Errors: why there was no answer.
    base::result<http::answer> exchange(std::string_view method, std::string_view target,
                                        std::string_view body = {},
                                        std::string_view media_type = "application/json");

    /// Whose files an erasure cleaned, in words.
    [[nodiscard]] std::string place() const;

  private:
    base::result<http::answer> send(std::string_view method, std::string_view target,
                                    http::header_list headers, std::string_view body);
    base::failure no_answer(const base::failure& why) const;

    std::filesystem::path data_;
    std::string url_;           ///< empty: the socket in data_
    std::string authorization_; ///< of a server elsewhere
    base::result<void> way_;    ///< why it cannot be asked at all
    std::optional<http::client> client_;
};

/// What an answer that is no 2xx says: the server's own sentence; whom it may have meant, what else
/// is wrong, or what it refused before, a line each.
std::string reason_of(const http::answer& answer);

/// True for the failure of a client that found no server at a directory.
bool is_unreachable(const base::failure& failed);

/// `text` as one segment of a path or one value of a query (RFC 3986 section 2.1).
std::string escaped(std::string_view text);

} // namespace rollcall::cli
