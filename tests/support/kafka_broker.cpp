#include "tests/support/kafka_broker.hpp"

#include "eventlog/base/random.hpp"
#include "eventlog/kafka/topics.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/use_future.hpp>

#include <arpa/inet.h>
#include <csignal>
#include <netinet/in.h>
#include <set>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace rollcall::support {
namespace {

using std::chrono::seconds;

/// Beyond what it takes on a machine that does other things besides.
constexpr seconds start_time_max{90};
constexpr seconds stop_time_max{60};
constexpr const char* cluster_id = "cm9sbGNhbGwtdGVzdHMtMQ";

/// A port that nobody listens at, below those that the system gives to connections: a client that
/// dials a dead broker again and again would sooner or later be given the broker's own port.
int free_port() {
    static std::set<int> given;
    for (int tries = 0; tries < 1000; ++tries) {
        std::uint8_t random[2];
        base::fill_random(random);
        const int port = 15000 + (random[0] * 256 + random[1]) % 17000;
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in where{};
        where.sin_family = AF_INET;
        where.sin_port = htons(static_cast<std::uint16_t>(port));
        where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const bool free = ::bind(fd, reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0;
        ::close(fd);
        if (free && given.insert(port).second) return port;
    }
    throw std::runtime_error("no free port");
}

std::string at(const char* host, int port) {
    return std::string(host) + ":" + std::to_string(port);
}

/// What `./dev kafka` uses too.
const std::filesystem::path settings_folder = ROLLCALL_KAFKA_SETTINGS;

} // namespace

kafka_broker::kafka_broker(const broker_plan& plan)
    : plan_(plan), server_({.name = "localhost"}), client_({.name = "rollcall"}) {
    if (!std::filesystem::exists(ROLLCALL_KAFKA_JARS)) {
        throw std::runtime_error("no broker in " ROLLCALL_KAFKA_JARS ": ./dev test fetches it");
    }
    write_bytes(ca_file(), server_.certificate_pem());
    write_bytes(place_ / "server.pem", server_.key_pem() + server_.certificate_pem());
    write_bytes(client_certificate_file(), client_.certificate_pem());
    write_bytes(client_key_file(), client_.key_pem());
    for (int i = 0; i < plan.nodes; ++i) {
        node made;
        made.id = i + 1;
        for (int* port : {&made.plain, &made.controller, &made.sasl, &made.sasl_tls, &made.tls,
                          &made.mutual_tls}) {
            *port = free_port();
        }
        addresses_ += (i == 0 ? "" : ",") + at("127.0.0.1", made.plain);
        nodes_.push_back(std::move(made));
    }
    std::vector<std::unique_ptr<integration::child>> formatting;
    for (const node& n : nodes_) {
        write_settings(n);
        std::vector<std::string> words = java("64m");
        words.insert(words.end(), {"kafka.tools.StorageTool", "format", "-t", cluster_id, "-c",
                                   file(n, "server.properties")});
        for (const char* mechanism : {"SCRAM-SHA-256", "SCRAM-SHA-512"}) {
            if (!plan.secured) continue;
            words.insert(words.end(), {"--add-scram", std::string(mechanism) + "=[name=" + user +
                                                          ",password=" + password + "]"});
        }
        formatting.push_back(std::make_unique<integration::child>(words, file(n, "errors")));
    }
    for (const auto& one : formatting) {
        if (one->wait(start_time_max).code != 0) {
            throw std::runtime_error("the broker's folder was not made: " + complaints());
        }
    }
    for (node& n : nodes_)
        run(n);
    await_all();
}

kafka_broker::~kafka_broker() = default;

std::string kafka_broker::sasl_address() const {
    return at("127.0.0.1", nodes_[0].sasl);
}

std::string kafka_broker::sasl_tls_address() const {
    return at("localhost", nodes_[0].sasl_tls);
}

std::string kafka_broker::tls_address() const {
    return at("localhost", nodes_[0].tls);
}

std::string kafka_broker::mutual_tls_address() const {
    return at("localhost", nodes_[0].mutual_tls);
}

std::filesystem::path kafka_broker::ca_file() const {
    return place_ / "ca.pem";
}

std::filesystem::path kafka_broker::client_certificate_file() const {
    return place_ / "client.pem";
}

std::filesystem::path kafka_broker::client_key_file() const {
    return place_ / "client-key.pem";
}

std::filesystem::path kafka_broker::file(const node& n, const std::string& name) const {
    return place_ / (std::to_string(n.id) + "-" + name);
}

void kafka_broker::write_settings(const node& n) const {
    const bool many = plan_.nodes > 1;
    std::string voters;
    for (const node& one : nodes_) {
        voters += (voters.empty() ? "" : ",") + std::to_string(one.id) + "@" +
                  at("127.0.0.1", one.controller);
    }
    std::string advertised = "PLAINTEXT://" + at("127.0.0.1", n.plain);
    if (plan_.secured) {
        advertised += ",SASL://" + at("127.0.0.1", n.sasl) + ",SASLTLS://" +
                      at("localhost", n.sasl_tls) + ",TLS://" + at("localhost", n.tls) +
                      ",MUTUAL://" + at("localhost", n.mutual_tls);
    }
    const auto data = plan_.data ? *plan_.data / std::to_string(n.id) : file(n, "data");
    std::ostringstream out;
    out << read_bytes(settings_folder / "common.properties") << "node.id=" << n.id
        << "\ncontroller.quorum.voters=" << voters << "\nlisteners=" << advertised
        << ",CONTROLLER://" << at("127.0.0.1", n.controller)
        << "\nadvertised.listeners=" << advertised << "\nlog.dirs=" << data.string()
        << "\nlog.segment.bytes=" << plan_.segment_bytes
        << "\noffsets.topic.replication.factor=" << (many ? 3 : 1)
        << "\ntransaction.state.log.replication.factor=" << (many ? 3 : 1)
        << "\ntransaction.state.log.min.isr=" << (many ? 2 : 1) << "\nmin.insync.replicas="
        << (many ? 2 : 1)
        // What is to be deleted or compacted goes while a test waits for it.
        << "\nlog.cleaner.backoff.ms=500\nlog.retention.check.interval.ms=500\n"
           "log.initial.task.delay.ms=500\n";
    if (plan_.secured) {
        const std::string login = "org.apache.kafka.common.security.";
        for (const char* listener : {"sasl", "sasltls"}) {
            const std::string prefix = std::string("listener.name.") + listener + ".";
            const bool all = std::string_view(listener) == "sasl";
            out << prefix << "sasl.enabled.mechanisms=PLAIN,"
                << (all ? "SCRAM-SHA-256,SCRAM-SHA-512\n" : "SCRAM-SHA-512\n") << prefix
                << "plain.sasl.jaas.config=" << login << "plain.PlainLoginModule required user_"
                << user << "=\"" << password << "\";\n";
            for (const char* scram : {"scram-sha-256", "scram-sha-512"}) {
                out << prefix << scram << ".sasl.jaas.config=" << login
                    << "scram.ScramLoginModule required;\n";
            }
        }
        out << "ssl.keystore.type=PEM\nssl.keystore.location=" << (place_ / "server.pem").string()
            << "\nssl.truststore.type=PEM\nssl.truststore.location="
            << client_certificate_file().string()
            << "\nlistener.name.mutual.ssl.client.auth=required\n";
    }
    write_bytes(file(n, "server.properties"), out.str());
}

std::vector<std::string> kafka_broker::java(const std::string& heap) const {
    return {"/usr/bin/env",
            "java",
            "-Xmx" + heap,
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Dlog4j.configuration=file:" + (settings_folder / "log4j.properties").string(),
            "-cp",
            std::string(ROLLCALL_KAFKA_JARS) + "/*"};
}

void kafka_broker::run(node& n) {
    std::vector<std::string> words = java("256m");
    words.insert(words.end(), {"kafka.Kafka", file(n, "server.properties")});
    n.process = std::make_unique<integration::child>(words, file(n, "errors"));
}

void kafka_broker::await_all() {
    std::int32_t running = 0;
    for (const node& n : nodes_)
        running += n.process ? 1 : 0;
    const auto until = std::chrono::steady_clock::now() + start_time_max;
    boost::asio::io_context loop;
    // Each of them knows of all others: they learn by and by who has come or gone.
    const auto knows_all = [&](const node& asked) -> boost::asio::awaitable<bool> {
        kafka::connection c;
        c.brokers = at("127.0.0.1", asked.plain);
        bool all = false;
        while (!all && std::chrono::steady_clock::now() < until) {
            // Afresh: a door that knows of several brokers asks any of them.
            auto door = kafka::topics::open(loop.get_executor(), c);
            if (!door) throw std::runtime_error(door.error().message);
            const auto found = co_await door->brokers(until);
            all = found && *found == running;
            co_await door->close();
            boost::asio::steady_timer pause(loop, std::chrono::milliseconds(all ? 0 : 50));
            co_await pause.async_wait(boost::asio::use_awaitable);
        }
        co_return all;
    };
    for (const node& n : nodes_) {
        if (!n.process) continue;
        loop.restart();
        auto answer = boost::asio::co_spawn(loop, knows_all(n), boost::asio::use_future);
        loop.run();
        if (!answer.get()) throw std::runtime_error("the brokers do not answer: " + complaints());
    }
}

void kafka_broker::kill(int node) {
    auto& n = nodes_.at(static_cast<std::size_t>(node));
    n.process->signal(SIGKILL);
    n.process->wait(stop_time_max);
    n.process.reset();
}

void kafka_broker::stop(int node) {
    auto& n = nodes_.at(static_cast<std::size_t>(node));
    n.process->signal(SIGTERM);
    n.process->wait(stop_time_max);
    n.process.reset();
}

void kafka_broker::freeze(int node) {
    nodes_.at(static_cast<std::size_t>(node)).process->signal(SIGSTOP);
}

void kafka_broker::thaw(int node) {
    nodes_.at(static_cast<std::size_t>(node)).process->signal(SIGCONT);
}

void kafka_broker::start(int node) {
    run(nodes_.at(static_cast<std::size_t>(node)));
    await_all();
}

std::string kafka_broker::complaints() const {
    std::string all;
    for (const node& n : nodes_) {
        if (std::filesystem::exists(file(n, "errors"))) all += read_bytes(file(n, "errors"));
    }
    return all;
}

} // namespace rollcall::support
