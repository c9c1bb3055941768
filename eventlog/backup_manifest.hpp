// The grammar of a backup, shared by who writes and who reads it. A backup holds the log as it
// stands, people sealed, in a directory of its own; the wrapped keys are a file in another.
//
//   TO/rollcall.backup       the manifest: what is in the backup. Replaced as a whole
//   TO/000000000001.events   events from that position on. Written once: the manifest names it when
//                            it is synced, and from then on it is never changed
//   TO/rollcall.lock         directory_lock.hpp, held by who writes
//   TO2/rollcall.keys        backup_keys.hpp; replaced as a whole
//
//   manifest = line*         lines of words, in this order; hex is lower case
//     rollcall-backup 2             the mark, and the format of the backup
//     data FORMAT                   data_format of the directory: which facts there may be
//     log LINEAGE CHECK             whose log; CHECK hex: seal_check of that directory
//     made TIME                     RFC 3339
//     end @POSITION HASH            the last event; HASH as in verify.hpp
//     file FIRST LAST BYTES SHA256  each file of events, without a gap from 1 to the end
//     part LAST SHA256              of the file above, up to and with that event: a few MiB apart,
//                                   ascending, before its last. What is damaged behind it is no
//                                   reason to doubt what comes before
//     chain TENANT SEQ HASH         each tenant's last event up to the end, tenants ascending
//     states VERSION @POSITION      what follows is of this version of the projections, there
//     state TENANT HASH             each tenant's state hash, tenants ascending
//     sum SHA256                    of all bytes before this line
//     signature KEYED_HASH          of that sum: backup_signature.hpp
//
//   events = head entry*     integers little-endian; checked by SHA256 as a whole, and entry by
//   entry
//     head  = "RCB1" u32 zero u32 lineage 16 first u64
//     entry = size u32, record of that many bytes (record.hpp: it has a checksum of its own)
//
// The manifest is written after the files that it names are synced. So a run that is cut short
// leaves the backup of before, and perhaps a file that no manifest names: the next run removes it.
#pragma once

#include "eventlog/backup_signature.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/record.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

inline constexpr std::uint32_t backup_format = 2;
inline constexpr std::string_view events_extension = ".events";

/// A manifest that is larger is not read: 160 bytes for each tenant, 110 for each file of events,
/// 90 for each part.
inline constexpr std::uint64_t manifest_bytes_max = std::uint64_t{256} << 20;

/// A file of events up to one of them.
struct backup_part {
    std::uint64_t last = 0; ///< offset of that event
    digest sha256{};
    friend bool operator==(const backup_part&, const backup_part&) = default;
};

struct backup_file {
    std::uint64_t first = 0; ///< offsets of its first and last event
    std::uint64_t last = 0;
    std::uint64_t bytes = 0;
    digest sha256{};
    std::vector<backup_part> parts;
    friend bool operator==(const backup_file&, const backup_file&) = default;

    /// `000000000001.events`
    [[nodiscard]] std::string name() const;
};

/// Where a tenant's chain stands in a backup.
struct backup_chain {
    tenant_seq seq;
    digest hash{};
    friend bool operator==(const backup_chain&, const backup_chain&) = default;
};

/// State hashes of all tenants, as the projections of one version knew them at one position.
struct backup_states {
    std::uint32_t version = 0;
    position at;
    std::map<tenant_no, digest> hashes;
    friend bool operator==(const backup_states&, const backup_states&) = default;
};

struct backup_manifest {
    std::uint32_t data = 0;
    base::uuid lineage;
    std::string check;
    base::moment made;
    position end;
    std::vector<backup_file> files;
    std::map<tenant_no, backup_chain> chains;
    backup_states states; ///< position 0: none
    digest signature{};   ///< as it was written; sign makes it
    friend bool operator==(const backup_manifest&, const backup_manifest&) = default;

    /// verify_report::hash of the chains.
    [[nodiscard]] digest hash() const;

    [[nodiscard]] std::uint64_t bytes() const; ///< of all files of events

    /// Signs all of it.
    void sign(const backup_signer& by);
    [[nodiscard]] bool signed_by(const backup_signer& whom) const;

    [[nodiscard]] std::string text() const;

    /// Reads text(), whoever signed it. Errors: log_errc::newer_format for a backup or data of a
    /// newer program; log_errc::unsigned_backup for one without signature;
    /// log_errc::damaged_backup for anything else that is not whole and consistent in itself.
    static base::result<backup_manifest> parse(std::string_view text);

    /// The manifest in `folder`; nothing if there is none. Errors: those of parse, with the file's
    /// name; log_errc::storage.
    static base::result<std::optional<backup_manifest>> read(const std::filesystem::path& folder);

  private:
    [[nodiscard]] std::string body() const; ///< what is signed
};

/// Whether the backup in `folder` was made by who has the master key. Errors:
/// log_errc::wrong_master_key, log_errc::forged_backup.
base::result<void> check_author(const std::filesystem::path& folder, const backup_manifest& told,
                                const secret_key& master);

/// log_errc::damaged_backup about `file`, with what to do.
tl::unexpected<base::failure> damaged_backup(const std::filesystem::path& file,
                                             const std::string& what);

} // namespace rollcall::eventlog
