// Keys:
//   O tenant seq of opening      table::state   the user's id
//   d due tenant user            table::state   nothing
//   Q tenant e-mail's hash user  table::links   nothing
#include "projections/request_rows.hpp"

#include "projections/bytes.hpp"

#include <algorithm>

namespace rollcall::projections {

using eventlog::table;

namespace {

std::string listed_key(tenant_no tenant, std::uint64_t opened) {
    std::string key = begin_key('O', tenant, 8);
    base::put_be(key, opened);
    return key;
}

/// Moments before 1970 sort before the others.
std::uint64_t sortable(base::moment time) {
    return static_cast<std::uint64_t>(time.unix_ms) ^ (std::uint64_t{1} << 63);
}

std::string due_key(base::moment due, tenant_no tenant, const subject_id& user) {
    std::string key = begin_key('d');
    base::put_be(key, sortable(due));
    base::put_be(key, tenant.value);
    base::put_bytes(key, user.bytes);
    return key;
}

std::string email_prefix(tenant_no tenant, const lookup_digest& hash) {
    std::string key = begin_key('Q', tenant, 32);
    base::put_bytes(key, hash);
    return key;
}

const eventlog::open_request* request_of(const user_state* user) {
    if (user == nullptr || !user->core.approval->request) return nullptr;
    return &*user->core.approval->request;
}

void change_row(eventlog::row_editor& rows, const std::optional<std::string>& before,
                const std::optional<std::string>& now, std::string_view value) {
    if (before == now) return;
    if (before) rows.erase(table::state, *before);
    if (now) rows.put(table::state, *now, value);
}

} // namespace

bool has_request_rows(const user_state* before, const user_state* now) {
    return request_of(before) != nullptr || request_of(now) != nullptr;
}

void change_request_rows(eventlog::row_editor& rows, const eventlog::secret_key& secret,
                         tenant_no tenant, const user_state* before, const user_state* now) {
    const subject_id id = now != nullptr ? now->id : before->id;
    const auto* was = request_of(before);
    const auto* is = request_of(now);
    const auto listed = [&](const eventlog::open_request* r) -> std::optional<std::string> {
        if (r == nullptr) return std::nullopt;
        return listed_key(tenant, r->opened);
    };
    const auto due = [&](const eventlog::open_request* r) -> std::optional<std::string> {
        if (r == nullptr || !r->due) return std::nullopt;
        return due_key(*r->due, tenant, id);
    };
    change_row(rows, listed(was), listed(is), encode(id));
    change_row(rows, due(was), due(is), {});
    static const std::vector<std::string> nobodys;
    const auto& old_emails = was != nullptr ? before->content.email_keys : nobodys;
    const auto& emails = is != nullptr ? now->content.email_keys : nobodys;
    const auto key_for = [&](const std::string& email) {
        std::string key = email_prefix(tenant, lookup_of(secret, lookup_kind::email, email));
        base::put_bytes(key, id.bytes);
        return key;
    };
    const auto has = [](const std::vector<std::string>& sorted, const std::string& email) {
        return std::binary_search(sorted.begin(), sorted.end(), email);
    };
    for (const std::string& email : old_emails) {
        if (!has(emails, email)) rows.erase(table::links, key_for(email));
    }
    for (const std::string& email : emails) {
        if (!has(old_emails, email)) rows.put(table::links, key_for(email), {});
    }
}

std::optional<subject_id> read_request_of_email(const eventlog::link_reader& links,
                                                const eventlog::secret_key& secret,
                                                tenant_no tenant, std::string_view email_key) {
    std::optional<subject_id> found;
    const std::string prefix =
        email_prefix(tenant, lookup_of(secret, lookup_kind::email, email_key));
    links.walk_links(prefix, [&](std::string_view key, std::string_view) {
        found = decode_subject(key.substr(prefix.size()));
        return false;
    });
    return found;
}

std::vector<subject_id> read_requests(const eventlog::row_snapshot& rows, tenant_no tenant,
                                      tenant_seq after, std::size_t most) {
    std::vector<subject_id> all;
    const auto cursor = rows.cursor(table::state, begin_key('O', tenant));
    for (cursor->seek(listed_key(tenant, after.value + 1)); cursor->valid() && all.size() < most;
         cursor->next())
        all.push_back(decode_subject(cursor->value()));
    return all;
}

void read_due_requests(const eventlog::row_snapshot& rows,
                       const std::function<bool(const due_request&)>& visit) {
    const std::string prefix = begin_key('d');
    const auto cursor = rows.cursor(table::state, prefix);
    for (cursor->seek(prefix); cursor->valid(); cursor->next()) {
        byte_reader in(cursor->key().substr(prefix.size()));
        due_request one;
        one.due.unix_ms =
            static_cast<std::int64_t>(in.big<std::uint64_t>() ^ (std::uint64_t{1} << 63));
        one.tenant.value = in.big<std::uint32_t>();
        one.user = in.uuid();
        if (!in.done()) damaged_row("due request", cursor->key());
        if (!visit(one)) return;
    }
}

} // namespace rollcall::projections
