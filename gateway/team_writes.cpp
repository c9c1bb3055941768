// The writing half of teams.hpp.
#include "gateway/key_holder.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/profiles/user_rules.hpp"
#include "gateway/replies.hpp"
#include "gateway/team_departures.hpp"
#include "gateway/teams.hpp"
#include "gateway/user_render.hpp"

namespace rollcall::gateway {
namespace {

using projections::done;
using projections::subject_id;

/// Why the tenant may not write groups; nothing if he may.
std::optional<scim::error> bar_of_groups(const call& c) {
    if (const scim::error* bar = bar_of(c)) return *bar;
    const product_terms& product = c.facts.holder->product;
    if (product.groups_are_empty()) return profiles::no_groups(*product.profile);
    return std::nullopt;
}

} // namespace

/// A PATCH is answered 204: both providers are content with it, and a team may be large (RFC 7644
/// section 3.5.2 allows it unless attributes are asked for).
answer_writer teams::answer(change_kind kind) const {
    return [this, kind](call& c, const done& what, const scim_write& asked) {
        if (what.what == done::kind::deleted) return c.reply().empty(204);
        if (!what.team) {
            c.refuse(404, "This request was carried out before, but the group is gone since.");
            return;
        }
        const bool made = what.what == done::kind::created;
        const bool silent = kind == change_kind::patch && !asks_for_parts(c.asked());
        if (made || !(silent || asked.minimal)) {
            return reply_with_team(c, made ? 201 : 200, *what.team, asked.base_url, asked.shown);
        }
        c.reply().empty(204);
        c.reply().add_header("ETag", scim::etag(what.team->core.version.value));
        if (asked.minimal) c.reply().add_header("Preference-Applied", "return=minimal");
    };
}

void teams::create(call& c) {
    constexpr std::string_view action = "create team";
    auto what = begin_write(with_, c, scim::group_type());
    what->minimal = prefers_minimal(c.asked());
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    if (auto bar = bar_of_groups(c)) what->fault(std::move(*bar));
    auto body =
        read_team_creation(c.asked().body(), subject_id::make_v7(c.asked().arrived().unix_ms));
    if (!body) what->fault(body.error());
    if (!what->faults.empty()) {
        const auto& tenant = c.facts.holder->tenant;
        if (!tenant.provisions()) {
            what->faults.front() = switched_off_error(tenant);
        }
        const std::string who = body ? body->wish.content.name_key : std::string();
        return refuse_write(with_, c, action, who, what->faults.front());
    }
    submit_write(with_, c, std::move(what), std::move(*body), answer(change_kind::replace));
}

void teams::change(call& c, change_kind kind) {
    const std::string_view action = kind == change_kind::patch ? "patch team" : "replace team";
    const auto id = id_of(c.argument("id"));
    auto what = begin_write(with_, c, scim::group_type());
    what->minimal = prefers_minimal(c.asked());
    const auto current =
        id ? with_.directory.team(c.facts.holder->tenant.number, *id) : std::nullopt;
    auto bar = bar_of_groups(c);
    if (bar && !current) return refuse_as_scim(c.reply(), *bar);
    // Who repeats a request gets its recorded answer, even if the team is gone since.
    if (!id || (!current && !what->once)) return refuse_unknown(c);
    const std::string who = current ? current->content.name_key : id->text();

    auto body = read_team_change(kind, c.asked().body());
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    if (!body) what->fault(body.error());
    // Taking people out of a team always works, whatever else the tenant may not do.
    const bool barred = bar || !c.facts.holder->tenant.provisions();
    const bool takes_away =
        barred && body && current &&
        take_departures(with_.directory, c.facts.holder->tenant.number, *current, *body);
    if (bar && !takes_away) what->faults.insert(what->faults.begin(), *bar);
    if (!what->faults.empty()) return refuse_write(with_, c, action, who, what->faults.front());
    if (current &&
        none_match_hits(c.asked().header("If-None-Match"), current->core.version.value)) {
        return refuse_as_scim(c.reply(), 412,
                              "The group has the version that If-None-Match names.");
    }
    body->id = *id;
    body->if_match = read_if_match(c.asked().header("If-Match"));
    if (current && body->evaluate && body->if_match.holds(current->core.version.value)) {
        auto wish = body->evaluate(*current);
        // A repeat may have a recorded answer, which only the desk knows.
        if (!wish && !what->once) {
            return refuse_write(with_, c, action, who, error_of(wish.error()));
        }
        if (wish) body->ahead = {current->core.version, std::move(*wish)};
    }
    submit_write(with_, c, std::move(what), std::move(*body), answer(kind));
}

void teams::remove(call& c) {
    const auto id = id_of(c.argument("id"));
    auto what = begin_write(with_, c, scim::group_type());
    if (!id ||
        (!what->once && !with_.directory.team(c.facts.holder->tenant.number, *id).has_value())) {
        const product_terms& product = c.facts.holder->product;
        if (product.groups_are_empty()) {
            return refuse_as_scim(c.reply(), profiles::no_groups(*product.profile));
        }
        return refuse_unknown(c);
    }
    submit_write(with_, c, std::move(what),
                 projections::delete_team{*id, read_if_match(c.asked().header("If-Match"))},
                 answer(change_kind::replace));
}

} // namespace rollcall::gateway
