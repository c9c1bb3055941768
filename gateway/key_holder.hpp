// Who stands behind a bearer key that was shown and found good: the key and its tenant, as they
// were when the key was last looked up. Immutable and shared; it is thrown away when any key or
// tenant changes, and when profiles are read again (authenticator).
#pragma once

#include "gateway/http/input_buffer.hpp"
#include "gateway/product_terms.hpp"
#include "gateway/tenant_pace.hpp"
#include "projections/state.hpp"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace rollcall::gateway {

/// When a key was last used: minutes since 1970, 0 for never. Written by any I/O thread.
using last_use = std::atomic<std::int64_t>;

/// The admin who owns a key.
struct key_owner {
    std::string name;                        ///< empty: nobody owns it
    std::optional<eventlog::rights_end> end; ///< why it opens nothing any more
};

struct key_holder {
    projections::key_state key;
    projections::tenant_state tenant;
    std::shared_ptr<last_use> used;
    std::shared_ptr<tenant_pace> pace; ///< the tenant's; null: he may ask as often as he likes
    std::shared_ptr<http::input_share> input; ///< the tenant's
    product_terms product;
    key_owner owner{};
};

} // namespace rollcall::gateway
