#include "projections/directory.hpp"

#include "eventlog/cursor.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/approval_facts.hpp"
#include "projections/listing.hpp"
#include "projections/read.hpp"
#include "projections/rows.hpp"
#include "projections/store_rows.hpp"

#include <algorithm>
#include <atomic>

namespace rollcall::projections {

using eventlog::table;

struct directory::impl {
    impl(eventlog::store& s, eventlog::keyring& k) : log(s), keys(k), rows(s) {}

    /// The event at a position that is in the log. Throws storage_failure.
    [[nodiscard]] eventlog::read_event read(eventlog::position at) {
        const auto bytes = log.read(at);
        if (!bytes) throw eventlog::storage_failure(bytes.error().message);
        const auto record = eventlog::read_record(*bytes, eventlog::record_check::crc);
        if (!record) throw eventlog::storage_failure(record.error().message);
        auto event = eventlog::decode_event(*record, eventlog::content_mode::open, rows, keys);
        if (!event) throw eventlog::storage_failure(event.error().message);
        return std::move(*event);
    }

    eventlog::store& log;
    eventlog::keyring& keys;
    store_rows rows;
    std::atomic<std::uint64_t> access_epoch{1};
};

namespace {

/// How many events of one user are looked up at a time.
constexpr std::size_t history_page = 1000;

user_view view_of(const subject_id& id, std::string_view row) {
    const user_row user = view_user(row);
    return {id, user.core, user.user_name, user.display, user.document};
}

team_view view_of_team(const subject_id& id, std::string_view row) {
    const team_row team = view_team(row);
    return {id, team.core, team.name, team.document};
}

std::vector<subject_id> find_unique(const eventlog::row_reader& rows,
                                    const eventlog::secret_key& secret, lookup_kind kind,
                                    tenant_no tenant, std::string_view value) {
    std::string row;
    const auto hash = lookup_of(secret, kind, value);
    if (!rows.get(table::index, key_of::unique(kind, tenant, hash), row)) return {};
    return {decode_subject(row)};
}

std::vector<subject_id> find_shared(const eventlog::row_snapshot& rows,
                                    const eventlog::secret_key& secret, lookup_kind kind,
                                    tenant_no tenant, std::string_view value, std::size_t most) {
    std::vector<subject_id> found;
    const std::string prefix = key_of::all_shared(kind, tenant, lookup_of(secret, kind, value));
    const auto cursor = rows.cursor(table::index, prefix);
    for (cursor->seek(prefix); cursor->valid() && found.size() < most; cursor->next()) {
        found.push_back(decode_subject(cursor->value()));
    }
    return found;
}

} // namespace

directory::directory(eventlog::store& store, eventlog::keyring& keys)
    : impl_(std::make_shared<impl>(store, keys)) {}

std::optional<tenant_state> directory::tenant(tenant_no number) const {
    return read_tenant(impl_->rows, number);
}

std::optional<tenant_state> directory::tenant(std::string_view slug) const {
    const auto number = read_slug(impl_->rows, slug);
    return number ? tenant(*number) : std::nullopt;
}

std::vector<tenant_state> directory::tenants() const {
    const auto rows = impl_->log.snapshot();
    const auto slugs = rows->cursor(table::state, key_of::all_slugs());
    std::vector<tenant_state> all;
    for (slugs->seek(key_of::all_slugs()); slugs->valid(); slugs->next()) {
        auto tenant = read_tenant(*rows, decode_tenant_no(slugs->value()));
        if (tenant && !tenant->deleted && tenant->number != system_tenant)
            all.push_back(std::move(*tenant));
    }
    return all;
}

std::optional<plan_state> directory::plan(std::string_view name) const {
    return read_plan(impl_->rows, name);
}

std::vector<plan_state> directory::plans() const {
    const auto rows = impl_->log.snapshot();
    const auto cursor = rows->cursor(table::state, key_of::all_plans());
    std::vector<plan_state> all;
    for (cursor->seek(key_of::all_plans()); cursor->valid(); cursor->next())
        all.push_back(decode_plan(cursor->value()));
    return all;
}

tenant_counters directory::counters(tenant_no tenant) const {
    return read_counters(impl_->rows, tenant);
}

std::optional<key_state> directory::key_by_secret(const eventlog::digest& secret_hash) const {
    return read_key_of_secret(impl_->rows, secret_hash);
}

std::optional<key_state> directory::key(tenant_no tenant, const subject_id& id) const {
    return read_key(impl_->rows, tenant, id);
}

std::optional<base::moment> directory::key_last_used(tenant_no tenant, const subject_id& id) const {
    return read_key_use(impl_->rows, tenant, id);
}

std::vector<key_state> directory::keys(tenant_no tenant) const {
    const auto rows = impl_->log.snapshot();
    const std::string prefix = key_of::all_bearer_keys(tenant);
    const auto cursor = rows->cursor(table::state, prefix);
    std::vector<key_state> all;
    for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
        const subject_id id = decode_subject(cursor->key().substr(prefix.size()));
        all.push_back(decode_key(tenant, id, cursor->value()));
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const key_state& a, const key_state& b) { return a.created < b.created; });
    return all;
}

std::optional<admin_state> directory::admin_by_token(const eventlog::digest& token_hash) const {
    return read_admin_of_token(impl_->rows, token_hash);
}

std::optional<admin_state> directory::admin(tenant_no tenant, const subject_id& id) const {
    return read_admin(impl_->rows, tenant, id);
}

std::optional<admin_state> directory::admin_named(tenant_no tenant,
                                                  std::string_view name_key) const {
    const auto id = read_admin_named(impl_->rows, impl_->keys, tenant, name_key);
    if (!id || !*id) return std::nullopt; // nor has a tenant without a secret any admins
    return admin(tenant, **id);
}

std::vector<admin_state> directory::admins(tenant_no tenant) const {
    const auto rows = impl_->log.snapshot();
    const std::string prefix = key_of::all_admins(tenant);
    const auto cursor = rows->cursor(table::state, prefix);
    std::vector<admin_state> all;
    for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
        const subject_id id = decode_subject(cursor->key().substr(prefix.size()));
        all.push_back(decode_admin(tenant, id, cursor->value()));
    }
    std::stable_sort(all.begin(), all.end(), [](const admin_state& a, const admin_state& b) {
        return a.core.created < b.core.created;
    });
    return all;
}

bool directory::user(tenant_no tenant, const subject_id& id, std::string& bytes,
                     user_view& view) const {
    if (!impl_->rows.get(table::state, key_of::user(tenant, id), bytes)) return false;
    view = view_of(id, bytes);
    return true;
}

std::optional<user_state> directory::user(tenant_no tenant, const subject_id& id) const {
    return read_user(impl_->rows, tenant, id);
}

std::vector<subject_id> directory::find(tenant_no tenant, lookup by, std::string_view value,
                                        std::size_t most) const {
    std::vector<subject_id> found;
    const auto secret = impl_->keys.lookup_secret(impl_->rows, tenant);
    if (!secret || most == 0) return found; // a tenant without a secret has no users
    switch (by) {
    case lookup::user_name:
        return find_unique(impl_->rows, *secret, lookup_kind::user_name, tenant, value);
    case lookup::team_name:
        return find_unique(impl_->rows, *secret, lookup_kind::team_name, tenant, value);
    case lookup::external_id:
        return find_shared(*impl_->log.snapshot(), *secret, lookup_kind::external_id, tenant, value,
                           most);
    case lookup::email:
        return find_shared(*impl_->log.snapshot(), *secret, lookup_kind::email, tenant, value,
                           most);
    case lookup::team_external_id: break;
    }
    return find_shared(*impl_->log.snapshot(), *secret, lookup_kind::team_external_id, tenant,
                       value, most);
}

std::vector<subject_id> directory::requests(tenant_no tenant, tenant_seq after,
                                            std::size_t most) const {
    return read_requests(*impl_->log.snapshot(), tenant, after, most);
}

void directory::due_requests(const std::function<bool(const due_request&)>& visit) const {
    read_due_requests(*impl_->log.snapshot(), visit);
}

void directory::list(tenant_no tenant, std::uint64_t first,
                     const std::function<bool(const user_view&)>& visit) const {
    const auto rows = impl_->log.snapshot();
    listing users(*rows, listing_kind::users, tenant, first);
    subject_id id;
    for (std::string_view row; users.next(id, row);) {
        if (!visit(view_of(id, row))) return;
    }
}

bool directory::team(tenant_no tenant, const subject_id& id, std::string& bytes,
                     team_view& view) const {
    if (!impl_->rows.get(table::state, key_of::team(tenant, id), bytes)) return false;
    view = view_of_team(id, bytes);
    return true;
}

std::optional<team_state> directory::team(tenant_no tenant, const subject_id& id) const {
    return read_team(impl_->rows, tenant, id);
}

void directory::list_teams(tenant_no tenant, std::uint64_t first, const team_visitor& visit) const {
    const auto rows = impl_->log.snapshot();
    listing teams(*rows, listing_kind::teams, tenant, first);
    subject_id id;
    for (std::string_view row; teams.next(id, row);) {
        if (!visit(view_of_team(id, row))) return;
    }
}

std::vector<subject_id> directory::teams_of(tenant_no tenant, const subject_id& user) const {
    return read_teams_of(impl_->rows, tenant, user);
}

teams_of_users directory::teams_of_many(tenant_no tenant) const {
    return teams_of_users(impl_->log, tenant);
}

bool directory::is_member(tenant_no tenant, const subject_id& team, const subject_id& user) const {
    return read_member(impl_->rows, tenant, team, user).has_value();
}

std::unique_ptr<member_walk> directory::members(tenant_no tenant, const subject_id& team) const {
    return std::make_unique<member_walk>(impl_->log, tenant, team);
}

member_walk::member_walk(const eventlog::store& log, tenant_no tenant, const subject_id& team)
    : log_(log), tenant_(tenant), id_(team) {
    look();
    team_ = read_team(*rows_, tenant, team);
}

void member_walk::look() {
    rows_ = log_.snapshot();
    cursor_ = rows_->cursor(table::links, key_of::all_members(tenant_, id_));
    if (!last_) {
        cursor_->seek(key_of::all_members(tenant_, id_));
        return;
    }
    const std::string behind = key_of::member(tenant_, id_, *last_);
    cursor_->seek(behind);
    if (cursor_->valid() && cursor_->key() == behind) cursor_->next();
}

void member_walk::let_go() {
    cursor_.reset();
    rows_.reset();
}

bool member_walk::next(subject_id& member) {
    if (!cursor_) look();
    if (cursor_->valid()) {
        member = user_of_member_key(cursor_->key());
        last_ = member;
        ++seen_;
        cursor_->next();
        return true;
    }
    if (!team_) return false;
    const auto now = read_team(*rows_, tenant_, id_);
    if (!now) {
        throw eventlog::storage_failure("team " + id_.text() +
                                        " was deleted while its members were read");
    }
    const bool same = now->core.version == team_->core.version;
    if (same && seen_ != now->core.members) damaged_row("list of members", std::to_string(seen_));
    return false;
}

eventlog::position directory::position_of(tenant_no tenant, tenant_seq seq) const {
    return impl_->log.locate(tenant, seq).value_or(eventlog::position{});
}

std::optional<user_state> directory::user_after(tenant_no tenant, const subject_id& id,
                                                tenant_seq seq) const {
    const auto at = impl_->log.locate(tenant, seq);
    const auto first = impl_->log.history(tenant, id, {}, 1);
    if (!at || first.empty()) return std::nullopt;
    const auto made = impl_->read(first.front());
    // From the last event that says who he is on, what came after it.
    std::vector<eventlog::read_event> since{impl_->read(*at)};
    if (since.front().what.subject != id) return std::nullopt;
    while (eventlog::content_of(since.back().what.body) == nullptr) {
        const eventlog::position place = since.back().at;
        const auto earlier = impl_->log.latest(tenant, id, {place.partition, place.offset - 1});
        if (!earlier) return std::nullopt;
        since.push_back(impl_->read(*earlier));
    }
    const eventlog::read_event& person = since.back();
    const auto* facts = eventlog::facts_of(person.what.body);
    const auto* content = eventlog::content_of(person.what.body);
    if (person.content_erased || facts == nullptr || content == nullptr) return std::nullopt;
    std::optional<user_core> core = user_core{};
    core->ordinal = facts->ordinal;
    core->created_seq = made.seq;
    core->version = person.seq;
    core->created = made.what.time;
    core->modified = person.what.time;
    core->origin = facts->origin;
    core->active = facts->active;
    core->suspended = facts->suspended;
    core->approval = placed(facts->approval, person.seq);
    core->sealed_hash = person.sealed_hash;
    for (auto next = since.rbegin() + 1; next != since.rend(); ++next) {
        const event_header header{tenant, next->seq,         next->what.time,
                                  id,     next->sealed_hash, next->what.by};
        auto moved = after(core, header, next->what.body);
        if (!moved) throw eventlog::storage_failure(moved.error().message);
        core = *moved;
        if (!core) return std::nullopt; // deleted by it
    }
    return user_state{id, *core, *content};
}

std::optional<std::string> directory::password_of(tenant_no tenant, const subject_id& id) const {
    const auto who = user(tenant, id);
    if (!who || who->core.password.value == 0) return std::nullopt;
    const auto at = impl_->log.locate(tenant, who->core.password);
    if (!at) throw eventlog::storage_failure("the event of a password is not in the log");
    const auto event = impl_->read(*at);
    const auto* kept = eventlog::password_content_of(event.what.body);
    if (event.content_erased || kept == nullptr) return std::nullopt;
    return kept->hash;
}

std::array<std::uint8_t, 16> directory::keyed_hash(tenant_no tenant, std::string_view bytes) const {
    const auto secret = impl_->keys.lookup_secret(impl_->rows, tenant);
    if (!secret) return {};
    return eventlog::lookup_hash(*secret, bytes);
}

std::vector<std::string> directory::names_of(tenant_no tenant, const subject_id& id) const {
    std::vector<std::string> names;
    eventlog::position after{};
    for (;;) {
        const auto page = impl_->log.history(tenant, id, after, history_page);
        for (const eventlog::position at : page) {
            const auto event = impl_->read(at);
            const auto* content = eventlog::content_of(event.what.body);
            if (content != nullptr && !content->user_name_key.empty()) {
                names.push_back(content->user_name_key);
            }
        }
        if (page.size() < history_page) break;
        after = page.back();
    }
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
}

std::vector<attempt_record> directory::attempts(tenant_no tenant,
                                                std::optional<std::string_view> who,
                                                std::size_t people_most) const {
    const auto rows = impl_->log.snapshot();
    auto found = list_attempts(*rows, impl_->keys, tenant, who, people_most);
    if (!found) throw eventlog::storage_failure(found.error().message);
    return std::move(*found);
}

std::unique_ptr<eventlog::row_snapshot> directory::snapshot() const {
    return impl_->log.snapshot();
}

std::uint64_t directory::access_epoch() const {
    return impl_->access_epoch.load(std::memory_order_acquire);
}

void directory::bump_access_epoch() {
    impl_->access_epoch.fetch_add(1, std::memory_order_acq_rel);
}

} // namespace rollcall::projections
