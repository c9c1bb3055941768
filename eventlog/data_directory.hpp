// A data directory: what makes it ours, which log it holds, and which master key opens it.
// Everything here is checked before the database is touched, so a refused start leaves the data as
// it was. Whoever serves it has it alone for as long as the object lives, and nobody but the owner
// may enter it: the database's files hold people in clear and are kept by the directory's mode.
//
//   DIR/rollcall.id    directory_identity.hpp; written last, so who has it is complete
//   DIR/master.key     64 hex digits, mode 0600 (unless the key is given from elsewhere)
//   DIR/rollcall.lock  directory_lock.hpp
//   DIR/db/            the database             DIR/HEAD  witness.hpp
//   DIR/admin.sock     the operator's socket
//   DIR/rollcall.id.new, master.key.new         of a start that was cut short; removed by the next
//   DIR/rollcall.restoring                      a restore is not finished, unless rollcall.id is
//   there
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/uuid.hpp"
#include "eventlog/directory_identity.hpp"
#include "eventlog/directory_lock.hpp"
#include "eventlog/seal.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace rollcall::eventlog {

/// The file that makes a directory a backup: backup_manifest.hpp.
inline constexpr std::string_view backup_manifest_name = "rollcall.backup";

/// Where the master key comes from; the first that is set wins.
struct master_key_source {
    std::optional<std::filesystem::path> file; ///< --key-file; never created
    std::optional<std::string> hex;            ///< from the environment
    // Neither: DIR/master.key, made when the directory is made.
};

/// The key that is named; nothing if it is the directory's own. Errors: log_errc::bad_master_key.
base::result<std::optional<secret_key>> named_master_key(const master_key_source& source);

enum class directory_use : std::uint8_t {
    serve, ///< locks the directory; makes it if it is absent or empty; sets its mode to 0700
    read,  ///< must exist; nothing is written or locked
};

struct data_directory {
    std::filesystem::path path;
    std::uint32_t format = 0;
    base::uuid lineage;               ///< new at first start and after each restore from a backup
    std::string check;                ///< tells the right master key: directory_identity.hpp
    std::optional<log_origin> origin; ///< if it was restored from a backup
    secret_key master;
    bool fresh = false;  ///< made by this call
    directory_lock lock; ///< held if it was opened to serve

    [[nodiscard]] std::filesystem::path database() const { return path / "db"; }

    [[nodiscard]] std::filesystem::path witness() const { return path / "HEAD"; }

    [[nodiscard]] std::filesystem::path socket() const { return path / "admin.sock"; }

    /// Opens or makes a data directory. Every error says what to do. Codes:
    /// log_errc::foreign_directory (in use, not empty and not ours, not readable, wrong owner or
    /// mode), log_errc::not_found (to be read, but nothing is in it, or only what a first start
    /// leaves that was cut short), log_errc::newer_format, log_errc::bad_master_key (missing,
    /// malformed, somebody else's or readable by others), log_errc::wrong_master_key.
    static base::result<data_directory> open(const std::filesystem::path& path,
                                             const master_key_source& source, directory_use use);

    /// Begins to fill an empty or absent directory from a backup: made, locked, marked as
    /// unfinished, with a lineage of its own. The master key must be given, or lie in it as
    /// master.key. Until complete() nobody else opens it. Errors: those of open;
    /// log_errc::unfinished_restore.
    static base::result<data_directory> begin_restore(const std::filesystem::path& path,
                                                      const master_key_source& source);

    /// Gives it its rollcall.id: durable when this returns, and complete.
    base::result<void> complete(const std::optional<log_origin>& from);

    /// Removes what was restored so far; the directory is empty again.
    void give_up_restore();

    /// Makes the directory one of this format: older programs refuse it, and what they do not know
    /// may be written into it. Durable when it returns; nothing if it is so already.
    /// Errors: log_errc::foreign_directory.
    /// @pre nobody else has the directory open; `wanted` is at most data_format
    base::result<void> set_format(std::uint32_t wanted);
};

/// Makes a file that must not be there yet, whole or not at all: written beside it, synced, given
/// its name, directory synced. A file that has the name already is left alone and the call fails
/// with log_errc::foreign_directory, as for every other failure. `mode` as for chmod.
base::result<void> create_file(const std::filesystem::path& path, const std::string& text,
                               unsigned mode);

/// Puts a file in the place of what has its name, if anything: written beside it, synced, renamed,
/// directory synced. Errors: log_errc::foreign_directory.
base::result<void> replace_file(const std::filesystem::path& path, const std::string& text,
                                unsigned mode);

/// As root, gives a file that was just made to the owner of its folder: a tool that the operator
/// runs as root must not lock out the server's user. Nothing for others.
void give_to_owner_of(const std::filesystem::path& folder, int file);

/// Makes the names in `folder` durable: a file or folder that was just made there survives a crash.
base::result<void> sync_folder(const std::filesystem::path& folder);

} // namespace rollcall::eventlog
