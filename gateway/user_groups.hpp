// The teams of users as their `groups`: JSON text for scim::computed::groups. One of these serves
// one request: it remembers names, since the users of a page share teams. Not thread-safe.
//
// Whose teams are asked for one user after the other, in the order of a listing, is said ahead:
// then they are walked.
#pragma once

#include "gateway/product_terms.hpp"
#include "gateway/scim/selection.hpp"
#include "projections/directory.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollcall::gateway {

class user_groups {
  public:
    enum class users : std::uint8_t { few, many };

    /// `wanted`: false if nobody will look at them; then nothing is read.
    user_groups(const projections::directory& directory, projections::tenant_no tenant,
                std::string_view base_url, bool wanted, users whose)
        : directory_(directory),
          tenant_(tenant),
          base_url_(base_url),
          wanted_(wanted),
          whose_(whose) {}

    /// Empty for nobody's. Valid until the next call. Reads one row of the user's at most, and one
    /// for each team that is new here.
    std::string_view of(const projections::subject_id& user);

  private:
    [[nodiscard]] std::vector<projections::subject_id> teams(const projections::subject_id& user);

    const projections::directory& directory_;
    projections::tenant_no tenant_;
    std::string_view base_url_;
    bool wanted_;
    users whose_;
    std::optional<projections::teams_of_users> walk_;    ///< of many, from the first on
    std::unordered_map<std::string, std::string> names_; ///< by id as text
    std::string row_;
    std::string json_;
};

/// True unless the groups of users are not to be shown.
bool shows_groups(const scim::selection& shown);

/// Likewise, and false where the product of who asks has no groups, or perhaps none: those from
/// before stay, unseen.
bool shows_groups(const scim::selection& shown, const product_terms& product);

} // namespace rollcall::gateway
