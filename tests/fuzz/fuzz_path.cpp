// Any text is a PATCH path or is refused; a path prints to a text that is the same path.
#include "gateway/scim/path.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::scim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const resource_type* type : {&user_type(), &group_type()}) {
        const auto what = parse_path(*type, text);
        if (!what) continue;
        const auto again = parse_path(*type, print(*what));
        if (again ? !(*again == *what) : print(*what).size() <= 8'192) std::abort();
    }
    return 0;
}
