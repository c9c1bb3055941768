#include "projections/decide.hpp"

#include "projections/judge.hpp"

namespace rollcall::projections {

base::result<decision, refusal> decide(const eventlog::row_reader& rows,
                                       const eventlog::link_reader& links, eventlog::keyring& keys,
                                       const command& asked, base::moment now) {
    member_moves so_far;
    while (true) {
        auto decided = decide(rows, links, keys, asked, now, so_far);
        if (!decided || !decided->undecided) return decided;
    }
}

base::result<decision, refusal> decide(const eventlog::row_reader& rows,
                                       const eventlog::link_reader& links, eventlog::keyring& keys,
                                       const command& asked, base::moment now,
                                       member_moves& so_far) {
    const judge rules(rows, links, keys, asked, now, so_far);
    if (auto may = rules.actor_still_may(); !may) return tl::unexpected(may.error());
    auto decided = std::visit(rules, asked.body);
    if (decided && !decided->undecided) rules.end_rights(*decided);
    return decided;
}

bool deprovisions(const command& asked) {
    if (const auto* change = std::get_if<change_user>(&asked.body)) return change->deprovisions;
    if (const auto* change = std::get_if<change_team>(&asked.body)) {
        return !change->evaluate && !change->members.empty() && change->members.add.empty();
    }
    return std::holds_alternative<delete_team>(asked.body) ||
           std::holds_alternative<delete_user>(asked.body) ||
           std::holds_alternative<erase_user>(asked.body) ||
           std::holds_alternative<suspend_user>(asked.body) || goes_first(asked);
}

bool goes_first(const command& asked) {
    return std::holds_alternative<revoke_key>(asked.body) ||
           std::holds_alternative<disable_admin>(asked.body);
}

} // namespace rollcall::projections
