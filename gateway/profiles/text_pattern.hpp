// A regular expression that a whole text must fit, in RE2's syntax: it never looks back, so no text
// and no pattern takes more than linear time. Immutable once made; any thread may match.
#pragma once

#include "eventlog/base/result.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace re2 {
class RE2;
}

namespace rollcall::profiles {

/// The longest pattern, in bytes, and what a compiled one may take in memory.
inline constexpr std::size_t pattern_bytes_max = 512;
inline constexpr std::size_t pattern_memory_bytes_max = 256u << 10;

class text_pattern {
  public:
    /// The error is a phrase: `has no closing )`.
    static base::result<text_pattern, std::string> compile(std::string_view pattern);

    [[nodiscard]] bool fits(std::string_view text) const;

    /// As it was written.
    [[nodiscard]] const std::string& text() const { return text_; }

  private:
    text_pattern(std::string text, std::shared_ptr<const re2::RE2> compiled)
        : text_(std::move(text)), compiled_(std::move(compiled)) {}

    std::string text_;
    std::shared_ptr<const re2::RE2> compiled_;
};

} // namespace rollcall::profiles
