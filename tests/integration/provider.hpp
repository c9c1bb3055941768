// An identity provider as the product sees it: a key, one connection, and the five requests.
#pragma once

#include "gateway/http/client.hpp"
#include "tests/integration/json.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::integration {

/// What came back, if anything did: a connection that broke leaves the outcome unknown.
struct reply {
    std::optional<unsigned> status;
    std::string body;
    std::string etag;

    [[nodiscard]] unsigned code() const { return status.value_or(0); }

    [[nodiscard]] bool done() const { return code() / 100 == 2; }

    /// The server says, or the broken connection means, that nobody knows.
    [[nodiscard]] bool unknown() const { return !status || code() == 503; }

    [[nodiscard]] integration::json json() const { return integration::json(body); }
};

class provider {
  public:
    provider(const http::endpoint& where, std::string key);

    reply create(std::string_view body);
    reply patch(std::string_view id, std::string_view body);
    reply put(std::string_view id, std::string_view body);
    reply remove(std::string_view id);
    reply get(std::string_view id);
    reply find(std::string_view user_name);
    reply send(std::string_view method, std::string_view target, std::string_view body = {});

  private:
    http::client client_;
    http::header_list headers_;
};

/// The body of a create with these attributes; `token` stands in two of them, so that half a change
/// would show.
std::string user_body(std::string_view user_name, std::string_view token);
/// PATCH that sets both attributes that hold the token, and `active` if given.
std::string patch_body(std::string_view token, std::optional<bool> active = std::nullopt);

} // namespace rollcall::integration
