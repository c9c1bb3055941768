#include "gateway/manager_rule.hpp"

#include "gateway/profiles/attribute_texts.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/resource.hpp"
#include "gateway/scim/user_facts.hpp"
#include "gateway/scim_services.hpp"

#include <algorithm>

namespace rollcall::gateway {
namespace {

using projections::directory;
using projections::subject_id;

/// As the client wrote him; a part that is not there is empty.
struct named_manager {
    std::string id;
    std::string email;

    friend bool operator==(const named_manager&, const named_manager&) = default;

    [[nodiscard]] bool nobody() const { return id.empty() && email.empty(); }
};

named_manager manager_in(std::string_view document) {
    constexpr std::string_view of = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:";
    static const scim::attribute_path value =
        *scim::resolve(scim::user_type(), std::string(of) + "manager.value");
    static const scim::attribute_path display =
        *scim::resolve(scim::user_type(), std::string(of) + "manager.displayName");
    named_manager out;
    if (document.empty()) return out;
    const auto user = scim::resource::from_document(scim::user_type(), document);
    if (!user) return out; // what is damaged is refused elsewhere
    if (const std::string* text = profiles::text_at(*user, value)) out.id = *text;
    if (const std::string* text = profiles::text_at(*user, display)) out.email = *text;
    return out;
}

/// Whom an address may mean: who has it among his e-mails, or as his name. Two are enough to know
/// that it does not say who.
std::vector<subject_id> known_by(const directory& directory, eventlog::tenant_no tenant,
                                 std::string_view email) {
    const std::string key = scim::email_key(email);
    auto found = directory.find(tenant, directory::lookup::email, key, 2);
    if (const auto name = scim::user_name_key(email)) {
        for (const subject_id& id :
             directory.find(tenant, directory::lookup::user_name, *name, 1)) {
            if (std::find(found.begin(), found.end(), id) == found.end()) found.push_back(id);
        }
    }
    return found;
}

/// Whether the address is one of that user's; he may share it with others.
bool has_address(const projections::user_state& user, std::string_view email) {
    const auto& all = user.content.email_keys;
    if (std::find(all.begin(), all.end(), scim::email_key(email)) != all.end()) return true;
    const auto name = scim::user_name_key(email);
    return name && *name == user.content.user_name_key;
}

scim::error wrong(std::string_view part, std::string detail) {
    return scim::fault(scim::scim_type::invalid_value,
                       "manager." + std::string(part) + ": " + std::move(detail));
}

} // namespace

std::optional<scim::error> judge_manager(const directory& directory, eventlog::tenant_no tenant,
                                         std::string_view before, std::string_view wanted) {
    const named_manager manager = manager_in(wanted);
    if (manager.nobody() || manager == manager_in(before)) return std::nullopt;
    if (manager.id.empty()) {
        const auto found = known_by(directory, tenant, manager.email);
        if (found.size() == 1) return std::nullopt;
        if (!found.empty()) {
            return wrong("displayName", profiles::quoted_value(manager.email) +
                                            " belongs to several users. Send "
                                            "the manager's id as "
                                            "manager.value.");
        }
        return wrong("displayName", profiles::quoted_value(manager.email) +
                                        " is the e-mail address of no user here. Push the manager "
                                        "first, or correct the address, then try again.");
    }
    const auto id = id_of(manager.id);
    const auto user = id ? directory.user(tenant, *id) : std::nullopt;
    if (!user) {
        return wrong("value", profiles::quoted_value(manager.id) +
                                  " is the id of no user here. Map the manager's id as this "
                                  "service shows it, push the manager first, or leave it out and "
                                  "send the e-mail address as manager.displayName.");
    }
    if (manager.email.empty() || has_address(*user, manager.email)) return std::nullopt;
    return wrong("displayName", profiles::quoted_value(manager.email) +
                                    " is not an e-mail address of the user " + manager.id +
                                    ", whom manager.value names. Correct one of them.");
}

projections::evaluate_user only_judged_manager(projections::evaluate_user evaluate,
                                               std::string_view judged) {
    return [evaluate = std::move(evaluate),
            judged = manager_in(judged)](const projections::user_state& current)
               -> base::result<projections::user_wish, projections::refusal> {
        auto wish = evaluate(current);
        if (!wish) return wish;
        const named_manager now = manager_in(wish->content.document);
        if (now.nobody() || now == judged || now == manager_in(current.content.document)) {
            return wish;
        }
        return tl::unexpected(refusal_of(
            {409, scim::scim_type::none,
             "The user's manager was changed by another request at the same moment. Nothing was "
             "done; try again."}));
    };
}

} // namespace rollcall::gateway
