// Endpoints of admins and operators. Both are the same thing in two places: an operator is an admin
// of the system tenant. A token is in the answer that made it and nowhere else.
#include "gateway/admin/body.hpp"
#include "gateway/admin/expiry.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/who.hpp"
#include "gateway/bearer_key.hpp"
#include "gateway/scim/text.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

using eventlog::admin_role;
using gateway::call;
using projections::admin_state;
using projections::done;

/// Whose admins an endpoint is about: a tenant's, or the operator's people.
struct office {
    projections::tenant_no number;
    std::string slug;
    bool deleted = false;

    [[nodiscard]] bool is_system() const { return number == projections::system_tenant; }

    [[nodiscard]] std::string_view word() const { return is_system() ? "operator" : "admin"; }
};

/// `/operators…` has no `{tenant}` in its path.
result<office> office_of(parts& p, call& c) {
    if (c.argument("tenant").empty()) {
        return office{projections::system_tenant, std::string(projections::system_slug)};
    }
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    return office{t->number, t->slug, t->deleted};
}

std::string_view state_of(const office& o, const admin_state& a, base::moment now) {
    if (a.core.disabled) return "disabled";
    if (a.core.expires_at && *a.core.expires_at <= now) return "expired";
    return o.deleted ? "tenant_deleted" : "live";
}

void write_members(base::json_writer& json, parts& p, const office& o, const admin_state& a) {
    json.member("id", a.id.text()).member("name", a.content.name);
    json.member("role", eventlog::admin_role_name(a.core.role));
    if (!o.is_system()) json.member("tenant", o.slug);
    json.member("state", state_of(o, a, base::now()));
    if (a.core.because != eventlog::rights_end::asked) {
        json.member("because", eventlog::rights_end_name(a.core.because));
    }
    if (!o.is_system()) {
        json.key("user");
        if (a.core.user) {
            json.value(a.core.user->text());
        } else {
            json.null();
        }
    }
    json.member("created", a.core.created.text());
    write_moment(json, "expires_at", a.core.expires_at);
    write_last_used(json, p.with.token_last_used(a), a.core.created);
}

said show(parts& p, const office& o, const admin_state& a) {
    said s;
    base::json_writer json(s.json);
    json.begin_object();
    write_members(json, p, o, a);
    json.end_object();
    return s;
}

/// The answer that shows a new token. A repeated request gets no second look at it.
result<said> show_token(parts& p, const office& o, done& d, const std::string& token) {
    if (d.repeated || !d.admin) {
        return refuse(409, "already_created",
                      "this request made a token before, and it is shown only once: make another "
                      "for the same " +
                          std::string(o.word()));
    }
    said s{201, {}};
    base::json_writer json(s.json);
    json.begin_object();
    json.member("token", token);
    write_members(json, p, o, *d.admin);
    json.end_object();
    return s;
}

result<said> say_admin(parts& p, const office& o, done& d) {
    if (!d.admin) return refuse(500, "internal", "the admin is not there after his change");
    return show(p, o, *d.admin);
}

/// A role of that place which the caller may give.
result<admin_role> read_role(call& c, const office& o, const body& b) {
    const auto word = b.required_text("role", o.is_system() ? "operator or support"
                                                            : "primary_admin, admin or viewer");
    if (!word) return tl::unexpected(word.error());
    const auto role = eventlog::parse_admin_role(*word);
    if (!role || eventlog::is_system_role(*role) != o.is_system()) {
        return refuse(400, "bad_value",
                      o.is_system() ? "role must be operator or support"
                                    : "role must be primary_admin, admin or viewer");
    }
    if (!is_local(c) && !may_give(c.facts.admin->admin.core.role, *role)) {
        return refuse(403, "forbidden",
                      "who is " +
                          std::string(eventlog::admin_role_name(c.facts.admin->admin.core.role)) +
                          " may not make anybody " + *word);
    }
    return *role;
}

void create(parts& p, call& c) {
    const auto o = office_of(p, c);
    if (!o) return answer(c, o.error());
    const auto b = body::read(c.asked(), {"name", "role", "expires_in", "expires_at"});
    if (!b) return answer(c, b.error());
    const auto name = b->required_text("name", "what the admin is called, such as his address");
    if (!name) return answer(c, name.error());
    if (id_in(*name)) {
        return answer(
            c, problem{
                   400, "bad_value", "a name that looks like an id would be taken for one", {}, 0});
    }
    const auto role = read_role(c, *o, *b);
    if (!role) return answer(c, role.error());
    const base::moment now = base::now();
    const auto expiry = read_expiry(*b, now);
    if (!expiry) return answer(c, expiry.error());
    const std::string token = gateway::make_admin_token();
    submit(p, c, o->number,
           projections::create_admin{base::uuid::make_v7(now.unix_ms),
                                     *role,
                                     {*name, scim::folded(*name)},
                                     gateway::secret_hash(token),
                                     *expiry},
           [o = *o, token](parts& again, done& d) { return show_token(again, o, d, token); });
}

result<said> list(parts& p, call& c) {
    const auto o = office_of(p, c);
    if (!o) return tl::unexpected(o.error());
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    said s;
    s.json = "[";
    for (const admin_state& a : p.with.directory.admins(o->number)) {
        if (s.json.size() > 1) s.json += ',';
        s.json += show(p, *o, a).json;
    }
    s.json += ']';
    return s;
}

/// What all endpoints of one admin begin with.
struct meant {
    office o;
    admin_state who;
};

result<meant> meant_by(parts& p, call& c) {
    auto o = office_of(p, c);
    if (!o) return tl::unexpected(o.error());
    auto who = find_admin(p, o->number, o->slug, c.argument("who"));
    if (!who) return tl::unexpected(who.error());
    return meant{std::move(*o), std::move(*who)};
}

/// Who the admin is in the tenant: its user whom `word` names, or nobody.
result<projections::link_admin> read_link(parts& p, const meant& m,
                                          const std::optional<std::string>& word) {
    projections::link_admin link{m.who.id, std::nullopt};
    if (!word) return link;
    const auto t = p.with.directory.tenant(m.o.number);
    const auto user = find_user(p.with.directory, t.value(), *word, p.limits.candidates_max);
    if (!user) return tl::unexpected(user.error());
    link.user = user->id;
    return link;
}

void change(parts& p, call& c) {
    const auto m = meant_by(p, c);
    if (!m) return answer(c, m.error());
    const auto b = m->o.is_system() ? body::read(c.asked(), {"role"})
                                    : body::read(c.asked(), {"role", "user"});
    if (!b) return answer(c, b.error());
    const auto user = b->text_or_null("user");
    if (!user) return answer(c, user.error());
    if (*user) {
        const auto other = b->text("role");
        if (!other || *other) {
            return answer(c, problem{400,
                                     "bad_body",
                                     "role and user are changed one at a time: send two requests",
                                     {},
                                     0});
        }
        const auto link = read_link(p, *m, **user);
        if (!link) return answer(c, link.error());
        return submit(p, c, m->o.number, *link,
                      [o = m->o](parts& again, done& d) { return say_admin(again, o, d); });
    }
    const auto role = read_role(c, m->o, *b);
    if (!role) return answer(c, role.error());
    submit(p, c, m->o.number, projections::set_admin_role{m->who.id, *role},
           [o = m->o](parts& again, done& d) { return say_admin(again, o, d); });
}

void disable(parts& p, call& c) {
    const auto m = meant_by(p, c);
    if (!m) return answer(c, m.error());
    submit(p, c, m->o.number, projections::disable_admin{m->who.id},
           [o = m->o](parts& again, done& d) { return say_admin(again, o, d); });
}

/// When a new token ends: as asked, `never` included; not asked: as the old one.
result<std::optional<base::moment>> token_expiry(const body& b, const admin_state& who,
                                                 base::moment now) {
    const auto in = b.text("expires_in");
    if (!in) return tl::unexpected(in.error());
    const auto at = b.text("expires_at");
    if (!at) return tl::unexpected(at.error());
    if (*in == "never" && !*at) return std::optional<base::moment>{};
    if (*in || *at) return read_expiry(b, now);
    if (who.core.expires_at && *who.core.expires_at <= now) {
        return refuse(400, "bad_value",
                      "the old token has expired: say with expires_in how long the new one is to "
                      "live, such as 90d or never");
    }
    return who.core.expires_at;
}

void create_token(parts& p, call& c) {
    const auto m = meant_by(p, c);
    if (!m) return answer(c, m.error());
    if (reach_of(c) == reach::self && m->who.id != c.facts.by.id) {
        return answer(
            c,
            problem{
                403, "forbidden", "you may make a new token for yourself, not for others", {}, 0});
    }
    const auto b = body::read(c.asked(), {"expires_in", "expires_at"});
    if (!b) return answer(c, b.error());
    const auto expiry = token_expiry(*b, m->who, base::now());
    if (!expiry) return answer(c, expiry.error());
    const std::string token = gateway::make_admin_token();
    submit(p, c, m->o.number,
           projections::create_admin_token{m->who.id, gateway::secret_hash(token), *expiry},
           [o = m->o, token](parts& again, done& d) { return show_token(again, o, d, token); });
}

/// Who the caller is.
result<said> self(parts& p, call& c) {
    if (!is_local(c)) {
        const gateway::admin_holder& me = *c.facts.admin;
        return show(p, {me.tenant.number, me.tenant.slug, false}, me.admin);
    }
    said s;
    base::json_writer json(s.json);
    json.begin_object();
    json.key("id").null().key("name").null().member("role", "local_operator");
    json.end_object();
    return s;
}

} // namespace

result<admin_state> find_admin(parts& p, projections::tenant_no tenant, std::string_view slug,
                               std::string_view word) {
    const bool system = tenant == projections::system_tenant;
    const auto id = id_in(word);
    auto found = id ? p.with.directory.admin(tenant, *id)
                    : p.with.directory.admin_named(tenant, scim::folded(word));
    if (found) return std::move(*found);
    return refuse(404, "not_found",
                  (system ? "there is no operator '" : std::string(slug) + " has no admin '") +
                      std::string(word) + "': `rollcall " +
                      (system ? "operator list" : "admin list " + std::string(slug)) +
                      "` shows them; a disabled one is found by his id");
}

std::vector<gateway::route> admin_routes(parts& p) {
    using http::method;
    return {
        reading(p, method::get, "/self", "admin_self", self),
        doing(p, method::post, "/tenants/{tenant}/admins", "admin_create_admin", create),
        reading(p, method::get, "/tenants/{tenant}/admins", "admin_list_admins", list),
        doing(p, method::patch, "/tenants/{tenant}/admins/{who}", "admin_change_admin", change),
        doing(p, method::del, "/tenants/{tenant}/admins/{who}", "admin_disable_admin", disable),
        doing(p, method::post, "/tenants/{tenant}/admins/{who}/token", "admin_create_admin_token",
              create_token),
    };
}

std::vector<gateway::route> operator_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::post, "/operators", "admin_create_operator", create),
        reading(p, method::get, "/operators", "admin_list_operators", list),
        doing(p, method::patch, "/operators/{who}", "admin_change_operator", change),
        doing(p, method::del, "/operators/{who}", "admin_disable_operator", disable),
        doing(p, method::post, "/operators/{who}/token", "admin_create_operator_token",
              create_token),
    };
}

} // namespace rollcall::admin
