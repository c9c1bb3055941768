// What was thrown, as an error value: on a thread of one's own there is nobody above to catch it.
#pragma once

#include "eventlog/base/result.hpp"

#include <exception>

namespace rollcall::publishing {

/// The failure that an exception means: log_errc::storage for the store's own, kafka_errc::other
/// for whatever else it is. @pre `thrown` is not null
base::failure failure_of(const std::exception_ptr& thrown);

/// Does `work`; fails with what it throws.
template <class Work>
base::result<void> without_throwing(Work work) {
    try {
        work();
    } catch (...) {
        return tl::unexpected(failure_of(std::current_exception()));
    }
    return {};
}

} // namespace rollcall::publishing
