#include "projections/told/event_json.hpp"

#include "eventlog/base/encoding.hpp"
#include "projections/told/approval_json.hpp"
#include "projections/told/plan_json.hpp"

#include <algorithm>
#include <type_traits>

namespace rollcall::told {
namespace {

using namespace eventlog;
using base::json_writer;

/// Whether it is said who has an id today, and how a person is called in a list of events.
bool is_for_operators(event_detail detail) {
    return detail == event_detail::line || detail == event_detail::whole;
}

bool has_attributes(event_detail detail) {
    return detail == event_detail::whole || detail == event_detail::full;
}

void write_names(json_writer& json, std::string_view member, const std::vector<std::string>& all) {
    json.key(member).begin_array();
    for (const std::string& name : all)
        json.value(name);
    json.end_array();
}

void write_expiry(json_writer& json, const std::optional<base::moment>& at) {
    json.key("expires_at");
    if (at) {
        json.value(at->text());
    } else {
        json.null();
    }
}

void write_settings(json_writer& json, const tenant_settings& s) {
    json.member("name", s.name).member("profile", s.profile).member("plan", s.plan);
    write_limit(json, "seat_limit", s.seat_limit);
    json.member("scim", s.scim_enabled);
    if (s.terms != plan_terms{}) {
        json.key("plan_terms").begin_object();
        write_terms(json, s.terms);
        json.end_object();
    }
    if (s.grace_until) json.member("grace_until", s.grace_until->text());
}

/// `known`: who is who; null for ids alone.
void write_user(json_writer& json, const user_facts& facts, const user_content& content,
                tenant_no tenant, names* known, bool erased, event_detail detail) {
    json.member("active", facts.active).member("holds_seat", facts.holds_seat);
    if (facts.suspended.any()) write_suspension(json, facts.suspended);
    if (facts.approval != standing{}) write_standing(json, facts.approval, tenant, known);
    json.member("origin", facts.origin == user_origin::native ? "native" : "provisioned");
    write_names(json, "changed", facts.changed);
    if (detail == event_detail::minimal) return;
    if (erased) {
        json.member("erased", true);
        return;
    }
    if (content.user_name.empty()) return; // still sealed: nobody asked for it to be opened
    json.member("userName", content.user_name);
    if (!has_attributes(detail)) return;
    json.member("display", content.display);
    if (content.external_id) json.member("externalId", *content.external_id);
    json.key("attributes").raw(content.document);
}

void write_team(json_writer& json, const team_facts& facts, const team_content& content,
                bool erased, event_detail detail) {
    write_names(json, "changed", facts.changed);
    if (detail == event_detail::minimal) return;
    if (erased) json.member("erased", true);
    if (content.name.empty()) return; // still sealed, or gone
    json.member("displayName", content.name);
    if (!has_attributes(detail)) return;
    if (content.external_id) json.member("externalId", *content.external_id);
    json.key("attributes").raw(content.document);
}

void write_ids(json_writer& json, std::string_view member, const std::vector<subject_id>& all) {
    json.key(member).begin_array();
    for (const subject_id& id : all)
        json.value(id.text());
    json.end_array();
}

struct body_writer {
    json_writer& json;
    const read_event& e;
    names& known;
    event_detail detail;

    void operator()(const tenant_created& f) const { write_settings(json, f.settings); }

    void operator()(const tenant_changed& f) const {
        write_settings(json, f.settings);
        // Readers know the setting by the name of its member.
        std::vector<std::string> changed = f.changed;
        std::replace(changed.begin(), changed.end(), std::string("scim_enabled"),
                     std::string("scim"));
        write_names(json, "changed", changed);
    }

    void operator()(const key_created& f) const {
        json.member("label", f.label);
        if (f.owner) {
            json.member("owner", f.owner->text());
            write_name("owner_name", &names::admin, *f.owner);
        }
        write_expiry(json, f.expires_at);
    }

    void operator()(const key_expiry_changed& f) const {
        write_key();
        write_expiry(json, f.expires_at);
    }

    void operator()(const admin_created& f) const {
        if (e.content_erased) json.member("erased", true);
        if (!f.content.name.empty()) json.member("name", f.content.name);
        json.member("role", admin_role_name(f.role));
        write_expiry(json, f.expires_at);
    }

    void operator()(const admin_changed& f) const {
        write_admin();
        json.member("role", admin_role_name(f.role));
    }

    void operator()(const admin_disabled& f) const {
        write_admin();
        write_because(f.because);
    }

    void operator()(const admin_linked& f) const {
        write_admin();
        json.member("user", f.user.text());
        write_name("user_name", &names::user, f.user);
    }

    void operator()(const admin_unlinked&) const { write_admin(); }

    void operator()(const sso_set& f) const {
        json.member("entity_id", f.provider.entity_id);
        json.member("sign_on_url", f.provider.sign_on_url);
        json.key("certificates").begin_array();
        for (const sso_certificate& one : f.provider.certificates) {
            json.begin_object().member("sha256", base::hex(one.sha256)).key("not_after");
            if (one.end_is_known()) {
                json.value(one.not_after.text());
            } else {
                json.null();
            }
            json.end_object();
        }
        json.end_array();
        json.member("document_sha256", base::hex(f.provider.document_sha256));
        if (detail == event_detail::whole && !f.document.empty()) {
            json.member("metadata", f.document);
        }
    }

    void operator()(const sso_cleared&) const {}

    void operator()(const admin_token_created& f) const {
        write_admin();
        write_expiry(json, f.expires_at);
    }

    /// Whose it is, and nothing of the hash: whoever has it can try out passwords.
    void operator()(const password_set&) const { write_whose(); }

    void operator()(const password_removed&) const { write_whose(); }

    template <class Fact>
        requires requires(const Fact& f) { f.content; }
    void operator()(const Fact& f) const {
        if constexpr (requires { team_facts(f.facts); }) {
            write_team(json, f.facts, f.content, e.content_erased, detail);
        } else {
            write_user(json, f.facts, f.content, e.what.tenant, who_is_who(), e.content_erased,
                       detail);
        }
        if constexpr (std::is_same_v<Fact, user_restored>) json.member("reset", f.reset);
    }

    void operator()(const plan_defined& f) const {
        json.member("name", f.name);
        plan_terms terms = f.terms;
        terms.version = e.seq.value;
        write_terms(json, terms);
    }

    void operator()(const mapping_set& f) const { json.key("rules").raw(f.rules); }

    void operator()(const mapping_cleared&) const {}

    /// user_suspended and user_resumed, and those of approvals.
    template <class Fact>
        requires requires(const Fact& f) { f.suspended; }
    void operator()(const Fact& f) const {
        write_whose();
        write_suspension(json, f.suspended);
        json.member("holds_seat", f.holds_seat);
        if constexpr (requires { f.approval; }) {
            write_standing(json, f.approval, e.what.tenant, who_is_who());
        }
        if constexpr (requires { f.acting_for; }) {
            if (!f.acting_for.is_nil()) {
                json.member("as", f.acting_for.text());
                if (is_for_operators(detail)) {
                    json.member("as_name", known.admin(e.what.tenant, f.acting_for));
                }
            }
        }
        if constexpr (requires { f.break_glass; }) {
            if (!f.break_glass.empty() && detail != event_detail::minimal) {
                json.member("break_glass", f.break_glass);
            }
        }
    }

    void operator()(const tenant_deleted&) const {}

    void operator()(const key_revoked& f) const {
        write_key();
        write_because(f.because);
    }

    void operator()(const user_deleted&) const {}

    void operator()(const user_erased&) const {}

    void operator()(const team_deleted&) const {}

    void operator()(const members_changed& f) const {
        write_name("displayName", &names::team, e.what.subject);
        write_ids(json, "added", f.added);
        write_ids(json, "removed", f.removed);
        if (f.added.size() + f.removed.size() != 1) return;
        // One person's coming or going is told by his name, if he is still there.
        const subject_id& who = f.added.empty() ? f.removed.front() : f.added.front();
        write_name("member", &names::user, who);
    }

    void write_because(rights_end why) const {
        if (why != rights_end::asked) json.member("because", rights_end_name(why));
    }

    void write_whose() const { write_name("userName", &names::user, e.what.subject); }

    void write_key() const { write_name("label", &names::key, e.what.subject); }

    void write_admin() const { write_name("name", &names::admin, e.what.subject); }

    using look_up = std::string (names::*)(tenant_no, const base::uuid&) const;

    /// What `who` is called now, for operators, if he is still there.
    void write_name(std::string_view member, look_up by, const base::uuid& who) const {
        if (!is_for_operators(detail)) return;
        const std::string name = (known.*by)(e.what.tenant, who);
        if (!name.empty()) json.member(member, name);
    }

    [[nodiscard]] names* who_is_who() const { return is_for_operators(detail) ? &known : nullptr; }
};

} // namespace

void write_event(json_writer& json, const read_event& e, names& known, event_detail detail) {
    const event& what = e.what;
    json.member("position", e.at.text());
    json.member("tenant", known.tenant(what.tenant));
    json.member("seq", e.seq.value);
    json.member("type", event_type_name(type_of(what.body)));
    json.member("time", what.time.text());
    json.key("actor").begin_object();
    json.member("kind", actor_kind_name(what.by.kind));
    if (!what.by.id.is_nil()) json.member("id", what.by.id.text());
    // A consumer's name is not looked up.
    if (is_for_operators(detail) || what.by.kind == actor_kind::consumer) {
        json.member("name", known.actor(what.tenant, what.by));
    }
    json.end_object();
    // A nil subject is the tenant itself.
    json.member("subject", what.subject.is_nil() ? known.tenant(what.tenant) : what.subject.text());
    // A caller may have chosen it, and may have put a name into it; what we made ourselves is a
    // UUID.
    if (detail != event_detail::minimal || base::uuid::parse(what.request_id)) {
        json.member("request_id", what.request_id);
    }
    if (!what.profile.empty()) json.member("policy", what.profile);
    if (what.trace) json.member("trace", what.trace->text());
    if (what.cause) json.member("cause", what.cause->text());
    std::visit(body_writer{json, e, known, detail}, what.body);
}

void append_event(std::string& out, const read_event& e, names& known, event_detail detail) {
    json_writer json(out);
    json.begin_object();
    write_event(json, e, known, detail);
    if (detail == event_detail::whole) {
        json.member("hash", base::hex(e.hash));
        if (e.sealed_hash != digest{}) json.member("sealed_hash", base::hex(e.sealed_hash));
    }
    json.end_object();
}

} // namespace rollcall::told
