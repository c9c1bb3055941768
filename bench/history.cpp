#include "bench/history.hpp"

#include "bench/requests.hpp"

namespace rollcall::bench {
namespace {

using projections::subject_id;

/// What is known about one person without asking.
struct person {
    subject_id id{};
    bool active = true;
    bool there = true;
};

projections::command about(const customer& of, projections::command_body body) {
    projections::command c;
    c.tenant = of.tenant;
    c.by.kind = eventlog::actor_kind::local_operator;
    c.request_id = "bench";
    c.body = std::move(body);
    return c;
}

projections::command change(const customer& of, const subject_id& id, projections::user_wish wish) {
    projections::change_user c;
    c.id = id;
    c.deprovisions = !wish.active;
    c.evaluate = [wish = std::move(wish)](const projections::user_state&)
        -> base::result<projections::user_wish, projections::refusal> { return wish; };
    return about(of, std::move(c));
}

} // namespace

base::result<std::uint64_t> make_history(loader& into, const customer& of, std::uint64_t users) {
    const auto ids = into.add_users(of, 0, users);
    if (!ids) return tl::unexpected(ids.error());
    std::vector<person> people;
    for (const subject_id& id : *ids)
        people.push_back({id});
    shuffler who(users);
    shuffler what(100);
    const std::uint64_t rest = users * (events_per_user - 1);
    for (std::uint64_t i = 0; i < rest; ++i) {
        std::uint64_t number = who.next();
        while (!people[number].there)
            number = (number + 1) % users;
        person& p = people[number];
        const std::uint64_t dice = what.next();
        if (dice < 2) {
            into.submit(about(of, projections::delete_user{p.id, {}}));
            p.there = false;
            continue;
        }
        if (dice < 14) p.active = !p.active;
        projections::user_wish wish = into.people().make(number, i % 100'000, p.active);
        wish.changed = {dice < 14 ? "active" : "title"};
        into.submit(change(of, p.id, std::move(wish)));
    }
    if (auto settled = into.settle(); !settled) return tl::unexpected(settled.error());
    return into.store().head().offset;
}

} // namespace rollcall::bench
