// The one way in which this code base reports what can go wrong and is not a bug: a value.
// `result<T>` holds a T or a failure. A failure has a code to branch on and a message for a person
// that says what to change. Bugs are asserted; start-up faults may throw and end the process.
#pragma once

#include <tl/expected.hpp>

#include <string>
#include <system_error>
#include <utility>

namespace rollcall::base {

/// What went wrong (`code`, to branch on) and what to do about it (`message`, for a person).
struct failure {
    std::error_code code;
    std::string message;
};

/// A T, or a failure. `E` may be a room's own error type.
template <class T, class E = failure>
using result = tl::expected<T, E>;

/// Shorthand for returning a failure.
inline tl::unexpected<failure> fail(std::error_code code, std::string message) {
    return tl::unexpected<failure>(failure{code, std::move(message)});
}

} // namespace rollcall::base
