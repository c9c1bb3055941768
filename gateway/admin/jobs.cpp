#include "gateway/admin/jobs.hpp"

#include "eventlog/base/json_writer.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/base/uuid.hpp"
#include "eventlog/store.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

namespace rollcall::admin {

using clock = std::chrono::steady_clock;

struct jobs::job {
    std::string id;
    std::string kind;
    bool alone = false;
    owner whose;
    job_progress progress;
    clock::time_point began = clock::now();
    std::optional<clock::time_point> ended;
    std::optional<result<std::string>> outcome;
    std::thread thread;

    /// Of the listeners; their tickets may outlive the table.
    std::mutex listening;
    std::map<std::uint64_t, std::function<void()>> listeners;
    std::uint64_t last_listener = 0;
    bool told = false;

    /// False if the job has told already.
    bool listen(std::function<void()>& tell, std::uint64_t& number) {
        const std::lock_guard lock(listening);
        if (told) return false;
        number = ++last_listener;
        listeners.emplace(number, std::move(tell));
        return true;
    }

    /// Under the lock, so that whoever has given up his ticket is never told.
    void tell_all() {
        const std::lock_guard lock(listening);
        told = true;
        for (const auto& [number, tell] : listeners)
            tell();
        listeners.clear();
    }

    void forget(std::uint64_t number) {
        const std::lock_guard lock(listening);
        listeners.erase(number);
    }
};

jobs::jobs(job_limits limits) : limits_(limits) {}

jobs::~jobs() {
    end();
}

void jobs::tell_to_stop() {
    ended_ = true;
    for (auto& [id, j] : jobs_)
        j->progress.stopping = true;
}

bool jobs::end_within(std::chrono::milliseconds time_max) {
    {
        std::unique_lock lock(mutex_);
        tell_to_stop();
        const auto all_ended = [this] {
            return std::all_of(jobs_.begin(), jobs_.end(),
                               [](const auto& each) { return each.second->outcome.has_value(); });
        };
        if (!one_ended_.wait_for(lock, time_max, all_ended)) return false;
    }
    end();
    return true;
}

void jobs::end() {
    std::vector<std::shared_ptr<job>> all;
    {
        const std::lock_guard lock(mutex_);
        tell_to_stop();
        for (auto& [id, j] : jobs_)
            all.push_back(j);
    }
    for (const auto& j : all) {
        if (j->thread.joinable()) j->thread.join();
    }
}

result<std::string> jobs::start(std::string_view kind, bool alone, work what, owner whose) {
    const auto j = std::make_shared<job>();
    j->id = base::uuid::make_v7(base::now().unix_ms).text();
    j->kind = kind;
    j->alone = alone;
    j->whose = whose;
    std::shared_ptr<job> forgotten;
    {
        const std::lock_guard lock(mutex_);
        if (ended_) return refuse(503, "stopped", "the server is stopping");
        std::size_t running = 0;
        std::size_t his = 0;
        std::size_t remembered = 0;
        auto oldest = jobs_.end();
        auto his_oldest = jobs_.end();
        for (auto at = jobs_.begin(); at != jobs_.end(); ++at) {
            const job& other = *at->second;
            const bool is_his = whose && other.whose == whose;
            if (is_his) ++remembered;
            if (other.outcome) {
                if (oldest == jobs_.end()) oldest = at;
                if (is_his && his_oldest == jobs_.end()) his_oldest = at;
                continue;
            }
            ++running;
            if (is_his) ++his;
            if (alone && other.kind == kind) {
                return refuse(409, "already_running",
                              "a " + other.kind + " is running as job " + other.id +
                                  ": wait for it, then ask again");
            }
        }
        if (his >= limits_.running_of_tenant_max) {
            return refuse(429, "too_many_jobs",
                          std::to_string(his) + " jobs of this tenant are running, which is the "
                                                "most: wait until one has finished");
        }
        if (running >= limits_.running_max) {
            return refuse(429, "too_many_jobs",
                          std::to_string(running) + " jobs are running, which is the most: wait "
                                                    "until one has finished");
        }
        // Who starts many makes room at his own cost first.
        if (remembered >= limits_.remembered_of_tenant_max) oldest = his_oldest;
        if ((jobs_.size() >= limits_.remembered_max ||
             remembered >= limits_.remembered_of_tenant_max) &&
            oldest != jobs_.end()) {
            forgotten = oldest->second;
            jobs_.erase(oldest);
        }
        jobs_.emplace(j->id, j);
        j->thread = std::thread([this, j, what = std::move(what)] { run(j, what); });
    }
    if (forgotten) forgotten->thread.join();
    return j->id;
}

void jobs::run(const std::shared_ptr<job>& j, const work& what) {
    result<std::string> outcome = refuse(500, "internal", "");
    try {
        outcome = what(j->progress);
    } catch (const eventlog::storage_failure& failure) {
        outcome = refuse(500, "storage", failure.what());
    }
    const bool ok = outcome.has_value();
    {
        const std::lock_guard lock(mutex_);
        j->outcome = std::move(outcome);
        j->ended = clock::now();
        one_ended_.notify_all();
    }
    base::log_info(
        "A job has ended.",
        {{"job", std::string_view(j->id)}, {"kind", std::string_view(j->kind)}, {"ok", ok}});
    j->tell_all();
}

bool jobs::is_of(std::string_view id, owner whose) const {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(id);
    return at != jobs_.end() && at->second->whose == whose;
}

std::optional<std::string> jobs::describe(std::string_view id, owner asks) const {
    const std::lock_guard lock(mutex_);
    const auto at = jobs_.find(id);
    if (at == jobs_.end() || (asks && at->second->whose != asks)) return std::nullopt;
    const job& j = *at->second;
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.member("id", j.id).member("kind", j.kind);
    json.member("state", !j.outcome ? "running" : *j.outcome ? "done" : "failed");
    json.member("done", j.progress.done.load()).member("total", j.progress.total.load());
    const auto took = j.ended.value_or(clock::now()) - j.began;
    json.member("elapsed_ms",
                std::uint64_t(std::chrono::duration_cast<std::chrono::milliseconds>(took).count()));
    if (j.outcome && *j.outcome) {
        json.key("result").raw(**j.outcome);
    } else if (j.outcome) {
        json.member("error", j.outcome->error().word).member("detail", j.outcome->error().detail);
    }
    json.end_object();
    return out;
}

std::shared_ptr<void> jobs::when_finished(std::string_view id, std::function<void()> tell) {
    std::shared_ptr<job> j;
    {
        const std::lock_guard lock(mutex_);
        if (const auto at = jobs_.find(id); at != jobs_.end()) j = at->second;
    }
    std::uint64_t number = 0;
    if (!j || !j->listen(tell, number)) {
        tell();
        return nullptr;
    }
    const auto forget = [listened = std::weak_ptr(j), number](void*) {
        if (const auto still = listened.lock()) still->forget(number);
    };
    return {this, forget};
}

} // namespace rollcall::admin
