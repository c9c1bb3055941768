// What a process that serves tells its service manager from its first moment to its last: that it
// starts, and how far it is; that it answers; that it is alive, for as long as it is; that it reads
// its certificate again; that it stops.
//
//     starting ──▶ serving ⇄ reloading ──▶ stopping
//
// A start or stop that takes long asks for more time every `extension_pause`, as long as it has
// made progress in the last `progress_patience`: an upgrade of a large directory is not to be
// killed, one that hangs is. All members by one thread, except progress().
#pragma once

#include "cli/server.hpp"
#include "cli/service_manager.hpp"
#include "cli/ticker.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>

namespace rollcall::cli {

class supervision {
  public:
    /// The start begins.
    explicit supervision(const service_manager& to);

    /// How far an upgrade is. From any thread.
    void progress(std::uint64_t done, std::uint64_t total);

    /// The start is over. If the manager watches, it hears from now on that the server lives, and
    /// nothing while it does not. `of` outlives stopping().
    void serving(server& of);

    /// Has the server read again what it can.
    void reload(server& of);

    /// The stop begins; it means to take up to `time_max`.
    void stopping(std::chrono::seconds time_max);

    static constexpr std::chrono::seconds extension_pause{10};
    static constexpr std::chrono::seconds extension{30};
    static constexpr std::chrono::minutes progress_patience{10};

  private:
    void keep_extending();
    void look(server& of);

    const service_manager& to_;
    std::atomic<std::int64_t> progress_at_; ///< of the steady clock, in seconds
    std::atomic<int> percent_{-1};
    std::mutex mutex_;
    std::string words_; ///< the status while all is well
    bool is_missing_ = false;
    std::optional<ticker> extending_;
    std::optional<ticker> watching_;
};

} // namespace rollcall::cli
