#include "gateway/profiles/mapping_apply.hpp"

#include "gateway/profiles/attribute_texts.hpp"
#include "gateway/profiles/display_name.hpp"
#include "gateway/scim/limits.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/work_budget.hpp"

#include <algorithm>

namespace rollcall::profiles {
namespace {

/// The elements of the target's attribute; null if it has none, or only one value.
scim::array* elements_of(scim::resource& user, const scim::path& target) {
    scim::object* holder = &user.attributes();
    if (target.target.extension != nullptr) {
        scim::value* extension = scim::find(*holder, *target.target.extension);
        if (extension == nullptr) return nullptr;
        holder = extension->members();
    }
    scim::value* whole = scim::find(*holder, *target.target.attr);
    return whole == nullptr ? nullptr : whole->elements();
}

/// Leaves one element for the target, the first that fits it, as the last of all: where it would be
/// if the mapping had just made it. So what a PATCH adds meanwhile comes to the same as in a PUT.
void keep_first(scim::resource& user, const scim::path& target) {
    scim::array* all = elements_of(user, target);
    if (all == nullptr) return;
    const auto fits = [&](const scim::value& one) {
        return scim::matches_element(*target.which, one);
    };
    const auto first = std::find_if(all->begin(), all->end(), fits);
    if (first == all->end()) return;
    scim::value kept = std::move(*first);
    all->erase(first);
    std::erase_if(*all, fits);
    all->push_back(std::move(kept));
}

/// Takes an element away of which nothing is left but what it was found or made by. Of the last
/// one the attribute has to go too, which is a step's work.
scim::result<void> drop_bare(scim::resource& user, const scim::path& target) {
    scim::array* all = elements_of(user, target);
    if (all == nullptr) return {};
    const auto made_by = scim::described_by(*target.which);
    const auto says_nothing = [&](const scim::member& part) {
        return part.what->name == "type" || part.what->name == "primary" ||
               scim::find(*made_by, *part.what) != nullptr;
    };
    const bool bare = std::any_of(all->begin(), all->end(), [&](const scim::value& one) {
        return scim::matches_element(*target.which, one) &&
               std::all_of(one.members()->begin(), one.members()->end(), says_nothing);
    });
    if (!bare) return {};
    scim::path whole = target;
    whole.target.sub = nullptr;
    return scim::apply_step(user, {scim::patch_verb::remove, std::move(whole), {}});
}

scim::result<void> set(scim::resource& user, const mapping_rule& rule,
                       std::optional<std::string> text) {
    const bool many = rule.target.target.attr->multi_valued;
    if (many) keep_first(user, rule.target);
    if (text) {
        return scim::apply_step(
            user, {scim::patch_verb::replace, rule.target, scim::value{std::move(*text)}});
    }
    auto done = scim::apply_step(user, {scim::patch_verb::remove, rule.target, {}});
    return done && many ? drop_bare(user, rule.target) : done;
}

/// The first attribute of a template that has no value.
std::string missing_in(const display_template& with, const scim::resource& user) {
    for (const display_template::piece& one : with.pieces) {
        if (one.attribute.target.attr != nullptr && text_at(user, one.attribute) == nullptr) {
            return print(one.attribute);
        }
    }
    return {};
}

scim::error too_much_work() {
    return {413, scim::scim_type::none,
            "The tenant's mapping looks at too many values of this user. Send fewer"};
}

scim::result<void> set_targets(const mapping& by, scim::resource& user) {
    for (const mapping_rule& rule : by.rules) {
        auto text = filled(rule.value, user);
        if (text && text->size() > mapping_value_bytes_max) {
            return scim::refuse(scim::scim_type::invalid_value,
                                print(rule.target) +
                                    ": what the tenant's mapping makes of the user has more than " +
                                    std::to_string(mapping_value_bytes_max) + " bytes");
        }
        if (auto done = set(user, rule, std::move(text)); !done) return done;
    }
    return {};
}

/// What required rules miss in `after` and did not miss in `before`.
scim::result<void> require_sources(const mapping& by, const scim::resource* before,
                                   const scim::resource& after) {
    std::string said;
    for (const mapping_rule& rule : by.rules) {
        if (!rule.required) continue;
        const std::string missing = missing_in(rule.value, after);
        if (missing.empty()) continue;
        if (before != nullptr && !missing_in(rule.value, *before).empty()) continue;
        said += (said.empty() ? "" : " ") + missing +
                ": the tenant's mapping needs a value to make " + print(rule.target) +
                " of. Map it in the provider's app.";
    }
    if (said.empty()) return {};
    return scim::refuse(scim::scim_type::invalid_value, std::move(said));
}

} // namespace

scim::result<void> apply_mapping(const mapping& by, scim::resource& user) {
    const scim::work_budget budget(scim::limits::patch_work_max);
    auto done = set_targets(by, user);
    if (budget.exhausted()) return tl::unexpected(too_much_work());
    return done;
}

scim::result<std::optional<scim::resource>> turn(const mapping& by, const scim::resource* before,
                                                 scim::resource& after, bool both) {
    const scim::work_budget budget(scim::limits::patch_work_max);
    std::optional<scim::resource> turned;
    auto done = require_sources(by, before, after);
    if (done) done = set_targets(by, after);
    if (done && both && before != nullptr) {
        turned = *before;
        if (!set_targets(by, *turned)) turned.reset();
    }
    if (budget.exhausted()) return tl::unexpected(too_much_work());
    if (!done) return tl::unexpected(std::move(done.error()));
    return turned;
}

} // namespace rollcall::profiles
