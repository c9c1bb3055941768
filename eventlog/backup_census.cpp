#include "eventlog/backup_census.hpp"

#include "eventlog/keyring.hpp"

namespace rollcall::eventlog {

void backup_census::take(const record_view& record) {
    tenant& owner = tenants_[record.tenant];
    const auto type = static_cast<event_type>(record.type);
    const tenant_subject who{record.tenant, record.subject};
    if (!record.sealed.empty()) needed_.add(who);
    if (!record.sealed.empty() || type == event_type::tenant_created) owner.needs_keys = true;
    if (type == event_type::user_erased) erased_.add(who);
    if (type == event_type::team_deleted || type == event_type::admin_disabled) {
        closed_.insert(who);
    } else if (!closed_.empty()) {
        closed_.erase(who);
    }
}

bool backup_census::wants(std::string_view row) {
    const auto owner = keyring::owner_of(row);
    if (!owner) return false;
    const auto known = tenants_.find(owner->tenant);
    if (known == tenants_.end()) return false;
    if (owner->what == keyring::owner::row::newest) known->second.has_newest = true;
    if (owner->what == keyring::owner::row::lookup) known->second.has_lookup = true;
    if (owner->what != keyring::owner::row::subject) return true;
    const tenant_subject who{owner->tenant, owner->subject};
    if (!needed_.contains(who) || erased_.contains(who)) return false;
    found_.add(who);
    return true;
}

missing_keys backup_census::missing() const {
    missing_keys out;
    for (const auto& [number, tenant] : tenants_) {
        if (tenant.needs_keys && !(tenant.has_newest && tenant.has_lookup)) {
            out.tenants.push_back(number);
        }
    }
    subject_set closed;
    for (const tenant_subject& who : closed_)
        closed.add(who);
    out.subjects = needed_.without(erased_).without(found_).without(closed);
    return out;
}

} // namespace rollcall::eventlog
