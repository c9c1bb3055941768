// People, teams and admins who can never be read again because their keys are gone: the facts that
// say so.
// Without them a log would speak of living people whom nobody can see, and no rebuild would
// succeed.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/event.hpp"
#include "eventlog/store.hpp"
#include "eventlog/subject_set.hpp"

#include <vector>

namespace rollcall::projections {

/// What has to be added to the log: people are erased (who was deleted before, too), teams that
/// live are deleted, and before that they leave each other, as with every erasure and deletion;
/// admins are disabled, since nobody could tell who they are, and so are those who are lost people;
/// their keys are revoked. Caused by the local operator, at
/// `now`. In order, tenant by tenant. Errors: log_errc::missing_keys for a subject that is none of
/// these: nothing can say that it is lost; those of event_codec. Throws storage_failure.
base::result<std::vector<eventlog::event>>
facts_of_loss(const eventlog::store& log, const eventlog::subject_set& lost, base::moment now);

} // namespace rollcall::projections
