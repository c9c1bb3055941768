// What the rest of the system reasons about, lifted out of a user's attributes: keys that decide
// whether two names or addresses are the same, and words for people.
#pragma once

#include "gateway/scim/resource.hpp"
#include "gateway/scim/user_name.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim {

struct user_facts {
    /// As the client sent it.
    std::string user_name;
    /// Equal for two user names that are the same (user_name_key()).
    std::string user_name_key;
    /// Exact; absent if the client sent none or an empty one.
    std::optional<std::string> external_id;
    /// email_key() of every `emails.value` that is not empty, sorted, each once.
    std::vector<std::string> email_keys;
    bool active = true;
    /// For people: displayName, else name.formatted, else given and family name, else userName.
    std::string display_name;
};

/// Lifts the facts of a resource of user_type() that has a userName.
user_facts facts_of(const resource& user);

/// The key of an e-mail address: case-folded, NFC.
std::string email_key(std::string_view address);

} // namespace rollcall::scim
