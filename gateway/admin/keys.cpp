// Endpoints of bearer keys. A secret is in the answer that made it and nowhere else.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/expiry.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/who.hpp"
#include "gateway/bearer_key.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::done;
using projections::key_state;
using projections::tenant_state;

constexpr std::string_view overlap_default = "24h";

/// Why the key itself opens nothing any more; empty if it may.
std::string_view end_of(const key_state& k, base::moment now) {
    if (k.revoked) return "revoked";
    if (k.expires_at && *k.expires_at <= now) return "expired";
    return {};
}

std::string_view state_of(const tenant_state& t, const key_state& k, base::moment now) {
    if (const std::string_view end = end_of(k, now); !end.empty()) return end;
    return t.deleted ? "tenant_deleted" : "live";
}

void write_members(base::json_writer& json, parts& p, const tenant_state& t, const key_state& k) {
    json.member("id", k.id.text()).member("tenant", t.slug).member("label", k.label);
    json.member("state", state_of(t, k, base::now()));
    json.key("owner");
    if (k.owner) {
        const auto owner = p.with.directory.admin(t.number, *k.owner);
        json.begin_object().member("id", k.owner->text());
        json.member("name", owner ? owner->content.name : "").end_object();
    } else {
        json.null();
    }
    if (k.because != eventlog::rights_end::asked) {
        json.member("because", eventlog::rights_end_name(k.because));
    }
    json.member("created", k.created.text());
    write_moment(json, "expires_at", k.expires_at);
    write_last_used(json, p.with.key_last_used(k), k.created);
}

said show(parts& p, unsigned status, const tenant_state& t, const key_state& k) {
    said s{status, {}};
    base::json_writer json(s.json);
    json.begin_object();
    write_members(json, p, t, k);
    json.end_object();
    return s;
}

/// A key by id, or by a label that only one live key has.
result<key_state> find_key(parts& p, const tenant_state& t, std::string_view word) {
    const auto id = id_in(word);
    if (id) {
        if (auto named = p.with.directory.key(t.number, *id)) return std::move(*named);
    }
    const auto all = id ? std::vector<key_state>{} : p.with.directory.keys(t.number);
    std::vector<const key_state*> found;
    const base::moment now = base::now();
    for (const key_state& k : all) {
        if (k.label == word && end_of(k, now).empty()) found.push_back(&k);
    }
    if (found.size() == 1) return *found.front();
    if (found.empty()) {
        return refuse(404, "not_found",
                      t.slug + " has no " + (id ? "" : "live ") + "key '" + std::string(word) +
                          "': `rollcall key list " + t.slug + "` shows them");
    }
    problem p409{409,
                 "ambiguous",
                 std::to_string(found.size()) + " live keys have the label '" + std::string(word) +
                     "': name one by its id",
                 {},
                 0};
    base::json_writer json(p409.members);
    json.key("candidates").begin_array();
    for (const key_state* k : found)
        json.value(k->id.text());
    json.end_array();
    return tl::unexpected(std::move(p409));
}

/// Where the tenant's product says that its customers find SCIM.
std::string base_path_of(parts& p, const tenant_state& t) {
    const auto profile = p.with.profiles.book()->find(t.settings.profile);
    return profile && !profile->base_paths.empty() ? profile->base_paths.front() : "/scim/v2";
}

/// The answer that shows a new secret. A repeated request gets no second look at it.
result<said> say_secret(parts& p, const tenant_state& t, done& d, const std::string& secret) {
    if (d.repeated || !d.key) {
        return refuse(409, "already_created",
                      "this request made a key before, and its secret is shown only once: revoke "
                      "that key and make another");
    }
    said s{201, {}};
    base::json_writer json(s.json);
    json.begin_object();
    json.member("key", secret);
    write_members(json, p, t, *d.key);
    json.member("scim_base", p.with.public_url() + base_path_of(p, t));
    json.end_object();
    return s;
}

projections::create_key new_key(const std::string& secret, std::string label,
                                std::optional<base::moment> expires_at, base::moment now,
                                std::optional<projections::subject_id> owner) {
    return {base::uuid::make_v7(now.unix_ms), gateway::secret_hash(secret), std::move(label),
            expires_at, owner};
}

/// Whose a new key becomes: the `named` one's; where the product's keys belong to somebody, without
/// a name that of the admin who asks. Who is bound to the tenant names nobody but himself: he would
/// hold a secret that lives on with another one's rights.
result<std::optional<projections::subject_id>>
owner_of_new(parts& p, call& c, const tenant_state& t,
             std::optional<projections::subject_id> named) {
    if (named && bound_to(c) && *named != c.facts.by.id) {
        return refuse(403, "forbidden",
                      "you may make a key that belongs to yourself, not to another admin: make one "
                      "of your own, and revoke the other's if it is to end");
    }
    const auto profile = p.with.profiles.book()->find(t.settings.profile);
    if (named || !profile || !profile->key_owner_required) return named;
    if (bound_to(c)) return std::optional(c.facts.by.id);
    return refuse(400, "owner_missing",
                  "a key of " + profile->title +
                      " belongs to an admin and ends with his rights: make one that names him, "
                      "with `rollcall key create " +
                      t.slug + " --admin NAME`");
}

void create(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto b = body::read(c.asked(), {"label", "admin", "expires_in", "expires_at"});
    if (!b) return answer(c, b.error());
    const auto label = b->text("label");
    if (!label) return answer(c, label.error());
    const auto admin = b->text("admin");
    if (!admin) return answer(c, admin.error());
    std::optional<projections::subject_id> named;
    if (*admin) {
        const auto found = find_admin(p, t->number, t->slug, **admin);
        if (!found) return answer(c, found.error());
        named = found->id;
    }
    const auto owner = owner_of_new(p, c, *t, named);
    if (!owner) return answer(c, owner.error());
    const base::moment now = base::now();
    const auto expiry = read_expiry(*b, now);
    if (!expiry) return answer(c, expiry.error());
    const std::string secret = gateway::make_bearer_key();
    submit(p, c, t->number, new_key(secret, label->value_or(""), *expiry, now, *owner),
           [t = *t, secret](parts& again, done& d) { return say_secret(again, t, d, secret); });
}

result<said> list(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    said s;
    s.json = "[";
    for (const key_state& k : p.with.directory.keys(t->number)) {
        if (s.json.size() > 1) s.json += ',';
        s.json += show(p, 200, *t, k).json;
    }
    s.json += ']';
    return s;
}

void revoke(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto k = find_key(p, *t, c.argument("key"));
    if (!k) return answer(c, k.error());
    submit(p, c, t->number, projections::revoke_key{k->id},
           [t = *t](parts& again, done& d) -> result<said> {
               if (!d.key) return refuse(500, "internal", "the key is not there after its change");
               return show(again, 200, t, *d.key);
           });
}

/// The answer that shows the new secret, and what became of the old key.
said with_replaced(said s, const projections::subject_id& old, base::moment ends,
                   const projections::answer& ended) {
    s.json.pop_back();
    s.json += ',';
    base::json_writer json(s.json);
    json.key("replaces").begin_object();
    json.member("id", old.text());
    if (ended) {
        json.member("expires_at", ends.text());
    } else {
        json.key("expires_at").null();
        json.member("warning", "the new key works, but the old one goes on as it was (" +
                                   ended.error().message + "): revoke it yourself");
    }
    json.end_object();
    s.json += '}';
    return s;
}

/// Two commands: the new key first, so that no failure leaves the tenant without a working one.
void rotate(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    const auto old = find_key(p, *t, c.argument("key"));
    if (!old) return answer(c, old.error());
    const base::moment now = base::now();
    if (const std::string_view end = end_of(*old, now); !end.empty()) {
        return answer(c, problem{409,
                                 "key_not_live",
                                 "this key is " + std::string(end) +
                                     ": make a new one with `rollcall key create`",
                                 {},
                                 0});
    }
    const auto b = body::read(c.asked(), {"overlap", "expires_in", "expires_at"});
    if (!b) return answer(c, b.error());
    const auto overlap = b->text("overlap");
    if (!overlap) return answer(c, overlap.error());
    const std::string span = overlap->value_or(std::string(overlap_default));
    const auto overlap_ms =
        span == "0" ? std::optional<std::int64_t>(0) : base::parse_duration_ms(span);
    if (!overlap_ms) {
        return answer(
            c,
            problem{400, "bad_value", "overlap must be 0 or " + std::string(lifetime_form), {}, 0});
    }
    const auto expiry = read_expiry(*b, now);
    if (!expiry) return answer(c, expiry.error());
    const auto owner = owner_of_new(p, c, *t, old->owner);
    if (!owner) return answer(c, owner.error());

    const base::moment overlapped{now.unix_ms + *overlap_ms};
    const base::moment ends = std::min(overlapped, old->expires_at.value_or(overlapped));
    const std::string secret = gateway::make_bearer_key();
    hand_in(p, c, t->number, new_key(secret, old->label, *expiry, now, *owner), true,
            [&p, t = *t, secret, id = old->id, ends](call& again, projections::answer& made) {
                if (!made) return answer(again, problem_of(made.error()));
                const auto s = say_secret(p, t, *made, secret);
                if (!s) return answer(again, s.error());
                // The answer must tell whether the old key really ends.
                hand_in(p, again, t.number, projections::set_key_expiry{id, ends}, false,
                        [said = *s, id, ends](call& last, projections::answer& ended) {
                            answer(last, with_replaced(said, id, ends, ended));
                        });
            });
}

} // namespace

std::vector<gateway::route> key_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::post, "/tenants/{tenant}/keys", "admin_create_key", create),
        reading(p, method::get, "/tenants/{tenant}/keys", "admin_list_keys", list),
        doing(p, method::del, "/tenants/{tenant}/keys/{key}", "admin_revoke_key", revoke),
        doing(p, method::post, "/tenants/{tenant}/keys/{key}/rotate", "admin_rotate_key", rotate),
    };
}

} // namespace rollcall::admin
