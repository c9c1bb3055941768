#include "gateway/http/server.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/http/io_thread.hpp"
#include "gateway/http/listener.hpp"
#include "gateway/http/shared_state.hpp"

#include <algorithm>
#include <cassert>
#include <future>
#include <sys/resource.h>
#include <utility>

namespace rollcall::http {
namespace {

// Files that the process has open besides its connections, roughly: event loops, the log's tables.
constexpr std::size_t other_files = 512;

void check_open_files(std::size_t connections_max) {
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0 || files.rlim_cur == RLIM_INFINITY) return;
    if (files.rlim_cur < connections_max + other_files) {
        base::log_warn("the limit of open files is too low for the limit of connections: raise it "
                       "(ulimit -n, LimitNOFILE=)",
                       {{"open_files", static_cast<std::uint64_t>(files.rlim_cur)},
                        {"connections", static_cast<std::uint64_t>(connections_max)}});
    }
}

/// Clients who do not finish their handshakes must not take all connections.
std::size_t handshakes_of_a_thread(const server_options& options) {
    return std::min(options.limits.tls_handshakes_max,
                    options.limits.connections_max / 2 / options.threads);
}

} // namespace

class server::parts {
  public:
    explicit parts(server_options options) : common_(options.limits) {
        for (unsigned i = 0; i < options.threads; ++i) {
            threads_.push_back(
                std::make_unique<io_thread>(common_, handshakes_of_a_thread(options)));
        }
    }

    base::result<void> open(const std::vector<door>& doors) {
        for (const door& d : doors) {
            assert(d.answers != nullptr);
            auto socket = listen_at(d.where, common_.bounds.listen_backlog);
            if (!socket) {
                close_doors();
                return tl::unexpected(socket.error());
            }
            endpoints_.push_back(socket->where);
            listeners_.push_back(std::make_unique<listener>(
                threads_.front()->loop(), std::move(*socket), common_.bounds,
                threads_.front()->count(), [this, d](descriptor& accepted, std::string& peer) {
                    return give_away(accepted, peer, d);
                }));
        }
        return {};
    }

    void start() {
        for (const auto& l : listeners_) {
            l->start();
        }
        for (const auto& t : threads_) {
            t->start();
        }
    }

    bool drain(std::chrono::milliseconds time_max) {
        if (stopped_) return true;
        stopped_ = true;
        common_.draining = true;
        std::promise<void> closed;
        threads_.front()->run_here([&] {
            close_doors();
            closed.set_value();
        });
        closed.get_future().wait();
        for (const auto& t : threads_) {
            t->drain();
        }
        bool all_gone = false;
        {
            std::unique_lock lock(common_.drained_mutex);
            all_gone = common_.drained.wait_for(lock, time_max,
                                                [&] { return common_.connections.load() == 0; });
        }
        for (const auto& t : threads_) {
            t->stop();
        }
        return all_gone;
    }

    [[nodiscard]] const std::vector<endpoint>& endpoints() const { return endpoints_; }

    [[nodiscard]] counters_snapshot counters() const {
        counters_snapshot sum;
        for (const auto& t : threads_) {
            sum += t->counters();
        }
        return sum;
    }

    std::size_t ask_threads(const std::function<void()>& what) {
        for (const auto& t : threads_) {
            t->run_here(what);
        }
        return threads_.size();
    }

  private:
    // On thread 0 once the threads run: listeners live there.
    void close_doors() {
        for (const auto& l : listeners_) {
            l->finish();
        }
    }

    // On thread 0.
    bool give_away(descriptor& accepted, std::string& peer, const door& by) {
        const std::size_t refusals = common_.refusals.load();
        const bool over = common_.connections.load() - refusals >= common_.bounds.connections_max;
        if (over && by.tls != nullptr) {
            // A handshake for the sake of a refusal would cost more than what is refused.
            threads_.front()->count().connections_accepted.add(1);
            threads_.front()->count().connections_refused.add(1);
            by.answers->on_turned_away();
            accepted.reset();
            return true;
        }
        if (over && refusals >= common_.bounds.refusals_max) return false;
        if (over) common_.refusals.fetch_add(1);
        const auto quietest =
            std::min_element(threads_.begin(), threads_.end(), [](const auto& a, const auto& b) {
                return a->connections() < b->connections();
            });
        (*quietest)->adopt({std::move(accepted), std::move(peer), by.answers, by.tls, over});
        return true;
    }

    shared_state common_;
    std::vector<std::unique_ptr<io_thread>> threads_;
    std::vector<std::unique_ptr<listener>> listeners_; // before the loops that they live on
    std::vector<endpoint> endpoints_;
    bool stopped_ = false;
};

server::server(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

server::~server() {
    drain(std::chrono::milliseconds(0));
}

base::result<std::unique_ptr<server>> server::start(server_options options) {
    assert(options.threads > 0 && !options.doors.empty());
    const std::vector<door> doors = options.doors;
    check_open_files(options.limits.connections_max);
    auto p = std::make_unique<parts>(std::move(options));
    const auto opened = p->open(doors);
    if (!opened) return tl::unexpected(opened.error());
    p->start();
    return std::unique_ptr<server>(new server(std::move(p)));
}

const std::vector<endpoint>& server::endpoints() const {
    return parts_->endpoints();
}

bool server::drain(std::chrono::milliseconds time_max) {
    return parts_->drain(time_max);
}

std::size_t server::ask_threads(const std::function<void()>& what) {
    return parts_->ask_threads(what);
}

counters_snapshot server::counters() const {
    return parts_->counters();
}

} // namespace rollcall::http
