// The client's side of TLS on a connected socket that does not block: a handshake that ends in a
// server whose certificate is good and whose name is the one that was asked for, and then bytes.
// One thread. TLS 1.2 and 1.3.
#pragma once

#include "eventlog/base/result.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

struct ssl_ctx_st;
struct ssl_st;

namespace rollcall::http {

/// Whose certificates count: those of the authorities that the system trusts, or only those of a
/// file of one's own.
class tls_trust {
  public:
    /// `authorities`: PEM; empty: the system's. The failure says what is wrong with the file.
    static base::result<std::shared_ptr<const tls_trust>>
    load(const std::filesystem::path& authorities);
    ~tls_trust();
    tls_trust(const tls_trust&) = delete;
    tls_trust& operator=(const tls_trust&) = delete;

  private:
    friend class tls_channel;

    explicit tls_trust(ssl_ctx_st* context) : context_(context) {}

    ssl_ctx_st* context_;
};

class tls_channel {
  public:
    using time_point = std::chrono::steady_clock::time_point;

    /// Shakes hands. `name` is a host name or an IP address, as the certificate must have it. The
    /// failure says, for a person, why the server is not trusted.
    static base::result<std::unique_ptr<tls_channel>> open(int socket,
                                                           std::shared_ptr<const tls_trust> trust,
                                                           const std::string& name,
                                                           time_point until);
    ~tls_channel(); ///< says close_notify, if that can be said at once
    tls_channel(const tls_channel&) = delete;
    tls_channel& operator=(const tls_channel&) = delete;

    /// What became of an attempt to write or read.
    enum class step : std::uint8_t {
        done,        ///< some bytes
        wants_read,  ///< wait until the socket can be read, then again
        wants_write, ///< likewise written
        ended,       ///< the other side has ended, or the connection is broken
    };

    std::pair<step, std::size_t> write(std::string_view bytes);
    std::pair<step, std::size_t> read(char* into, std::size_t room);

    /// True if the other side has ended already. Looks, and takes nothing.
    bool ended();

  private:
    tls_channel(ssl_st* ssl, std::shared_ptr<const tls_trust> trust)
        : ssl_(ssl), trust_(std::move(trust)) {}

    [[nodiscard]] step judge(int returned) const;

    ssl_st* ssl_;
    std::shared_ptr<const tls_trust> trust_;
};

} // namespace rollcall::http
