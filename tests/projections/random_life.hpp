// Users and teams made, changed and deleted at random, as commands that are never refused; and a
// judge who finds the rows that contradict each other.
#pragma once

#include "tests/projections/world.hpp"

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace rollcall::projections::test {

class random_life {
  public:
    /// @pre tenants 1 and 2 are there
    explicit random_life(std::uint32_t seed) : random_(seed) {}

    /// @pre `now` grows, and what came before was carried out
    command next(base::moment now);

  private:
    struct part {
        std::vector<subject_id> users;
        std::vector<subject_id> teams;
    };

    command create(tenant_no tenant, part& of, base::moment now);
    command about_user(tenant_no tenant, part& of, base::moment now);
    command about_team(tenant_no tenant, part& of);
    std::vector<subject_id> some(const std::vector<subject_id>& all);
    subject_id take(std::vector<subject_id>& from);
    std::string new_name();

    std::mt19937 random_;
    std::size_t named_ = 0;
    part parts_[2];
};

/// What in the tenant's rows about users, teams and members does not fit together, counters and
/// state hash among them; empty if everything does.
std::string contradiction_in(const memory_rows& rows, keyring& keys, tenant_no tenant);

} // namespace rollcall::projections::test
