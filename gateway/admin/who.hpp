// Finding the person that somebody means: by id, user name, external id or e-mail address.
#pragma once

#include "gateway/admin/problem.hpp"
#include "projections/directory.hpp"
#include "projections/told/names.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::admin {

/// The id that `word` is, in letters of either case.
std::optional<base::uuid> id_in(std::string_view word);

/// The one living user of the tenant whom `word` names in any of the four ways. An id that exists
/// means its user, whoever else has it as a name. 404 not_found; 409 ambiguous with `candidates`
/// (at most `candidates_max`) when it names several.
result<projections::user_state> find_user(const projections::directory& directory,
                                          const projections::tenant_state& tenant,
                                          std::string_view word, std::size_t candidates_max);

/// The living user who signs in as `word`: with his id, or with his user name however it is spelt.
/// Never by what somebody else may have as well: an e-mail address, an external id.
std::optional<projections::user_state> find_who_signs_in(const projections::directory& directory,
                                                         eventlog::tenant_no tenant,
                                                         std::string_view word);

/// Appends the user as JSON: id, userName, externalId, active, status, display, ... `whole` adds
/// all attributes; `known`, who gave the role that an open request is about, by name.
void append_user(std::string& out, const projections::user_state& user,
                 const eventlog::plan_terms& terms, bool whole, eventlog::tenant_no tenant = {},
                 told::names* known = nullptr);

} // namespace rollcall::admin
