// The gate of the admin API: who asks, at any door but the admin socket. What he may do there is
// the admin API's own table. It answers 400, 401 and 429 itself:
//
//   no token            401 with a plain challenge (RFC 6750 section 3)
//   a bad token         401 invalid_token; many of them from one address: 429. Bad keys and bad
//                       tokens of an address count together
//   two Authorizations  400, as at the gate of SCIM
//
// A token that was once good and is shown again is kept as an attempt of its tenant. Thread-safe.
#pragma once

#include "gateway/admin_auth.hpp"
#include "gateway/call.hpp"
#include "gateway/gate.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace rollcall::gateway {

class admin_gate {
  public:
    /// `shared` throttles addresses, and bounds the bodies of a tenant, for keys and tokens
    /// together.
    admin_gate(const admin_authenticator& tokens, gate& shared, projections::command_desk& desk);

    /// Notes in the call who asks (facts.admin, facts.by); false: it has answered.
    bool identify(call& c);

    /// Requests turned away for what was wrong with their token.
    [[nodiscard]] std::uint64_t failures(token_problem why) const {
        return failures_[static_cast<std::size_t>(why)];
    }

  private:
    void turn_away(call& c, const token_outcome& outcome);
    void record(const call& c, const admin_holder& holder, std::string_view reason);

    const admin_authenticator& tokens_;
    gate& shared_;
    projections::command_desk& desk_;
    std::array<std::atomic<std::uint64_t>, token_problems> failures_{};
};

} // namespace rollcall::gateway
