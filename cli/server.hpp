// The composition root: builds every object of a running server once, in the order of dependency,
// and stops them in reverse. Used by `rollcall serve` and, in the same process, by tests and
// benches.
//
// After start() returns a server, it answers. stop() (or the destructor) lets requests under way
// finish, then the writer, then the consumers, and leaves the directory ready for the next start.
// Everything that can be refused is refused before anything is changed in an existing directory.
#pragma once

#include "cli/publish_settings.hpp"
#include "cli/upgrade.hpp"
#include "eventlog/base/result.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/disk_guard.hpp"
#include "gateway/http/endpoint.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rocksdb {
class Env;
}

namespace rollcall::cli {

struct server_options {
    std::filesystem::path data = "var";
    eventlog::master_key_source master_key;
    http::endpoint listen = http::endpoint::tcp("127.0.0.1", 8080); ///< port 0: a free one
    std::optional<http::endpoint> metrics_listen;
    std::string public_url;    ///< empty: clients are told the host that they asked
    bool behind_proxy = false; ///< a proxy ends TLS: any address may be listened on
    /// PEM, both or none: with them `listen` and `metrics_listen` speak TLS, on any address.
    std::filesystem::path tls_cert;
    std::filesystem::path tls_key;
    /// Profiles that add to the shipped ones or take their place; empty: none.
    std::filesystem::path profiles;
    unsigned threads = 0; ///< I/O threads; 0: one for each core
    std::size_t connections_max = 4096;
    std::size_t queue_max = 4096; ///< commands waiting for the writer
    /// Of one tenant; nothing: so many for each I/O thread, 0: as many as come. And how many all at
    /// once; nothing: those of some seconds. See gateway/tenant_pace.hpp.
    std::optional<std::uint64_t> tenant_requests_per_second;
    std::optional<std::uint64_t> tenant_requests_burst;
    bool compress = true; ///< large answers, with gzip, for clients who accept it
    publish_settings publish;
    std::size_t cache_bytes = std::size_t{384} << 20;
    eventlog::disk_limits disk;
    std::chrono::seconds drain_max{20}; ///< for requests under way when the server stops
    /// How long a stop is only announced, by /readyz, before it begins.
    std::chrono::seconds drain_delay{0};
    bool log_reads = false;
    /// Told once, from any thread, when the store can no longer be trusted and refuses all writes.
    /// The process should then drain() and end: what was in flight is answered as unknown.
    std::function<void(const std::string& reason)> on_fatal;
    /// How far the upgrade of a directory of an older version is; false stops it, and the start.
    upgrade_progress on_upgrade;

    // --- for tests and benches ---
    bool sync_commits = true;
    rocksdb::Env* env = nullptr; ///< a file system for fault tests; null: the machine's
};

class server {
  public:
    /// Errors say what to do: those of data_directory::open, compare_witness and store::open, of
    /// the certificate, and an address that cannot be listened on.
    static base::result<std::unique_ptr<server>> start(server_options options);
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// Where it listens, with the real port.
    [[nodiscard]] const http::endpoint& address() const;
    /// `http://127.0.0.1:43127`, or https with a certificate.
    [[nodiscard]] std::string url() const;
    [[nodiscard]] http::endpoint admin_address() const;

    /// Reads again what can be: the certificate with its key, and the profiles. Of either what does
    /// not hold leaves what was there before in use. What came of it is in the log too.
    base::result<void> reload();

    /// Which of the parts that nothing goes without has given no sign of life since this was asked
    /// last; empty: all have. By one thread, not while the server stops. See pulse.hpp.
    [[nodiscard]] std::string_view missing();

    /// Answers what is under way and accepts nothing more, without stopping what lies behind: the
    /// last act of a process whose store has failed. True if every request could finish.
    bool drain(std::chrono::milliseconds time_max);

    /// Drains and stops. Once is enough. True if every request under way could finish.
    bool stop();

    struct parts; ///< server.cpp only

  private:
    explicit server(std::unique_ptr<parts> p);
    std::unique_ptr<parts> parts_;
};

} // namespace rollcall::cli
