// A provider and two admins at one desk, who bring people through their requests: create, give a
// role, approve, reject, deactivate. Remembers what was acknowledged of each; the one request whose
// answer never came may have been done or not, but wholly.
#pragma once

#include "tests/integration/ledger.hpp"
#include "tests/integration/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace rollcall::integration {

class clerk {
  public:
    /// The provider's key, and the tokens of an admin who gives roles and of one who approves them.
    struct tokens {
        std::string provider, giver, approver;
    };

    /// A connection for each of them.
    struct desk {
        desk(const http::endpoint& where, const tokens& with)
            : idp(where, with.provider), giver(where, with.giver), approver(where, with.approver) {}

        provider idp, giver, approver;
    };

    /// `name` goes into every user name, so that no two clerks ever speak of the same user.
    clerk(std::string name, std::uint64_t seed) : name_(std::move(name)), random_(seed) {}

    /// Brings one person a step on. After `unknown` nothing more may be done until settle().
    ledger::turn go_on(desk& at);

    /// After a restart: finds out what became of the unanswered request, and compares everybody
    /// with what was acknowledged. Each disagreement is a line of the result.
    std::vector<std::string> settle(desk& at);

    /// How many are in each status, once settled.
    void count(std::map<std::string, std::uint64_t>& by_status) const;

    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

    /// What made a turn `wrong`.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

  private:
    ledger::turn create(desk& at);
    ledger::turn note(const reply& r, unsigned expected);

    std::string name_;
    std::mt19937_64 random_;
    std::uint64_t count_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::map<std::string, std::string> status_;                ///< by id
    std::optional<std::pair<std::string, std::string>> asked_; ///< id or userName, and status then
    std::string complaint_;
};

} // namespace rollcall::integration
