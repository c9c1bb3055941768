// When a key or a token ends: as requests say it, and as answers do.
#pragma once

#include "eventlog/base/json_writer.hpp"
#include "eventlog/base/time.hpp"
#include "gateway/admin/body.hpp"

#include <optional>
#include <string_view>

namespace rollcall::admin {

/// What base::parse_duration_ms() takes, in words.
inline constexpr std::string_view lifetime_form =
    "a number with d, h, m or s, from 1s to 36500d, such as 90d";

/// `expires_in` (`90d`) or `expires_at` (RFC 3339) of the body; nothing if it has neither. 400
/// bad_value.
result<std::optional<base::moment>> read_expiry(const body& b, base::moment now);

/// The member as a time, or null.
void write_moment(base::json_writer& json, std::string_view name,
                  const std::optional<base::moment>& at);

/// The member `last_used`: it is kept by whole minutes, but is never before the creation.
void write_last_used(base::json_writer& json, std::optional<base::moment> used,
                     base::moment created);

} // namespace rollcall::admin
