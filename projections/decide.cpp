#include "projections/decide.hpp"

#include "projections/judge.hpp"

namespace rollcall::projections {

base::result<decision, refusal> decide(const eventlog::row_reader& rows, eventlog::keyring& keys,
                                       const command& asked, base::moment now) {
    return std::visit(judge(rows, keys, asked, now), asked.body);
}

bool deprovisions(const command& asked) {
    if (const auto* change = std::get_if<change_user>(&asked.body)) return change->deprovisions;
    return std::holds_alternative<delete_user>(asked.body) ||
           std::holds_alternative<erase_user>(asked.body) ||
           std::holds_alternative<revoke_key>(asked.body);
}

} // namespace rollcall::projections
