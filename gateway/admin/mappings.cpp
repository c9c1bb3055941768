// Endpoints of a tenant's mapping: what is in force, another one, none, and what one would do.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/manager_rule.hpp"
#include "gateway/product_terms.hpp"
#include "gateway/profiles/display_name.hpp"
#include "gateway/profiles/mapping_apply.hpp"
#include "gateway/profiles/mapping_reader.hpp"
#include "gateway/profiles/user_rules.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/work_budget.hpp"
#include "projections/decide.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::tenant_state;
using mapping_ptr = std::shared_ptr<const profiles::mapping>;

/// The mapping in force; one that this program cannot read is shown as it is, since it is JSON.
result<said> show(const tenant_state& tenant) {
    said s;
    base::json_writer json(s.json);
    json.begin_object().member("version", tenant.mapping.version.value);
    json.key("rules").raw(tenant.mapping.rules.empty() ? "[]" : tenant.mapping.rules);
    json.end_object();
    return s;
}

result<said> say_mapping(parts&, done& d) {
    if (!d.tenant) return refuse(500, "internal", "the tenant is not there after its change");
    return show(*d.tenant);
}

problem faulty(const profiles::mapping_faults& faults) {
    problem p{400, "bad_mapping", faults.front().where + ": " + faults.front().message, {}, 0};
    p.members = "\"faults\":";
    base::json_writer json(p.members);
    json.begin_array();
    for (const profiles::mapping_fault& one : faults) {
        json.begin_object().member("where", one.where).member("message", one.message).end_object();
    }
    json.end_array();
    return p;
}

/// The rules as they are kept. Paths are printed in full, which may be longer than they were sent,
/// so that what is kept is read again: nothing is kept that nobody can read.
result<std::string> kept_form(const profiles::mapping& what) {
    std::string text;
    profiles::append_rules(text, what);
    if (text.size() > projections::mapping_bytes_max) {
        return refuse(400, "bad_mapping",
                      "rules: may have at most " + std::to_string(projections::mapping_bytes_max) +
                          " bytes; these have " + std::to_string(text.size()));
    }
    if (const auto again = profiles::read_mapping(text); !again) {
        return tl::unexpected(faulty(again.error()));
    }
    return text;
}

/// The rules of a body, which can be kept; null if it has none.
result<mapping_ptr> rules_of(const body& b) {
    const auto text = b.json("rules");
    if (!text) return tl::unexpected(text.error());
    if (!*text) return mapping_ptr{};
    auto read = profiles::read_mapping(**text);
    if (!read) return tl::unexpected(faulty(read.error()));
    if (const auto kept = kept_form(*read); !kept) return tl::unexpected(kept.error());
    return std::make_shared<const profiles::mapping>(std::move(*read));
}

void set(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {"rules", "version"});
    if (!b) return answer(c, b.error());
    const auto rules = rules_of(*b);
    if (!rules) return answer(c, rules.error());
    const auto version = b->count("version");
    if (!version) return answer(c, version.error());
    if (!*rules) return answer(c, problem{400, "bad_value", "rules is missing: a list", {}, 0});
    projections::set_mapping wish;
    profiles::append_rules(wish.rules, **rules);
    wish.instead_of = *version;
    submit(p, c, t->number, std::move(wish), say_mapping);
}

void clear(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (const auto ok = only_parameters(c, {"version"}); !ok) return answer(c, ok.error());
    projections::set_mapping wish;
    if (c.asked().query().first("version")) {
        const auto version = number_of(c, "version", 0, UINT64_MAX);
        if (!version) return answer(c, version.error());
        wish.instead_of = *version;
    }
    submit(p, c, t->number, std::move(wish), say_mapping);
}

result<said> one(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    return show(*t);
}

/// What each rule makes of the user who was sent; false if that is too much work.
bool write_rules(base::json_writer& json, const profiles::mapping& by, const scim::resource& sent) {
    const scim::work_budget budget(scim::limits::patch_work_max);
    json.key("rules").begin_array();
    for (const profiles::mapping_rule& rule : by.rules) {
        json.begin_object().member("target", print(rule.target));
        json.member(rule.kind, rule.text);
        json.key("value");
        if (const auto text = filled(rule.value, sent)) {
            json.value(*text);
        } else {
            json.null();
        }
        json.end_object();
        if (budget.exhausted()) return false;
    }
    json.end_array();
    return true;
}

/// What keeps everybody out, whatever he is sent like: the plan, single sign-on, a profile that is
/// not on the server, a mapping that cannot be read. A key's owner is taken to be there.
std::optional<scim::error> barred(parts& p, const tenant_state& tenant) {
    projections::key_state key;
    key.owner.emplace();
    const auto terms = gateway::terms_of(tenant, key, *p.with.profiles.book());
    if (terms.bar) return terms.bar->says;
    if (!terms.profile->users.create) return profiles::not_created(*terms.profile);
    return std::nullopt;
}

/// What becomes of a create with that body: the user who would be kept, how people would be shown
/// him, and what the product's rules say. Nothing is written, and nothing of the sample is kept.
result<said> foresee(parts& p, const tenant_state& tenant, const mapping_ptr& mapping,
                     const std::string& sample) {
    static const profiles::mapping none;
    const auto profile = p.with.profiles.book()->find(tenant.settings.profile);
    const auto sent = scim::read_new(scim::user_type(), sample);
    std::optional<scim::resource> turned;
    if (sent) turned = *sent;
    if (turned && mapping && !profiles::apply_mapping(*mapping, *turned)) turned.reset();
    const auto wish = gateway::read_creation(sample, {profile, true, mapping});
    std::optional<scim::error> refused = barred(p, tenant);
    if (refused) {
        // said of him whatever his attributes are
    } else if (!wish) {
        refused = wish.error();
    } else if (profile && profile->users.resolve_manager) {
        refused =
            gateway::judge_manager(p.with.directory, tenant.number, "", wish->content.document);
    }
    said s;
    base::json_writer json(s.json);
    json.begin_object();
    if (!write_rules(json, sent && mapping ? *mapping : none,
                     sent ? *sent : scim::resource(scim::user_type()))) {
        return refuse(413, "too_large",
                      "the rules look at too many values of this sample: send a smaller one");
    }
    json.key("stored");
    if (turned) {
        json.raw(turned->document());
    } else {
        json.null();
    }
    json.key("display");
    if (wish) {
        json.value(wish->content.display);
    } else {
        json.null();
    }
    json.key("refused");
    if (refused) {
        json.begin_object().member("status", refused->status).member("detail", refused->detail);
        json.end_object();
    } else {
        json.null();
    }
    json.end_object();
    return s;
}

void preview(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {"rules", "sample"});
    if (!b) return answer(c, b.error());
    const auto rules = rules_of(*b);
    if (!rules) return answer(c, rules.error());
    const auto sample = b->json("sample");
    if (!sample) return answer(c, sample.error());
    if (!*sample) {
        return answer(
            c,
            problem{400, "bad_value", "sample is missing: a User as the provider sends it", {}, 0});
    }
    tenant_state tenant = *t;
    if (*rules) tenant.mapping = {}; // what is in force does not matter to those that are tried
    const mapping_ptr by = *rules ? *rules : gateway::mapping_of(tenant);
    aside(p, c, gateway::job_weight::light,
          [&p, tenant = std::move(tenant), by, text = std::string(**sample)] {
              return foresee(p, tenant, by, text);
          });
}

} // namespace

std::vector<gateway::route> mapping_routes(parts& p) {
    using http::method;
    return {
        reading(p, method::get, "/tenants/{tenant}/mapping", "admin_get_mapping", one),
        doing(p, method::put, "/tenants/{tenant}/mapping", "admin_set_mapping", set),
        doing(p, method::del, "/tenants/{tenant}/mapping", "admin_clear_mapping", clear),
        doing(p, method::post, "/tenants/{tenant}/mapping/preview", "admin_preview_mapping",
              preview),
    };
}

} // namespace rollcall::admin
