// A few threads for work that may take long, such as lists and scans: never an I/O thread.
//
// What it promises, whatever the others do:
// - Heavy work never has every thread: one takes only light work. (If there is but one, it takes
//   both.)
// - While light and heavy work wait and both may begin, they take turns, so neither is kept waiting
//   by a stream of the other.
// - Nobody has every thread for himself: the jobs of one tenant that run, light and heavy together,
//   are fewer than the threads, and with three threads or more, his heavy ones leave one of his
//   places to his light ones. (If there is but one thread, he may have it.)
// - Tenants take turns. Unless he himself has what he may have at work, a tenant's oldest job of a
//   weight waits behind what runs and behind one job of that weight of each other tenant, not
//   behind all their jobs, and behind what the other weight's turns let in between.
// - The queue is bounded, for each tenant and in all; one job more is refused, which is an answer
//   for a client, not growth.
// - A job that was taken is always told: to run, or that it is too late (its time had passed before
//   its turn came, or nobody waits for it any longer), or that the pool stops.
// - stop() does not wait for what runs: a job is handed a flag and looks at it.
#pragma once

#include "eventlog/ids.hpp"
#include "gateway/fair_queue.hpp"
#include "gateway/limits.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

namespace rollcall::gateway {

/// Light: some reads. Heavy: as long as a budget allows.
enum class job_weight : std::uint8_t { light, heavy };

/// What a job is told.
enum class job_turn : std::uint8_t {
    run,      ///< carry it out; come to an end soon when the flag is set
    late,     ///< job_terms::until has passed, or it is not wanted any more
    stopping, ///< the pool stops
};

struct job_terms {
    eventlog::tenant_no tenant;
    job_weight weight = job_weight::light;
    /// Until when it may wait for its turn.
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
};

class worker_pool {
  public:
    /// @pre threads > 0
    worker_pool(unsigned threads, std::size_t queue_max, tenant_share share = {});
    /// stop(), and joins.
    ~worker_pool();

    worker_pool(const worker_pool&) = delete;
    worker_pool& operator=(const worker_pool&) = delete;

    enum class verdict : std::uint8_t {
        taken,
        tenant_full, ///< his own share of the queue
        full,        ///< the queue
        stopping,    ///< the pool
    };

    /// Queues `work`, movable, with `void operator()(job_turn, const std::atomic<bool>& stop)` that
    /// must not throw and `bool wanted() const`: whether anybody still waits for it. Left untouched
    /// if it is not taken. It is called on a thread of the pool, or on the one that calls stop().
    template <class F>
    [[nodiscard]] verdict post(F& work, const job_terms& terms) {
        const std::lock_guard lock(mutex_);
        if (const verdict no = judge(terms); no != verdict::taken) return no;
        put(std::make_unique<job<F>>(std::move(work), terms.until), terms);
        return verdict::taken;
    }

    [[nodiscard]] std::size_t waiting() const;

    /// Jobs at work.
    [[nodiscard]] std::size_t running() const;

    /// Tells what waits and what runs that the pool stops, and takes nothing more.
    void stop();

  private:
    using time_point = std::chrono::steady_clock::time_point;

    struct any_job {
        explicit any_job(time_point u) : until(u) {}

        virtual ~any_job() = default;
        virtual void run(job_turn turn, const std::atomic<bool>& stop) noexcept = 0;
        [[nodiscard]] virtual bool wanted() const noexcept = 0;

        const time_point until;
    };

    template <class F>
    struct job final : any_job {
        job(F f, time_point u) : any_job(u), body(std::move(f)) {}

        void run(job_turn turn, const std::atomic<bool>& stop) noexcept override {
            body(turn, stop);
        }

        [[nodiscard]] bool wanted() const noexcept override { return body.wanted(); }

        F body;
    };

    using job_ptr = std::unique_ptr<any_job>;

    /// What a thread does next.
    struct turn {
        job_ptr what;
        eventlog::tenant_no whose;
        bool heavy = false;
    };

    [[nodiscard]] verdict judge(const job_terms& terms) const;
    void put(job_ptr what, const job_terms& terms);
    void work();
    /// Whether one job more of his may run, whatever its weight.
    [[nodiscard]] bool has_room(eventlog::tenant_no who) const;
    [[nodiscard]] std::optional<turn> next_turn();
    [[nodiscard]] std::optional<turn> next_light();
    [[nodiscard]] std::optional<turn> next_heavy();
    std::vector<job_ptr> take_late(time_point now);

    [[nodiscard]] std::size_t size() const { return light_.size() + heavy_.size(); }

    const std::size_t queue_max_;
    const unsigned heavy_max_;
    const unsigned tenant_max_;       // jobs of one tenant that run
    const unsigned tenant_heavy_max_; // of these, heavy ones
    const tenant_share share_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    fair_queue<job_ptr> light_;
    fair_queue<job_ptr> heavy_;

    /// How many jobs run, in all and of each tenant who has some.
    struct at_work {
        unsigned all = 0;
        std::unordered_map<eventlog::tenant_no, unsigned> each;

        void begin(eventlog::tenant_no who);
        void end(eventlog::tenant_no who);
        [[nodiscard]] unsigned of(eventlog::tenant_no who) const;
    };

    at_work light_running_;
    at_work heavy_running_;
    bool heavy_is_next_ = false;               // light work began while heavy work waited
    time_point next_late_ = time_point::max(); // nothing that waits is late before
    std::atomic<bool> stopping_{false};
    std::vector<std::thread> threads_;
};

} // namespace rollcall::gateway
