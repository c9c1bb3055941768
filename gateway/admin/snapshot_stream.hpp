// A snapshot of a tenant on its way out, made piece by piece by the workers while it is sent: a
// hundred thousand people cost the memory of one piece.
//
// All of it is one view, which keeps old rows from being cleaned away, those of who was erased
// among them. So it has a time: whoever has not taken all by then is cut off, and knows it, since
// he has no last line.
#pragma once

#include "gateway/http/body_source.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/told/snapshot.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace rollcall::admin {

/// A piece ends behind the line that passes it.
inline constexpr std::size_t snapshot_piece_bytes_max = std::size_t{256} * 1024;

class snapshot_stream final : public http::body_source,
                              public std::enable_shared_from_this<snapshot_stream> {
  public:
    /// `place` is let go when the last piece was made. Workers outlive it.
    snapshot_stream(gateway::worker_pool& workers, eventlog::tenant_no tenant,
                    std::unique_ptr<told::snapshot> all, std::chrono::milliseconds time_max,
                    std::shared_ptr<void> place);

    void next(http::pending_answer to) noexcept override;

    /// What next() sends; false when that was the last piece. Throws eventlog::storage_failure,
    /// also when the time has passed.
    bool append_piece(std::string& out);

  private:
    struct job;

    void produce(http::pending_answer to) noexcept;

    /// Lets the view and the place go.
    void end();

    gateway::worker_pool& workers_;
    const eventlog::tenant_no tenant_;
    std::unique_ptr<told::snapshot> all_; ///< null: ended
    const std::chrono::steady_clock::time_point until_;
    std::shared_ptr<void> place_;
};

} // namespace rollcall::admin
