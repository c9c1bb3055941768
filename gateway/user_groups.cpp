#include "gateway/user_groups.hpp"

#include "gateway/scim/group_render.hpp"

namespace rollcall::gateway {
namespace {

/// Names that are remembered; past it they are read again.
constexpr std::size_t names_max = 1024;

} // namespace

std::string_view user_groups::of(const projections::subject_id& user) {
    json_.clear();
    if (!wanted_) return json_;
    for (const projections::subject_id& team : teams(user)) {
        const std::string id = team.text();
        if (names_.size() >= names_max) names_.clear();
        auto [known, fresh] = names_.try_emplace(id);
        if (fresh) {
            projections::team_view view;
            // It may have been deleted since the list of teams was read.
            if (directory_.team(tenant_, team, row_, view)) known->second = view.name;
        }
        if (known->second.empty()) continue;
        if (json_.empty()) json_ += '[';
        scim::append_group_reference(json_, json_.size() == 1, id, known->second, base_url_);
    }
    if (!json_.empty()) json_ += ']';
    return json_;
}

std::vector<projections::subject_id> user_groups::teams(const projections::subject_id& user) {
    if (whose_ == users::few) return directory_.teams_of(tenant_, user);
    if (!walk_) walk_.emplace(directory_.teams_of_many(tenant_));
    return walk_->of(user);
}

bool shows_groups(const scim::selection& shown) {
    static const scim::attribute& groups =
        *scim::find_attribute(scim::user_type().attributes(), "groups");
    return shown.is_default() || !shown.hides(groups);
}

bool shows_groups(const scim::selection& shown, const product_terms& product) {
    return !product.hides_groups() && shows_groups(shown);
}

} // namespace rollcall::gateway
