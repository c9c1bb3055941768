// Endpoints of tenants.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "projections/seat_holders.hpp"
#include "projections/told/plan_json.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::tenant_state;

bool in_catalogue(const projections::directory& directory, std::string_view plan) {
    return plan == projections::default_plan || directory.plan(plan);
}

void write_by_status(base::json_writer& json, const projections::status_counts& counts) {
    json.key("by_status").begin_object();
    for (const auto status : projections::living_statuses) {
        json.member(projections::status_name(status), counts[static_cast<std::size_t>(status)]);
    }
    json.end_object();
}

void write_tenant(std::string& out, const tenant_state& t,
                  const projections::directory& directory) {
    const auto counted = directory.counters(t.number);
    const eventlog::tenant_settings& set = t.settings;
    base::json_writer json(out);
    json.begin_object();
    json.member("id", t.slug).member("name", t.settings.name);
    json.member("profile", t.settings.profile).member("plan", t.settings.plan);
    json.member("plan_in_catalogue", in_catalogue(directory, set.plan));
    json.key("plan_terms").begin_object();
    told::write_terms(json, set.terms);
    json.end_object();
    told::write_limit(json, "seat_limit", set.seat_limit);
    told::write_limit(json, "limit", projections::seat_limit(set));
    json.key("grace_until");
    if (set.grace_until) {
        json.value(set.grace_until->text());
    } else {
        json.null();
    }
    json.member("seats_used", projections::seats_used(set.terms, counted.by_status));
    json.member("users", counted.users);
    write_by_status(json, counted.by_status);
    json.member("scim", t.settings.scim_enabled).member("deleted", t.deleted);
    json.member("created", t.created.text());
    json.end_object();
}

said show(parts& p, unsigned status, const tenant_state& t) {
    said s{status, {}};
    write_tenant(s.json, t, p.with.directory);
    return s;
}

result<said> say_tenant(parts& p, done& d) {
    if (!d.tenant) return refuse(500, "internal", "the tenant is not there after its change");
    return show(p, d.what == done::kind::created ? 201 : 200, *d.tenant);
}

/// What create and set have in common, read from the body.
result<projections::set_tenant> read_settings(const parts& p, const body& b) {
    projections::set_tenant s;
    const auto name = b.text("name");
    const auto profile = b.text("profile");
    const auto plan = b.text("plan");
    const auto seats = b.count_or_unlimited("seats");
    const auto scim = b.flag("scim");
    for (const problem* wrong :
         {name ? nullptr : &name.error(), profile ? nullptr : &profile.error(),
          plan ? nullptr : &plan.error(), seats ? nullptr : &seats.error(),
          scim ? nullptr : &scim.error()}) {
        if (wrong != nullptr) return tl::unexpected(*wrong);
    }
    const auto book = p.with.profiles.book();
    if (*profile && !book->find(**profile)) {
        return refuse(400, "unknown_profile",
                      "there is no profile '" + **profile + "'; known: " + book->ids());
    }
    if (*plan && !in_catalogue(p.with.directory, **plan)) {
        std::string known(projections::default_plan);
        for (const projections::plan_state& one : p.with.directory.plans())
            known += ", " + one.name;
        return refuse(400, "unknown_plan", "there is no plan '" + **plan + "'; known: " + known);
    }
    if (*name && (**name).empty()) return refuse(400, "bad_value", "name must not be empty");
    s.name = *name;
    s.profile = *profile;
    s.plan = *plan;
    s.seat_limit = *seats;
    s.scim_enabled = *scim;
    return s;
}

void create(parts& p, call& c) {
    const auto b = body::read(c.asked(), {"id", "name", "profile", "plan", "seats", "scim"});
    if (!b) return answer(c, b.error());
    const auto id = b->required_text("id", "the tenant's name in URLs, such as acme");
    if (!id) return answer(c, id.error());
    const auto s = read_settings(p, *b);
    if (!s) return answer(c, s.error());
    eventlog::tenant_settings settings;
    settings.name = s->name.value_or(*id);
    settings.profile = s->profile.value_or(std::string(profiles::usual_profile));
    settings.plan = s->plan.value_or(std::string(projections::default_plan));
    settings.seat_limit = s->seat_limit.value_or(std::nullopt);
    settings.scim_enabled = s->scim_enabled.value_or(true);
    submit(p, c, {}, projections::create_tenant{*id, std::move(settings)}, say_tenant);
}

/// What would become of people if a tenant had other seats: nothing is changed.
said foresee(parts& p, const tenant_state& t, const projections::set_tenant& wish) {
    eventlog::tenant_settings set = t.settings;
    if (wish.plan) {
        const auto plan = p.with.directory.plan(*wish.plan);
        set.terms = plan ? plan->terms : eventlog::plan_terms{};
    }
    if (wish.seat_limit) set.seat_limit = *wish.seat_limit;
    const auto limit = projections::seat_limit(set);
    const auto counts = p.with.directory.counters(t.number).by_status;
    const std::uint64_t used = projections::seats_used(set.terms, counts);
    const std::uint64_t too_many = limit && used > *limit ? used - *limit : 0;
    const bool suspends = set.terms.on_downgrade != eventlog::downgrade_policy::block_new;
    const auto most = static_cast<std::size_t>(
        std::min<std::uint64_t>(suspends ? too_many : 0, p.limits.seat_holders_max));

    said s;
    base::json_writer json(s.json);
    json.begin_object().member("tenant", t.slug).member("dry_run", true);
    told::write_limit(json, "limit", limit);
    json.member("used", used).member("too_many", too_many);
    json.member("on_downgrade", eventlog::downgrade_policy_name(set.terms.on_downgrade));
    json.member("grace_days", std::uint64_t{set.terms.grace_days});
    json.key("would_be_suspended").begin_array();
    for (const auto& id :
         projections::newest_holders(p.with.directory, t.number, set.terms, most)) {
        const auto user = p.with.directory.user(t.number, id);
        if (!user) continue;
        json.begin_object().member("id", id.text()).member("userName", user->content.user_name);
        json.end_object();
    }
    json.end_array().end_object();
    return s;
}

void change(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {"name", "profile", "plan", "seats", "scim", "dry_run"});
    if (!b) return answer(c, b.error());
    auto s = read_settings(p, *b);
    if (!s) return answer(c, s.error());
    const auto dry = b->flag("dry_run");
    if (!dry) return answer(c, dry.error());
    if (dry->value_or(false)) return answer(c, foresee(p, *t, *s));
    submit(p, c, t->number, std::move(*s), say_tenant);
}

result<projections::set_tenant> read_switch(const call& c) {
    const auto b = body::read(c.asked(), {"enabled"});
    if (!b) return tl::unexpected(b.error());
    const auto enabled = b->flag("enabled");
    if (!enabled) return tl::unexpected(enabled.error());
    if (!*enabled) {
        return refuse(400, "bad_value",
                      "enabled is missing: true lets identity providers push, false leaves them "
                      "nothing but deactivating and deleting");
    }
    projections::set_tenant s;
    s.scim_enabled = *enabled;
    return s;
}

/// Apart from change(): whether providers may push is the customer's to decide, the contract is
/// not.
void switch_scim(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    auto s = read_switch(c);
    if (!s) return answer(c, s.error());
    submit(p, c, t->number, std::move(*s), say_tenant);
}

void remove(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    submit(p, c, t->number, projections::delete_tenant{}, say_tenant);
}

result<said> list(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    said s;
    s.json = "[";
    const auto only = bound_to(c);
    for (const tenant_state& t : p.with.directory.tenants()) {
        if (only && t.number != *only) continue;
        if (s.json.size() > 1) s.json += ',';
        write_tenant(s.json, t, p.with.directory);
    }
    s.json += ']';
    return s;
}

result<said> one(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    return show(p, 200, *t);
}

} // namespace

std::vector<gateway::route> tenant_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::post, "/tenants", "admin_create_tenant", create),
        reading(p, method::get, "/tenants", "admin_list_tenants", list, gateway::job_weight::heavy),
        reading(p, method::get, "/tenants/{tenant}", "admin_get_tenant", one),
        doing(p, method::patch, "/tenants/{tenant}", "admin_change_tenant", change),
        doing(p, method::put, "/tenants/{tenant}/scim", "admin_switch_scim", switch_scim),
        doing(p, method::del, "/tenants/{tenant}", "admin_delete_tenant", remove),
    };
}

} // namespace rollcall::admin
