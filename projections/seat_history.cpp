#include "projections/seat_history.hpp"

#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"

#include <algorithm>

namespace rollcall::projections {
namespace {

using namespace eventlog;

constexpr std::size_t events_per_step = 256;

/// What statuses hold a seat after a fact about a tenant; nothing for its deletion.
std::optional<std::uint8_t> seat_states_of(const event_body& body) {
    if (const auto* created = std::get_if<tenant_created>(&body)) {
        return created->settings.terms.seat_states;
    }
    if (const auto* changed = std::get_if<tenant_changed>(&body)) {
        return changed->settings.terms.seat_states;
    }
    return std::nullopt;
}

bool is_over(const seat_patience& go_on) {
    return go_on && !go_on();
}

tl::unexpected<base::failure> out_of_patience() {
    return base::fail(std::make_error_code(std::errc::operation_canceled),
                      "the reading was ended before all events were read");
}

/// Calls `take` with the position of each event of the subject up to `last`, oldest first.
template <class F>
base::result<void> walk_subject(const store& log, tenant_no tenant, const subject_id& subject,
                                position last, const seat_patience& go_on, F&& take) {
    for (position seen{position::embedded, 0};;) {
        const auto part = log.history(tenant, subject, seen, events_per_step);
        for (const position at : part) {
            if (last < at) return {};
            if (is_over(go_on)) return out_of_patience();
            if (auto taken = take(at); !taken) return taken;
        }
        if (part.size() < events_per_step) return {};
        seen = part.back();
    }
}

} // namespace

bool is_out_of_patience(const base::failure& failed) {
    return failed.code == std::errc::operation_canceled;
}

base::result<seat_history> seat_history::open(const store& log, tenant_no tenant,
                                              const seat_patience& go_on) {
    const auto last = log.chain(tenant);
    if (!last) return base::fail(log_errc::not_found, "the tenant has no events");
    seat_history history(log, tenant, *last);
    if (auto read = history.read_tenant(go_on); !read) return tl::unexpected(read.error());
    return history;
}

base::result<seat_history::fact> seat_history::read(position at) const {
    const auto bytes = log_.read(at);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto record = read_record(*bytes, record_check::crc);
    if (!record) return tl::unexpected(record.error());
    auto body = decode_clear(record->type, record->schema, record->clear);
    if (!body) return tl::unexpected(body.error());
    return fact{at,
                {record->tenant, record->seq, record->time, record->subject, record->sealed_hash,
                 record->by},
                std::move(*body)};
}

base::result<void> seat_history::read_tenant(const seat_patience& go_on) {
    // Facts about the tenant have no subject. A tenant is changed often, its terms hardly ever.
    return walk_subject(
        log_, tenant_, {}, last_.at, go_on, [this](position at) -> base::result<void> {
            auto next = read(at);
            if (!next) return tl::unexpected(next.error());
            if (entity_of(type_of(next->body)) != entity::tenant) return {};
            const auto states = seat_states_of(next->body);
            if (states && !of_tenant_.empty() && seat_states_of(of_tenant_.back().body) == states) {
                return {};
            }
            of_tenant_.push_back(std::move(*next));
            return {};
        });
}

base::result<seat_person> seat_history::person(const subject_id& id,
                                               const seat_patience& go_on) const {
    seat_person who;
    who.id = id;
    seat_account account;
    auto rule = of_tenant_.begin();
    const auto rules_before = [&](position at) -> base::result<void> {
        for (; rule != of_tenant_.end() && rule->at < at; ++rule) {
            if (auto taken = account.take(rule->at, rule->header, rule->body); !taken) return taken;
        }
        return {};
    };
    auto walked =
        walk_subject(log_, tenant_, id, last_.at, go_on, [&](position at) -> base::result<void> {
            auto next = read(at);
            if (!next) return tl::unexpected(next.error());
            if (entity_of(type_of(next->body)) != entity::user) return {};
            if (auto ruled = rules_before(at); !ruled) return ruled;
            if (std::holds_alternative<user_created>(next->body)) who.made = at;
            if (content_of(next->body) != nullptr) who.named = at;
            who.erased = who.erased || std::holds_alternative<user_erased>(next->body);
            return account.take(at, next->header, next->body);
        });
    if (!walked) return tl::unexpected(walked.error());
    if (auto ruled = rules_before(last_.at.next()); !ruled) return tl::unexpected(ruled.error());
    who.stretches = account.stretches();
    return who;
}

/// The seq of the tenant's first event past `at`.
base::result<tenant_seq> seat_history::seq_after(position at) const {
    std::uint64_t low = 1;
    std::uint64_t high = last_.seq.value + 1;
    while (low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const auto there = log_.locate(tenant_, {middle});
        if (!there) {
            return base::fail(log_errc::not_found, "the index of the tenant's events has a gap");
        }
        if (at < *there) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return tenant_seq{low};
}

base::result<std::optional<seat_cut>>
seat_history::each(position after, const std::function<bool(const seat_person&)>& visit,
                   const seat_patience& go_on) const {
    using cut = std::optional<seat_cut>;
    position passed = after;
    auto seq = seq_after(after);
    if (!seq) return tl::unexpected(seq.error());
    for (; seq->value <= last_.seq.value; ++seq->value) {
        if (is_over(go_on)) return cut({passed, std::nullopt, {}});
        const auto at = log_.locate(tenant_, *seq);
        if (!at) {
            return base::fail(log_errc::not_found, "the index of the tenant's events has a gap");
        }
        const auto bytes = log_.read(*at);
        if (!bytes) return tl::unexpected(bytes.error());
        const auto record = read_record(*bytes, record_check::crc);
        if (!record) return tl::unexpected(record.error());
        if (static_cast<event_type>(record->type) == event_type::user_created) {
            const auto who = person(record->subject, go_on);
            if (!who && is_out_of_patience(who.error())) return cut({passed, record->subject, *at});
            if (!who) return tl::unexpected(who.error());
            if (!visit(*who)) return cut{};
        }
        passed = *at;
    }
    return cut{};
}

} // namespace rollcall::projections
