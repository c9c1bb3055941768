// What one client was told about the users it made: the judge of every crash. Only answered changes
// count as done; the one request whose answer never came may have been done or not, but wholly.
#pragma once

#include "tests/integration/provider.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace rollcall::integration {

/// A user as an answer described him.
struct seen_user {
    std::string user_name;
    std::string token; ///< stands in two attributes: see user_body
    bool active = true;
    std::string version;
    friend bool operator==(const seen_user&, const seen_user&) = default;
};

seen_user read_user(const json& resource, std::string_view at = "");

class ledger {
  public:
    /// `name` goes into every user name, so that no two clients ever speak of the same user.
    ledger(std::string name, std::uint64_t seed);

    enum class turn : std::uint8_t { done, not_done, unknown, wrong };
    /// Does one random change (create, PATCH, deactivate, reactivate, delete). After `unknown`
    /// nothing more may be done until settle().
    turn change_something(provider& server);

    /// After a restart: finds out what became of the unanswered request, then compares users that
    /// were touched since the last call, and `others` more. Each disagreement is a line of the
    /// result.
    std::vector<std::string> settle(provider& server, std::size_t others);

    /// Users that must be there, by id.
    [[nodiscard]] const std::map<std::string, seen_user>& living() const { return living_; }

    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }

    /// What made a turn `wrong`.
    [[nodiscard]] const std::string& complaint() const { return complaint_; }

  private:
    struct request {
        enum class kind : std::uint8_t { create, patch, remove } what{};
        std::string id;  ///< empty for a create
        seen_user after; ///< without its version
    };

    turn create(provider& server);
    turn patch(provider& server, std::optional<bool> active);
    turn remove(provider& server);
    turn note(const reply& r, unsigned expected);
    std::string any_id();
    std::string new_token();
    void settle_open_request(provider& server, std::vector<std::string>& wrong);
    void compare(provider& server, const std::string& id, std::vector<std::string>& wrong) const;

    std::string name_;
    std::mt19937_64 random_;
    std::uint64_t count_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::map<std::string, seen_user> living_;
    std::vector<std::string> gone_;
    std::vector<std::string> touched_;
    std::optional<request> open_;
    std::string complaint_;
};

} // namespace rollcall::integration
