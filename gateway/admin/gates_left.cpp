#include "gateway/admin/gates_left.hpp"

#include "gateway/admin/named_tenants.hpp"
#include "gateway/product_terms.hpp"
#include "projections/decide.hpp"

#include <algorithm>
#include <map>

namespace rollcall::admin {
namespace {

bool works_for_somebody(const projections::key_state& one, base::moment now) {
    return one.owner && !one.revoked && (!one.expires_at || *one.expires_at > now);
}

bool has_working_key(const std::vector<projections::key_state>& keys, base::moment now) {
    return std::any_of(keys.begin(), keys.end(), [now](const projections::key_state& one) {
        return works_for_somebody(one, now);
    });
}

/// Whether one admin owns so many live keys that he will soon get no more.
bool has_crowded_owner(const std::vector<projections::key_state>& keys, base::moment now) {
    std::map<projections::subject_id, std::size_t> owned;
    return std::any_of(keys.begin(), keys.end(), [&](const projections::key_state& one) {
        return works_for_somebody(one, now) && ++owned[*one.owner] >= owner_keys_told;
    });
}

} // namespace

std::vector<finding> look_at_gates(const projections::directory& directory,
                                   const profiles::profile_book& book, base::moment now) {
    named_tenants keyless;
    named_tenants signless;
    named_tenants unread;
    named_tenants crowded;
    for (const projections::tenant_state& tenant : directory.tenants()) {
        if (!tenant.mapping.rules.empty() && !gateway::mapping_of(tenant)) unread.add(tenant.slug);
        // Keys are only read where there are enough, revoked ones among them.
        if (directory.counters(tenant.number).keys >= owner_keys_told &&
            has_crowded_owner(directory.keys(tenant.number), now)) {
            crowded.add(tenant.slug);
        }
        const auto profile = book.find(tenant.settings.profile);
        if (!profile) continue;
        if (profile->key_owner_required && !has_working_key(directory.keys(tenant.number), now)) {
            keyless.add(tenant.slug);
        }
        if (profile->sso && !tenant.sso) signless.add(tenant.slug);
    }
    std::vector<finding> all;
    if (keyless.any()) {
        all.push_back({finding::grade::note, "keys",
                       "the profile asks for keys that belong to an admin, and there is no live "
                       "one: " +
                           keyless.text(),
                       "Nothing is provisioned there. Make one: `rollcall key create " +
                           keyless.first() + " --admin NAME`"});
    }
    if (signless.any()) {
        all.push_back(
            {finding::grade::note, "sso",
             "the profile asks for single sign-on, and it is not set up: " + signless.text(),
             "Nothing is provisioned there. Upload the identity provider's metadata: "
             "`rollcall sso set " +
                 signless.first() + " --metadata FILE`"});
    }
    if (crowded.any()) {
        all.push_back({finding::grade::note, "keys",
                       "an admin owns " + std::to_string(owner_keys_told) +
                           " live keys or more, and may own " +
                           std::to_string(projections::owner_keys_max) + ": " + crowded.text(),
                       "Revoke those that are not used any more: `rollcall key list " +
                           crowded.first() + "`"});
    }
    if (unread.any()) {
        all.push_back({finding::grade::bad, "mapping",
                       "it cannot be read by this version, and of changes only what deprovisions "
                       "is accepted: " +
                           unread.text(),
                       "Set it again with `rollcall mapping set " + unread.first() +
                           " FILE`, or take it away with `rollcall mapping clear " +
                           unread.first() + "`"});
    }
    return all;
}

} // namespace rollcall::admin
