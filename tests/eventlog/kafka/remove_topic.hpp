// What the product never does: deletes a topic. For tests of what is done when somebody else did.
#pragma once

#include <string>

namespace rollcall::kafka::testing {

/// Returns when no broker knows it any more. Throws std::runtime_error.
void remove_topic(const std::string& addresses, const std::string& topic);

} // namespace rollcall::kafka::testing
