#include "consumers/publishing/thrown.hpp"

#include "eventlog/error.hpp"
#include "eventlog/kafka/error.hpp"
#include "eventlog/store.hpp"

namespace rollcall::publishing {

base::failure failure_of(const std::exception_ptr& thrown) {
    try {
        std::rethrow_exception(thrown);
    } catch (const eventlog::storage_failure& failure) {
        return {eventlog::log_errc::storage, failure.what()};
    } catch (const std::exception& other) {
        return {kafka::kafka_errc::other, other.what()};
    } catch (...) {
        return {kafka::kafka_errc::other, "something was thrown that is no exception"};
    }
}

} // namespace rollcall::publishing
