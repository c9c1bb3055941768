// What an examination found: for `doctor`, with a server and without.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rollcall::admin {

struct finding {
    enum class grade : std::uint8_t {
        good,
        note, ///< worth knowing; nothing is broken
        bad,  ///< has to be seen to
    };

    grade how = grade::good;
    std::string what;   ///< short name: `witness`, `disk`, ...
    std::string says;   ///< what was seen
    std::string advice; ///< what to do; empty when there is nothing to do
};

/// `{"ok":…,"findings":[{"grade":…,"what":…,"says":…,"advice":…}]}`; ok: none is bad.
std::string findings_json(const std::vector<finding>& all);

} // namespace rollcall::admin
