// Any bytes are the body of a POST or a PUT, or are refused; what is read is a canonical document.
#include "gateway/scim/body.hpp"
#include "gateway/scim/user_facts.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::scim;

namespace {

void require_canonical(const resource& made) {
    const auto again = resource::from_document(made.type(), made.document());
    if (!again || !(*again == made)) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view body(reinterpret_cast<const char*>(data), size);
    if (const auto made = read_new(user_type(), body)) {
        require_canonical(*made);
        (void)facts_of(*made);
    }
    if (const auto made = read_new(group_type(), body)) require_canonical(*made);
    if (const auto change = replacement::read(user_type(), body)) {
        static const resource who =
            *resource::from_document(user_type(), R"({"userName":"a","active":true})");
        const auto done = change->apply_to(who);
        if (done) require_canonical(done->outcome);
        if (change->deactivates() && !done) std::abort();
    }
    return 0;
}
