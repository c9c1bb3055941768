// Whose rights end with somebody's access. What is decided ends them in the same turn, so that no
// order of requests leaves a key behind whose owner has gone, and the log says why.
#include "projections/judge.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"

#include <iterator>

namespace rollcall::projections {

using namespace eventlog;

namespace {

/// Why whoever is linked to the fact's user loses his rights by it; nothing if he does not.
std::optional<rights_end> access_ended_by(const event_body& body) {
    switch (type_of(body)) {
    case event_type::user_deactivated: return rights_end::user_deactivated;
    case event_type::user_deleted:
    case event_type::user_erased: return rights_end::user_deleted;
    case event_type::user_suspended: return rights_end::user_suspended;
    default: return std::nullopt;
    }
}

/// Why the keys of the admin that the fact is about end with it.
std::optional<rights_end> keys_ended_by(const event_body& body) {
    if (const auto* fact = std::get_if<admin_disabled>(&body)) {
        return fact->because == rights_end::asked ? rights_end::owner_disabled : fact->because;
    }
    const auto* fact = std::get_if<admin_changed>(&body);
    if (fact == nullptr || may_own_keys(fact->role)) return std::nullopt;
    return rights_end::owner_demoted;
}

} // namespace

void judge::end_rights(decision& d) const {
    std::vector<event> all;
    for (event& one : d.events) {
        if (const auto why = access_ended_by(one.body)) {
            if (const auto admin = read_admin_of_user(rows_, one.tenant, one.subject)) {
                add_with_keys(all, fact(one.tenant, *admin, admin_disabled{*why}));
            }
        }
        add_with_keys(all, std::move(one));
    }
    d.events = std::move(all);
}

/// The fact, after the end of the keys that end with it.
void judge::add_with_keys(std::vector<event>& to, event one) const {
    if (const auto why = keys_ended_by(one.body)) {
        links_.walk_links(key_of::all_owned_keys(one.tenant, one.subject), [&](std::string_view key,
                                                                               std::string_view) {
            to.push_back(fact(one.tenant, key_of_owned_key(key), key_revoked{*why}));
            return true;
        });
    }
    to.push_back(std::move(one));
}

/// Whether he may own one more key. Where he has all that he may, those that expired end before it.
base::result<decision, refusal> judge::may_own(const subject_id& owner) const {
    const auto admin = living_admin(owner);
    if (!admin) return tl::unexpected(admin.error());
    if (!may_own_keys(admin->core.role)) {
        return refuse(refusal_code::invalid,
                      "A " + std::string(admin_role_name(admin->core.role)) +
                          " owns no keys: the owner's role must be primary_admin or admin.");
    }
    std::vector<subject_id> owned;
    links_.walk_links(key_of::all_owned_keys(asked_.tenant, owner),
                      [&](std::string_view key, std::string_view) {
                          owned.push_back(key_of_owned_key(key));
                          return owned.size() < owner_keys_max;
                      });
    decision room;
    if (owned.size() < owner_keys_max) return room;
    for (const subject_id& id : owned) {
        const auto key = read_key(rows_, asked_.tenant, id);
        if (!key || !key->expires_at || *key->expires_at > now_) continue;
        room.events.push_back(fact(asked_.tenant, id, key_revoked{}));
    }
    if (!room.events.empty()) return room;
    return refuse(refusal_code::invalid,
                  "An admin may own at most " + std::to_string(owner_keys_max) +
                      " keys that have neither expired nor been revoked: revoke those of " +
                      admin->content.name + " that are not used any more.");
}

judge::outcome judge::operator()(const link_admin& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto admin = living_admin(c.id);
    if (!admin) return tl::unexpected(admin.error());
    if (asked_.by.id == c.id) {
        return refuse(refusal_code::not_permitted,
                      "Nobody changes which user he is himself: ask another one, or who runs the "
                      "server.");
    }
    decision d;
    d.what = done::kind::unchanged;
    if (admin->core.user != c.user) {
        if (c.user) {
            if (auto free = may_be_linked(*c.user); !free) return tl::unexpected(free.error());
        }
        const event_body body = c.user ? event_body(admin_linked{*c.user}) : admin_unlinked{};
        d = record(done::kind::changed, asked_.tenant, c.id, body);
    }
    d.admin = std::move(*admin);
    return d;
}

base::result<void, refusal> judge::may_be_linked(const subject_id& id) const {
    const auto user = present_user(id);
    if (!user) return tl::unexpected(user.error());
    if (user->core.status() != user_status::active) {
        return refuse(refusal_code::not_active,
                      "User " + id.text() + " has no access now (" +
                          std::string(status_name(user->core.status())) +
                          "): an admin is linked to somebody who has, and loses his rights with "
                          "that access.");
    }
    if (const auto other = read_admin_of_user(rows_, asked_.tenant, id)) {
        return refuse(refusal_code::name_taken,
                      "User " + id.text() + " is admin " + other->text() +
                          " already: end that link first, or link somebody else.");
    }
    return {};
}

} // namespace rollcall::projections
