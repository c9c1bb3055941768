#include "gateway/admin/aside.hpp"

#include <exception>
#include <memory>
#include <utility>

namespace rollcall::admin {
namespace {

using gateway::call;
using gateway::job_turn;

/// How long a reading may wait for a worker; below the time that a request may take in all.
constexpr std::chrono::seconds turn_wait_max{12};
constexpr unsigned busy_retry_s = 1;

/// `what` is too much.
problem busy(std::string_view what) {
    return {429, "busy", std::string(what) + ": try again soon", {}, busy_retry_s};
}

constexpr std::string_view busy_reading = "too much is being read at the moment";
constexpr std::string_view busy_verifying = "too many passwords wait to be verified";

problem stopping() {
    return {503, "stopped", "the server is stopping", {}, busy_retry_s};
}

struct reading_job {
    parts& p;
    gateway::later duty;
    std::optional<eventlog::tenant_no> payer; ///< nothing: nobody counts his answers
    std::function<result<said>(const still_wanted&)> work;
    std::string_view too_much = busy_reading;
    std::function<void(call&)> then = nullptr; ///< nothing: what `work` says is the answer

    void operator()(job_turn turn, const std::atomic<bool>& stop) {
        if (turn == job_turn::stopping) return refuse_with(stopping());
        if (turn == job_turn::late || (payer && p.answers.used_up(*payer)))
            return refuse_with(busy(too_much));
        result<said> what = refuse(500, "internal", "");
        try {
            what = work([&] { return !stop.load() && duty.wanted(); });
        } catch (const std::exception& why) {
            std::move(duty).answer(
                [text = std::string(why.what())](call& again) { again.fail(text); });
            return;
        }
        if (!what) return refuse_with(stop ? stopping() : std::move(what.error()));
        std::shared_ptr<const void> room;
        if (payer) {
            room = p.answers.take(*payer, what->json.size() + 1);
            if (!room) return refuse_with(busy(too_much));
        }
        std::move(duty).answer([&p = p, room = std::move(room), what = std::move(*what),
                                then = std::move(then)](call& again) mutable {
            // Who has lost his rights while it was read learns nothing any more.
            if (!let_in(p, again, gateway::permission::operate)) return;
            if (then) return then(again);
            answer(again, what);
            if (room) again.reply().keep_until_sent(std::move(room));
        });
    }

    void refuse_with(problem why) {
        std::move(duty).answer([why = std::move(why)](call& again) { answer(again, why); });
    }

    [[nodiscard]] bool wanted() const { return duty.wanted(); }
};

/// Nothing: nobody counts what the operator at the admin socket reads.
std::optional<eventlog::tenant_no> payer_of(const call& c) {
    if (is_local(c)) return std::nullopt;
    return bound_to(c).value_or(projections::system_tenant);
}

void post(gateway::worker_pool& to, reading_job job, const gateway::job_terms& terms) {
    using verdict = gateway::worker_pool::verdict;
    const verdict said = to.post(job, terms);
    if (said == verdict::taken) return;
    job.refuse_with(said == verdict::stopping ? stopping() : busy(job.too_much));
}

gateway::call_facts facts_for(const call& c, const http::request& copy) {
    gateway::call_facts facts = c.facts;
    facts.match.arguments = gateway::arguments_of(c.facts.match, copy.path());
    return facts;
}

} // namespace

detached_call::detached_call(const call& c)
    : request_(c.asked()),
      exchange_(request_, reply_, {}),
      call_(exchange_, facts_for(c, request_)) {}

void aside(parts& p, call& c, gateway::job_weight weight, std::function<result<said>()> work) {
    if (is_local(c)) return answer(c, work());
    const eventlog::tenant_no whose = bound_to(c).value_or(projections::system_tenant);
    on_worker(p, c, whose, weight,
              [work = std::move(work)](const still_wanted&) { return work(); });
}

void on_worker(parts& p, call& c, eventlog::tenant_no whose, gateway::job_weight weight,
               std::function<result<said>(const still_wanted&)> work,
               std::function<void(call&)> then) {
    reading_job job{p, c.put_off(), payer_of(c), std::move(work), busy_reading, std::move(then)};
    const auto until = std::chrono::steady_clock::now() + turn_wait_max;
    post(p.with.workers, std::move(job), {whose, weight, until});
}

void in_office(parts& p, call& c, eventlog::tenant_no whose,
               std::function<result<said>(const still_wanted&)> work) {
    reading_job job{p, c.put_off(), payer_of(c), std::move(work), busy_verifying};
    const auto until = std::chrono::steady_clock::now() + p.with.passwords.wait_max();
    post(p.with.passwords.threads(), std::move(job), {whose, gateway::job_weight::light, until});
}

} // namespace rollcall::admin
