// Any bytes are a PATCH or are refused; what is applied leaves a canonical document, and a refusal
// or a fault changes nothing but `active`.
#include "gateway/scim/patch.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace rollcall::scim;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const resource who = *resource::from_document(
        user_type(),
        R"({"externalId":"e","userName":"ann","name":{"givenName":"Ann"},"active":true,)"
        R"("emails":[{"value":"w","type":"work","primary":true},{"value":"h","type":"home"}],)"
        R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"department":"D",)"
        R"("manager":{"value":"9"}}})");
    const auto change =
        patch::read(user_type(), std::string_view(reinterpret_cast<const char*>(data), size));
    if (!change) return 0;
    const auto done = change->apply_to(who);
    if (!done) {
        if (change->deactivates()) std::abort();
        return 0;
    }
    if (!done->faults.empty() && !(done->outcome == deactivated(who))) std::abort();
    const std::string document = done->outcome.document();
    const auto again = resource::from_document(user_type(), document);
    if (!again || !(*again == done->outcome)) std::abort();
    return 0;
}
