// What the tests of this room share: a handler with a few routes, and a server around it on a free
// port.
#pragma once

#include "gateway/http/client.hpp"
#include "gateway/http/server.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace rollcall::http::testing {

inline constexpr std::chrono::seconds patience{30};

/// Waits until something holds that another thread brings about; false if it never does.
inline bool eventually(const std::function<bool()>& holds) {
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > until) return false;
        std::this_thread::yield();
    }
    return true;
}

/// Routes: `/hello`; `/echo` (the body); `/big?bytes=N` (which keeps a copy of `token`); `/who`
/// (what the request looked like);
/// `/close`; `/later` and `/later/twice` (deferred until the test says); `/lose`. A head with
/// `X-Refuse: yes` is refused with 401 if a body follows. `/large` takes bodies of a byte more than
/// others do, for twice as long.
class routes final : public handler {
  public:
    body_allowance allow_body(const request& asked, body_allowance usual) noexcept override {
        if (asked.path().size() == 0 || asked.path()[0] != "large") return usual;
        return {usual.bytes_max + 1, 2 * usual.time_max};
    }

    verdict check_head(exchange& x) noexcept override {
        if (x.asked().header("x-refuse") != "yes") return verdict::go_on;
        x.answer().text(401, "refused");
        return verdict::refuse;
    }

    void on_turned_away() noexcept override { ++turned_away; }

    void handle(exchange& x) noexcept override {
        const request& asked = x.asked();
        const std::string_view route = asked.path().size() > 0 ? asked.path()[0] : "";
        if (route == "hello") {
            x.answer().text(200, "hello");
        } else if (route == "echo") {
            x.answer().text(200, asked.body());
        } else if (route == "large") {
            x.answer().text(200, std::to_string(asked.body().size()));
        } else if (route == "big") {
            const std::string_view n = asked.query().first("bytes").value_or("0");
            std::size_t bytes = 0;
            std::from_chars(n.data(), n.data() + n.size(), bytes);
            x.answer().text(200, std::string(bytes, 'b'));
            x.answer().keep_until_sent(token);
        } else if (route == "who") {
            std::string& body = x.answer().body;
            body.append(asked.method_text()).append(" ").append(asked.target());
            body.append(" ").append(asked.peer()).append(" ").append(asked.request_id());
        } else if (route == "thread") {
            x.answer().text(
                200, std::to_string(std::hash<std::thread::id>()(std::this_thread::get_id())));
        } else if (route == "close") {
            x.answer().text(200, "bye");
            x.answer().close_after();
        } else if (route == "later") {
            wait(x.defer());
        } else if (route == "lose") {
            const pending_answer lost = x.defer();
        } else {
            x.answer().text(404, "no such route");
        }
    }

    /// Takes over all deferred answers, as soon as there are `count`.
    std::vector<pending_answer> take_waiting(std::size_t count) {
        std::unique_lock lock(mutex_);
        BOOST_REQUIRE(changed_.wait_for(lock, patience, [&] { return waiting_.size() >= count; }));
        return std::exchange(waiting_, {});
    }

    /// Takes over those that there are.
    std::vector<pending_answer> take_waiting() {
        const std::lock_guard lock(mutex_);
        return std::exchange(waiting_, {});
    }

    void wait(pending_answer p) {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(p));
        changed_.notify_all();
    }

    /// A continuation that answers with the request's own target.
    static continuation answered() {
        return [](exchange& x) { x.answer().text(200, x.asked().target()); };
    }

    const std::shared_ptr<int> token = std::make_shared<int>();
    std::atomic<int> turned_away{0};

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<pending_answer> waiting_;
};

/// Limits of time that no test reaches, so that a deadline that is not set, or is another
/// step's, is not mistaken for the one under test.
inline http::limits unhurried() {
    http::limits bounds;
    bounds.head_time_max = bounds.body_time_max = bounds.handling_time_max = bounds.write_time_max =
        bounds.idle_time_max = bounds.linger_time_max = std::chrono::hours(1);
    return bounds;
}

/// A server with those routes; deadlines are looked at often.
struct running {
    explicit running(http::limits bounds = {}, unsigned threads = 1)
        : running(endpoint::tcp("127.0.0.1", 0), bounds, threads) {}

    running(const endpoint& where, http::limits bounds, unsigned threads) {
        bounds.deadline_tick = std::chrono::milliseconds(2);
        server_options options;
        options.doors.push_back(door{where, &answers});
        options.threads = threads;
        options.limits = bounds;
        auto started = server::start(std::move(options));
        BOOST_REQUIRE(started.has_value());
        front = std::move(*started);
    }

    [[nodiscard]] client connect() const {
        client_options options;
        options.answer_time_max = patience;
        client c(front->endpoints().front(), options);
        BOOST_REQUIRE(c.connect().has_value());
        return c;
    }

    routes answers; // outlives the server
    std::unique_ptr<server> front;
};

/// The status of each complete answer in `bytes`, and `+` for bytes behind them.
inline std::string statuses(std::string_view bytes) {
    response_reader reader(std::size_t{1} << 30);
    reader.add(bytes);
    std::string all;
    while (reader.advance(false) == response_reader::step::complete) {
        all.append(all.empty() ? "" : " ").append(std::to_string(reader.status()));
        reader.finish();
    }
    return reader.rest().empty() ? all : all + " +";
}

inline std::string get(std::string_view target, std::string_view fields = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) + "\r\n";
}

inline std::string post(std::string_view target, std::string_view fields, std::string_view body) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: h\r\n" + std::string(fields) +
           "\r\n" + std::string(body);
}

} // namespace rollcall::http::testing
