#include "gateway/team_wishes.hpp"

#include "gateway/replies.hpp"
#include "gateway/scim/body.hpp"
#include "gateway/scim/patch.hpp"
#include "gateway/scim/team_facts.hpp"
#include "gateway/scim/team_members.hpp"
#include "gateway/scim_services.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::gateway {
namespace {

using projections::refusal;
using projections::subject_id;
using projections::team_state;
using projections::team_wish;

team_wish wish_of(const scim::resource& before, const scim::resource& after) {
    scim::team_facts facts = scim::team_facts_of(after);
    team_wish wish;
    wish.content.name = std::move(facts.name);
    wish.content.name_key = std::move(facts.name_key);
    wish.content.external_id = std::move(facts.external_id);
    wish.content.document = after.document();
    wish.changed = scim::changed_attributes(before, after);
    return wish;
}

template <class Change>
projections::evaluate_team evaluation(Change change) {
    // Shared, because evaluations are copied on their way to the writer and are read only.
    return [asked = std::make_shared<const Change>(std::move(change))](
               const team_state& current) -> base::result<team_wish, refusal> {
        const auto before =
            scim::resource::from_document(scim::group_type(), current.content.document);
        if (!before) return tl::unexpected(refusal_of(before.error()));
        const auto evaluated = asked->apply_to(*before);
        if (!evaluated) return tl::unexpected(refusal_of(evaluated.error()));
        return wish_of(*before, evaluated->outcome);
    };
}

/// Who is to join. What is no id of ours can be nobody's.
scim::result<std::vector<subject_id>> joining(const std::vector<std::string>& ids) {
    std::vector<subject_id> out;
    out.reserve(ids.size());
    for (const std::string& text : ids) {
        const auto id = id_of(text);
        if (!id) {
            constexpr std::size_t shown_max = 64;
            return scim::refuse(scim::scim_type::invalid_value,
                                "members: '" + text.substr(0, shown_max) +
                                    "' is not the id of a user of this tenant. Push the user "
                                    "first, then the membership.");
        }
        out.push_back(*id);
    }
    std::sort(out.begin(), out.end());
    return out;
}

/// Who is to leave. Nobody leaves who was never here, so what is no id is passed over.
std::vector<subject_id> leaving(const std::vector<std::string>& ids) {
    std::vector<subject_id> out;
    for (const std::string& text : ids) {
        // In any spelling: who is told that somebody has left must not be told so for a capital.
        if (const auto id = subject_id::parse(text)) out.push_back(*id);
    }
    std::sort(out.begin(), out.end());
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

scim::result<projections::change_team> read_replacement(std::string_view body) {
    auto asked = scim::replacement::read(scim::group_type(), body);
    if (!asked) return tl::unexpected(std::move(asked.error()));
    auto listed = scim::read_listed_members(body);
    if (!listed) return tl::unexpected(std::move(listed.error()));
    projections::change_team change;
    change.evaluate = evaluation(std::move(*asked));
    if (*listed) {
        auto members = joining(**listed);
        if (!members) return tl::unexpected(std::move(members.error()));
        change.members = {true, std::move(*members), {}};
    }
    return change;
}

scim::result<projections::change_team> read_patch(std::string_view body) {
    auto asked = scim::patch::read(scim::group_type(), body);
    if (!asked) return tl::unexpected(std::move(asked.error()));
    auto members = joining(asked->members().add);
    if (!members) return tl::unexpected(std::move(members.error()));
    projections::change_team change;
    change.members = {asked->members().only_added, std::move(*members),
                      leaving(asked->members().remove)};
    if (asked->changes_attributes()) change.evaluate = evaluation(std::move(*asked));
    return change;
}

} // namespace

scim::result<projections::create_team> read_team_creation(std::string_view body,
                                                          const subject_id& new_id) {
    const auto wanted = scim::read_new(scim::group_type(), body);
    if (!wanted) return tl::unexpected(wanted.error());
    const auto listed = scim::read_listed_members(body);
    if (!listed) return tl::unexpected(listed.error());
    projections::create_team out;
    out.new_id = new_id;
    out.wish = wish_of(scim::resource(scim::group_type()), *wanted);
    if (*listed) {
        auto members = joining(**listed);
        if (!members) return tl::unexpected(std::move(members.error()));
        out.members = std::move(*members);
    }
    return out;
}

scim::result<projections::change_team> read_team_change(change_kind kind, std::string_view body) {
    return kind == change_kind::patch ? read_patch(body) : read_replacement(body);
}

} // namespace rollcall::gateway
