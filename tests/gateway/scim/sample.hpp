// Short words for the tests of the protocol: bodies, users, outcomes as one line of text, and a
// resource type with every kind of attribute that no real table has.
#pragma once

#include "gateway/scim/computed.hpp"
#include "gateway/scim/error.hpp"
#include "gateway/scim/evaluation.hpp"
#include "gateway/scim/filter.hpp"
#include "gateway/scim/resource.hpp"
#include "gateway/scim/team_members.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::scim::sample {

inline constexpr std::string_view core_urn = "urn:ietf:params:scim:schemas:core:2.0:User";
inline constexpr std::string_view enterprise_urn =
    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
inline constexpr std::string_view rollcall_urn = "urn:rollcall:params:scim:schemas:1.0:User";

/// A body with the core `schemas` and these members, e.g. `"userName":"a","title":"b"`.
std::string user_body(std::string_view members);

/// The same with the `schemas` of a group.
std::string group_body(std::string_view members);

/// A PatchOp message with these operations, without the brackets.
std::string patch_body(std::string_view operations);

/// The user that a POST of user_body(members) makes; the test fails if it is refused.
resource user(std::string_view members);

/// A user from his stored document.
resource stored(std::string_view document);

/// The text, with `@ENT` written for the enterprise URN.
std::string expand(std::string_view text);

/// `invalidValue: …`, `413: …`.
std::string line(const error& what);

/// The document, or line() of the error.
std::string line(const result<resource>& outcome);

/// The document, followed by ` !` and line() for each fault; or line() of the error.
std::string line(const result<evaluation>& outcome);

/// A change of members as `+a +b -c`, with `all` before it where the others leave; `none`.
std::string line(const member_wish& wish);

/// Applies a PATCH to a user that user() made from `members`.
std::string patched(std::string_view members, std::string_view operations);

/// Applies a PATCH to a stored document of any type.
std::string patched_document(const resource_type& type, std::string_view document,
                             std::string_view operations);

/// True if `line` is `expected`, or, when `expected` ends in `...`, begins with what stands before.
bool agrees(std::string_view line, std::string_view expected);

/// The server's side of a user: id `42`, version 7, status `active`.
computed facts();

/// `Widget`: integers, decimals, dates, immutables, texts in lists, everything `returned`, required
/// parts, an extension that must be there, and one whose URN begins with that one's.
const resource_type& widget_type();
inline constexpr std::string_view widget_urn = "urn:example:Widget";
inline constexpr std::string_view widget_extension_urn = "urn:example:Must";

} // namespace rollcall::scim::sample
