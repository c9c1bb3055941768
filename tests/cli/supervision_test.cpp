// What the program tells its service manager, heard at a real socket; and that a server with a
// stuck part is not said to live.
#include "cli/pulse.hpp"
#include "cli/service_manager.hpp"
#include "cli/supervision.hpp"
#include "tests/cli/process.hpp"
#include "tests/cli/served.hpp"
#include "tests/gateway/http/tls_support.hpp"
#include "tests/support/fault_env.hpp"

#include <boost/test/unit_test.hpp>

#include <csignal>
#include <cstddef>
#include <cstring>
#include <map>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <thread>

namespace rollcall::cli {
namespace {

/// Hears messages as systemd does.
class manager {
  public:
    explicit manager(const std::string& name) : name_(name) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, name.data(), name.size());
        if (name[0] == '@') address.sun_path[0] = '\0';
        const auto size = offsetof(sockaddr_un, sun_path) + name.size() + (name[0] == '@' ? 0 : 1);
        socket_ = http::descriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
        BOOST_REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                             static_cast<socklen_t>(size)) == 0);
    }

    [[nodiscard]] const std::string& name() const { return name_; }

    /// The next message; empty if none comes within `patience`.
    std::string next(int patience_ms = 60'000) {
        pollfd waits{socket_.get(), POLLIN, 0};
        if (::poll(&waits, 1, patience_ms) != 1) return {};
        char bytes[4096];
        const ssize_t n = ::recv(socket_.get(), bytes, sizeof bytes, 0);
        return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : std::string();
    }

    /// The first message that has this line's beginning, or empty after a minute without any.
    std::string until(const std::string& begin) {
        for (;;) {
            std::string message = next();
            if (message.empty() || ("\n" + message).find("\n" + begin) != message.npos) {
                return message;
            }
        }
    }

  private:
    std::string name_;
    http::descriptor socket_;
};

std::string value_of(const std::string& message, const std::string& name) {
    const std::string text = "\n" + message;
    const std::size_t at = text.find("\n" + name + "=");
    if (at == text.npos) return {};
    const std::size_t begin = at + name.size() + 2;
    return text.substr(begin, text.find('\n', begin) - begin);
}

service_manager::environment given(std::map<std::string, std::string> set) {
    return [set = std::move(set)](const std::string& name) -> std::optional<std::string> {
        const auto at = set.find(name);
        return at == set.end() ? std::nullopt : std::optional(at->second);
    };
}

} // namespace

BOOST_AUTO_TEST_SUITE(supervision_test)

BOOST_AUTO_TEST_CASE(messages_are_what_the_protocol_says) {
    const support::temp_directory home;
    manager heard((home / "notify").string());
    const service_manager to(given({{"NOTIFY_SOCKET", heard.name()}}));
    to.ready("Serving\nall");
    BOOST_TEST(heard.next() == "READY=1\nSTATUS=Serving all\n");
    to.reloading("Reading");
    const std::string reloading = heard.next();
    BOOST_TEST(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="));
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    const auto told = std::stoll(value_of(reloading, "MONOTONIC_USEC"));
    BOOST_TEST(told <= now.tv_sec * 1'000'000 + now.tv_nsec / 1000);
    BOOST_TEST(told > (now.tv_sec - 60) * 1'000'000);
    to.stopping("Finishing");
    BOOST_TEST(heard.next() == "STOPPING=1\nSTATUS=Finishing\n");
    to.status("Upgrading");
    BOOST_TEST(heard.next() == "STATUS=Upgrading\n");
    to.alive();
    BOOST_TEST(heard.next() == "WATCHDOG=1\n");
    to.extend_timeout(std::chrono::seconds(30));
    BOOST_TEST(heard.next() == "EXTEND_TIMEOUT_USEC=30000000\n");
}

BOOST_AUTO_TEST_CASE(who_watches_is_read_from_the_environment) {
    const std::string me = std::to_string(::getpid());

    struct {
        const char* name;
        std::map<std::string, std::string> set;
        std::int64_t us; ///< 0: nobody
    } const rows[]{
        {"nothing is set", {}, 0},
        {"a watchdog without a socket", {{"WATCHDOG_USEC", "5"}}, 0},
        {"a socket without a watchdog", {{"NOTIFY_SOCKET", "/n"}}, 0},
        {"for any process", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "5"}}, 5},
        {"for this one",
         {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "30000000"}, {"WATCHDOG_PID", me}},
         30'000'000},
        {"for another",
         {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "1"}},
         0},
        {"for no number",
         {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "5"}, {"WATCHDOG_PID", "me"}},
         0},
        {"zero", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "0"}}, 0},
        {"with a unit", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", "5s"}}, 0},
        {"empty", {{"NOTIFY_SOCKET", "/n"}, {"WATCHDOG_USEC", ""}}, 0},
        {"a socket that is no path", {{"NOTIFY_SOCKET", "n"}, {"WATCHDOG_USEC", "5"}}, 0},
        {"a socket of another kind", {{"NOTIFY_SOCKET", "vsock:2:1"}, {"WATCHDOG_USEC", "5"}}, 0},
        {"a socket without a name", {{"NOTIFY_SOCKET", "@"}, {"WATCHDOG_USEC", "5"}}, 0},
        {"a path that is too long",
         {{"NOTIFY_SOCKET", "/" + std::string(107, 'n')}, {"WATCHDOG_USEC", "5"}},
         0},
        {"the longest path",
         {{"NOTIFY_SOCKET", "/" + std::string(106, 'n')}, {"WATCHDOG_USEC", "5"}},
         5},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const service_manager to(given(row.set));
            BOOST_TEST(to.watchdog().value_or(std::chrono::microseconds(0)).count() == row.us);
            to.alive(); // nobody is there: nothing happens
        }
    }
}

BOOST_AUTO_TEST_CASE(an_upgrade_has_as_much_time_as_it_moves) {
    const support::temp_directory home;
    manager heard((home / "notify").string());
    const service_manager to(given({{"NOTIFY_SOCKET", heard.name()}}));
    const std::string more = "EXTEND_TIMEOUT_USEC=30000000\n";
    supervision told(to);
    BOOST_TEST(heard.next() == "STATUS=Opening the log\n");
    BOOST_TEST(heard.next() == more);

    struct {
        std::uint64_t done, total;
        const char* percent; ///< null: it is not told again
    } const rows[]{
        {0, 400, "0"},     {3, 400, nullptr},   {4, 400, "1"}, {399, 400, "99"},
        {400, 400, "100"}, {400, 400, nullptr}, {0, 0, "0"},
    };

    for (const auto& row : rows) {
        told.progress(row.done, row.total);
        if (row.percent == nullptr) continue;
        BOOST_TEST(heard.next() == more);
        BOOST_TEST(heard.next() ==
                   "STATUS=Upgrading the directory: " + std::string(row.percent) + " %\n");
    }
    told.stopping(std::chrono::seconds(5));
    BOOST_TEST(heard.next() == "STOPPING=1\nSTATUS=Finishing what is under way\n");
    BOOST_TEST(heard.next() == more);
    BOOST_TEST(heard.next() == "EXTEND_TIMEOUT_USEC=35000000\n");
}

BOOST_AUTO_TEST_CASE(the_program_tells_of_its_life) {
    const support::temp_directory home;
    for (const std::string& name :
         {(home / "notify").string(), "@rollcall-test-" + std::to_string(::getpid())}) {
        BOOST_TEST_CONTEXT(name) {
            manager heard(name);
            process child({"serve", "--data", (home / "data").string(), "--listen", "127.0.0.1:0",
                           "--threads", "1", "--drain-seconds", "7"},
                          home / "errors",
                          {"NOTIFY_SOCKET=" + heard.name(), "WATCHDOG_USEC=300000"});
            BOOST_TEST(value_of(heard.next(), "STATUS") == "Opening the log");
            BOOST_TEST(heard.next() == "EXTEND_TIMEOUT_USEC=30000000\n");
            const std::string ready = heard.until("READY=1");
            const std::string url = child.read_line().substr(6);
            BOOST_TEST(value_of(ready, "STATUS") == "Serving " + url);
            for (int i = 0; i < 5; ++i)
                BOOST_TEST(heard.until("WATCHDOG=1") == "WATCHDOG=1\n");

            child.signal(SIGHUP);
            BOOST_TEST(heard.until("RELOADING=1").find("MONOTONIC_USEC=") != std::string::npos);
            BOOST_TEST(value_of(heard.until("READY=1"), "STATUS") == "Serving " + url);

            child.signal(SIGTERM);
            BOOST_TEST(!heard.until("STOPPING=1").empty());
            BOOST_TEST(heard.until("EXTEND_TIMEOUT_USEC=37") == "EXTEND_TIMEOUT_USEC=37000000\n");
            BOOST_TEST(child.wait() == 0);
            // Who stops is not said to live.
            std::string last;
            while (!(last = heard.next(0)).empty())
                BOOST_TEST(last.find("WATCHDOG=1") == std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_reload_that_fails_is_told) {
    const support::temp_directory home;
    http::testing::scratch_directory certificates;
    const auto files = certificates.write_pair(support::made_certificate());
    manager heard((home / "notify").string());
    process child({"serve", "--data", (home / "data").string(), "--listen", "127.0.0.1:0",
                   "--threads", "1", "--tls-cert", files.certificate.string(), "--tls-key",
                   files.key.string()},
                  home / "errors", {"NOTIFY_SOCKET=" + heard.name()});
    BOOST_REQUIRE(!heard.until("READY=1").empty());
    certificates.write("key.pem", support::made_certificate().key_pem());
    child.signal(SIGHUP);
    BOOST_REQUIRE(!heard.until("RELOADING=1").empty());
    const std::string told = value_of(heard.until("READY=1"), "STATUS");
    BOOST_TEST(told.find("not all was loaded again: the certificate: ") != std::string::npos);
    static_cast<void>(certificates.write_pair(support::made_certificate()));
    child.signal(SIGHUP);
    BOOST_REQUIRE(!heard.until("RELOADING=1").empty());
    BOOST_TEST(value_of(heard.until("READY=1"), "STATUS").find("not loaded") == std::string::npos);
    child.signal(SIGTERM);
    BOOST_TEST(child.wait() == 0);
}

BOOST_AUTO_TEST_CASE(a_start_that_is_refused_is_never_ready) {
    const support::temp_directory home;
    manager heard((home / "notify").string());
    process child({"serve", "--data", (home / "data").string(), "--listen", "0.0.0.0:0"},
                  home / "errors", {"NOTIFY_SOCKET=" + heard.name(), "WATCHDOG_USEC=300000"});
    BOOST_TEST(child.wait() == 2);
    std::string message;
    while (!(message = heard.next(0)).empty()) {
        BOOST_TEST(message.find("READY") == std::string::npos);
        BOOST_TEST(message.find("WATCHDOG") == std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(a_stuck_writer_is_missed_and_seen_again) {
    support::fault_env disk;
    const support::temp_directory home;
    server_options options;
    options.data = home / "data";
    options.listen = http::endpoint::tcp("127.0.0.1", 0);
    options.threads = 2;
    options.cache_bytes = std::size_t{8} << 20;
    options.env = disk.env();
    auto started = server::start(options);
    BOOST_REQUIRE_MESSAGE(started, (started ? "" : started.error().message));
    server& s = **started;
    const auto missing = [&s] { return std::string(s.missing()); };
    using http::testing::eventually;
    for (int i = 0; i < 3; ++i)
        BOOST_TEST(eventually([&] { return missing().empty(); }));

    const auto ready = [&s] {
        http::client anybody(s.address());
        const auto said = anybody.send("GET", "/readyz");
        return said ? said->body : "";
    };
    BOOST_TEST(ready().find(R"("commits":"ok")") != std::string::npos);
    disk.delay_wal_syncs(std::chrono::seconds(8));
    unsigned answered = 0;
    std::thread asks([&s, &answered] {
        http::client operator_door(s.admin_address());
        const auto made = operator_door.send("POST", "/admin/v1/tenants", {}, R"({"id":"acme"})");
        if (made) answered = made->status;
    });
    // For a moment every question is open; this one stays so.
    auto since = std::chrono::steady_clock::now();
    BOOST_TEST(eventually([&] {
        const auto now = std::chrono::steady_clock::now();
        if (missing() != "the writer of the log") since = now;
        return now - since > std::chrono::seconds(1);
    }));
    BOOST_TEST(
        eventually([&] { return ready().find(R"("commits":"failing")") != std::string::npos; }));
    asks.join();
    BOOST_TEST(answered == 201u);
    disk.delay_wal_syncs(std::chrono::seconds(0));
    BOOST_TEST(eventually([&] { return missing().empty(); }));
    BOOST_TEST(ready().find(R"("commits":"ok")") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
