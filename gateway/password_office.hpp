// Where passwords are hashed and verified: threads and a queue of their own, so that a burst of
// them takes neither an I/O thread nor the writer nor the list threads. Hashing is meant to be
// slow; what it must not be is slow for others. Tenants take turns (worker_pool.hpp), and past the
// queue, or a tenant's share of it, a client is told to come back.
//
// Verifying has a pace (verification_pace.hpp). Somebody without a password costs as much as
// somebody with one.
#pragma once

#include "eventlog/base/secret_text.hpp"
#include "eventlog/ids.hpp"
#include "gateway/password_hash.hpp"
#include "gateway/verification_pace.hpp"
#include "gateway/worker_pool.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::gateway {

struct password_figures {
    std::uint64_t hashed = 0;
    std::uint64_t refused = 0; ///< not hashed: the queue was full, or the turn came too late
    std::uint64_t right = 0;   ///< verifications
    std::uint64_t wrong = 0;
    std::uint64_t throttled = 0;
    std::size_t waiting = 0;
    std::size_t running = 0;
};

class password_office {
  public:
    explicit password_office(const limits& bounds);

    /// What came of a password that was to be hashed.
    enum class verdict : std::uint8_t {
        hashed,
        busy,     ///< nothing was done: ask again in a moment
        stopping, ///< likewise: the server stops
    };
    using heard = std::function<void(verdict what, std::string hash)>;

    /// `then` is called once: from a thread of the office, or at once from here if it is busy or
    /// stopping.
    void hash(eventlog::tenant_no whose, base::secret_text text, heard then);

    /// verification_pace::take(), and counted if it is past it.
    std::optional<std::chrono::seconds> pace(eventlog::tenant_no tenant, std::string_view who,
                                             std::chrono::steady_clock::time_point now);

    /// On a thread of the office: whether it is his password. Nothing for a hash: it takes as long,
    /// and it is not.
    bool verify(const std::optional<std::string>& hash, const base::secret_text& text);

    /// For verifications: of a tenant, light, and no longer than wait_max() in the queue.
    [[nodiscard]] worker_pool& threads() { return pool_; }

    [[nodiscard]] std::chrono::milliseconds wait_max() const { return wait_max_; }

    [[nodiscard]] std::size_t bytes_max() const { return bytes_max_; }

    [[nodiscard]] password_figures figures() const;

    /// Tells what waits that the server stops, and takes nothing more.
    void stop() { pool_.stop(); }

  private:
    struct hashing;

    const password_cost cost_;
    const std::size_t bytes_max_;
    const std::chrono::milliseconds wait_max_;
    const std::string nobodys_; ///< of a password that nobody knows
    verification_pace verifications_;
    std::atomic<std::uint64_t> hashed_{0};
    std::atomic<std::uint64_t> refused_{0};
    std::atomic<std::uint64_t> right_{0};
    std::atomic<std::uint64_t> wrong_{0};
    std::atomic<std::uint64_t> throttled_{0};
    worker_pool pool_; ///< goes first: its jobs use the rest
};

} // namespace rollcall::gateway
