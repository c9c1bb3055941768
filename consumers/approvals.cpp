#include "consumers/approvals.hpp"

#include "consumers/plan_fan_out.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/sha256.hpp"

#include <map>

namespace rollcall::consumers {
namespace {

using namespace eventlog;
using projections::due_request;

/// In one look; what is left is looked at again at once.
constexpr std::size_t requests_per_look_max = 1'000;

} // namespace

bool approvals::wants(event_type type) const {
    switch (type) {
    case event_type::user_created:
    case event_type::user_reactivated:
    case event_type::user_restored:
    case event_type::role_assigned: return true;
    default: return false;
    }
}

reaction approvals::act(const read_event& event) {
    const standing* now = standing_of(event.what.body);
    if (now != nullptr && now->request) looks_again_ = true;
    return {};
}

reaction approvals::tidy(base::moment now) {
    if (!looks_again_ && (!next_ || *next_ > now)) return {};
    for (const due_request& one : look(now)) {
        auto came = act_on(one, now);
        if (came.what == reaction::kind::again) {
            looks_again_ = true;
            return came;
        }
        if (came.what != reaction::kind::poison) continue;
        base::log_error("A request cannot be reminded of, nor ended.",
                        {{"user", std::string_view(one.user.text())},
                         {"reason", std::string_view(came.reason)}});
        given_up_.insert({one.tenant, one.user});
    }
    return {};
}

/// What is due by now, and when the next thing is.
std::vector<due_request> approvals::look(base::moment now) {
    std::vector<due_request> all;
    std::map<tenant_no, bool> deleted;
    looks_again_ = false;
    next_.reset();
    views_.due_requests([&](const due_request& one) {
        if (given_up_.contains({one.tenant, one.user})) return true;
        const auto [known, fresh] = deleted.try_emplace(one.tenant);
        if (fresh) {
            const auto tenant = views_.tenant(one.tenant);
            known->second = !tenant || tenant->deleted;
        }
        if (known->second) return true;
        if (one.due > now || all.size() == requests_per_look_max) {
            next_ = one.due;
            return false;
        }
        all.push_back(one);
        return true;
    });
    // What comes of acting on them may be due again.
    if (!all.empty()) looks_again_ = true;
    return all;
}

reaction approvals::act_on(const due_request& one, base::moment now) {
    const auto user = views_.user(one.tenant, one.user);
    if (!user || !user->core.approval->request) return {};
    const open_request& request = *user->core.approval->request;
    const bool ends = request.expires_at && *request.expires_at <= now;
    projections::command asked;
    asked.tenant = one.tenant;
    asked.by = actor_of(known_as);
    asked.request_id = known_as;
    const std::string once = std::string(known_as) + ' ' + one.user.text() + ' ' +
                             std::to_string(request.opened) + ' ' +
                             (ends ? "end" : std::to_string(request.reminders));
    asked.once = {once, base::sha256({once})};
    if (ends) {
        asked.body = projections::expire_request{one.user, request.opened};
    } else {
        asked.body = projections::remind_of_request{one.user, request.opened, request.reminders};
    }
    const auto answer = desk_.submit_and_wait(std::move(asked));
    return answer ? reaction{} : reaction_to(answer.error());
}

} // namespace rollcall::consumers
