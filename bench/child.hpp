// Runs a piece of work in a process of its own and brings home what it wrote.
#pragma once

#include "eventlog/base/result.hpp"

#include <functional>
#include <string>

namespace rollcall::bench {

/// `work` runs in a forked process; what it appends to its string is returned. Its standard output
/// is this process's. A failure of the work is printed there, and returned as a failure here.
/// @pre this process has one thread.
base::result<std::string> run_in_child(const std::function<base::result<void>(std::string&)>& work);

} // namespace rollcall::bench
