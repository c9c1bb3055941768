// serve: runs a server until a signal ends it.
#include "cli/progress.hpp"
#include "cli/server.hpp"
#include "cli/settings.hpp"
#include "cli/supervision.hpp"
#include "cli/verbs.hpp"
#include "eventlog/error.hpp"
#include "eventlog/kafka/error.hpp"
#include "gateway/http/tls_identity.hpp"

#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <pthread.h>
#include <thread>
#include <unistd.h>

namespace rollcall::cli {
namespace {

/// Sent to this process by itself when the store has failed.
constexpr int signal_of_failure = SIGUSR1;
/// EX_SOFTWARE of sysexits.h: the outcome of what was in flight is unknown.
constexpr int exit_store_failed = 70;
constexpr std::chrono::seconds last_answers_max{2};

/// The signals that serve waits for, blocked in every thread that starts after this.
sigset_t block_signals() {
    sigset_t set;
    sigemptyset(&set);
    for (const int one : {SIGTERM, SIGINT, SIGHUP, signal_of_failure})
        sigaddset(&set, one);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    return set;
}

int next_signal(const sigset_t& set) {
    int got = 0;
    while (sigwait(&set, &got) != 0) {}
    return got;
}

/// True if a signal that ends the program waits to be served.
bool is_told_to_end() {
    sigset_t waiting;
    sigpending(&waiting);
    return sigismember(&waiting, SIGTERM) == 1 || sigismember(&waiting, SIGINT) == 1;
}

/// Whether a start was refused for a setting that stays wrong until somebody changes it; the rest
/// may go by itself, as what is in use, full, or not there yet does.
bool is_wrong_setting(const std::error_code& why) {
    if (why == std::errc::invalid_argument || why == eventlog::log_errc::bad_master_key ||
        why == eventlog::log_errc::wrong_master_key || why == kafka::kafka_errc::bad_options) {
        return true;
    }
    using enum http::tls_errc;
    const auto is = [&why](http::tls_errc one) { return why == make_error_code(one); };
    return is(unreadable) || is(not_pem) || is(exposed_key) || is(encrypted_key) || is(unsuited);
}

int refuse_start(const context& c, const base::failure& why) {
    fail(c, why);
    return is_wrong_setting(why.code) ? exit_usage : exit_failed;
}

void print_next_steps(const context& c, const server& s, const server_options& options) {
    const bool elsewhere = options.data != "var";
    const std::string data = elsewhere ? " --data " + options.data.string() : "";
    const std::string program = c.asked.program;
    // A certificate is made for the name that clients use, not for an address on this machine.
    const bool unnamed = !options.tls_cert.empty() && options.public_url.empty();
    const std::string curl = unnamed ? "curl -ks " : "curl -s ";
    const bool by_name = !options.tls_cert.empty() && !unnamed;
    const std::string url = by_name ? options.public_url : s.url();
    c.to.err << fmt::format(
        R"text(
Next, in another terminal (Ctrl-C here stops the server):

  {0} tenant create acme{1}
  KEY=$({0} key create acme --label first --json{1} | sed 's/.*"key":"\([^"]*\)".*/\1/')
  {3}{2}/scim/v2/Users -H "Authorization: Bearer $KEY" -H 'Content-Type: application/scim+json' \
    -d '{{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"jane@acme.example"}}'
  {0} log tail acme{1}

)text",
        program, data, url, curl);
}

/// A second signal while the first is being served: whoever sends it does not want to wait.
class impatience {
  public:
    explicit impatience(const sigset_t& set) : thread_([this, set] { watch(set); }) {}

    ~impatience() {
        over_ = true;
        pthread_kill(thread_.native_handle(), SIGHUP);
        thread_.join();
    }

    impatience(const impatience&) = delete;
    impatience& operator=(const impatience&) = delete;

  private:
    void watch(const sigset_t& set) {
        while (!over_) {
            const int got = next_signal(set);
            if (got == SIGTERM || got == SIGINT) _exit(128 + got);
        }
    }

    std::atomic<bool> over_{false};
    std::thread thread_;
};

/// Serves SIGHUP until it is time to go; true if it was a signal, false if the store failed.
bool wait_for_end(const sigset_t& set, server& s, supervision& told) {
    for (;;) {
        const int got = next_signal(set);
        if (got == signal_of_failure) return false;
        if (got != SIGHUP) return true;
        told.reload(s);
    }
}

} // namespace

int run(const context& c, const serve& wish) {
    auto settings = resolve_settings(wish.given, c.env);
    if (!settings) return refuse_start(c, settings.error());
    const sigset_t signals = block_signals();
    base::start_logging(settings->log_level, settings->log_format);
    for (const std::string& name : unknown_variables(::environ)) {
        base::log_warn("A variable of the environment that is no setting was ignored: if it is not "
                       "the platform's own, look for a slip of the pen.",
                       {{"name", std::string_view(name)}});
    }
    server_options options = settings->server;
    std::atomic<bool> store_failed{false};
    options.on_fatal = [&store_failed](const std::string&) {
        store_failed = true;
        kill(getpid(), signal_of_failure);
    };
    const service_manager manager(c.env);
    supervision told(manager);
    std::optional<progress> bar;
    options.on_upgrade = [&](std::uint64_t done, std::uint64_t total) {
        if (c.to.err_is_terminal) {
            if (!bar) bar.emplace(c.to, "upgrade");
            bar->show(done, total);
        }
        told.progress(done, total);
        return !is_told_to_end();
    };
    auto started = server::start(options);
    bar.reset();
    if (!started) {
        base::flush_logging();
        return refuse_start(c, started.error());
    }
    c.to.out << "ready " << (*started)->url() << std::endl;
    told.serving(**started);
    if (c.to.err_is_terminal) print_next_steps(c, **started, options);

    const bool asked = wait_for_end(signals, **started, told);
    told.stopping(asked ? options.drain_delay + options.drain_max : last_answers_max);
    if (!asked) {
        // Answers that are known to be unknown go out; nothing else that is here can be trusted.
        (*started)->drain(last_answers_max);
        base::flush_logging();
        _exit(exit_store_failed);
    }
    {
        const impatience watcher(signals);
        (*started)->stop();
        started->reset();
    }
    base::flush_logging();
    return store_failed ? exit_store_failed : exit_done;
}

} // namespace rollcall::cli
