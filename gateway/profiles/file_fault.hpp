// What is wrong with a file, and where: for whoever has it open in an editor.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

struct file_fault {
    std::uint32_t line = 0;   ///< from 1; 0 for the file as a whole
    std::uint32_t column = 0; ///< likewise
    std::string message;

    friend auto operator<=>(const file_fault&, const file_fault&) = default;
};

using file_faults = std::vector<file_fault>;

/// `zamp.toml:3:7: users.updat is no key; did you mean users.update?`, a line for each.
std::string text_of(const file_faults& faults, std::string_view file);

} // namespace rollcall::profiles
