#include "projections/told/names.hpp"

#include "projections/read.hpp"

namespace rollcall::told {

using eventlog::actor_kind;

std::string_view actor_kind_name(actor_kind kind) {
    switch (kind) {
    case actor_kind::system: return "system";
    case actor_kind::key: return "key";
    case actor_kind::admin: return "admin";
    case actor_kind::operator_: return "operator";
    case actor_kind::local_operator: return "local_operator";
    case actor_kind::consumer: return "consumer";
    }
    return "unknown";
}

const std::string& names::tenant(eventlog::tenant_no number) {
    const auto [at, fresh] = tenants_.try_emplace(number);
    if (!fresh) return at->second;
    if (number == projections::system_tenant) {
        at->second = projections::system_slug;
    } else if (const auto known = projections::read_tenant(rows_, number)) {
        at->second = known->slug;
    } else {
        at->second = "#" + std::to_string(number.value);
    }
    return at->second;
}

const std::string& names::actor(eventlog::tenant_no tenant, const eventlog::actor& by) {
    static const std::string local = "the operator";
    static const std::string system = "the server";
    switch (by.kind) {
    case actor_kind::local_operator: return local;
    case actor_kind::system: return system;
    default: break;
    }
    const auto [at, fresh] = keys_.try_emplace({tenant, by.id});
    if (!fresh) return at->second;
    if (by.kind == actor_kind::key) at->second = key(tenant, by.id);
    if (by.kind == actor_kind::consumer) {
        // His name is in the id: consumers/follower.hpp.
        for (const std::uint8_t letter : by.id.bytes)
            if (letter != 0) at->second += static_cast<char>(letter);
    }
    if (by.kind == actor_kind::admin || by.kind == actor_kind::operator_) {
        at->second =
            admin(by.kind == actor_kind::admin ? tenant : projections::system_tenant, by.id);
    }
    if (at->second.empty()) at->second = by.id.text();
    return at->second;
}

std::string names::key(eventlog::tenant_no tenant, const base::uuid& id) const {
    const auto found = projections::read_key(rows_, tenant, id);
    return found ? found->label : std::string();
}

std::string names::admin(eventlog::tenant_no tenant, const base::uuid& id) const {
    const auto found = projections::read_admin(rows_, tenant, id);
    return found ? found->content.name : std::string();
}

std::string names::team(eventlog::tenant_no tenant, const base::uuid& id) const {
    const auto found = projections::read_team(rows_, tenant, id);
    return found ? found->content.name : std::string();
}

std::string names::user(eventlog::tenant_no tenant, const base::uuid& id) const {
    const auto found = projections::read_user(rows_, tenant, id);
    return found ? found->content.user_name : std::string();
}

} // namespace rollcall::told
