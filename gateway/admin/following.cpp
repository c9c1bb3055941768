#include "gateway/admin/following.hpp"

namespace rollcall::admin {

void when_past(parts& p, gateway::call& c, waiting_room::clock::time_point until,
               eventlog::position seen, std::function<void(gateway::call&)> then) {
    const auto place = p.waits.wait(
        c, until,
        [&p, then = std::move(then)](gateway::call& again) {
            if (let_in(p, again, gateway::permission::operate)) then(again);
        },
        waiter_of(c));
    if (!place) {
        return answer(c, problem{429,
                                 "too_many_waits",
                                 "as many calls are waiting as may: ask without wait",
                                 {},
                                 1});
    }
    p.waits.keep(*place, p.with.signal.when_past(seen, [&p, at = *place] { p.waits.wake(at); }));
}

} // namespace rollcall::admin
