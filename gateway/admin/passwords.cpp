// The endpoint that says whether a password is somebody's: for the product's own sign-in.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/who.hpp"
#include "gateway/password_office.hpp"
#include "gateway/scim/password.hpp"
#include "gateway/scim/user_name.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;
using projections::subject_id;
using projections::tenant_no;

/// That the tenant's product keeps passwords at all.
result<void> are_kept(parts& p, const projections::tenant_state& t) {
    if (t.deleted) return refuse(410, "tenant_deleted", "Tenant " + t.slug + " was deleted.");
    const auto profile = p.with.profiles.book()->find(t.settings.profile);
    if (profile && profile->stores_passwords) return {};
    return refuse(409, "passwords_not_stored",
                  "the profile '" + t.settings.profile +
                      "' keeps no passwords: what providers send is dropped. A profile with "
                      "passwords.store = \"hash\" keeps them from then on");
}

/// The password of a body that has nothing else; the body is overwritten.
result<base::secret_text> password_of(parts& p, const call& c) {
    auto read = scim::read_only_password(c.asked().body(), p.with.passwords.bytes_max());
    c.asked().wipe_body();
    scim::forget_json();
    if (read) return std::move(*read);
    return refuse(400,
                  read.error().type == scim::scim_type::invalid_value ? "bad_value" : "bad_body",
                  read.error().detail);
}

/// Who may come in now, if it is somebody who may.
std::optional<projections::user_state> who_counts(const projections::directory& directory,
                                                  tenant_no tenant,
                                                  const std::optional<subject_id>& who) {
    auto user = who ? directory.user(tenant, *who) : std::nullopt;
    if (user && user->core.status() != projections::user_status::active) user.reset();
    return user;
}

void verify(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (const auto kept = are_kept(p, *t); !kept) return answer(c, kept.error());
    auto read = password_of(p, c);
    if (!read) return answer(c, read.error());
    const std::string_view called = c.argument("who");
    // Nobody has no password: the answer is that of a wrong one, and takes as long.
    const auto user = find_who_signs_in(p.with.directory, t->number, called);
    const auto id = user ? std::optional(user->id) : std::nullopt;
    // All spellings of a name have one pace, whether somebody has it or not.
    const std::string_view name = user ? std::string_view(user->content.user_name) : called;
    const auto wait = p.with.passwords.pace(
        t->number, scim::user_name_key(name).value_or(std::string(name)), c.facts.began);
    if (wait) {
        return answer(c, problem{429,
                                 "throttled",
                                 "too many passwords were tried of this user or tenant: wait as "
                                 "Retry-After says",
                                 {},
                                 static_cast<unsigned>(wait->count())});
    }
    // Shared only because work is a copyable function; there is never a second owner.
    const auto text = std::make_shared<const base::secret_text>(std::move(*read));
    in_office(p, c, t->number, [&p, tenant = t->number, id, text](const still_wanted&) {
        const auto who = who_counts(p.with.directory, tenant, id);
        const auto hash = who ? p.with.directory.password_of(tenant, who->id) : std::nullopt;
        const bool verified = p.with.passwords.verify(hash, *text);
        said s;
        base::json_writer json(s.json);
        json.begin_object().member("verified", verified);
        if (verified) {
            json.member("id", who->id.text()).member("userName", who->content.user_name);
        }
        json.end_object();
        return result<said>(std::move(s));
    });
}

} // namespace

std::vector<gateway::route> password_routes(parts& p) {
    return {doing(p, http::method::post, "/tenants/{tenant}/users/{who}/verify-password",
                  "admin_verify_password", verify)};
}

} // namespace rollcall::admin
