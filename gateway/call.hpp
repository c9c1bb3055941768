// One request between the door and its answer: what a route reads, and how it answers.
//
// A call lives on the I/O thread while a route or a continuation runs; it must not be kept. To
// answer later, take a `later` from put_off(), give it to whoever will know, and return:
//
//     auto duty = c.put_off();
//     elsewhere([duty = std::move(duty)]() mutable {
//         auto body = work();
//         std::move(duty).answer([body](call& again) { again.reply().json(200, body); });
//     });
//
// The continuation gets a call with the same request, arguments and caller, on the same I/O thread,
// and may put the answer off again. However the answer comes, it is counted and logged once.
#pragma once

#include "eventlog/event.hpp"
#include "gateway/http/handler.hpp"
#include "gateway/routes.hpp"

#include <chrono>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <string_view>
#include <utility>

namespace rollcall::scim {
struct error;
}

namespace rollcall::gateway {

struct admin_holder;
struct key_holder;
class later;

/// By which door a request came; chosen by who opens the doors.
enum class door_kind : std::uint8_t {
    world,        ///< anybody may reach it
    loopback,     ///< only this machine reaches it, and no proxy stands before it
    metrics,      ///< for scrapers: operations endpoints only
    admin_socket, ///< the operator of this machine
};

/// Hears how each call ended.
class call_listener {
  public:
    /// Once for each call, on its I/O thread, when its reply is complete.
    virtual void on_answered(const call& c) noexcept = 0;

  protected:
    ~call_listener() = default;
};

/// What stays the same from the first call of a request to its answer.
struct call_facts {
    call_listener* listener = nullptr;
    route_match match;
    door_kind door = door_kind::world;
    std::chrono::steady_clock::time_point began;
    /// Who asks, for the log of events. Set by the area's gate.
    eventlog::actor by;
    /// The key that was shown and its tenant; null where no key was needed.
    std::shared_ptr<const key_holder> holder;
    /// Only the head is here: the gate is asked before the body is read, and again after.
    bool at_head = false;
    /// Not zero: the tenant asks too often, and this is what to say as Retry-After, unless the
    /// request deprovisions. Only of routes with pace_class::leaving.
    std::chrono::seconds over_pace{0};
    /// Set: the base URL is not one of the tenant's product, and this is what to say, unless the
    /// request deprovisions.
    std::shared_ptr<const scim::error> astray;
    /// Likewise the admin or operator whose token was shown.
    std::shared_ptr<const admin_holder> admin;
    /// It was asked to wait for something, so taking long says nothing.
    bool waits = false;
};

class call {
  public:
    call(http::exchange& x, call_facts known) : facts(std::move(known)), x_(x) {}

    call(const call&) = delete;
    call& operator=(const call&) = delete;

    [[nodiscard]] const http::request& asked() const { return x_.asked(); }

    [[nodiscard]] http::reply& reply() { return x_.answer(); }

    [[nodiscard]] const http::reply& reply() const { return x_.answer(); }

    /// A segment of the path by its name in the pattern; empty if there is none.
    [[nodiscard]] std::string_view argument(std::string_view name) const {
        return facts.match.arguments[name];
    }

    /// Answers with an error page of the area that the request belongs to.
    void refuse(unsigned status, std::string_view detail);

    /// Answers 500, and logs why with the request's id.
    void fail(std::string_view why);

    /// While only the head is here: whose share the body counts in.
    void charge_body_to(std::shared_ptr<http::input_share> whose) {
        x_.charge_body_to(std::move(whose));
    }

    /// Puts the answer off. At most once per call.
    [[nodiscard]] later put_off();

    [[nodiscard]] bool is_put_off() const { return x_.deferred(); }

    /// Has the front told of the facts, should the rest of the answer never come.
    void remember();

    call_facts facts;

  private:
    http::exchange& x_;
};

/// Gathers answers that become known together, and delivers them with one wake-up per I/O thread.
/// The writer's `after_batch` calls flush(). Thread-safe.
class answer_courier {
  public:
    void add(http::pending_answer who, http::continuation then) {
        const std::lock_guard lock(mutex_);
        batch_.add(std::move(who), std::move(then));
    }

    void flush() {
        const std::lock_guard lock(mutex_);
        batch_.flush();
    }

  private:
    std::mutex mutex_;
    http::completion_batch batch_;
};

/// The duty to answer a call that was put off. Movable, for any thread. If it is destroyed instead,
/// the client is told that the outcome is unknown.
class later {
  public:
    later(http::pending_answer duty, call_facts facts);

    /// Whether somebody is known to wait for the answer; see http::pending_answer::wanted().
    [[nodiscard]] bool wanted() const { return duty_.wanted(); }

    /// Runs `then` with a call on the request's I/O thread; wakes that thread.
    template <class F>
    void answer(F then) &&;

    /// The same, delivered with the courier's next flush. For the thread that settles batches.
    template <class F>
    void answer(answer_courier& by, F then) &&;

  private:
    template <class F>
    http::continuation resume(F then);

    static void finish(call& c);

    http::pending_answer duty_;
    call_facts facts_;
};

template <class F>
http::continuation later::resume(F then) {
    return [facts = std::move(facts_), then = std::move(then)](http::exchange& x) mutable {
        call again(x, std::move(facts));
        try {
            then(again);
        } catch (const std::exception& why) {
            again.fail(why.what());
        }
        finish(again);
    };
}

template <class F>
void later::answer(F then) && {
    std::move(duty_).complete(resume(std::move(then)));
}

template <class F>
void later::answer(answer_courier& by, F then) && {
    auto duty = std::move(duty_);
    by.add(std::move(duty), resume(std::move(then)));
}

} // namespace rollcall::gateway
