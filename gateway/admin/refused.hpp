// What was refused to a person, for whoever asks why she is not there: refusals are remembered
// beside the log under the name, or the id, that was asked for. Read here, changed nowhere.
#pragma once

#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/problem.hpp"
#include "projections/attempts.hpp"
#include "projections/state.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// The names under which refusals of `user` are kept: her prepared user name and her id.
std::vector<std::string> refused_names(const projections::user_state& user);

/// The same for a word that names nobody: as a prepared user name, or as it is, and as an id.
std::vector<std::string> refused_names(std::string_view word);

/// What was refused under any of these names, newest first, at most `most`. Errors: those of
/// list_attempts.
result<std::vector<projections::attempt_record>>
refused_under(const eventlog::row_reader& rows, eventlog::keyring& keys, eventlog::tenant_no tenant,
              const std::vector<std::string>& names, std::size_t most);

/// Writes the member `refused`: an array of refusals. `status` is what was answered before the
/// request came to its turn, `code` why it was refused in its turn, and the other is null; both are
/// null for a fault that did not stop the change.
void write_refused(base::json_writer& json,
                   const std::vector<projections::attempt_record>& refused);

} // namespace rollcall::admin
