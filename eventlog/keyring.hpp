// The keys that make erasure possible: one data key per subject, wrapped by its tenant's key,
// wrapped by the master key. All wrapped keys are rows of table::keys and are written in the same
// batch as the events that need them. Destroying a subject's row and rotating the tenant's key
// makes everything that was sealed for the subject unreadable, in this directory and in old copies
// of it.
//
// Rows (grammar in keyring.cpp):  tenant key by (tenant, generation) · lookup secret by tenant ·
// subject key by (tenant, subject), which names the generation that wraps it · a mark while a
// rotation is open.
//
// Thread-safety: all members may be called from any thread. Unwrapped tenant keys are cached.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/ids.hpp"
#include "eventlog/rows.hpp"
#include "eventlog/seal.hpp"
#include "eventlog/store.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

/// Wraps and unwraps keys under the master key; a key service can stand behind it.
class key_wrapper {
  public:
    virtual ~key_wrapper() = default;
    [[nodiscard]] virtual std::string wrap(std::string_view context, const secret_key& key) = 0;
    /// Errors: log_errc::sealed_damaged.
    [[nodiscard]] virtual base::result<secret_key> unwrap(std::string_view context,
                                                          std::string_view wrapped) = 0;
};

/// A wrapper with the master key in memory (from a file or the environment).
std::unique_ptr<key_wrapper> make_local_wrapper(const secret_key& master);

class keyring {
  public:
    explicit keyring(std::unique_ptr<key_wrapper> master);
    ~keyring();

    /// Makes the tenant's first key and lookup secret, as rows. Once, when the tenant is created.
    void create_tenant(row_editor& rows, tenant_no tenant);

    /// The secret under which the tenant's lookups are hashed. Stable for the tenant's life.
    base::result<secret_key> lookup_secret(const row_reader& rows, tenant_no tenant);

    /// Makes and stores a data key for a new subject.
    base::result<secret_key> create_subject(row_editor& rows, tenant_no tenant,
                                            const subject_id& subject);

    /// The subject's data key. Errors: log_errc::key_destroyed when there is none any more.
    base::result<secret_key> subject_key(const row_reader& rows, tenant_no tenant,
                                         const subject_id& subject);

    /// True while the subject has a key: he was made in this tenant and not erased.
    static bool has_subject(const row_reader& rows, tenant_no tenant, const subject_id& subject);

    /// Destroys the subject's data key (erases its row). The tenant's key must be rotated after.
    static void destroy_subject(row_editor& rows, tenant_no tenant, const subject_id& subject);

    /// First step of a rotation: makes the tenant's next key. From then on new keys are wrapped by
    /// it. A rotation that was begun and not ended is taken up again without a further key, unless
    /// a subject was destroyed since: the newest key may have wrapped his, so it must go too.
    base::result<void> begin_rotation(row_editor& rows, tenant_no tenant);

    /// Re-wraps up to `most` subject keys from `after` on (nil: from the start) under the newest
    /// key. Returns the last subject seen, or nil when none is left. A subject's key that does not
    /// open is logged and left as it is: its person cannot be read anyway. @pre `from` was taken
    /// after begin_rotation became durable: a subject that is still in flight is not in it.
    base::result<subject_id> rewrap_some(const row_snapshot& from, row_editor& rows,
                                         tenant_no tenant, const subject_id& after,
                                         std::size_t most);

    /// Last step: erases every older key of the tenant. @pre nothing is wrapped by them any more.
    base::result<void> end_rotation(const row_snapshot& from, row_editor& rows, tenant_no tenant);

    /// Whose row of table::keys this is.
    struct owner {
        enum class row : std::uint8_t { tenant_key, newest, lookup, subject, rotation } what{};
        tenant_no tenant;
        subject_id subject{}; ///< of a subject's row
    };

    /// Nothing for what is no such row.
    static std::optional<owner> owner_of(std::string_view row);

    /// The key ranges that hold the tenant's wrapped keys, to be purged after a rotation.
    static std::vector<store::key_range> rows_of(tenant_no tenant);

    /// Forgets what is cached: rows that it was read from may never be committed.
    void forget();

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::eventlog
