#include "projections/seat_ledger.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::projections {

using namespace eventlog;

base::result<void> seat_account::take(position at, const event_header& header,
                                      const event_body& body) {
    if (const auto* created = std::get_if<tenant_created>(&body)) {
        terms_ = created->settings.terms;
    } else if (const auto* changed = std::get_if<tenant_changed>(&body)) {
        terms_ = changed->settings.terms;
    } else if (std::holds_alternative<tenant_deleted>(body)) {
        ended_ = true;
    } else {
        assert(entity_of(type_of(body)) == entity::user);
        auto now_so = after(person_, header, body);
        if (!now_so) return tl::unexpected(now_so.error());
        person_ = *now_so;
    }
    const bool entitled = !ended_ && person_ && holds_seat(terms_, person_->status());
    if (entitled == holds()) return {};
    const seat_cause cause{type_of(body), at, header.time};
    if (entitled) {
        stretches_.push_back({cause, std::nullopt});
    } else {
        stretches_.back().taken = cause;
    }
    return {};
}

bool is_within(const seat_stretch& held, const seat_period& period) {
    if (held.given.time >= period.to) return false;
    return !held.taken || held.taken->time > period.from || held.given.time >= period.from;
}

std::int64_t held_ms(const seat_stretch& held, const seat_period& period) {
    const base::moment from = std::max(held.given.time, period.from);
    const base::moment to = held.taken ? std::min(held.taken->time, period.to) : period.to;
    return std::max<std::int64_t>(0, to.unix_ms - from.unix_ms);
}

void seat_peak::add(const seat_stretch& held) {
    if (held_ms(held, period_) == 0) return;
    if (held.given.time <= period_.from) {
        ++at_the_beginning_;
    } else {
        changes_.emplace_back(held.given.time, 1);
    }
    if (held.taken && held.taken->time < period_.to) changes_.emplace_back(held.taken->time, -1);
}

seat_peak::height seat_peak::most() const {
    auto changes = changes_;
    // Of one moment, whoever leaves first: pairs compare by what they add, too.
    std::sort(changes.begin(), changes.end());
    height top{at_the_beginning_, period_.from};
    std::uint64_t held = at_the_beginning_;
    for (const auto& [when, more] : changes) {
        held = more > 0 ? held + 1 : held - 1;
        if (held > top.seats) top = {held, when};
    }
    return top;
}

} // namespace rollcall::projections
