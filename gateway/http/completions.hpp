// How an answer that was put off finds its way back to the connection that waits for it.
//
// Each I/O thread has one mailbox. Any thread may put continuations into it; the I/O thread takes
// them all out in one turn and runs each with its connection, if that still waits. A full drain
// costs one wake-up, however many answers were put in. Nothing here owns a connection or is owned
// by one: a ticket names a slot and its generation, so an answer whose client has gone, or whose
// server has stopped, finds nobody and is thrown away. Bounded: a connection waits for at most one
// answer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace rollcall::http {

class exchange;

/// A function object `void(exchange&)`, movable but not copyable, that must not throw. Called at
/// most once. It may be destroyed without being called, on the I/O thread or, after the server has
/// stopped, on the thread that completes.
class continuation {
  public:
    continuation() = default;

    template <class F>
        requires(!std::is_same_v<std::remove_cvref_t<F>, continuation> &&
                 std::is_invocable_v<F&, exchange&>)
    continuation(F&& f) // NOLINT: implicit, as std::function is
        : body_(std::make_unique<holder<std::decay_t<F>>>(std::forward<F>(f))) {}

    explicit operator bool() const { return body_ != nullptr; }

    void operator()(exchange& x) { body_->run(x); }

  private:
    struct base_holder {
        virtual ~base_holder() = default;
        virtual void run(exchange& x) noexcept = 0;
    };

    template <class F>
    struct holder final : base_holder {
        explicit holder(F f) : function(std::move(f)) {}

        void run(exchange& x) noexcept override { function(x); }

        F function;
    };

    std::unique_ptr<base_holder> body_;
};

/// A connection of one I/O thread, and which of the connections that used the slot one after
/// another.
struct slot_id {
    std::uint32_t index = 0;
    std::uint32_t generation = 0;

    friend bool operator==(const slot_id&, const slot_id&) = default;
};

/// The mailbox of one I/O thread. Thread-safe.
class mailbox {
  public:
    struct letter {
        slot_id to;
        continuation then; ///< none: the answer was given up
    };

    /// `wake` is called, with the mailbox locked, when a letter arrives in an empty mailbox: it
    /// makes the owner call take() soon.
    explicit mailbox(std::function<void()> wake) : wake_(std::move(wake)) {}

    void put(letter one);
    /// Moves all of `many` in, with at most one wake-up; leaves it empty.
    void put(std::vector<letter>& many);

    /// All letters there are. Swaps with `out`, which must be empty, so that memory is reused.
    void take(std::vector<letter>& out);

    /// The connection has ended, or its client has closed his side: letters to it are still taken,
    /// but work for it may be left out.
    void note_left(slot_id who);

    /// False after note_left() of the connection or of a later one in its slot, and after close().
    [[nodiscard]] bool awaited(slot_id who) const;

    /// From now on letters are thrown away and nobody is woken.
    void close();

  private:
    mutable std::mutex mutex_;
    std::vector<letter> letters_;
    std::vector<std::uint32_t> left_; // for each slot: generations below this one have left
    std::function<void()> wake_;
    bool closed_ = false;
};

/// Where a deferred answer goes.
struct answer_ticket {
    std::shared_ptr<mailbox>* office = nullptr; ///< none: an exchange that cannot defer
    slot_id to;
};

/// The duty to answer one request. Movable; to be completed once, by any thread. If it is destroyed
/// instead, the client gets a 503 that says that the outcome is unknown.
class pending_answer {
  public:
    pending_answer() = default;
    explicit pending_answer(const answer_ticket& ticket);
    pending_answer(pending_answer&&) noexcept = default;
    pending_answer& operator=(pending_answer&& other) noexcept;
    ~pending_answer();

    /// Hands the rest to the connection's thread and wakes it.
    void complete(continuation then) &&;

    explicit operator bool() const { return office_ != nullptr; }

    /// Whether somebody is known to be there who takes the answer. That he is not may become known
    /// limits::client_watch_period late, or never.
    [[nodiscard]] bool wanted() const { return office_ != nullptr && office_->awaited(to_); }

  private:
    friend class completion_batch;

    std::shared_ptr<mailbox> office_;
    slot_id to_;
};

/// Collects many answers and delivers them with one wake-up per I/O thread. For a thread that
/// settles requests in batches, such as the log's writer. Not thread-safe; empty after flush().
class completion_batch {
  public:
    completion_batch() = default;
    completion_batch(const completion_batch&) = delete;
    completion_batch& operator=(const completion_batch&) = delete;

    ~completion_batch() { flush(); }

    void add(pending_answer who, continuation then);
    void flush();

  private:
    struct bag {
        std::shared_ptr<mailbox> office;
        std::vector<mailbox::letter> letters;
    };

    std::vector<bag> bags_; // one per I/O thread seen so far
};

} // namespace rollcall::http
