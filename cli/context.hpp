// What every verb is given, and how it fails: one sentence on standard error that says what to
// change.
#pragma once

#include "cli/options.hpp"
#include "cli/terminal.hpp"
#include "eventlog/base/result.hpp"

#include <string_view>

namespace rollcall::cli {

struct context {
    const invocation& asked;
    const terminal& to;
    environment env;
};

/// Exit codes of every verb.
inline constexpr int exit_done = 0;
inline constexpr int exit_failed = 1; ///< refused or failed; the reason is on standard error
/// Wrong usage, or settings that no server can be started with: trying again does not help.
inline constexpr int exit_usage = 2;

/// Prints the reason and returns exit_failed.
inline int fail(const context& c, std::string_view reason) {
    c.to.err << "rollcall: " << printable_lines(reason) << '\n';
    return exit_failed;
}

inline int fail(const context& c, const base::failure& what) {
    return fail(c, what.message);
}

} // namespace rollcall::cli
