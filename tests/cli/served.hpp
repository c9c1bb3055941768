// A server in this process with a directory of its own, an operator at its socket and an identity
// provider at its door.
#pragma once

#include "cli/operator_client.hpp"
#include "cli/server.hpp"
#include "gateway/http/client.hpp"
#include "tests/support/temp_directory.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace rollcall::cli {

class served {
  public:
    /// `behind_proxy`: as if a proxy ended TLS before it, so that the world reaches its door.
    explicit served(bool behind_proxy = false);
    /// Stopped, on a copy of another's directory, which is stopped too.
    explicit served(const std::filesystem::path& other);

    /// Stops the server and starts another on the same directory.
    void restart();

    void stop() { server_.reset(); }

    /// Restarts with brokers to publish to.
    void publish_to(std::string brokers);

    [[nodiscard]] server& running() { return *server_; }

    [[nodiscard]] std::filesystem::path data() const { return home_ / "data"; }

    [[nodiscard]] server_options options() const;

    /// The operator asks; the whole answer, whatever its status. Each exchange is also written to a
    /// file, for a test of the interface's description.
    http::answer send(std::string_view method, std::string_view target,
                      const http::header_list& headers, std::string_view body);
    /// The same without headers.
    http::answer ask(std::string_view method, std::string_view target, std::string_view body = {});
    /// Somebody asks at the server's own door. `fields` may hold anything.
    http::answer knock(std::string_view method, std::string_view target,
                       const http::header_list& fields, std::string_view body = {});
    /// The body of an answer that must be 2xx.
    std::string must(std::string_view method, std::string_view target, std::string_view body = {});

    /// True once the metric without labels is `value`; false if it is not for a long time.
    bool becomes(std::string_view metric, std::uint64_t value);

    /// A tenant and the secret of a key of it.
    std::string make_tenant(const std::string& slug);
    /// SCIM with that key.
    http::answer scim(std::string_view method, std::string_view target, const std::string& key,
                      std::string_view body = {});
    /// Creates a user by SCIM; his id.
    std::string make_user(const std::string& key, const std::string& user_name,
                          const std::string& more = "");

  private:
    support::temp_directory home_;
    bool behind_proxy_ = false;
    std::string brokers_;
    std::unique_ptr<server> server_;
};

} // namespace rollcall::cli
