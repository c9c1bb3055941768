// The one place where anything that went wrong becomes a SCIM reply: protocol errors, refusals of
// the command desk, and what the gateway itself refuses. A client always gets the SCIM error body,
// and nobody gets a 5xx for what he sent: 5xx means that the server could not do it (507, 500), or
// that it cannot say whether it was done (503).
#pragma once

#include "gateway/http/reply.hpp"
#include "gateway/http/request.hpp"
#include "gateway/scim/error.hpp"
#include "projections/command.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace rollcall::gateway {

class call;

inline constexpr std::string_view scim_media_type = "application/scim+json";

/// How long a client is asked to wait, in whole seconds: identity providers read nothing else.
inline constexpr std::chrono::seconds retry_after_full{2};      ///< 429: a queue was full
inline constexpr std::chrono::seconds retry_after_unknown{5};   ///< 503
inline constexpr std::chrono::seconds retry_after_disk_low{60}; ///< 507

/// The media type of a successful answer: `application/json` only for a client that accepts that
/// and not ours (RFC 7644 section 3.8).
std::string_view answer_media_type(const http::request& asked);

/// Whether a body of this Content-Type is read; a missing one passes, since some clients send none.
bool is_json_media_type(std::string_view content_type);

/// What more than one place says: 415 for a body of another kind, 400 for a Host that no URL can be
/// made of, 403 while provisioning is switched off.
scim::error media_type_error();
scim::error bad_host_error();
scim::error switched_off_error(const projections::tenant_state& tenant);

/// An error body without scimType.
void refuse_as_scim(http::reply& r, unsigned status, std::string_view detail);
void refuse_as_scim(http::reply& r, const scim::error& what);
/// With Retry-After or WWW-Authenticate where the status asks for it.
void refuse_as_scim(http::reply& r, const projections::refusal& what);

/// 429 for a tenant that asks too often; counted, and told to the operator now and then.
void refuse_for_pace(call& c, std::chrono::seconds wait);

/// The protocol's words for a refusal of the desk.
scim::error error_of(const projections::refusal& what);

/// Carries a protocol error through the desk, which knows no SCIM: refusal::tag and fault::tag.
std::uint16_t tag_of(const scim::error& what);
projections::refusal refusal_of(const scim::error& what);

} // namespace rollcall::gateway
