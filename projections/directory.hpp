// What can be read: small neutral questions about tenants, keys, admins and users. Every answer is
// durable: what is decided but not committed is never seen here. A filter is the gateway's
// business: it asks by id, by unique key, or walks a tenant's users in listing order with its own
// predicate.
//
// Thread-safety: all members may be called from any thread. They read from the block cache or the
// disk and may block for the time of one read; walks block longer and belong on a worker thread.
// A read that gives no true answer throws eventlog::storage_failure.
#pragma once

#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "projections/attempts.hpp"
#include "projections/key_uses.hpp"
#include "projections/request_rows.hpp"
#include "projections/state.hpp"
#include "projections/teams_of_users.hpp"

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::projections {

/// A user row as views into `bytes`, for answering without copying the person.
struct user_view {
    subject_id id{};
    user_core core;
    std::string_view user_name;
    std::string_view display;
    std::string_view document;
};

/// A team row as views into `bytes`.
struct team_view {
    subject_id id{};
    team_core core;
    std::string_view name;
    std::string_view document;
};

/// The members of a team by id, however many there are. Holds a view of the directory, which keeps
/// old rows from being cleaned away; who waits in between lets it go, and then sees each member who
/// is one throughout, and nobody twice. One thread.
class member_walk {
  public:
    /// The store outlives it.
    member_walk(const eventlog::store& log, tenant_no tenant, const subject_id& team);

    /// As it was when the walk began; nothing if there was no such team.
    [[nodiscard]] const std::optional<team_state>& team() const { return team_; }

    /// False at the end. Throws eventlog::storage_failure, also when somebody is missing and the
    /// team has not changed meanwhile, and when the team was deleted since the view was let go.
    bool next(subject_id& member);

    /// Lets the view go; the next call takes a new one and goes on behind the last member.
    void let_go();

  private:
    void look();

    const eventlog::store& log_;
    const tenant_no tenant_;
    const subject_id id_;
    std::optional<team_state> team_;
    std::unique_ptr<eventlog::row_snapshot> rows_;
    std::unique_ptr<eventlog::row_cursor> cursor_;
    std::optional<subject_id> last_;
    std::uint64_t seen_ = 0;
};

class directory {
  public:
    directory(eventlog::store& store, eventlog::keyring& keys);

    [[nodiscard]] std::optional<tenant_state> tenant(tenant_no number) const;
    [[nodiscard]] std::optional<tenant_state> tenant(std::string_view slug) const;
    /// Without deleted ones and the system tenant, by slug.
    [[nodiscard]] std::vector<tenant_state> tenants() const;
    [[nodiscard]] tenant_counters counters(tenant_no tenant) const;

    /// A plan of the catalogue; nothing for `default`, which nobody defined.
    [[nodiscard]] std::optional<plan_state> plan(std::string_view name) const;
    /// All of the catalogue, by name.
    [[nodiscard]] std::vector<plan_state> plans() const;

    /// The key with this secret hash, revoked and expired ones too: the caller judges.
    [[nodiscard]] std::optional<key_state> key_by_secret(const eventlog::digest& secret_hash) const;
    [[nodiscard]] std::optional<key_state> key(tenant_no tenant, const subject_id& id) const;
    [[nodiscard]] std::vector<key_state> keys(tenant_no tenant) const; ///< oldest first

    /// The admin with this token hash, disabled and expired ones too: the caller judges.
    [[nodiscard]] std::optional<admin_state>
    admin_by_token(const eventlog::digest& token_hash) const;
    [[nodiscard]] std::optional<admin_state> admin(tenant_no tenant, const subject_id& id) const;
    /// The living admin of this prepared name.
    [[nodiscard]] std::optional<admin_state> admin_named(tenant_no tenant,
                                                         std::string_view name_key) const;
    /// Disabled ones too; oldest first.
    [[nodiscard]] std::vector<admin_state> admins(tenant_no tenant) const;

    /// When the key was last seen in use, as far as that was kept: see key_uses.hpp.
    [[nodiscard]] std::optional<base::moment> key_last_used(tenant_no tenant,
                                                            const subject_id& id) const;

    /// Reads a user's row into `bytes` (reused by the caller) and views it; false if there is none.
    bool user(tenant_no tenant, const subject_id& id, std::string& bytes, user_view& view) const;
    [[nodiscard]] std::optional<user_state> user(tenant_no tenant, const subject_id& id) const;

    /// Users or teams by lookup: prepared name (at most one), exact external id, prepared e-mail;
    /// at most `most`, in listing order.
    enum class lookup : std::uint8_t { user_name, external_id, email, team_name, team_external_id };
    [[nodiscard]] std::vector<subject_id> find(tenant_no tenant, lookup by, std::string_view value,
                                               std::size_t most) const;

    /// Who has an open request, in the order in which they were opened, from the first that was
    /// opened by an event behind `after`; at most `most`.
    [[nodiscard]] std::vector<subject_id> requests(tenant_no tenant, tenant_seq after,
                                                   std::size_t most) const;
    /// Walks the open requests of all tenants on which somebody has to act some day, what is due
    /// first first, until `visit` returns false.
    void due_requests(const std::function<bool(const due_request&)>& visit) const;

    /// Walks users in listing order from the `first`-th (0 = first) on, until `visit` returns
    /// false. The walk sees one unchanging view. Skipping is cheap at any depth.
    void list(tenant_no tenant, std::uint64_t first,
              const std::function<bool(const user_view&)>& visit) const;

    /// Likewise for teams. Their members are asked for one by one or walked.
    bool team(tenant_no tenant, const subject_id& id, std::string& bytes, team_view& view) const;
    [[nodiscard]] std::optional<team_state> team(tenant_no tenant, const subject_id& id) const;
    using team_visitor = std::function<bool(const team_view&)>;
    void list_teams(tenant_no tenant, std::uint64_t first, const team_visitor& visit) const;
    [[nodiscard]] bool is_member(tenant_no tenant, const subject_id& team,
                                 const subject_id& user) const;
    [[nodiscard]] std::unique_ptr<member_walk> members(tenant_no tenant,
                                                       const subject_id& team) const;

    /// The teams that a user is in, sorted by id.
    [[nodiscard]] std::vector<subject_id> teams_of(tenant_no tenant, const subject_id& user) const;
    /// Likewise for one user after the other.
    [[nodiscard]] teams_of_users teams_of_many(tenant_no tenant) const;

    /// Where a tenant's event stands in the log; offset 0 if there is no such event.
    [[nodiscard]] eventlog::position position_of(tenant_no tenant, tenant_seq seq) const;

    /// The user as the tenant's event `seq` left him; nothing if that event is not about him, if he
    /// was deleted by it, or if he is erased. Reads two events.
    [[nodiscard]] std::optional<user_state> user_after(tenant_no tenant, const subject_id& id,
                                                       tenant_seq seq) const;

    /// The hash of the user's password, as a PHC string; nothing if he has none or is erased. Reads
    /// one event.
    [[nodiscard]] std::optional<std::string> password_of(tenant_no tenant,
                                                         const subject_id& id) const;

    /// A hash of `bytes` under the tenant's own secret: equal ones meet, and who does not have the
    /// secret cannot try out what they were. Zero for a tenant without a secret.
    [[nodiscard]] std::array<std::uint8_t, 16> keyed_hash(tenant_no tenant,
                                                          std::string_view bytes) const;

    /// Every prepared name that the user ever had, as far as the log can still be read. Reads the
    /// user's whole history.
    [[nodiscard]] std::vector<std::string> names_of(tenant_no tenant, const subject_id& id) const;

    /// Who was refused and why, last first: of one person (prepared user name or id text), or of at
    /// most `people_most` people.
    [[nodiscard]] std::vector<attempt_record>
    attempts(tenant_no tenant, std::optional<std::string_view> who, std::size_t people_most) const;

    /// One unchanging view of all rows.
    [[nodiscard]] std::unique_ptr<eventlog::row_snapshot> snapshot() const;

    /// A number that moves, before the change is answered, whenever any tenant, key or admin
    /// changes: what was cached under an older number must be read again.
    [[nodiscard]] std::uint64_t access_epoch() const;
    void bump_access_epoch();

  private:
    struct impl;
    std::shared_ptr<impl> impl_;
};

} // namespace rollcall::projections
