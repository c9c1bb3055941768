#include "gateway/scim/user_facts.hpp"

#include "gateway/scim/text.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::scim {
namespace {

/// The rows of the user table that facts are lifted from, looked up once.
struct rows {
    attribute_path user_name = *resolve(user_type(), "userName");
    attribute_path external_id = *resolve(user_type(), "externalId");
    attribute_path active = *resolve(user_type(), "active");
    attribute_path emails = *resolve(user_type(), "emails");
    attribute_path email_value = *resolve(user_type(), "emails.value");
    attribute_path display_name = *resolve(user_type(), "displayName");
    attribute_path formatted = *resolve(user_type(), "name.formatted");
    attribute_path given = *resolve(user_type(), "name.givenName");
    attribute_path family = *resolve(user_type(), "name.familyName");
};

const rows& table() {
    static const rows one;
    return one;
}

std::string text_at(const resource& user, const attribute_path& path) {
    const value* found = user.find(path);
    return found == nullptr || found->text() == nullptr ? std::string() : *found->text();
}

std::string name_to_show(const resource& user, const std::string& user_name) {
    std::string shown = text_at(user, table().display_name);
    if (shown.empty()) shown = text_at(user, table().formatted);
    if (!shown.empty()) return shown;
    shown = text_at(user, table().given);
    const std::string family = text_at(user, table().family);
    if (!shown.empty() && !family.empty()) shown += ' ';
    shown += family;
    return shown.empty() ? user_name : shown;
}

std::vector<std::string> email_keys_of(const resource& user) {
    std::vector<std::string> keys;
    const value* emails = user.find(table().emails);
    if (emails == nullptr) return keys;
    for (const value& element : *emails->elements()) {
        const value* address = find(*element.members(), *table().email_value.sub);
        if (address != nullptr && !address->text()->empty()) {
            keys.push_back(email_key(*address->text()));
        }
    }
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    return keys;
}

} // namespace

user_facts facts_of(const resource& user) {
    assert(&user.type() == &user_type());
    user_facts facts;
    facts.user_name = text_at(user, table().user_name);
    auto key = user_name_key(facts.user_name);
    assert(key.has_value());
    facts.user_name_key = std::move(*key);
    if (const value* id = user.find(table().external_id)) facts.external_id = *id->text();
    facts.email_keys = email_keys_of(user);
    const value* active = user.find(table().active);
    facts.active = active == nullptr || *active->flag();
    facts.display_name = name_to_show(user, facts.user_name);
    return facts;
}

std::string email_key(std::string_view address) {
    return folded(address);
}

} // namespace rollcall::scim
