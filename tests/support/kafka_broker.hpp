// A real broker, or several, for tests: on free ports, in a folder of its own, made in a few
// seconds. They can be killed and started again on what they had. They end with the test binary,
// whatever ends it. The jars come from `./dev test` or `./dev kafka start`.
//
// Cases of one binary share one: making it costs more than most cases. Give topics names of their
// own instead.
#pragma once

#include "tests/integration/child.hpp"
#include "tests/support/made_certificate.hpp"
#include "tests/support/temp_directory.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::support {

struct broker_plan {
    /// Each of them broker and controller. With three, topics have three copies, and two must have
    /// a message before it is acknowledged.
    int nodes = 1;
    /// Besides the plain one: listeners with SASL, with TLS, and with both. Only with one node.
    bool secured = false;
    /// Where the messages go; nothing: into the folder that goes away with the test. For disks that
    /// are small.
    std::optional<std::filesystem::path> data;
    /// Of topics that do not say: small, so that old segments can be deleted or compacted in a
    /// test.
    std::int64_t segment_bytes = 1 << 20;
};

class kafka_broker {
  public:
    /// Returns when all nodes answer. Throws std::runtime_error, with what they complained of.
    explicit kafka_broker(const broker_plan& plan = {});
    ~kafka_broker();
    kafka_broker(const kafka_broker&) = delete;
    kafka_broker& operator=(const kafka_broker&) = delete;

    /// The addresses of all nodes, plain: `127.0.0.1:P[,127.0.0.1:P…]`.
    [[nodiscard]] const std::string& addresses() const { return addresses_; }

    // Of a secured one.
    static constexpr const char* user = "rollcall";
    static constexpr const char* password = "open-sesame-4711";
    /// PLAIN, SCRAM-SHA-256 and SCRAM-SHA-512 without TLS.
    [[nodiscard]] std::string sasl_address() const;
    /// PLAIN and SCRAM-SHA-512 through TLS.
    [[nodiscard]] std::string sasl_tls_address() const;
    /// TLS, for everybody; its certificate names `localhost`.
    [[nodiscard]] std::string tls_address() const;
    /// TLS, for those who have the client's certificate.
    [[nodiscard]] std::string mutual_tls_address() const;
    /// PEM files: whom to trust, and who we are.
    [[nodiscard]] std::filesystem::path ca_file() const;
    [[nodiscard]] std::filesystem::path client_certificate_file() const;
    [[nodiscard]] std::filesystem::path client_key_file() const;

    [[nodiscard]] int nodes() const { return static_cast<int>(nodes_.size()); }

    /// SIGKILL. `node` counts from 0; its id at the brokers is one more.
    void kill(int node);
    /// SIGTERM, and waits for its end.
    void stop(int node);
    /// SIGSTOP and SIGCONT: it is there and does not answer.
    void freeze(int node);
    void thaw(int node);
    /// Starts one that was killed or stopped, on the same data and ports; returns when all nodes
    /// that run answer.
    void start(int node);

    /// What all nodes have said on standard error.
    [[nodiscard]] std::string complaints() const;

  private:
    struct node {
        int id = 0;
        int plain = 0, controller = 0; ///< ports
        int sasl = 0, sasl_tls = 0, tls = 0, mutual_tls = 0;
        std::unique_ptr<integration::child> process;
    };

    [[nodiscard]] std::filesystem::path file(const node& n, const std::string& name) const;
    void write_settings(const node& n) const;
    [[nodiscard]] std::vector<std::string> java(const std::string& heap) const;
    void run(node& n);
    void await_all();

    temp_directory place_;
    broker_plan plan_;
    made_certificate server_;
    made_certificate client_;
    std::vector<node> nodes_;
    std::string addresses_;
};

} // namespace rollcall::support
