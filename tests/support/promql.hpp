// What a PromQL expression speaks of, and whether a program has that: metrics, label names and
// label values. Not an evaluator; it knows the part of the language that our own files use, and
// calls everything else a fault.
#pragma once

#include "tests/support/scrape.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::support {

/// What is wrong with `expression` beside a program that shows `figures`; empty if nothing is.
/// Prometheus's own `up`, and the labels `job` and `instance`, are always there.
std::vector<std::string> faults_of(std::string_view expression, const scrape& figures);

} // namespace rollcall::support
