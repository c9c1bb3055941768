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
//     rollcall-backup 1             the mark, and the format of the backup
//     data FORMAT                   data_format of the directory: which facts there may be
//     log LINEAGE CHECK             whose log; CHECK hex: seal_check of that directory
//     made TIME                     RFC 3339
//     end @POSITION HASH            the last event; HASH as in verify.hpp
//     file FIRST LAST BYTES SHA256  each file of events, without a gap from 1 to the end
//     chain TENANT SEQ HASH         each tenant's last event up to the end, tenants ascending
//     states VERSION @POSITION      what follows is of this version of the projections, there
//     state TENANT HASH             each tenant's state hash, tenants ascending
//     sum SHA256                    of all bytes before this line
//
//   events = head entry*     integers little-endian; checked by SHA256 as a whole, and entry by
//   entry
//     head  = "RCB1" u32 zero u32 lineage 16 first u64
//     entry = size u32, record of that many bytes (record.hpp: it has a checksum of its own)
//
// The manifest is written after the files that it names are synced. So a run that is cut short
// leaves the backup of before, and perhaps a file that no manifest names: the next run removes it.
#pragma once

#include "eventlog/base/time.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/record.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

inline constexpr std::uint32_t backup_format = 1;
inline constexpr std::string_view events_extension = ".events";

/// A manifest that is larger is not read: 160 bytes for each tenant, 110 for each file.
inline constexpr std::uint64_t manifest_bytes_max = std::uint64_t{256} << 20;

struct backup_file {
    std::uint64_t first = 0; ///< offsets of its first and last event
    std::uint64_t last = 0;
    std::uint64_t bytes = 0;
    digest sha256{};
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
    friend bool operator==(const backup_manifest&, const backup_manifest&) = default;

    /// verify_report::hash of the chains.
    [[nodiscard]] digest hash() const;

    [[nodiscard]] std::uint64_t bytes() const; ///< of all files of events

    [[nodiscard]] std::string text() const;

    /// Reads text(). Errors: log_errc::newer_format for a backup or data of a newer program;
    /// log_errc::damaged_backup for anything else that is not whole and consistent in itself.
    static base::result<backup_manifest> parse(std::string_view text);

    /// The manifest in `folder`; nothing if there is none. Errors: those of parse, with the file's
    /// name; log_errc::storage.
    static base::result<std::optional<backup_manifest>> read(const std::filesystem::path& folder);
};

/// log_errc::damaged_backup about `file`, with what to do.
tl::unexpected<base::failure> damaged_backup(const std::filesystem::path& file,
                                             const std::string& what);

} // namespace rollcall::eventlog
