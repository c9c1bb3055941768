#include "projections/teams_of_users.hpp"

#include "projections/read.hpp"
#include "projections/rows.hpp"

namespace rollcall::projections {

using eventlog::table;

teams_of_users::teams_of_users(const eventlog::store& log, tenant_no tenant)
    : prefix_(key_of::all_teams_of(tenant)), rows_(log.snapshot()) {
    if (read_counters(*rows_, tenant).memberships == 0) return;
    lists_ = rows_->cursor(table::state, prefix_);
}

std::vector<subject_id> teams_of_users::of(const subject_id& user) {
    if (!lists_) return {};
    if (!last_ || user < *last_) {
        lists_->seek(prefix_ + std::string(user.bytes.begin(), user.bytes.end()));
    } else if (stands_before(user)) {
        lists_->next();
        if (stands_before(user)) {
            lists_->seek(prefix_ + std::string(user.bytes.begin(), user.bytes.end()));
        }
    }
    last_ = user;
    if (!lists_->valid() || decode_subject(lists_->key().substr(prefix_.size())) != user) return {};
    return decode_teams_of(lists_->value());
}

bool teams_of_users::stands_before(const subject_id& user) const {
    return lists_->valid() && decode_subject(lists_->key().substr(prefix_.size())) < user;
}

} // namespace rollcall::projections
