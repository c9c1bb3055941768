// What the server adds to a stored document when it answers. Views: they must live as long as the
// call.
#pragma once

#include "eventlog/base/time.hpp"
#include "gateway/scim/value.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

struct computed {
    /// URL-safe characters only.
    std::string_view id;
    base::moment created;
    base::moment last_modified;
    /// The resource's version number; its ETag is etag(version).
    std::uint64_t version = 0;
    /// URL of the SCIM base without a trailing slash, e.g. `https://host/scim/v2`.
    std::string_view base_url;
    /// `groups` as JSON text, or empty for none: an array of objects with `value`, `$ref`,
    /// `display`, `type` in this order.
    std::string_view groups;
    /// Our extension: empty ones are left out.
    std::string_view status;
    std::string_view status_reason{};
    std::optional<base::moment> status_since{};
    std::string_view role;
    /// For groups that are filtered: whether a user is in this one. Empty: nobody is.
    std::function<bool(std::string_view user_id)> has_member{};
    std::uint64_t member_count = 0;
};

/// `W/"7"`: weak, because derived attributes change without a new version (RFC 7643 section 3.1).
std::string etag(std::uint64_t version);

/// The computed attributes as values, `schemas` among them; for those who must look inside.
object computed_attributes(const resource_type& type, const object& stored, const computed& facts);

} // namespace rollcall::scim
