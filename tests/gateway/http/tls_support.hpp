// What the tests of TLS share: certificates that are made on the spot and live in a directory of
// the test's own, a client that blocks, and a server that speaks TLS.
#pragma once

#include "gateway/http/tls_source.hpp"
#include "tests/gateway/http/support.hpp"
#include "tests/support/made_certificate.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct ssl_session_st;

namespace rollcall::http::testing {

using support::key_kind;
using support::made_certificate;

/// A directory of its own, gone afterwards.
class scratch_directory {
  public:
    scratch_directory();
    ~scratch_directory();
    scratch_directory(const scratch_directory&) = delete;
    scratch_directory& operator=(const scratch_directory&) = delete;

    [[nodiscard]] std::filesystem::path operator/(std::string_view name) const {
        return path_ / name;
    }

    /// Writes a file with that mode.
    std::filesystem::path write(std::string_view name, std::string_view bytes,
                                unsigned mode = 0600) const;

    /// `cert.pem` and `key.pem`.
    [[nodiscard]] tls_files write_pair(const made_certificate& one) const;

  private:
    std::filesystem::path path_;
};

/// How a client shakes hands.
struct tls_wish {
    int version_min = 0; ///< OpenSSL's numbers; 0: any
    int version_max = 0;
    const char* ciphers = nullptr;           ///< of 1.2
    std::string_view protocols;              ///< ALPN, each with its length in front
    std::shared_ptr<ssl_session_st> session; ///< to be resumed
    std::function<void()> midway;            ///< called when half of the first message is sent
    bool insecure = false;                   ///< offers what is forbidden by default
};

/// One connection. May be used on any thread, since it checks nothing by itself. Waits for at most
/// `patience` in every step.
class tls_client {
  public:
    explicit tls_client(const endpoint& where, const tls_wish& how = {});
    ~tls_client();
    tls_client(tls_client&&) noexcept;
    tls_client& operator=(tls_client&&) = delete;

    /// Whether the handshake succeeded.
    [[nodiscard]] bool connected() const;

    bool send(std::string_view bytes);

    /// The next answer's status and body; status 0 if the connection ended before.
    struct got {
        unsigned status = 0;
        std::string body;
    };

    got receive();
    got ask(std::string_view bytes);

    /// Everything up to the end; then the connection is dropped.
    std::string receive_to_end();
    /// After an end: whether the server said close_notify first.
    [[nodiscard]] bool ended_cleanly() const;

    /// Says close_notify, and may go on reading.
    void say_goodbye();
    /// Asks for another handshake on the same connection; true if it took place.
    bool renegotiate();
    /// Ends the connection without a word.
    void drop();

    [[nodiscard]] std::string version() const;
    [[nodiscard]] std::string protocol() const; ///< chosen by ALPN
    [[nodiscard]] std::string fingerprint() const;
    [[nodiscard]] std::size_t chain_length() const;
    [[nodiscard]] bool resumed() const;
    /// To be resumed by another client; after an answer has been read.
    [[nodiscard]] std::shared_ptr<ssl_session_st> session() const;

  private:
    struct parts;
    std::unique_ptr<parts> parts_;
};

/// The routes of support.hpp behind TLS.
struct tls_running {
    explicit tls_running(http::limits bounds = {}, unsigned threads = 1,
                         const made_certificate& shown = made_certificate());

    [[nodiscard]] const endpoint& where() const { return front->endpoints().front(); }

    [[nodiscard]] tls_client connect(const tls_wish& how = {}) const;

    scratch_directory files;
    std::unique_ptr<tls_source> source;
    routes answers;
    std::unique_ptr<server> front;
};

} // namespace rollcall::http::testing
