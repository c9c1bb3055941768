// The command line of the bench program. Pure.
#pragma once

#include "bench/measure.hpp"
#include "eventlog/base/result.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::bench {

struct options {
    run_plan plan;
    std::vector<std::string> names; ///< workloads; none = all
    std::optional<std::filesystem::path> json;
    bool list = false;
    bool help = false;
};

/// Reads the arguments behind the program's name. A failure says what is wrong with which one.
base::result<options> read_options(std::span<const std::string_view> arguments);

std::string_view usage();

} // namespace rollcall::bench
