// The front: takes every request that the HTTP room hands over, finds its route, asks the area's
// gate, runs the route, and counts and logs how it ended.
//
// Order (so that nothing leaks to strangers): gate (401, 403), then path (404), then method (405),
// then the route. A request with a body passes the gate before its body is read. With no key to
// charge it to, that body counts in one share that all such requests have together.
//
// One front serves all doors; each door gets the handler of its kind. Outlives the HTTP server.
#pragma once

#include "eventlog/base/rare_note.hpp"
#include "gateway/call.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/request_metrics.hpp"
#include "gateway/routes.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <vector>

namespace rollcall::gateway {

struct front_options {
    /// Log every request at level debug, not only writes (level info), failures and slow ones.
    bool log_reads = false;
    /// A request that takes longer is logged at level warn, unless it waited because it was asked
    /// to.
    std::chrono::milliseconds quiet_request_max{1'000};
    /// What the bodies of all who show no key have of http::limits::input_bytes_total_max together.
    /// Pages that need no key need no body either; past it 429 for them.
    std::size_t keyless_input_bytes_max = std::size_t{1024} * 1024;
};

class front final : private call_listener {
  public:
    /// `areas`: the first whose prefix fits a path takes it; one must have the prefix "".
    front(std::vector<area> areas, front_options options);

    front(const front&) = delete;
    front& operator=(const front&) = delete;

    /// What answers at a door of that kind.
    [[nodiscard]] http::handler& handler(door_kind door);

    [[nodiscard]] const route_table& table() const { return table_; }

    [[nodiscard]] const request_metrics& metrics() const { return metrics_; }

  private:
    class door_handler final : public http::handler {
      public:
        http::body_allowance allow_body(const http::request& asked,
                                        http::body_allowance usual) noexcept override;
        verdict check_head(http::exchange& x) noexcept override;
        void handle(http::exchange& x) noexcept override;
        void render_fault(const http::faulty_request& refused,
                          http::reply& answer) noexcept override;
        void on_turned_away() noexcept override;
        void on_broken_off(const http::request& asked, const void* remembered) noexcept override;

        [[nodiscard]] call_facts begin(const http::request& asked) const;

        front* owner = nullptr;
        door_kind kind = door_kind::world;
    };

    void serve(call& c);
    bool admit(call& c);
    void count_fault(const http::fault_row& what, const call_facts& facts,
                     std::string_view request_id) noexcept;
    void on_answered(const call& c) noexcept override;

    route_table table_;
    front_options options_;
    const std::shared_ptr<http::input_share> keyless_;
    request_metrics metrics_;
    std::array<base::rare_note, http::faults_count> overloads_; ///< in the order of http::fault
    std::array<door_handler, 4> doors_;
};

} // namespace rollcall::gateway
