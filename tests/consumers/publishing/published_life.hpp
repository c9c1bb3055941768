// A directory that somebody lives in, a broker, and a publisher between them.
#pragma once

#include "consumers/publishing/publisher.hpp"
#include "tests/consumers/publishing/topics_seen.hpp"
#include "tests/projections/random_life.hpp"
#include "tests/support/kafka_broker.hpp"

#include <memory>
#include <optional>
#include <string>

namespace rollcall::publishing::test {

using namespace std::chrono_literals;

/// For what should take a moment, on a machine that does other things besides.
inline constexpr auto patience = 90s;

/// The broker of the cases that do not hurt it.
support::kafka_broker& broker();

class published_life {
  public:
    /// With topics of its own at the broker.
    explicit published_life(std::string addresses = broker().addresses(), std::uint32_t seed = 1);
    ~published_life();
    published_life(const published_life&) = delete;
    published_life& operator=(const published_life&) = delete;

    /// What the next publisher is started with; the brokers are filled in.
    publisher_options& options() { return options_; }

    void start();

    void stop() { publisher_.reset(); }

    [[nodiscard]] publisher& it() { return *publisher_; }

    [[nodiscard]] projections::test::server& server() { return server_; }

    /// So many commands of a random life.
    void live(int commands);
    /// Until everything is acknowledged.
    void await_published();
    /// Until the topics are what they should be; a failure says what they are not.
    /// `made_anew`: see expectation.
    void await_right_topics(bool made_anew = false);
    /// Until `holds`; a failure says where the publisher stands.
    void await(const char* what, const std::function<bool(const publisher_state&)>& holds);

    [[nodiscard]] topics_seen topics() const { return read_topics(addresses_, options_.prefix); }

    [[nodiscard]] std::string topic(told::topic_kind kind) const {
        return told::topic_name(options_.prefix, kind);
    }

    /// From here on the directory is another log's: as after a restore.
    void become(const base::uuid& lineage, std::optional<eventlog::log_origin> origin = {});

    [[nodiscard]] const base::uuid& lineage() const { return lineage_; }

    [[nodiscard]] const std::string& addresses() const { return addresses_; }

    /// Closes the directory and opens it again; the publisher is stopped before.
    void reopen();

  private:
    void open();

    std::string addresses_;
    projections::test::server server_;
    eventlog::log_signal* signal_ = nullptr;
    projections::test::random_life life_;
    base::moment time_{1'700'000'000'000};
    base::uuid lineage_;
    std::optional<eventlog::log_origin> origin_;
    publisher_options options_;
    std::unique_ptr<publisher> publisher_;
};

} // namespace rollcall::publishing::test
