#include "gateway/user_wishes.hpp"

#include "gateway/profiles/display_name.hpp"
#include "gateway/profiles/mapping_apply.hpp"
#include "gateway/profiles/user_rules.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/user_facts.hpp"

#include <memory>

namespace rollcall::gateway {
namespace {

using projections::refusal;
using projections::user_state;
using projections::user_wish;
using wish_result = base::result<user_wish, refusal>;

user_wish wish_of(const scim::resource& before, const scim::resource& after,
                  const std::vector<scim::error>& faults, const product_rules& rules) {
    scim::user_facts facts = scim::facts_of(after);
    user_wish wish;
    wish.active = facts.active;
    wish.content.user_name = std::move(facts.user_name);
    wish.content.user_name_key = std::move(facts.user_name_key);
    wish.content.external_id = std::move(facts.external_id);
    wish.content.email_keys = std::move(facts.email_keys);
    wish.content.display = std::move(facts.display_name);
    if (rules.by && !rules.by->users.display_name.empty()) {
        auto shown = profiles::display_name_of(rules.by->users.display_name, after);
        if (!shown.empty()) wish.content.display = std::move(shown);
    }
    wish.content.document = after.document();
    wish.changed = scim::changed_attributes(before, after);
    for (const scim::error& fault : faults) {
        wish.faults.push_back({tag_of(fault), fault.detail});
    }
    return wish;
}

/// Turns and judges what a request makes of a user who was `before`; null: he is new.
std::optional<scim::error> refused_by(const product_rules& rules, const scim::resource* before,
                                      scim::resource& after) {
    const bool judged = rules.by && rules.judge;
    std::optional<scim::resource> as_turned;
    if (rules.mapping) {
        // What the mapping alone makes different is no update by the request.
        const bool both = judged && !rules.by->users.update;
        auto done = profiles::turn(*rules.mapping, before, after, both);
        if (!done) return std::move(done.error());
        as_turned = std::move(*done);
    }
    if (!judged) return std::nullopt;
    return profiles::judge_user(*rules.by, before, after, as_turned ? &*as_turned : nullptr);
}

/// What `change` (a patch or a replacement) makes of the current user, if the rules let it.
template <class Change>
wish_result apply(const Change& change, const product_rules& rules, const user_state& current) {
    const auto before = scim::resource::from_document(scim::user_type(), current.content.document);
    if (!before) return tl::unexpected(refusal_of(before.error()));
    auto evaluation = change.apply_to(*before);
    if (!evaluation) return tl::unexpected(refusal_of(evaluation.error()));
    // With faults it is the deactivation alone, which nothing turns and nobody judges.
    if (evaluation->faults.empty()) {
        if (const auto said = refused_by(rules, &*before, evaluation->outcome)) {
            return tl::unexpected(refusal_of(*said));
        }
    }
    return wish_of(*before, evaluation->outcome, evaluation->faults, rules);
}

template <class Change>
scim::result<user_change> change_from(scim::result<Change> read, product_rules rules) {
    if (!read) return tl::unexpected(std::move(read.error()));
    user_change change;
    change.deprovisions = read->deactivates();
    if constexpr (requires { read->reactivates(); }) change.reactivates = read->reactivates();
    // Shared, because evaluations are copied on their way to the writer and are read only.
    change.evaluate = [asked = std::make_shared<const Change>(std::move(*read)),
                       rules = std::move(rules)](const user_state& current) {
        return apply(*asked, rules, current);
    };
    return change;
}

} // namespace

scim::result<user_wish> read_creation(std::string_view body, const product_rules& rules) {
    auto wanted = scim::read_new(scim::user_type(), body);
    if (!wanted) return tl::unexpected(wanted.error());
    if (auto said = refused_by(rules, nullptr, *wanted)) return tl::unexpected(std::move(*said));
    return wish_of(scim::resource(scim::user_type()), *wanted, {}, rules);
}

std::function<base::result<std::vector<std::string>, refusal>(const user_state& inactive)>
differences(const user_wish& wish) {
    return [document = wish.content.document](
               const user_state& inactive) -> base::result<std::vector<std::string>, refusal> {
        const auto before =
            scim::resource::from_document(scim::user_type(), inactive.content.document);
        if (!before) return tl::unexpected(refusal_of(before.error()));
        const auto after = scim::resource::from_document(scim::user_type(), document);
        if (!after) return tl::unexpected(refusal_of(after.error()));
        return scim::changed_attributes(*before, *after);
    };
}

scim::result<user_change> read_change(change_kind kind, std::string_view body,
                                      product_rules rules) {
    if (kind == change_kind::patch) {
        return change_from(scim::patch::read(scim::user_type(), body), std::move(rules));
    }
    return change_from(scim::replacement::read(scim::user_type(), body), std::move(rules));
}

wish_result deactivate_only(const user_state& current) {
    const auto before = scim::resource::from_document(scim::user_type(), current.content.document);
    if (!before) return tl::unexpected(refusal_of(before.error()));
    auto wish = wish_of(*before, scim::deactivated(*before), {}, {});
    wish.content.display = current.content.display; // as his product's templates made it
    return wish;
}

} // namespace rollcall::gateway
