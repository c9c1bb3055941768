// Who asks: turns an Authorization field into a key and its tenant (RFC 6750).
//
// Forgiving in form, since people paste tokens: the scheme in any case, blanks around, `Bearer`
// twice. Strict in substance: the key is looked up by its hash, the whole hash is compared in
// constant time, and a key that is revoked, expired or of a deleted tenant is none.
//
// Each thread remembers good keys, so that an ordinary request costs one hash and one look into a
// table. What it remembers counts only while directory::access_epoch() stands still: a change of
// any key or tenant is seen by the very next request. Thread-safe.
#pragma once

#include "gateway/input_shares.hpp"
#include "gateway/key_holder.hpp"
#include "gateway/key_usage.hpp"
#include "gateway/limits.hpp"
#include "projections/directory.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall::gateway {

enum class auth_problem : std::uint8_t {
    missing,     ///< no Authorization, or not of the scheme Bearer
    admin_token, ///< a token of the admin API, which opens no SCIM
    malformed,   ///< not the text of a key, or mistyped (its checksum is wrong)
    unknown,     ///< no such key
    revoked,
    expired,
    tenant_deleted,
    owner_gone, ///< the admin who owns it has lost the rights that it stood on
};

/// How many there are.
inline constexpr std::size_t auth_problems = 8;

/// `missing` and so on, for figures.
std::string_view name_of(auth_problem problem);

/// What an Authorization field came to.
struct auth_outcome {
    /// Set if the key is good; also, for the record of attempts, if it was once.
    std::shared_ptr<const key_holder> holder;
    /// Nothing if the key is good.
    std::optional<auth_problem> problem;
};

/// What to tell the client: of a key that ended with its owner's rights, whose they were.
/// @pre outcome.problem
std::string describe(const auth_outcome& outcome);

class authenticator {
  public:
    /// Whoever puts other profiles on the shelf bumps access_epoch() then.
    authenticator(const projections::directory& directory, key_usage& usage, const limits& bounds,
                  const profiles::profile_shelf& profiles);

    /// Judges an Authorization field; notes the use of a good key.
    [[nodiscard]] auth_outcome identify(std::string_view authorization, base::moment now) const;

    /// How often tenants may ask.
    [[nodiscard]] const tenant_paces& paces() const { return paces_; }

    /// What the bodies of their requests may take.
    [[nodiscard]] input_shares& inputs() const { return inputs_; }

  private:
    [[nodiscard]] auth_outcome look_up(const eventlog::digest& hash) const;

    const projections::directory& directory_;
    key_usage& usage_;
    const std::size_t known_keys_max_;
    mutable tenant_paces paces_;
    mutable input_shares inputs_;
    const profiles::profile_shelf& profiles_;
    const std::uint64_t instance_; ///< tells threads that what they remember is another's
};

/// The token of an Authorization field of the scheme Bearer; empty if there is none.
std::string_view bearer_token(std::string_view authorization);

} // namespace rollcall::gateway
