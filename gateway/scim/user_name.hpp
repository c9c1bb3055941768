// User names that differ only in case, width or composition are one name: UsernameCaseMapped, RFC
// 8265 section 3.3. What is stored and shown is always what the client sent.
#pragma once

#include "gateway/scim/error.hpp"

#include <string>
#include <string_view>

namespace rollcall::scim {

/// The key of a user name: two names are the same if their keys are equal. 400 invalidValue, saying
/// which character or rule, for what cannot be a user name.
result<std::string> user_name_key(std::string_view user_name);

/// Width-mapped, lower case, NFC, as user names are: for comparing with a part of one (RFC 7644
/// section 7.8), without asking whether it could be one.
std::string user_name_fragment(std::string_view text);

} // namespace rollcall::scim
