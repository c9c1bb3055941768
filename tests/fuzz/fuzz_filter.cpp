// Any text is a filter or is refused; a filter prints to a text that is the same filter.
#include "gateway/scim/filter.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/lookups.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/resource.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::scim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const resource who = *resource::from_document(
        user_type(), R"({"userName":"ann","active":true,"emails":[{"value":"a@x","type":"work",)"
                     R"("primary":true}]})");
    const auto what =
        parse_filter(user_type(), std::string_view(reinterpret_cast<const char*>(data), size));
    if (!what) {
        std::string body;
        append_error(body, what.error());
        return 0;
    }
    const auto again = parse_filter(user_type(), print(*what));
    // A filter near the length limit may print longer than it was written.
    if (again ? !(*again == *what) : print(*what).size() <= 8'192) std::abort();
    (void)matches(*what, who,
                  {.id = "42", .base_url = "https://h", .groups = "", .status = "", .role = ""});
    (void)exact_lookups(*what);
    return 0;
}
