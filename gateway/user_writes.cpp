// The writing half of users.hpp.
#include "gateway/key_holder.hpp"
#include "gateway/manager_rule.hpp"
#include "gateway/password_write.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/profiles/user_rules.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim_write.hpp"
#include "gateway/user_groups.hpp"
#include "gateway/user_render.hpp"
#include "gateway/users.hpp"

namespace rollcall::gateway {
namespace {

using projections::done;
using projections::refusal;
using projections::refusal_code;
using projections::subject_id;
using projections::user_state;

/// The evaluation that the desk gets: the change, the client's If-None-Match, and for a request
/// that deprovisions, the least that it means when the rest fails.
projections::evaluate_user on_behalf(user_change change, std::string_view none_match,
                                     std::vector<scim::error> faults) {
    return [change = std::move(change), none_match = std::string(none_match),
            faults = std::move(faults)](
               const user_state& current) -> base::result<projections::user_wish, refusal> {
        if (!change.deprovisions && none_match_hits(none_match, current.core.version.value)) {
            return tl::unexpected(refusal{refusal_code::precondition_failed,
                                          "The user has the version that If-None-Match names.", 0});
        }
        auto wish = change.evaluate(current);
        if (!wish && change.deprovisions) {
            const refusal why = std::move(wish.error());
            wish = deactivate_only(current);
            if (wish) wish->faults.push_back({why.tag, why.message});
        }
        for (const scim::error& fault : faults) {
            if (wish) wish->faults.push_back({tag_of(fault), fault.detail});
        }
        return wish;
    };
}

void answer_done(const projections::directory& directory, call& c, const done& what,
                 const scim_write& asked) {
    if (what.what == done::kind::deleted) return c.reply().empty(204);
    if (!what.user) {
        c.refuse(404, "This request was carried out before, but the user is gone since.");
        return;
    }
    const std::string id = what.user->id.text();
    const key_holder& holder = *c.facts.holder;
    user_groups groups(directory, holder.tenant.number, asked.base_url,
                       shows_groups(asked.shown, holder.product), user_groups::users::few);
    const shown_user user{id, what.user->core, what.user->content.document,
                          groups.of(what.user->id)};
    const bool made = what.what == done::kind::created || what.what == done::kind::restored;
    if (made || !(asked.minimal || asked.silent)) {
        return reply_with_user(c, made ? 201 : 200, user, asked.base_url, asked.shown);
    }
    c.reply().empty(204);
    add_user_headers(c, user, asked.base_url);
    if (asked.minimal) c.reply().add_header("Preference-Applied", "return=minimal");
}

/// What a PUT or PATCH makes of the password. Whoever is deactivated waits for no hash, so his
/// password stays; where users are not updated, a PATCH of it is refused, while a PUT sends it
/// along whether it changed or not (as Okta does), which says nothing.
scim::password_order changed_password(const scim_services& with, const call& c, change_kind kind,
                                      bool deprovisions, scim_write& what) {
    if (!keeps_passwords(c)) return {};
    const bool patches = kind == change_kind::patch;
    const profiles::profile& product = *c.facts.holder->product.profile;
    if (!product.users.update && !patches) return {};
    auto password = password_in(
        with, c, patches ? scim::password_body::patch : scim::password_body::user, what);
    if (password.what == scim::password_order::kind::none) return password;
    if (!product.users.update) {
        what.fault(profiles::not_updated(product, "password"));
        return {};
    }
    if (!deprovisions) return password;
    what.fault({400, scim::scim_type::invalid_value,
                "password: was left as it is, since the request deactivates the user"});
    return {};
}

} // namespace

answer_writer users::answer() const {
    return [&directory = with_.directory](call& c, const done& what, const scim_write& asked) {
        answer_done(directory, c, what, asked);
    };
}

void users::create(call& c) {
    constexpr std::string_view action = "create user";
    const body_wiper secret(c);
    auto what = begin_write(with_, c, scim::user_type());
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    const product_terms& product = c.facts.holder->product;
    if (const scim::error* bar = bar_of(c)) {
        what->fault(*bar);
    } else if (!product.profile->users.create) {
        what->fault(profiles::not_created(*product.profile));
    }
    auto wish = read_creation(c.asked().body(), {product.rules, true, product.mapping});
    if (!wish) what->fault(wish.error());
    auto password = password_in(with_, c, scim::password_body::user, *what);
    if (wish && product.rules && product.rules->users.resolve_manager) {
        if (auto wrong = judge_manager(with_.directory, c.facts.holder->tenant.number, "",
                                       wish->content.document)) {
            what->fault(std::move(*wrong));
        }
    }
    if (!what->faults.empty()) {
        const auto& tenant = c.facts.holder->tenant;
        if (!tenant.provisions()) {
            what->faults.front() = switched_off_error(tenant);
        }
        refuse_write(with_, c, action, scim::user_name_in(c.asked().body()), what->faults.front());
        return;
    }
    projections::create_user body;
    body.new_id = subject_id::make_v7(c.asked().arrived().unix_ms);
    body.differs_from = differences(*wish);
    body.only_new = product.profile->users.create_over_inactive_conflicts;
    body.wish = std::move(*wish);
    if (password.what != scim::password_order::kind::none) {
        return submit_with_password(with_, c, std::move(what), std::move(body), std::move(password),
                                    answer());
    }
    submit_write(with_, c, std::move(what), std::move(body), answer());
}

void users::change(call& c, change_kind kind) {
    const std::string_view action = kind == change_kind::patch ? "patch user" : "replace user";
    const auto id = id_of(c.argument("id"));
    const body_wiper secret(c);
    auto what = begin_write(with_, c, scim::user_type());
    what->minimal = kind == change_kind::patch && prefers_minimal(c.asked());
    const product_terms& product = c.facts.holder->product;
    what->silent = kind == change_kind::patch && product.profile &&
                   product.profile->patch_has_no_answer && !asks_for_parts(c.asked());
    const scim::error* bar = bar_of(c);
    if (bar != nullptr) what->fault(*bar);

    const auto current =
        id ? with_.directory.user(c.facts.holder->tenant.number, *id) : std::nullopt;
    // Who repeats a request gets its recorded answer, even if the user is gone since.
    if (!id || (!current && !what->once)) return refuse_unknown(c);
    const std::string who = current ? current->content.user_name_key : id->text();

    auto asked = read_change(kind, c.asked().body(), {product.rules, true, product.mapping});
    if (!is_json_media_type(c.asked().header("Content-Type"))) what->fault(media_type_error());
    if (!asked) what->fault(asked.error());
    const bool deprovisions = asked && asked->deprovisions;
    auto password = changed_password(with_, c, kind, deprovisions, *what);
    if (!deprovisions && c.facts.over_pace.count() > 0) {
        return refuse_for_pace(c, c.facts.over_pace);
    }
    if (!what->faults.empty() && !deprovisions) {
        return refuse_write(with_, c, action, who, what->faults.front());
    }
    projections::change_user body;
    body.id = *id;
    body.if_match = read_if_match(c.asked().header("If-Match"));
    body.deprovisions = deprovisions;
    body.reactivates = asked->reactivates;
    body.only_least = bar != nullptr;
    if (deprovisions) body.least = deactivate_only;
    if (product.rules && product.rules->users.resolve_manager) {
        check_manager(c, *asked, current);
    }
    body.evaluate =
        on_behalf(std::move(*asked), c.asked().header("If-None-Match"), std::move(what->faults));
    if (current && body.if_match.holds(current->core.version.value)) {
        auto wish = body.evaluate(*current);
        // A repeat may have a recorded answer, which only the desk knows. What costs too much here
        // would cost as much again there.
        if (!wish && (!what->once || error_of(wish.error()).status == 413)) {
            return refuse_write(with_, c, action, who, error_of(wish.error()));
        }
        if (wish) body.ahead = {current->core.version, std::move(*wish)};
    }
    if (password.what != scim::password_order::kind::none) {
        return submit_with_password(with_, c, std::move(what), std::move(body), std::move(password),
                                    answer());
    }
    submit_write(with_, c, std::move(what), std::move(body), answer());
}

/// A manager who is nobody makes the change one that is refused, unless it deprovisions.
void users::check_manager(const call& c, user_change& asked,
                          const std::optional<user_state>& current) const {
    std::string judged;
    if (current) {
        const auto wish = asked.evaluate(*current);
        if (!wish) return; // refused for something else
        judged = wish->content.document;
        if (const auto wrong = judge_manager(with_.directory, c.facts.holder->tenant.number,
                                             current->content.document, judged)) {
            asked.evaluate = [why = refusal_of(*wrong)](const user_state&) {
                return base::result<projections::user_wish, refusal>(tl::unexpected(why));
            };
            return;
        }
    }
    asked.evaluate = only_judged_manager(std::move(asked.evaluate), judged);
}

void users::remove(call& c) {
    static thread_local std::string row;
    const auto id = id_of(c.argument("id"));
    auto what = begin_write(with_, c, scim::user_type());
    projections::user_view current;
    if (!id ||
        (!what->once && !with_.directory.user(c.facts.holder->tenant.number, *id, row, current))) {
        return refuse_unknown(c);
    }
    submit_write(with_, c, std::move(what),
                 projections::delete_user{*id, read_if_match(c.asked().header("If-Match"))},
                 answer());
}

} // namespace rollcall::gateway
