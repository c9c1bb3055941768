#include "projections/judge.hpp"
#include "projections/read.hpp"

#include <algorithm>

namespace rollcall::projections {

using namespace eventlog;

namespace {

/// What can be read in a line of a list, and typed again.
bool is_name(std::string_view text) {
    const auto visible = [](char c) { return static_cast<unsigned char>(c) >= 0x20 && c != 0x7f; };
    return !text.empty() && text.size() <= admin_name_bytes_max && text.front() != ' ' &&
           text.back() != ' ' && std::all_of(text.begin(), text.end(), visible);
}

/// Whether a name, in a path, would lose a part of it to whoever normalises paths on the way.
bool survives_in_path(std::string_view name) {
    while (true) {
        const std::size_t end = name.find_first_of("/\\");
        const std::string_view part = name.substr(0, end);
        if (part.empty() || part == "." || part == "..") return false;
        if (end == std::string_view::npos) return true;
        name.remove_prefix(end + 1);
    }
}

std::string_view word_for(tenant_no tenant) {
    return tenant == system_tenant ? "operator" : "admin";
}

} // namespace

event judge::first_of_system() const {
    tenant_settings settings;
    settings.name = "the operator";
    settings.scim_enabled = false;
    return fact(system_tenant, {}, tenant_created{std::string(system_slug), settings});
}

base::result<void, refusal> judge::actor_still_may() const {
    const bool is_operator = asked_.by.kind == actor_kind::operator_;
    if (!is_operator && asked_.by.kind != actor_kind::admin) return {};
    // An admin is looked for in the tenant that the command is about: of another he is nobody.
    const auto actor = read_admin(rows_, is_operator ? system_tenant : asked_.tenant, asked_.by.id);
    if (!actor || actor->core.disabled || asked_.as_role != actor->core.role ||
        is_operator != is_system_role(actor->core.role)) {
        return refuse(refusal_code::not_permitted,
                      "Your rights were changed before this could be done. Nothing was done.");
    }
    if (asked_.as_token != actor->core.token_hash) {
        return refuse(refusal_code::not_permitted,
                      "Your token was replaced before this could be done. Nothing was done: ask "
                      "again with the new one.");
    }
    if (actor->core.expires_at && *actor->core.expires_at <= now_) {
        return refuse(refusal_code::not_permitted,
                      "Your token expired before this could be done. Nothing was done: get a new "
                      "token, then ask again.");
    }
    return {};
}

base::result<admin_state, refusal> judge::living_admin(const subject_id& id) const {
    auto admin = read_admin(rows_, asked_.tenant, id);
    if (!admin) {
        return refuse(refusal_code::not_found, "There is no " +
                                                   std::string(word_for(asked_.tenant)) + " " +
                                                   id.text() + " here.");
    }
    if (admin->core.disabled) {
        return refuse(refusal_code::admin_disabled,
                      "This " + std::string(word_for(asked_.tenant)) +
                          " is disabled, for good. Create a new one; the name is free.");
    }
    return std::move(*admin);
}

base::result<void, refusal> judge::role_fits(admin_role role) const {
    const bool system = asked_.tenant == system_tenant;
    if (!admin_role_name(role).empty() && is_system_role(role) == system) return {};
    return refuse(refusal_code::invalid,
                  system ? "An operator's role is operator or support."
                         : "An admin's role is primary_admin, admin or viewer.");
}

base::result<void, refusal> judge::token_fits(const digest& hash,
                                              const std::optional<base::moment>& expires_at) const {
    if (expires_at && *expires_at <= now_) {
        return refuse(refusal_code::invalid, "A new token must expire in the future.");
    }
    if (read_admin_of_token(rows_, hash)) {
        return refuse(refusal_code::invalid, "This token exists already. Make a new one.");
    }
    return {};
}

judge::outcome judge::operator()(const create_admin& c) const {
    decision first;
    if (asked_.tenant != system_tenant || read_tenant(rows_, system_tenant)) {
        const auto tenant = open_tenant();
        if (!tenant) return tl::unexpected(tenant.error());
        const auto holder = read_admin_named(rows_, keys_, asked_.tenant, c.content.name_key);
        if (!holder) return refuse(holder.error());
        if (*holder) {
            return refuse(refusal_code::name_taken,
                          "There is an " + std::string(word_for(asked_.tenant)) +
                              " of this name already. Disable that one or choose another name.");
        }
    } else {
        first.events.push_back(first_of_system());
    }
    if (auto fits = role_fits(c.role); !fits) return tl::unexpected(fits.error());
    if (read_counters(rows_, asked_.tenant).admins >= tenant_admins_max) {
        return refuse(refusal_code::invalid,
                      "There may be at most " + std::to_string(tenant_admins_max) + " " +
                          std::string(word_for(asked_.tenant)) + "s, disabled ones included.");
    }
    if (!is_name(c.content.name) || c.content.name_key.empty()) {
        return refuse(refusal_code::invalid,
                      "A name has 1 to " + std::to_string(admin_name_bytes_max) +
                          " bytes, no control characters, and no blank at either end.");
    }
    if (!survives_in_path(c.content.name)) {
        return refuse(
            refusal_code::invalid,
            "A name must not be '.' or '..', nor have such a part or an empty one between "
            "slashes: it stands in paths, and is shortened on its way.");
    }
    if (auto fits = token_fits(c.token_hash, c.expires_at); !fits) {
        return tl::unexpected(fits.error());
    }
    if (c.id.is_nil() || read_admin(rows_, asked_.tenant, c.id) ||
        keyring::has_subject(rows_, asked_.tenant, c.id)) {
        return refuse(refusal_code::invalid, "This id exists already. Make a new one.");
    }
    return record(done::kind::created, asked_.tenant, c.id,
                  admin_created{c.role, c.token_hash, c.expires_at, c.content}, std::move(first));
}

judge::outcome judge::operator()(const set_admin_role& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto admin = living_admin(c.id);
    if (!admin) return tl::unexpected(admin.error());
    if (auto fits = role_fits(c.role); !fits) return tl::unexpected(fits.error());
    if (asked_.by.id == c.id) {
        return refuse(refusal_code::not_permitted,
                      "Nobody changes his own role: ask another one, or who runs the server.");
    }
    decision d;
    d.what = done::kind::unchanged;
    if (admin->core.role != c.role) {
        d = record(done::kind::changed, asked_.tenant, c.id, admin_changed{c.role});
    }
    d.admin = std::move(*admin);
    return d;
}

judge::outcome judge::operator()(const disable_admin& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto admin = living_admin(c.id);
    if (!admin) return tl::unexpected(admin.error());
    if (asked_.by.id == c.id) {
        return refuse(refusal_code::not_permitted,
                      "Nobody disables himself: ask another one, or who runs the server.");
    }
    decision d = record(done::kind::changed, asked_.tenant, c.id, admin_disabled{});
    d.admin = std::move(*admin);
    return d;
}

judge::outcome judge::operator()(const create_admin_token& c) const {
    const auto tenant = open_tenant();
    if (!tenant) return tl::unexpected(tenant.error());
    auto admin = living_admin(c.id);
    if (!admin) return tl::unexpected(admin.error());
    if (auto fits = token_fits(c.token_hash, c.expires_at); !fits) {
        return tl::unexpected(fits.error());
    }
    const auto ends = admin->core.expires_at;
    if (asked_.by.id == c.id && ends && (!c.expires_at || *c.expires_at > *ends)) {
        return refuse(refusal_code::not_permitted,
                      "A new token of one's own may not outlive the old one, which ends " +
                          ends->text() + ": ask another one, or who runs the server.");
    }
    decision d = record(done::kind::changed, asked_.tenant, c.id,
                        admin_token_created{c.token_hash, c.expires_at});
    d.admin = std::move(*admin);
    return d;
}

} // namespace rollcall::projections
