#include "gateway/admin/snapshot_stream.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/http/handler.hpp"

#include <utility>

namespace rollcall::admin {

using std::chrono::steady_clock;

/// One piece on its way through the worker pool.
struct snapshot_stream::job {
    std::shared_ptr<snapshot_stream> stream;
    http::pending_answer to;

    /// Whatever the turn: what has begun is finished, also while the server stops.
    void operator()(gateway::job_turn, const std::atomic<bool>&) { stream->produce(std::move(to)); }

    [[nodiscard]] bool wanted() const { return to.wanted(); }
};

snapshot_stream::snapshot_stream(gateway::worker_pool& workers, eventlog::tenant_no tenant,
                                 std::unique_ptr<told::snapshot> all,
                                 std::chrono::milliseconds time_max, std::shared_ptr<void> place)
    : workers_(workers),
      tenant_(tenant),
      all_(std::move(all)),
      until_(steady_clock::now() + time_max),
      place_(std::move(place)) {}

void snapshot_stream::next(http::pending_answer to) noexcept {
    job work{shared_from_this(), std::move(to)};
    gateway::job_terms terms;
    terms.tenant = tenant_;
    terms.weight = gateway::job_weight::heavy;
    terms.until = until_;
    if (workers_.post(work, terms) == gateway::worker_pool::verdict::taken) return;
    produce(std::move(work.to));
}

void snapshot_stream::produce(http::pending_answer to) noexcept {
    std::string bytes;
    bool more = false;
    try {
        more = append_piece(bytes);
    } catch (const std::exception& failure) {
        end();
        base::log_warn("A snapshot was cut off.", {{"tenant", std::uint64_t{tenant_.value}},
                                                   {"reason", std::string_view(failure.what())}});
        std::move(to).complete([](http::exchange& x) { x.answer().break_off(); });
        return;
    }
    std::move(to).complete([more, bytes = std::move(bytes)](http::exchange& x) mutable {
        x.answer().body.swap(bytes);
        if (more) x.answer().more_follows();
    });
}

bool snapshot_stream::append_piece(std::string& out) {
    if (!all_ || until_ < steady_clock::now()) {
        throw eventlog::storage_failure("its time has passed");
    }
    std::string line;
    while (out.size() < snapshot_piece_bytes_max) {
        line.clear();
        if (!all_->next(line)) {
            end();
            return false;
        }
        out += line;
    }
    return true;
}

void snapshot_stream::end() {
    all_.reset();
    place_.reset();
}

} // namespace rollcall::admin
