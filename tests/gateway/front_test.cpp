// The front with an area of the test's own: what happens when a route throws, answers later,
// answers later twice, or never.
#include "eventlog/store.hpp"
#include "gateway/front.hpp"
#include "gateway/http/client.hpp"
#include "gateway/http/server.hpp"
#include "gateway/key_holder.hpp"
#include "gateway/replies.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <unistd.h>
#include <vector>

namespace rollcall::gateway {
namespace {

/// What is written to standard error while this lives. Log lines are written where they are made.
class captured_complaints {
  public:
    captured_complaints() : file_(std::tmpfile()), before_(::dup(STDERR_FILENO)) {
        ::dup2(::fileno(file_), STDERR_FILENO);
    }

    ~captured_complaints() {
        ::dup2(before_, STDERR_FILENO);
        ::close(before_);
        std::fclose(file_);
    }

    captured_complaints(const captured_complaints&) = delete;
    captured_complaints& operator=(const captured_complaints&) = delete;

    [[nodiscard]] std::string text() const {
        std::string all(std::size_t{64} * 1024, '\0');
        const ssize_t size = ::pread(::fileno(file_), all.data(), all.size(), 0);
        all.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
        return all;
    }

  private:
    std::FILE* file_;
    int before_;
};

/// Runs work on threads of its own and waits for them at its end.
class helpers {
  public:
    ~helpers() {
        for (std::thread& each : threads_) {
            each.join();
        }
    }

    template <class F>
    void run(F work) {
        threads_.emplace_back(std::move(work));
    }

  private:
    std::vector<std::thread> threads_;
};

/// A body of which no piece ever comes.
class no_pieces final : public http::body_source {
  public:
    void next(http::pending_answer) noexcept override {}
};

struct fixture {
    explicit fixture(front_options how = {}, http::limits bounds = {}) : front(areas(), how) {
        http::server_options options;
        options.limits = bounds;
        options.doors = {{http::endpoint::tcp("127.0.0.1", 0), &front.handler(door_kind::world)}};
        auto started = http::server::start(std::move(options));
        BOOST_REQUIRE_MESSAGE(started.has_value(), (started ? "" : started.error().message));
        server = std::move(*started);
    }

    std::vector<area> areas() {
        area all;
        all.prefixes = {""};
        all.admit = [this](call& c, permission) {
            ++admitted;
            if (c.asked().has_header("X-Key")) {
                auto holder = std::make_shared<key_holder>();
                holder->tenant.slug = "acme";
                c.facts.holder = holder;
            }
            if (c.facts.at_head && c.asked().has_header("X-Share")) c.charge_body_to(share);
            return true;
        };
        all.refuse = [](call& c, unsigned status, std::string_view detail) {
            refuse_as_scim(c.reply(), status, detail);
        };
        const auto add = [&all](std::string_view path, std::string_view name,
                                std::function<void(call&)> answer) {
            all.routes.push_back(
                {http::method::get, path, permission::open, name, std::move(answer)});
        };
        add("/throws", "throws", [](call& c) {
            c.reply().add_header("ETag", "left over");
            throw eventlog::storage_failure("block 7 is damaged");
        });
        add("/later/{word}", "later", [this](call& c) {
            threads.run([duty = c.put_off()]() mutable {
                std::move(duty).answer([](call& again) {
                    again.reply().text(200, std::string(again.argument("word")));
                });
            });
        });
        add("/later-throws", "later_throws", [this](call& c) {
            threads.run([duty = c.put_off()]() mutable {
                std::move(duty).answer(
                    [](call&) { throw eventlog::storage_failure("block 8 is damaged"); });
            });
        });
        add("/twice", "twice", [this](call& c) {
            threads.run([this, duty = c.put_off()]() mutable {
                std::move(duty).answer([this](call& again) {
                    threads.run([second = again.put_off()]() mutable {
                        std::move(second).answer(
                            [](call& third) { third.reply().text(200, "third"); });
                    });
                });
            });
        });
        add("/courier", "by_courier", [this](call& c) {
            c.put_off().answer(courier, [](call& again) { again.reply().text(200, "carried"); });
            threads.run([this] { courier.flush(); });
        });
        add("/waits", "waits", [this](call& c) {
            c.facts.waits = true;
            threads.run([duty = c.put_off()]() mutable {
                std::move(duty).answer([](call& again) { again.reply().empty(204); });
            });
        });
        add("/never", "never", [](call& c) { static_cast<void>(c.put_off()); });
        const auto known = [](call& c) {
            auto holder = std::make_shared<key_holder>();
            holder->tenant.slug = "acme";
            c.facts.holder = holder;
        };
        add("/lost", "lost", [known](call& c) {
            known(c);
            static_cast<void>(c.put_off());
        });
        add("/late", "late", [this, known](call& c) {
            known(c);
            const std::lock_guard lock(mutex);
            kept.push_back(c.put_off());
        });
        add("/cut", "cut", [known](call& c) {
            known(c);
            c.reply().stream(std::make_shared<no_pieces>());
        });
        add("/cut-later", "cut_later", [this, known](call& c) {
            known(c);
            threads.run([duty = c.put_off()]() mutable {
                std::move(duty).answer(
                    [](call& again) { again.reply().stream(std::make_shared<no_pieces>()); });
            });
        });
        all.routes.push_back({http::method::post, "/body", permission::open, "body_post",
                              [](call& c) { c.reply().empty(204); }});
        add("/body", "body_get", [](call& c) { c.reply().empty(204); });
        std::vector<area> areas;
        areas.push_back(std::move(all));
        return areas;
    }

    http::answer get(const std::string& path) {
        http::client client(server->endpoints()[0]);
        auto answer = client.send("GET", path, {{"X-Request-Id", "request-1"}});
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    /// What is sent back to bytes as they are, until the server closes.
    std::string converse(std::string_view bytes) {
        http::client client(server->endpoints()[0]);
        BOOST_REQUIRE(client.connect());
        static_cast<void>(client.send_raw(bytes)); // it may be answered before its end
        client.finish_sending();
        const auto said = client.receive_to_end();
        BOOST_REQUIRE_MESSAGE(said.has_value(), (said ? "" : said.error().message));
        return *said;
    }

    /// Answers of a status that no route gave.
    std::uint64_t counted_elsewhere(unsigned status) {
        return front.metrics().read().back().by_status[gateway::place_of_status(status)];
    }

    /// How many answers of a status the route was counted with.
    std::uint64_t counted(std::string_view name, unsigned status) {
        const auto& routes = front.table().routes();
        for (std::size_t i = 0; i < routes.size(); ++i) {
            if (routes[i]->name == name)
                return front.metrics().read()[i].by_status[gateway::place_of_status(status)];
        }
        return 0;
    }

    const std::shared_ptr<http::input_share> share = std::make_shared<http::input_share>(0);
    std::mutex mutex;
    std::vector<later> kept;
    answer_courier courier;
    std::atomic<int> admitted{0};
    gateway::front front;
    std::unique_ptr<http::server> server;
    helpers threads; ///< joined first: they use all of the above
};

BOOST_FIXTURE_TEST_SUITE(front_test, fixture)

BOOST_AUTO_TEST_CASE(a_failing_disk_is_a_500_with_the_request_id) {
    for (const char* path : {"/throws", "/later-throws"}) {
        BOOST_TEST_CONTEXT(path) {
            const auto answer = get(path);
            BOOST_TEST(answer.status == 500u);
            BOOST_TEST(answer.header("Content-Type") == scim_media_type);
            BOOST_TEST(answer.header("ETag") == "");
            BOOST_TEST(answer.body.find("request-1") != std::string::npos);
            BOOST_TEST(answer.body.find("damaged") == std::string::npos);
        }
    }
    BOOST_TEST(counted("throws", 500) == 1u);
    BOOST_TEST(counted("later_throws", 500) == 1u);
}

BOOST_AUTO_TEST_CASE(an_answer_may_come_later_from_anywhere) {
    struct row {
        const char* path;
        const char* name;
        const char* body;
    };

    const row rows[] = {{"/later/word%20one", "later", "word one"},
                        {"/twice", "twice", "third"},
                        {"/courier", "by_courier", "carried"}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.path) {
            const auto answer = get(r.path);
            BOOST_TEST(answer.status == 200u);
            BOOST_TEST(answer.body == r.body);
            BOOST_TEST(counted(r.name, 200) == 1u);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_slow_answer_is_remarked_unless_it_was_to_wait) {
    struct {
        const char* path;
        std::chrono::milliseconds quiet_max;
        bool remarked;
    } const rows[]{
        {"/later/word", std::chrono::milliseconds(0), true},
        {"/later/word", std::chrono::hours(1), false},
        {"/waits", std::chrono::milliseconds(0), false},
        {"/nowhere", std::chrono::milliseconds(0), true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.path << " " << row.quiet_max.count()) {
            front_options how;
            how.quiet_request_max = row.quiet_max;
            fixture slow(how);
            const captured_complaints complaints;
            slow.get(row.path);
            const std::string text = complaints.text();
            const bool told = text.find("Answered a request slowly.") != text.npos;
            BOOST_TEST(told == row.remarked, text);
            if (told) BOOST_TEST((text.find(R"("request":"request-1")") != text.npos), text);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_lost_duty_says_that_the_outcome_is_unknown) {
    BOOST_TEST(get("/never").status == 503u);
}

BOOST_AUTO_TEST_CASE(what_never_got_its_answer_is_logged_like_any_other) {
    struct {
        const char* path;
        const char* route;
        const char* said;
    } const rows[]{
        {"/lost", "lost", R"("fault":"answer_lost","status":503)"},
        {"/late", "late", R"("fault":"handling_timeout","status":503)"},
        {"/cut", "cut", "broken off"},
        {"/cut-later", "cut_later", "broken off"},
    };

    http::limits bounds;
    bounds.handling_time_max = std::chrono::milliseconds(10);
    bounds.deadline_tick = std::chrono::milliseconds(2);
    fixture hasty({}, bounds);
    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.path) {
            const captured_complaints complaints;
            http::client client(hasty.server->endpoints()[0]);
            BOOST_REQUIRE(client
                              .send_raw(std::string("GET ") + row.path +
                                        " HTTP/1.1\r\nHost: h\r\nX-Request-Id: request-1\r\n"
                                        "traceparent: 00-4bf92f3577b34da6a3ce929d0e0e4736-"
                                        "00f067aa0ba902b7-01\r\n\r\n")
                              .has_value());
            BOOST_REQUIRE(client.receive_to_end().has_value());
            const std::string text = complaints.text();
            for (const std::string& part :
                 {std::string(row.said), std::string(R"("request":"request-1")"),
                  R"("route":")" + std::string(row.route) + "\"", std::string(R"("tenant":"acme")"),
                  std::string(R"("trace_id":"4bf92f3577b34da6a3ce929d0e0e4736")")}) {
                BOOST_TEST((text.find(part) != std::string::npos), part + " in " + text);
            }
        }
    }
    const std::lock_guard lock(hasty.mutex);
    hasty.kept.clear();
}

std::string with_body(std::string_view method, std::string_view fields, std::string_view body) {
    return std::string(method) + " /body HTTP/1.1\r\nHost: h\r\nX-Request-Id: request-1\r\n" +
           std::string(fields) + "\r\n" + std::string(body);
}

BOOST_AUTO_TEST_CASE(what_is_refused_for_what_is_under_way_is_counted_and_told) {
    const std::string large(100'000, 'x');
    const std::string length = "Content-Length: 100000\r\n";

    struct {
        const char* name;
        std::size_t memory;
        std::size_t keyless; ///< of it, for those without a key
        std::string bytes;
        const char* fault;
        unsigned status;
        const char* tenant; ///< as it is told
    } const rows[]{
        {"a stranger's", 0, 1 << 20, with_body("POST", length, large), "no_memory", 503, ""},
        {"beyond the strangers' share", 1 << 20, 50'000, with_body("POST", length, large),
         "input_share_used_up", 429, ""},
        {"a tenant's, which is not of the strangers' share", 0, 0,
         with_body("POST", "X-Key: k\r\n" + length, large), "no_memory", 503, "acme"},
        {"beyond his share", 1 << 20, 0,
         with_body("POST", "X-Share: s\r\nX-Key: k\r\n" + length, large), "input_share_used_up",
         429, "acme"},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            http::limits bounds;
            bounds.input_bytes_total_max = row.memory;
            bounds.input_bytes_reserve = 0;
            front_options how;
            how.keyless_input_bytes_max = row.keyless;
            fixture full(how, bounds);
            const captured_complaints complaints;
            for (std::uint64_t i = 1; i <= 3; ++i) {
                const std::string said = full.converse(row.bytes);
                BOOST_TEST(said.starts_with("HTTP/1.1 " + std::to_string(row.status)), said);
                BOOST_TEST((said.find("\r\nRetry-After: ") != said.npos), said);
                BOOST_TEST(full.counted("body_post", row.status) == i);
            }
            const std::string text = complaints.text();
            const std::string line = "Requests are refused because too much is under way.";
            const std::size_t at = text.find(line);
            BOOST_REQUIRE_MESSAGE(at != text.npos, text);
            BOOST_TEST((text.find(line, at + 1) == text.npos), text); // once in a minute
            BOOST_TEST((text.find("\"level\":\"warn\"") < at), text);
            for (const std::string& part :
                 {std::string(R"("request":"request-1")"),
                  R"("fault":")" + std::string(row.fault) + '"',
                  R"("status":)" + std::to_string(row.status), std::string(R"("times":1)")})
                BOOST_TEST_CONTEXT(part) BOOST_TEST((text.find(part, at) != text.npos), text);
            const bool named = text.find(R"("tenant":"acme")") != text.npos;
            BOOST_TEST(named == (*row.tenant != '\0'), text);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_connection_too_many_is_counted_and_told) {
    http::limits bounds;
    bounds.connections_max = 1;
    fixture full({}, bounds);
    http::client first(full.server->endpoints()[0]);
    BOOST_REQUIRE(first.send("GET", "/body").has_value());
    const captured_complaints complaints;
    http::client second(full.server->endpoints()[0]);
    BOOST_REQUIRE(second.connect());
    const auto said = second.receive();
    BOOST_REQUIRE(said.has_value());
    BOOST_TEST(said->status == 503u);
    BOOST_TEST(full.counted_elsewhere(503) == 1u);
    const std::string text = complaints.text();
    const std::string id(said->header("X-Request-Id"));
    for (const std::string& part : {std::string(R"("level":"warn")"), R"("request":")" + id + '"',
                                    std::string(R"("fault":"too_many_connections")")})
        BOOST_TEST_CONTEXT(part) BOOST_TEST((text.find(part) != text.npos), text);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_closed_without_a_word_is_told_once_in_a_while) {
    const captured_complaints complaints;
    for (int i = 0; i < 3; ++i)
        front.handler(door_kind::world).on_turned_away();
    const std::string text = complaints.text();
    const std::string line = "Too many connections: those that come are closed.";
    const std::size_t at = text.find(line);
    BOOST_REQUIRE_MESSAGE(at != text.npos, text);
    BOOST_TEST((text.find(line, at + 1) == text.npos), text);
}

BOOST_AUTO_TEST_CASE(what_clients_sent_wrongly_does_not_count_as_answered) {
    BOOST_TEST(converse("NONSENSE\r\n\r\n").starts_with("HTTP/1.1 400"));
    BOOST_TEST(counted_elsewhere(400) == 0u);
    BOOST_TEST(get("/never").status == 503u); // and what was lost here does
    BOOST_TEST(counted("never", 503) == 1u);
}

BOOST_AUTO_TEST_CASE(the_gate_is_asked_before_paths_are_told) {
    BOOST_TEST(get("/nowhere").status == 404u);
    BOOST_TEST(admitted == 1);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::gateway
