// The words behind the ids of events: a tenant's slug, a key's label. Looked up once each and kept
// as long as the object, so a page of events costs few reads. Not thread-safe.
#pragma once

#include "eventlog/event.hpp"
#include "eventlog/rows.hpp"

#include <map>
#include <string>
#include <utility>

namespace rollcall::told {

class names {
  public:
    /// `rows` outlives the object.
    explicit names(const eventlog::row_reader& rows) : rows_(rows) {}

    /// The slug; `_system` for the system tenant, `#7` for a number that no row knows.
    const std::string& tenant(eventlog::tenant_no number);

    /// A person's word for who caused an event: a key's label or its id, an admin's or operator's
    /// name, `the operator`, ...
    const std::string& actor(eventlog::tenant_no tenant, const eventlog::actor& by);

    /// What a key, an admin, a team or a user is called now; empty if it is gone, or a key without
    /// a label. Not kept.
    [[nodiscard]] std::string key(eventlog::tenant_no tenant, const base::uuid& id) const;
    [[nodiscard]] std::string admin(eventlog::tenant_no tenant, const base::uuid& id) const;
    [[nodiscard]] std::string team(eventlog::tenant_no tenant, const base::uuid& id) const;
    [[nodiscard]] std::string user(eventlog::tenant_no tenant, const base::uuid& id) const;

  private:
    const eventlog::row_reader& rows_;
    std::map<eventlog::tenant_no, std::string> tenants_;
    std::map<std::pair<eventlog::tenant_no, base::uuid>, std::string> keys_;
};

/// `key`, `local_operator` and so on.
std::string_view actor_kind_name(eventlog::actor_kind kind);

} // namespace rollcall::told
