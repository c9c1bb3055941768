#include "gateway/list_job.hpp"

#include "gateway/patience.hpp"
#include "gateway/replies.hpp"

#include <exception>
#include <string>
#include <utility>

namespace rollcall::gateway {
namespace {

void refuse_unfinished(call& c, const scim::error& why) {
    refuse_as_scim(c.reply(), why);
    if (why.status != 503) return;
    c.reply().add_header("Retry-After", std::to_string(retry_after_unknown.count()));
}

/// A job for worker_pool::post().
struct list_job {
    const answer_budget& memory;
    later duty;
    resource_query asked;
    find_list find;

    void operator()(job_turn turn, const std::atomic<bool>& stop) {
        if (turn == job_turn::late) {
            std::move(duty).answer(
                [](call& again) { refuse_list(again, "The server is busy with other lists."); });
            return;
        }
        if (memory.used_up(asked.tenant)) return std::move(duty).answer(refuse_full_memory);
        scim::result<list_answer> found;
        try {
            const auto no_use = [&] { return stop || !duty.wanted(); };
            found = turn == job_turn::run ? find(asked, no_use) : list_unfinished();
        } catch (const std::exception& why) {
            std::move(duty).answer(
                [text = std::string(why.what())](call& again) { again.fail(text); });
            return;
        }
        if (found) return std::move(duty).answer(std::move(*found));
        std::move(duty).answer(
            [why = std::move(found.error())](call& again) { refuse_unfinished(again, why); });
    }

    [[nodiscard]] bool wanted() const { return duty.wanted(); }
};

} // namespace

void answer_by_worker(const scim_services& with, const answer_budget& memory, call& c,
                      resource_query asked, find_list find) {
    job_terms terms;
    terms.tenant = asked.tenant;
    terms.weight = asked.plan.how == query_plan::kind::page ? job_weight::light : job_weight::heavy;
    terms.until = c.facts.began + with.bounds.list_wait_max;
    list_job todo{memory, c.put_off(), std::move(asked), std::move(find)};
    const auto verdict = with.lists.post(todo, terms);
    if (verdict == worker_pool::verdict::taken) return;
    if (verdict == worker_pool::verdict::stopping) {
        return std::move(todo.duty).answer(
            [](call& again) { refuse_unfinished(again, list_unfinished().value()); });
    }
    const bool his = verdict == worker_pool::verdict::tenant_full;
    std::move(todo.duty).answer([his](call& again) {
        refuse_list(again, his ? "Too many lists of this tenant are waiting."
                               : "Too many lists are waiting.");
    });
}

void refuse_list(call& c, std::string_view why) {
    c.refuse(429, std::string(why) + " Try again in a moment.");
    c.reply().add_header("Retry-After", std::to_string(retry_after_full.count()));
}

void refuse_full_memory(call& c) {
    refuse_list(c, "Too many lists wait for clients to read them. Read the answers, or ask for "
                   "smaller pages.");
}

} // namespace rollcall::gateway
