#include "gateway/gate.hpp"

#include "gateway/http/text.hpp"
#include "gateway/profiles/base_path.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/lookups.hpp"

#include <algorithm>
#include <memory>
#include <string>

namespace rollcall::gateway {

namespace {

/// Whether the base path that was asked is one of the tenant's product. Nobody knows those of a
/// profile whose file is gone, so it may be any: his provider has no other for a deactivation.
bool is_at_home(const key_holder& holder, const call& c) {
    if (!holder.product.profile) return true;
    const std::size_t taken = c.facts.match.prefix_segments;
    const auto& own = holder.product.profile->base_paths;
    return std::any_of(own.begin(), own.end(), [&](const std::string& base) {
        return profiles::segments_within(base, c.asked().path()) == taken;
    });
}

bool is_about_groups(const call& c) {
    return c.facts.match.where != nullptr && (c.facts.match.where->name == "list_groups" ||
                                              c.facts.match.where->name == "search_groups");
}

/// What to say by a base URL of another product, or of the tenant's product as it was.
scim::error astray_error(const profiles::profile& product) {
    std::string says = "This base URL is not that of " + product.title +
                       ", the product of the key's tenant: change it in the provider's settings to "
                       "the one that ends in ";
    for (const std::string& base : product.base_paths)
        says += base + " or in ";
    says += "/scim/v2.";
    says += only_leaving_goes_on;
    return {403, scim::scim_type::none, std::move(says)};
}

/// Whether it asks for somebody, or for a team, in particular; a list is asked for with a
/// condition.
bool may_name_whom(const call& c) {
    return !c.argument("id").empty() || c.asked().query().first("filter");
}

/// The same, by what the condition says: one that anybody meets, `id pr`, names nobody.
bool names_whom(const call& c) {
    if (!c.argument("id").empty()) return true;
    const auto text = c.asked().query().first("filter");
    if (!text || c.facts.match.where == nullptr) return false;
    const bool teams = is_about_groups(c);
    const auto condition =
        scim::parse_filter(teams ? scim::group_type() : scim::user_type(), *text);
    return condition && !scim::exact_lookups(*condition).empty();
}

} // namespace

gate::gate(const authenticator& keys, projections::command_desk& desk, const limits& bounds,
           bool behind_proxy)
    : keys_(keys), desk_(desk), throttle_(bounds), behind_proxy_(behind_proxy) {}

bool gate::admit(call& c, permission needs) {
    const std::string_view authorization = c.asked().header("Authorization");
    if (needs == permission::open) return true;
    if (!is_authorized_once(c)) return false;
    if (needs == permission::discover && authorization.empty()) return true;
    auth_outcome outcome = keys_.identify(authorization, c.asked().arrived());
    if (outcome.problem) {
        turn_away(c, outcome);
        return false;
    }
    const key_holder& holder = *outcome.holder;
    const std::string_view named = c.argument("tenant");
    if (!named.empty() && named != holder.tenant.slug) {
        challenge(c, "This key does not belong to the tenant that the URL names.", true);
        return false;
    }
    // Whom a provider cannot look up any more, he never asks us to deactivate.
    const auto closed = [&] {
        return needs == permission::provision || (needs == permission::read && !names_whom(c));
    };
    if (!holder.tenant.provisions() && closed()) {
        refuse_as_scim(c.reply(), switched_off_error(holder.tenant));
        return false;
    }
    if (const auto& bar = holder.product.bar; bar && closed() &&
                                              (needs == permission::provision || bar->lists_too ||
                                               (bar->groups_too && is_about_groups(c)))) {
        refuse_as_scim(c.reply(), bar->says);
        return false;
    }
    if (c.facts.match.by_more_prefixes && !is_at_home(holder, c)) {
        auto says = std::make_shared<const scim::error>(astray_error(*holder.product.profile));
        if (closed() || needs == permission::discover) {
            record(c, holder, "use base URL", *says);
            refuse_as_scim(c.reply(), *says);
            return false;
        }
        c.facts.astray = std::move(says);
    }
    c.facts.by = {eventlog::actor_kind::key, holder.key.id};
    c.facts.holder = std::move(outcome.holder);
    // Remembered with the key: no lock for each body.
    if (c.facts.at_head) c.charge_body_to(c.facts.holder->input);
    return keeps_pace(c);
}

bool gate::keeps_pace(call& c) {
    tenant_pace* const pace = c.facts.holder->pace.get();
    if (pace == nullptr) return true;
    const route* where = c.facts.match.where;
    pace_class what = where != nullptr ? where->pace : pace_class::ordinary;
    if (what == pace_class::look_up && !may_name_whom(c)) what = pace_class::ordinary;
    // A request counts once: with its head if a body follows, so that the body need not be read.
    const bool at_head = what != pace_class::leaving && c.asked().announces_body();
    if (c.facts.at_head != at_head) return true;
    const auto wait = pace->take(what, c.facts.began);
    if (!wait) return true;
    if (what == pace_class::leaving) {
        c.facts.over_pace = *wait;
        return true;
    }
    refuse_for_pace(c, *wait);
    return false;
}

std::optional<std::chrono::seconds> gate::count_failure(const http::request& asked) {
    const auto wait = throttle_.count_failure(peer_of(asked), std::chrono::steady_clock::now());
    if (wait) ++throttled_;
    return wait;
}

void gate::turn_away(call& c, const auth_outcome& outcome) {
    ++failures_[static_cast<std::size_t>(*outcome.problem)];
    const std::string detail = describe(outcome);
    if (*outcome.problem == auth_problem::missing) {
        challenge(c, detail, false);
        return;
    }
    const auto wait = count_failure(c.asked());
    if (wait) {
        c.refuse(429, "Too many requests with a bad key came from this address. " + detail);
        c.reply().add_header("Retry-After", std::to_string(wait->count()));
        return;
    }
    if (outcome.holder) {
        record(c, *outcome.holder, "authenticate", {401, scim::scim_type::none, detail});
    }
    challenge(c, detail, true);
}

void gate::challenge(call& c, std::string_view detail, bool bad_token) {
    c.refuse(401, detail);
    c.reply().add_header("WWW-Authenticate", bad_token
                                                 ? R"(Bearer realm="scim", error="invalid_token")"
                                                 : R"(Bearer realm="scim")");
}

std::string_view gate::peer_of(const http::request& asked) const {
    if (!behind_proxy_) return asked.peer();
    const std::string_view chain = asked.last_header("X-Forwarded-For");
    const std::string_view last = http::trim(chain.substr(chain.rfind(',') + 1));
    return last.empty() ? asked.peer() : last;
}

void gate::record(const call& c, const key_holder& holder, std::string_view action,
                  const scim::error& why) {
    if (holder.tenant.deleted) return;
    projections::attempt a;
    a.tenant = holder.tenant.number;
    a.by = {eventlog::actor_kind::key, holder.key.id};
    a.request_id = c.asked().request_id();
    a.action = action;
    a.who = holder.key.id.text();
    a.status = static_cast<std::uint16_t>(why.status);
    a.reason = why.detail;
    desk_.record_attempt(std::move(a));
}

bool is_authorized_once(call& c) {
    int fields = 0;
    c.asked().each_header("Authorization", [&fields](std::string_view) { ++fields; });
    if (fields < 2) return true;
    c.refuse(400, "There are two Authorization fields: send one.");
    return false;
}

} // namespace rollcall::gateway
