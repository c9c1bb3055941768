// JSON that its grammar allows and our reader does not take (RFC 8259 section 9 lets a reader have
// such bounds): nested too deep, a number that no 64 bits hold, half of a surrogate pair. A request
// with it is faulty; but if it also takes somebody's access away, that has to be seen, so the text
// is made readable. What comes out is for finding that and for nothing else. Pure.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::scim {

struct mended_json {
    std::string text;
    std::string_view why; ///< what was found first, as a clause: `a number in it is too large`
};

/// The text with null for each value that is too large or lies deeper than `depth_max` arrays and
/// objects, and U+FFFD for half of a pair. Nothing if there is nothing of that kind. It need not be
/// JSON: whoever parses what comes out will see.
std::optional<mended_json> mend_json(std::string_view text, std::size_t depth_max);

} // namespace rollcall::scim
