// Where this room ends and the product begins: a handler answers requests.
//
// All functions here run on the connection's own I/O thread, one at a time for each connection, but
// on many threads at once for many connections: a handler is shared and must be safe for that. It
// must not block and must not throw (a throw ends the process). A handler outlives its server.
//
// Either it answers at once, by filling in the reply, with no allocation and no coroutine on the
// way:
//
//     void handle(exchange& x) noexcept override { x.answer().json(200, cached_); }
//
// or it takes a pending_answer, gives it to whoever will know, and returns. When the time comes, on
// any thread, a continuation is handed back; it runs here, with the same request:
//
//     writer.submit(command, [p = x.defer()](outcome o) mutable {
//         std::move(p).complete([o](exchange& again) { render(o, again.answer()); });
//     });
#pragma once

#include "gateway/http/body_allowance.hpp"
#include "gateway/http/completions.hpp"
#include "gateway/http/fault.hpp"
#include "gateway/http/input_buffer.hpp"
#include "gateway/http/reply.hpp"
#include "gateway/http/request.hpp"

#include <cstdint>
#include <memory>
#include <string_view>
#include <utility>

namespace rollcall::http {

/// One request on its way to its answer. Lives only while the handler or a continuation runs.
class exchange {
  public:
    /// `ticket` names the connection that waits; see pending_answer.
    /// `memory` is the connection's place for what is remembered; null: nobody will ask.
    exchange(const request& asked, reply& answer, answer_ticket ticket,
             std::shared_ptr<const void>* memory = nullptr)
        : asked_(asked), answer_(answer), ticket_(ticket), memory_(memory) {}

    exchange(const exchange&) = delete;
    exchange& operator=(const exchange&) = delete;

    [[nodiscard]] const request& asked() const { return asked_; }

    /// The reply to fill in; cleared before the handler or continuation was called.
    [[nodiscard]] reply& answer() { return answer_; }

    /// Puts the answer off: what is in answer() on return does not count, the continuation does. At
    /// most once per exchange; a continuation has an exchange of its own and may defer again, and
    /// the handling deadline covers all of it.
    [[nodiscard]] pending_answer defer();

    [[nodiscard]] bool deferred() const { return deferred_; }

    /// Keeps what the handler knows of the request until its answer is complete: if none comes, or
    /// it is cut in its middle, the handler is given it again. Takes the place of what was there.
    void remember(std::shared_ptr<const void> what) {
        if (memory_ != nullptr) *memory_ = std::move(what);
    }

    /// Whose share of unfinished input the body counts in, from here until its request is answered.
    /// For check_head(); without it the body counts in what all have together, and no more.
    void charge_body_to(std::shared_ptr<input_share> whose) { pays_ = std::move(whose); }

    [[nodiscard]] std::shared_ptr<input_share> take_payer() { return std::move(pays_); }

  private:
    const request& asked_;
    reply& answer_;
    answer_ticket ticket_;
    std::shared_ptr<const void>* memory_;
    std::shared_ptr<input_share> pays_;
    bool deferred_ = false;
};

/// A request that this room refuses by itself, as far as it is known.
struct faulty_request {
    const fault_row& what;
    const request* asked = nullptr; ///< null: its head did not come, or cannot be trusted
    std::string_view target;        ///< as sent; empty: not even that is known
    std::string_view request_id;    ///< which the answer carries; of ours if the head is not known
    const void* remembered = nullptr; ///< exchange::remember(), if the handler has seen it
};

class handler {
  public:
    virtual ~handler() = default;

    /// Called for a request whose body is, or may turn out to be, larger than `usual`, before
    /// check_head(): what it is allowed. `usual` unless overridden. A body packed with gzip may be
    /// sent so, but unpacked it may never have more than the usual size.
    virtual body_allowance allow_body(const request& asked, body_allowance usual) noexcept;

    enum class verdict : std::uint8_t { go_on, refuse };

    /// Called once for a request that announces a body, when its head is complete and before the
    /// body is awaited (and before `100 Continue`). `refuse` sends the answer that it has filled in
    /// instead, and the body is never read. So it is asked too if the body will be refused for what
    /// the head says of it (its length, its coding). Requests without a body go straight to
    /// handle(). Must not defer.
    virtual verdict check_head(exchange& x) noexcept;

    /// Answers a complete request, or defers.
    virtual void handle(exchange& x) noexcept = 0;

    /// Writes the page for something that this room refuses by itself. Status, Retry-After,
    /// X-Request-Id and Connection are set by the caller. By default plain text.
    virtual void render_fault(const faulty_request& refused, reply& answer) noexcept;

    /// Hears of a connection too many that was closed without a word. By default nothing.
    virtual void on_turned_away() noexcept;

    /// Hears of an answer in pieces that was cut in its middle. By default nothing.
    virtual void on_broken_off(const request& asked, const void* remembered) noexcept;
};

} // namespace rollcall::http
