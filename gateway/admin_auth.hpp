// Who asks the admin API: turns an Authorization field into an admin or operator.
//
// As forgiving in form and strict in substance as auth.hpp is with keys, and nothing is remembered:
// each request looks the token up, so the one after a change of rights sees it. Thread-safe.
#pragma once

#include "gateway/auth.hpp"
#include "gateway/key_usage.hpp"
#include "projections/directory.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace rollcall::gateway {

/// Who stands behind a token: as they were when it was shown.
struct admin_holder {
    projections::admin_state admin;
    projections::tenant_state tenant; ///< the system tenant for operators

    [[nodiscard]] bool is_operator() const { return eventlog::is_system_role(admin.core.role); }
};

enum class token_problem : std::uint8_t {
    missing,   ///< no Authorization, or not of the scheme Bearer
    scim_key,  ///< a tenant's key, which opens SCIM and nothing else
    malformed, ///< not the text of a token, or mistyped
    unknown,   ///< no such token; perhaps a newer one took its place
    disabled,
    expired,
    tenant_deleted,
};

/// How many there are.
inline constexpr std::size_t token_problems = 7;

/// `missing` and so on, for figures.
std::string_view name_of(token_problem problem);

struct token_outcome {
    /// Set if the token is good; also, for the record of attempts, if it was once.
    std::shared_ptr<const admin_holder> holder;
    /// Nothing if the token is good.
    std::optional<token_problem> problem;
};

/// What to tell the client: of somebody disabled with his user, what became of that one.
/// @pre outcome.problem
std::string describe(const token_outcome& outcome);

class admin_authenticator {
  public:
    admin_authenticator(const projections::directory& directory, key_usage& usage);

    /// Judges an Authorization field; notes the use of a good token.
    [[nodiscard]] token_outcome identify(std::string_view authorization, base::moment now) const;

  private:
    const projections::directory& directory_;
    key_usage& usage_;
};

} // namespace rollcall::gateway
