// The rows of open requests: a tenant's in the order in which they were opened, all tenants' by
// when somebody has to act on them, and the e-mail addresses of those who wait. Only people with an
// open request have them. How they are spelt stands in request_rows.cpp alone.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/rows.hpp"
#include "projections/rows.hpp"
#include "projections/state.hpp"

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::projections {

/// Brings the rows of one user from `before` to `now`; a null side has none.
void change_request_rows(eventlog::row_editor& rows, const eventlog::secret_key& secret,
                         tenant_no tenant, const user_state* before, const user_state* now);

/// Whether either side has an open request: without, there is nothing to change.
bool has_request_rows(const user_state* before, const user_state* now);

/// Somebody whose request is open and who has this prepared e-mail address.
std::optional<subject_id> read_request_of_email(const eventlog::link_reader& links,
                                                const eventlog::secret_key& secret,
                                                tenant_no tenant, std::string_view email_key);

/// Who has an open request, in the order in which they were opened, from the first one opened by an
/// event behind `after`; at most `most`.
std::vector<subject_id> read_requests(const eventlog::row_snapshot& rows, tenant_no tenant,
                                      tenant_seq after, std::size_t most);

/// Somebody on whose request one has to act.
struct due_request {
    base::moment due;
    tenant_no tenant;
    subject_id user{};
};

/// Walks those of all tenants, what is due first first, until `visit` returns false.
void read_due_requests(const eventlog::row_snapshot& rows,
                       const std::function<bool(const due_request&)>& visit);

} // namespace rollcall::projections
