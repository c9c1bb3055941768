// What the admin API answers when it does not do what was asked: a status, one word for scripts and
// a sentence that tells a person what to change. The wording of every refusal is in problem.cpp.
#pragma once

#include "eventlog/base/result.hpp"
#include "projections/command.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace rollcall::admin {

struct problem {
    unsigned status = 500;
    std::string_view word = "internal"; ///< lives as long as the program
    std::string detail;
    /// Extra members of the body as JSON text (`"candidates":[...]`), or empty.
    std::string members;
    unsigned retry_after_s = 0; ///< 0: no Retry-After
};

/// A T, or what to answer instead.
template <class T>
using result = base::result<T, problem>;

inline tl::unexpected<problem> refuse(unsigned status, std::string_view word, std::string detail) {
    return tl::unexpected<problem>(problem{status, word, std::move(detail), {}, 0});
}

/// The one place where a refused command becomes a status.
problem problem_of(const projections::refusal& refused);

/// The one place where a fault of the log becomes a status.
problem problem_of(const base::failure& failed);

/// {"error": word, "detail": sentence, "request_id": id, ...members}
std::string body_of(const problem& what, std::string_view request_id);

} // namespace rollcall::admin
