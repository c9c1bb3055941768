// Endpoints of roles and requests: who waits for what, giving a role, approving and rejecting.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/who.hpp"
#include "projections/read.hpp"
#include "projections/request_rows.hpp"
#include "projections/told/approval_json.hpp"

namespace rollcall::admin {
namespace {

using eventlog::open_request;
using eventlog::request_kind;
using gateway::call;
using projections::done;
using projections::subject_id;

constexpr std::size_t requests_per_look = 256;

/// Which of the requests are asked for.
struct wanted {
    std::optional<request_kind> kind;
    std::optional<bool> with_role; ///< that wait for an approval; false: for a role

    [[nodiscard]] bool fits(const open_request& r) const {
        return (!kind || *kind == r.kind) && (!with_role || *with_role != r.wanted_role.empty());
    }
};

result<wanted> wanted_of(call& c) {
    wanted out;
    if (const auto word = c.asked().query().first("kind")) {
        out.kind = eventlog::parse_request_kind(*word);
        if (!out.kind) {
            return refuse(400, "bad_value",
                          "there is no kind '" + std::string(*word) +
                              "'; known: invite, reactivation, role");
        }
    }
    if (const auto word = c.asked().query().first("needs")) {
        if (*word != "role" && *word != "approval") {
            return refuse(400, "bad_value", "needs must be role or approval");
        }
        out.with_role = *word == "approval";
    }
    return out;
}

void write_one(base::json_writer& json, const projections::user_state& user,
               const open_request& request, projections::tenant_no tenant, told::names& known) {
    json.begin_object();
    json.member("id", user.id.text()).member("userName", user.content.user_name);
    json.member("display", user.content.display).member("active", user.core.active);
    json.member("status", projections::status_name(user.core.status()));
    json.key("role");
    if (user.core.approval->role.empty()) {
        json.null();
    } else {
        json.value(user.core.approval->role);
    }
    told::write_request(json, request, tenant, &known);
    json.end_object();
}

/// A page in the order of opening. `after` and `next` are the events that opened requests.
result<said> list(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    if (const auto ok = only_parameters(c, {"kind", "needs", "after", "limit"}); !ok) {
        return tl::unexpected(ok.error());
    }
    const auto what = wanted_of(c);
    if (!what) return tl::unexpected(what.error());
    const auto after = number_of(c, "after", 0, UINT64_MAX - 1);
    if (!after) return tl::unexpected(after.error());
    const auto limit = number_of(c, "limit", p.limits.users_page_max, p.limits.users_page_max);
    if (!limit) return tl::unexpected(limit.error());
    if (*limit == 0) return refuse(400, "bad_value", "limit must be 1 or more");

    const auto rows = p.with.store.snapshot();
    told::names known(*rows);
    said s;
    base::json_writer json(s.json);
    json.begin_object().key("approvals").begin_array();
    std::uint64_t taken = 0;
    std::uint64_t looked_at = 0;
    std::uint64_t last = *after;
    bool more = true;
    while (more && taken < *limit && looked_at < p.limits.users_scan_max) {
        const auto some = projections::read_requests(*rows, t->number, {last}, requests_per_look);
        more = some.size() == requests_per_look;
        for (const subject_id& id : some) {
            if (taken == *limit || looked_at == p.limits.users_scan_max) {
                more = true;
                break;
            }
            ++looked_at;
            const auto user = projections::read_user(*rows, t->number, id);
            const open_request& request = user.value().core.approval->request.value();
            last = request.opened;
            if (!what->fits(request)) continue;
            ++taken;
            write_one(json, *user, request, t->number, known);
        }
    }
    json.end_array().key("next");
    if (more) {
        json.value(last);
    } else {
        json.null();
    }
    json.end_object();
    return s;
}

/// The admin for whom an operator acts, by id or name; nil if he names nobody.
result<subject_id> acting_for(parts& p, const projections::tenant_state& t, const body& b) {
    const auto word = b.text("as");
    if (!word) return tl::unexpected(word.error());
    if (!*word) return subject_id{};
    const auto found = find_admin(p, t.number, t.slug, **word);
    if (!found) return tl::unexpected(found.error());
    return found->id;
}

result<said> say_user(parts& p, projections::tenant_no number, done& d) {
    if (!d.user) {
        return refuse(404, "not_found",
                      "this request was carried out before, but the user is gone since");
    }
    said s;
    const auto tenant = p.with.directory.tenant(number);
    append_user(s.json, *d.user, tenant ? tenant->settings.terms : eventlog::plan_terms{}, true);
    return s;
}

/// What an admin asks to be done with one person.
struct order {
    projections::tenant_state tenant;
    body said;
    subject_id user{};
    subject_id as{};
};

result<order> order_of(parts& p, call& c, std::initializer_list<std::string_view> members) {
    auto t = tenant_of(p, c);
    if (!t) return tl::unexpected(t.error());
    auto b = body::read(c.asked(), members);
    if (!b) return tl::unexpected(b.error());
    const auto as = acting_for(p, *t, *b);
    if (!as) return tl::unexpected(as.error());
    const auto user = find_user(p.with.directory, *t, c.argument("who"), p.limits.candidates_max);
    if (!user) return tl::unexpected(user.error());
    return order{std::move(*t), std::move(*b), user->id, *as};
}

void carry_out(parts& p, call& c, const order& o, projections::command_body what) {
    submit(
        p, c, o.tenant.number, std::move(what),
        [tenant = o.tenant.number](parts& again, done& d) { return say_user(again, tenant, d); });
}

void assign(parts& p, call& c) {
    const auto o = order_of(p, c, {"role", "as"});
    if (!o) return answer(c, o.error());
    auto role = o->said.required_text("role", "a word of the product's, such as approver");
    if (!role) return answer(c, role.error());
    carry_out(p, c, *o, projections::assign_role{o->user, std::move(*role), o->as});
}

void approve(parts& p, call& c) {
    const auto o = order_of(p, c, {"role", "as", "break_glass"});
    if (!o) return answer(c, o.error());
    // Somebody may give another one between a look and an approval.
    auto role = o->said.required_text(
        "role", "name the role that you approve; `wanted_role` of GET approvals shows it");
    if (!role) return answer(c, role.error());
    auto reason = o->said.text("break_glass");
    if (!reason) return answer(c, reason.error());
    carry_out(p, c, *o,
              projections::approve_request{o->user, o->as, reason->value_or(std::string()),
                                           std::move(*role)});
}

void reject(parts& p, call& c) {
    const auto o = order_of(p, c, {"as"});
    if (!o) return answer(c, o.error());
    carry_out(p, c, *o, projections::reject_request{o->user, o->as});
}

} // namespace

std::vector<gateway::route> approval_routes(parts& p) {
    using http::method;
    return {
        reading(p, method::get, "/tenants/{tenant}/approvals", "admin_list_approvals", list,
                gateway::job_weight::heavy),
        doing(p, method::post, "/tenants/{tenant}/users/{who}/role", "admin_assign_role", assign),
        doing(p, method::post, "/tenants/{tenant}/users/{who}/approve", "admin_approve_user",
              approve),
        doing(p, method::post, "/tenants/{tenant}/users/{who}/reject", "admin_reject_user", reject),
    };
}

} // namespace rollcall::admin
