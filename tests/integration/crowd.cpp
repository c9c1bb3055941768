#include "tests/integration/crowd.hpp"

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace rollcall::integration {

void work_together(const std::vector<std::function<ledger::turn()>>& workers, std::uint64_t until,
                   const std::function<void()>& then) {
    std::mutex mutex;
    std::condition_variable changed;
    std::uint64_t done = 0;
    std::size_t working = workers.size();
    std::atomic<bool> enough{false};

    std::vector<std::jthread> threads; // joined also when `then` throws
    for (const auto& worker : workers) {
        threads.emplace_back([&] {
            for (;;) {
                const ledger::turn t = worker();
                const bool over = t == ledger::turn::unknown || t == ledger::turn::wrong || enough;
                const std::lock_guard lock(mutex);
                done += t == ledger::turn::done ? 1u : 0u;
                if (over) --working;
                if (over || done >= until) changed.notify_all();
                if (over) return;
            }
        });
    }
    {
        std::unique_lock lock(mutex);
        changed.wait(lock, [&] { return done >= until || working == 0; });
    }
    try {
        then();
    } catch (...) {
        enough = true;
        throw;
    }
    enough = true;
}

crowd::crowd(std::size_t clients, std::uint64_t seed) {
    for (std::size_t i = 0; i < clients; ++i)
        ledgers_.emplace_back("c" + std::to_string(i), seed + i);
}

void crowd::work(const http::endpoint& where, const std::string& key, std::uint64_t until,
                 const std::function<void()>& then) {
    std::vector<std::function<ledger::turn()>> workers;
    for (ledger& mine : ledgers_) {
        workers.emplace_back([&mine, server = std::make_shared<provider>(where, key)] {
            return mine.change_something(*server);
        });
    }
    work_together(workers, until, then);
}

std::vector<std::string> crowd::settle(const http::endpoint& where, const std::string& key,
                                       bool everything) {
    provider server(where, key);
    std::vector<std::string> wrong;
    for (ledger& one : ledgers_) {
        if (!one.complaint().empty()) wrong.push_back("unexpected answer: " + one.complaint());
        const auto more = one.settle(server, everything ? 0 : 20);
        wrong.insert(wrong.end(), more.begin(), more.end());
    }
    if (everything) {
        const auto more = compare_listing(server);
        wrong.insert(wrong.end(), more.begin(), more.end());
    }
    return wrong;
}

std::vector<std::string> crowd::compare_listing(provider& server) const {
    std::map<std::string, seen_user> listed;
    for (std::uint64_t from = 1;;) {
        const json page =
            server.send("GET", "/scim/v2/Users?count=500&startIndex=" + std::to_string(from))
                .json();
        const std::size_t n = page.has("/Resources") ? page.size("/Resources") : 0;
        for (std::size_t i = 0; i < n; ++i) {
            const std::string at = "/Resources/" + std::to_string(i);
            listed[page.text(at + "/id")] = read_user(page, at);
        }
        from += n;
        if (n == 0 || from > page.number("/totalResults")) break;
    }
    std::vector<std::string> wrong;
    std::size_t expected = 0;
    for (const ledger& one : ledgers_) {
        for (const auto& [id, user] : one.living()) {
            ++expected;
            const auto found = listed.find(id);
            if (found == listed.end())
                wrong.push_back("not in the listing: " + user.user_name);
            else if (found->second != user)
                wrong.push_back("listed in another state: " + user.user_name);
        }
    }
    if (listed.size() != expected)
        wrong.push_back(std::to_string(listed.size()) + " users are listed, " +
                        std::to_string(expected) + " were acknowledged");
    return wrong;
}

std::uint64_t crowd::acknowledged() const {
    std::uint64_t sum = 0;
    for (const ledger& one : ledgers_)
        sum += one.acknowledged();
    return sum;
}

std::size_t crowd::living() const {
    std::size_t sum = 0;
    for (const ledger& one : ledgers_)
        sum += one.living().size();
    return sum;
}

} // namespace rollcall::integration
