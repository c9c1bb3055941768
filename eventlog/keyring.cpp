#include "eventlog/keyring.hpp"

#include "eventlog/base/log.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"

#include <sodium.h>

#include <mutex>
#include <shared_mutex>
#include <unordered_map>
#include <vector>

namespace rollcall::eventlog {
namespace {

// Rows of table::keys. Keys are big-endian so that a tenant's rows stand together.
//   'T' tenant u32 generation u32 -> tenant key, wrapped by the master key
//   'L' tenant u32                -> lookup secret, wrapped by the master key
//   'N' tenant u32                -> generation u32 of the newest tenant key: it wraps new subjects
//   'S' tenant u32 subject 16     -> generation u32, data key sealed under that tenant key
//   'R' tenant u32                -> empty: a rotation is open, and nobody was destroyed since the
//                                    newest tenant key was made

std::string tenant_prefix(char kind, tenant_no tenant) {
    std::string key(1, kind);
    base::put_be(key, tenant.value);
    return key;
}

std::string tenant_key_row(tenant_no tenant, std::uint32_t generation) {
    std::string key = tenant_prefix('T', tenant);
    base::put_be(key, generation);
    return key;
}

std::string lookup_row(tenant_no tenant) {
    return tenant_prefix('L', tenant);
}

std::string subject_row(tenant_no tenant, const subject_id& subject) {
    std::string key = tenant_prefix('S', tenant);
    base::put_bytes(key, subject.bytes);
    return key;
}

std::string newest_row(tenant_no tenant) {
    return tenant_prefix('N', tenant);
}

std::string rotation_row(tenant_no tenant) {
    return tenant_prefix('R', tenant);
}

std::string context_of(std::string_view row) {
    return "key" + std::string(row);
}

/// The key that unsealed bytes are; the bytes are wiped.
base::result<secret_key> key_from(std::string& plain) {
    std::array<std::uint8_t, secret_key::size> bytes{};
    std::string_view in = plain;
    const bool fits = base::get_bytes(in, bytes) && in.empty();
    secret_key key(bytes);
    sodium_memzero(plain.data(), plain.size());
    sodium_memzero(bytes.data(), bytes.size());
    if (!fits) return base::fail(log_errc::sealed_damaged, "a sealed key has the wrong size");
    return key;
}

struct cached_key {
    std::uint32_t generation = 0;
    secret_key key;
};

} // namespace

struct keyring::impl {
    std::unique_ptr<key_wrapper> master;
    std::shared_mutex mutex;
    // Bounded by the number of tenants; at most the two generations of a rotation each.
    std::unordered_map<tenant_no, std::vector<cached_key>> tenant_keys;
    std::unordered_map<tenant_no, secret_key> lookup_secrets;

    void remember(tenant_no tenant, std::uint32_t generation, const secret_key& key) {
        const std::unique_lock lock(mutex);
        auto& keys = tenant_keys[tenant];
        for (const cached_key& known : keys) {
            if (known.generation == generation) return;
        }
        keys.push_back({generation, key});
    }

    base::result<secret_key> tenant_key(const row_reader& rows, tenant_no tenant,
                                        std::uint32_t generation) {
        {
            const std::shared_lock lock(mutex);
            if (const auto found = tenant_keys.find(tenant); found != tenant_keys.end()) {
                for (const cached_key& known : found->second) {
                    if (known.generation == generation) return known.key;
                }
            }
        }
        const std::string row = tenant_key_row(tenant, generation);
        std::string wrapped;
        if (!rows.get(table::keys, row, wrapped)) {
            return base::fail(log_errc::key_destroyed,
                              "tenant key generation " + std::to_string(generation) +
                                  " of tenant " + std::to_string(tenant.value) + " is gone");
        }
        auto key = master->unwrap(context_of(row), wrapped);
        if (key) remember(tenant, generation, *key);
        return key;
    }

    static base::result<std::uint32_t> newest(const row_reader& rows, tenant_no tenant) {
        std::string value;
        std::uint32_t generation = 0;
        if (rows.get(table::keys, newest_row(tenant), value)) {
            std::string_view in = value;
            if (base::get_le(in, generation) && in.empty()) return generation;
        }
        return base::fail(log_errc::key_destroyed,
                          "tenant " + std::to_string(tenant.value) + " has no key");
    }

    void put_tenant_key(row_editor& rows, tenant_no tenant, std::uint32_t generation) {
        const secret_key key = secret_key::random();
        const std::string row = tenant_key_row(tenant, generation);
        rows.put(table::keys, row, master->wrap(context_of(row), key));
        std::string number;
        base::put_le(number, generation);
        rows.put(table::keys, newest_row(tenant), number);
        // Not remembered here: a turn that is taken back must leave no key behind.
    }

    static void put_subject_key(row_editor& rows, const std::string& row, std::uint32_t generation,
                                const secret_key& tenant_key, const secret_key& key) {
        std::string value;
        base::put_le(value, generation);
        value += seal(tenant_key, context_of(row),
                      {reinterpret_cast<const char*>(key.bytes().data()), secret_key::size});
        rows.put(table::keys, row, value);
    }

    base::result<secret_key> open_subject_key(const row_reader& rows, tenant_no tenant,
                                              std::string_view row, std::string_view value) {
        std::uint32_t generation = 0;
        if (!base::get_le(value, generation)) {
            return base::fail(log_errc::sealed_damaged, "a subject's key row is cut off");
        }
        const auto wrapping = tenant_key(rows, tenant, generation);
        if (!wrapping) return tl::unexpected(wrapping.error());
        auto plain = unseal(*wrapping, context_of(row), value);
        if (!plain) return tl::unexpected(plain.error());
        return key_from(*plain);
    }
};

namespace {

class local_wrapper final : public key_wrapper {
  public:
    explicit local_wrapper(const secret_key& master) : master_(master) {}

    std::string wrap(std::string_view context, const secret_key& key) override {
        return seal(master_, context,
                    {reinterpret_cast<const char*>(key.bytes().data()), secret_key::size});
    }

    base::result<secret_key> unwrap(std::string_view context, std::string_view wrapped) override {
        auto plain = unseal(master_, context, wrapped);
        if (!plain) return tl::unexpected(plain.error());
        return key_from(*plain);
    }

  private:
    secret_key master_;
};

} // namespace

std::unique_ptr<key_wrapper> make_local_wrapper(const secret_key& master) {
    return std::make_unique<local_wrapper>(master);
}

keyring::keyring(std::unique_ptr<key_wrapper> master) : impl_(std::make_unique<impl>()) {
    impl_->master = std::move(master);
}

keyring::~keyring() = default;

void keyring::create_tenant(row_editor& rows, tenant_no tenant) {
    impl_->put_tenant_key(rows, tenant, 1);
    const std::string row = lookup_row(tenant);
    rows.put(table::keys, row, impl_->master->wrap(context_of(row), secret_key::random()));
}

base::result<secret_key> keyring::lookup_secret(const row_reader& rows, tenant_no tenant) {
    {
        const std::shared_lock lock(impl_->mutex);
        const auto found = impl_->lookup_secrets.find(tenant);
        if (found != impl_->lookup_secrets.end()) return found->second;
    }
    const std::string row = lookup_row(tenant);
    std::string wrapped;
    if (!rows.get(table::keys, row, wrapped)) {
        return base::fail(log_errc::key_destroyed,
                          "tenant " + std::to_string(tenant.value) + " has no lookup secret");
    }
    auto secret = impl_->master->unwrap(context_of(row), wrapped);
    if (secret) {
        const std::unique_lock lock(impl_->mutex);
        impl_->lookup_secrets.emplace(tenant, *secret);
    }
    return secret;
}

base::result<secret_key> keyring::create_subject(row_editor& rows, tenant_no tenant,
                                                 const subject_id& subject) {
    const auto generation = impl::newest(rows, tenant);
    if (!generation) return tl::unexpected(generation.error());
    const auto wrapping = impl_->tenant_key(rows, tenant, *generation);
    if (!wrapping) return tl::unexpected(wrapping.error());
    const secret_key key = secret_key::random();
    impl::put_subject_key(rows, subject_row(tenant, subject), *generation, *wrapping, key);
    return key;
}

base::result<secret_key> keyring::subject_key(const row_reader& rows, tenant_no tenant,
                                              const subject_id& subject) {
    const std::string row = subject_row(tenant, subject);
    std::string value;
    while (rows.get(table::keys, row, value)) {
        auto key = impl_->open_subject_key(rows, tenant, row, value);
        if (key || key.error().code != log_errc::key_destroyed) return key;
        // A rotation may have ended between the two reads: then the row is another by now, and the
        // person is not erased.
        std::string now;
        if (rows.get(table::keys, row, now) && now == value) return key;
    }
    return base::fail(log_errc::key_destroyed, "subject " + subject.text() + " was erased");
}

bool keyring::has_subject(const row_reader& rows, tenant_no tenant, const subject_id& subject) {
    std::string value;
    return rows.get(table::keys, subject_row(tenant, subject), value);
}

void keyring::destroy_subject(row_editor& rows, tenant_no tenant, const subject_id& subject) {
    // An open rotation comes too early for this subject: its key may have wrapped his already.
    rows.erase(table::keys, rotation_row(tenant));
    rows.erase(table::keys, subject_row(tenant, subject));
}

base::result<void> keyring::begin_rotation(row_editor& rows, tenant_no tenant) {
    const auto generation = impl::newest(rows, tenant);
    if (!generation) return tl::unexpected(generation.error());
    std::string none;
    if (rows.get(table::keys, rotation_row(tenant), none)) return {};
    impl_->put_tenant_key(rows, tenant, *generation + 1);
    rows.put(table::keys, rotation_row(tenant), "");
    return {};
}

base::result<subject_id> keyring::rewrap_some(const row_snapshot& from, row_editor& rows,
                                              tenant_no tenant, const subject_id& after,
                                              std::size_t most) {
    const auto generation = impl::newest(rows, tenant);
    if (!generation) return tl::unexpected(generation.error());
    const auto wrapping = impl_->tenant_key(rows, tenant, *generation);
    if (!wrapping) return tl::unexpected(wrapping.error());
    const std::string prefix = tenant_prefix('S', tenant);
    const auto cursor = from.cursor(table::keys, prefix);
    const std::string start = subject_row(tenant, after);
    subject_id last{};
    std::size_t seen = 0;
    for (cursor->seek(start); cursor->valid() && seen < most; cursor->next()) {
        if (cursor->key() == start) continue;
        const std::string row(cursor->key());
        std::string_view id = std::string_view(row).substr(prefix.size());
        base::get_bytes(id, last.bytes);
        ++seen;
        // The snapshot only says which subjects there are; the turn says how they are wrapped now.
        std::string value;
        if (!rows.get(table::keys, row, value)) continue;
        std::string_view in = value;
        std::uint32_t wrapped_by = 0;
        if (base::get_le(in, wrapped_by) && wrapped_by == *generation) continue;
        const auto key = impl_->open_subject_key(rows, tenant, row, value);
        if (!key) {
            // Nobody can read this person any more, and no rotation will change that. Stopping here
            // would keep everybody else's erasure from ever being complete.
            base::log_error("a subject's key does not open; its rotation is passed over",
                            {{"tenant", std::uint64_t{tenant.value}},
                             {"subject", std::string_view(last.text())},
                             {"reason", std::string_view(key.error().message)}});
            continue;
        }
        impl::put_subject_key(rows, row, *generation, *wrapping, *key);
    }
    return cursor->valid() ? last : subject_id{};
}

base::result<void> keyring::end_rotation(const row_snapshot& from, row_editor& rows,
                                         tenant_no tenant) {
    const auto generation = impl::newest(rows, tenant);
    if (!generation) return tl::unexpected(generation.error());
    const std::string newest = tenant_key_row(tenant, *generation);
    const auto cursor = from.cursor(table::keys, tenant_prefix('T', tenant));
    for (cursor->seek(tenant_prefix('T', tenant)); cursor->valid(); cursor->next()) {
        if (cursor->key() < newest) rows.erase(table::keys, cursor->key());
    }
    rows.erase(table::keys, rotation_row(tenant));
    const std::unique_lock lock(impl_->mutex);
    if (const auto found = impl_->tenant_keys.find(tenant); found != impl_->tenant_keys.end()) {
        std::erase_if(found->second,
                      [&](const cached_key& known) { return known.generation != *generation; });
    }
    return {};
}

std::optional<keyring::owner> keyring::owner_of(std::string_view row) {
    if (row.empty()) return std::nullopt;
    const char kind = row.front();
    row.remove_prefix(1);
    owner out;
    if (!base::get_be(row, out.tenant.value)) return std::nullopt;
    std::uint32_t generation = 0;
    switch (kind) {
    case 'T':
        out.what = owner::row::tenant_key;
        if (!base::get_be(row, generation)) return std::nullopt;
        break;
    case 'N': out.what = owner::row::newest; break;
    case 'L': out.what = owner::row::lookup; break;
    case 'R': out.what = owner::row::rotation; break;
    case 'S':
        out.what = owner::row::subject;
        if (!base::get_bytes(row, out.subject.bytes)) return std::nullopt;
        break;
    default: return std::nullopt;
    }
    return row.empty() ? std::optional(out) : std::nullopt;
}

std::vector<store::key_range> keyring::rows_of(tenant_no tenant) {
    const auto whole = [&](char kind) {
        std::string last = tenant_prefix(kind, tenant);
        last.append(sizeof(subject_id) + 1, '\xff');
        return store::key_range{table::keys, tenant_prefix(kind, tenant), std::move(last)};
    };
    return {whole('L'), whole('N'), whole('S'), whole('T')};
}

void keyring::forget() {
    const std::unique_lock lock(impl_->mutex);
    impl_->tenant_keys.clear();
    impl_->lookup_secrets.clear();
}

} // namespace rollcall::eventlog
