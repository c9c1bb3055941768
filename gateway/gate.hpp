// The gate of SCIM: may this request go on? It answers 401, 403 and 429 itself, in that spirit:
//
//   two Authorizations 400, also if they are equal (RFC 9110 section 5.3 forbids to repeat it)
//   no key            401 with a plain challenge (RFC 6750 section 3: no error parameter)
//   a bad key         401 invalid_token; many of them from one address: 429
//   another tenant's  401: the URL names a tenant that the key does not belong to
//   switched off      403, saying so; look-ups go on, and changes of users go on to the desk
//   barred            403: the product's profile is not here, does not serve the tenant's plan, or
//                     asks for single sign-on or for a key with an owner, and there is none;
//                     look-ups and changes of users go on, in the first case lists of users
//                     too, and all of it by any base path
//   astray            403, naming the right base URL: this one is another product's, or was the
//                     tenant's before his profile changed; look-ups and changes go on as above
//   too often         429: the tenant's pace (tenant_pace.hpp); what may deprovision goes on
//
// A key that was once good and is shown again is kept as an attempt of its tenant, and so is what
// is refused as astray. Thread-safe.
#pragma once

#include "gateway/auth.hpp"
#include "gateway/call.hpp"
#include "gateway/failure_throttle.hpp"
#include "projections/command_desk.hpp"

#include <array>
#include <atomic>
#include <cstdint>

namespace rollcall::gateway {

class gate {
  public:
    /// `behind_proxy`: the peer is the last address of X-Forwarded-For, which the proxy appended.
    gate(const authenticator& keys, projections::command_desk& desk, const limits& bounds,
         bool behind_proxy);

    /// area::admit of SCIM.
    bool admit(call& c, permission needs);

    /// Counts a request with a bad secret against its peer; set: he is past the limit, and should
    /// come back after that many seconds.
    std::optional<std::chrono::seconds> count_failure(const http::request& asked);

    /// While only the head of a request is here: its body counts in the tenant's share.
    void charge_body(call& c, eventlog::tenant_no whose) const {
        if (c.facts.at_head) c.charge_body_to(keys_.inputs().of(whose));
    }

    /// Requests turned away for what was wrong with their key.
    [[nodiscard]] std::uint64_t failures(auth_problem why) const {
        return failures_[static_cast<std::size_t>(why)];
    }

    /// Requests answered 429 because their address had shown too many bad secrets.
    [[nodiscard]] std::uint64_t throttled() const { return throttled_; }

    /// Requests of tenants who asked too often.
    [[nodiscard]] std::uint64_t over_pace() const { return keys_.paces().refused(); }

  private:
    bool keeps_pace(call& c);
    void turn_away(call& c, const auth_outcome& outcome);
    static void challenge(call& c, std::string_view detail, bool bad_token);
    [[nodiscard]] std::string_view peer_of(const http::request& asked) const;
    void record(const call& c, const key_holder& holder, std::string_view action,
                const scim::error& why);

    const authenticator& keys_;
    projections::command_desk& desk_;
    failure_throttle throttle_;
    const bool behind_proxy_;
    std::array<std::atomic<std::uint64_t>, auth_problems> failures_{};
    std::atomic<std::uint64_t> throttled_{0};
};

/// False: the request has more than one Authorization field, and that is answered 400.
bool is_authorized_once(call& c);

} // namespace rollcall::gateway
