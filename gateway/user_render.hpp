// A user as an answer: joins what the directory knows with what the protocol shows.
#pragma once

#include "gateway/call.hpp"
#include "gateway/scim/computed.hpp"
#include "gateway/scim/selection.hpp"
#include "projections/directory.hpp"

#include <string>
#include <string_view>

namespace rollcall::gateway {

/// A user on his way out; views that must outlive the call.
struct shown_user {
    std::string_view id; ///< as text
    const projections::user_core& core;
    std::string_view document;
    std::string_view groups; ///< as user_groups gives them
};

scim::computed computed_of(const shown_user& user, std::string_view base_url);

/// Appends the user; false (and nothing appended) if his document is damaged.
bool append_user(std::string& out, const shown_user& user, std::string_view base_url,
                 const scim::selection& shown);

/// Answers with the user: body, ETag, Location.
void reply_with_user(call& c, unsigned status, const shown_user& user, std::string_view base_url,
                     const scim::selection& shown);

/// ETag and Location without a body.
void add_user_headers(call& c, const shown_user& user, std::string_view base_url);

/// Reads `attributes` and `excludedAttributes` of a request.
scim::result<scim::selection> selection_of(const scim::resource_type& type,
                                           const http::request& asked);

} // namespace rollcall::gateway
