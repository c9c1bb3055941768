#include "gateway/profiles/file_fault.hpp"

namespace rollcall::profiles {

std::string text_of(const file_faults& faults, std::string_view file) {
    std::string out;
    for (const file_fault& one : faults) {
        if (!out.empty()) out += '\n';
        out += file;
        if (one.line > 0) {
            out += ':' + std::to_string(one.line) + ':' + std::to_string(one.column);
        }
        out += ": " + one.message;
    }
    return out;
}

} // namespace rollcall::profiles
