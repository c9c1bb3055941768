#include "gateway/admin_gate.hpp"

#include <string>

namespace rollcall::gateway {
namespace {

void challenge(call& c, std::string_view detail, bool bad_token) {
    c.refuse(401, detail);
    c.reply().add_header("WWW-Authenticate", bad_token
                                                 ? R"(Bearer realm="admin", error="invalid_token")"
                                                 : R"(Bearer realm="admin")");
}

} // namespace

admin_gate::admin_gate(const admin_authenticator& tokens, gate& shared,
                       projections::command_desk& desk)
    : tokens_(tokens), shared_(shared), desk_(desk) {}

bool admin_gate::identify(call& c) {
    const std::string_view authorization = c.asked().header("Authorization");
    if (!is_authorized_once(c)) return false;
    token_outcome outcome = tokens_.identify(authorization, base::now());
    if (outcome.problem) {
        turn_away(c, outcome);
        return false;
    }
    const auto kind = outcome.holder->is_operator() ? eventlog::actor_kind::operator_
                                                    : eventlog::actor_kind::admin;
    c.facts.by = {kind, outcome.holder->admin.id};
    c.facts.admin = std::move(outcome.holder);
    shared_.charge_body(c, c.facts.admin->tenant.number);
    return true;
}

void admin_gate::turn_away(call& c, const token_outcome& outcome) {
    ++failures_[static_cast<std::size_t>(*outcome.problem)];
    const std::string detail = describe(outcome);
    if (*outcome.problem == token_problem::missing) {
        challenge(c, detail, false);
        return;
    }
    if (const auto wait = shared_.count_failure(c.asked())) {
        c.refuse(429, "Too many requests with a bad token came from this address. " + detail);
        c.reply().add_header("Retry-After", std::to_string(wait->count()));
        return;
    }
    if (outcome.holder) record(c, *outcome.holder, detail);
    challenge(c, detail, true);
}

void admin_gate::record(const call& c, const admin_holder& holder, std::string_view reason) {
    if (holder.tenant.deleted) return;
    projections::attempt a;
    a.tenant = holder.tenant.number;
    a.by = {holder.is_operator() ? eventlog::actor_kind::operator_ : eventlog::actor_kind::admin,
            holder.admin.id};
    a.request_id = c.asked().request_id();
    a.action = "authenticate";
    a.who = holder.admin.id.text();
    a.status = 401;
    a.reason = reason;
    desk_.record_attempt(std::move(a));
}

} // namespace rollcall::gateway
