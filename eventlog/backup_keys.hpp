// The backup of the keys: every row of table::keys as it stood at one moment. The keys in it are
// wrapped; without the master key, which is in no backup, nothing opens them.
//
//   TO2/rollcall.keys = head row* sum signature       integers little-endian
//     head = "RCK1" u32 format u32 lineage 16 offset u64 hash 32 made i64 (Unix ms) count u64
//            marks u32, and each of them: offset u64 hash 32, ascending
//     row  = key size u32, value size u32, key, value; in the order of the keys
//     sum  = SHA-256 of everything before it; signature 32: of that sum, backup_signature.hpp
//
// Each run replaces the file as a whole, so that it never holds the key of a person who was erased
// before that run. It says at which event it was made, and names events of the history that led
// there: the last one of each file of events, so each end that this backup ever had. Who is without
// a key was erased if, and only if, the log that needs the key is a part of that history; a log
// that was put back and went on has another one.
#pragma once

#include "eventlog/backup_manifest.hpp"
#include "eventlog/record.hpp"
#include "eventlog/rows.hpp"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

inline constexpr std::string_view backup_keys_name = "rollcall.keys";

/// Marks of history in a file of keys; past it the oldest are left out.
inline constexpr std::size_t history_marks_max = 65536;

/// The most that one row of keys may weigh, sizes included, in bytes. A file that is longer than
/// its rows can be is refused by its size.
inline constexpr std::uint64_t key_row_bytes_max = 512;

/// Asked while a file is read: false ends that.
using may_go_on = std::function<bool()>;

/// One event of a history.
struct history_mark {
    position at;
    digest hash{}; ///< of its record
    friend bool operator==(const history_mark&, const history_mark&) = default;
};

struct backup_keys_head {
    base::uuid lineage;
    position at;   ///< the last event that these keys know of
    digest hash{}; ///< of its record; zero at 0
    base::moment made;
    std::uint64_t count = 0;
    std::vector<history_mark> marks; ///< before `at`, ascending
    friend bool operator==(const backup_keys_head&, const backup_keys_head&) = default;
};

/// Compares a log, event by event from the first one, with the history of keys.
class history_proof {
  public:
    history_proof() = default; ///< of no keys: proves nothing
    explicit history_proof(const backup_keys_head& keys);

    void take(const record_view& record);

    /// Up to here the log is a part of the keys' history; 0: nothing is proven.
    [[nodiscard]] position proven() const { return proven_; }

    /// The first event that is another one in the keys' history.
    [[nodiscard]] const std::optional<position>& contradiction() const { return contradiction_; }

  private:
    std::vector<history_mark> marks_;
    std::size_t next_ = 0;
    position proven_;
    std::optional<position> contradiction_;
};

/// Writes all keys of `from` beside the file of `folder`; install_keys gives it its name.
/// `head.count` is set. Errors: log_errc::storage.
base::result<void> prepare_keys(const std::filesystem::path& folder, const row_snapshot& from,
                                const backup_signer& by, backup_keys_head& head);
base::result<void> install_keys(const std::filesystem::path& folder);
/// Removes what was prepared, if anything.
void discard_keys(const std::filesystem::path& folder);

/// The head of the file in `folder`; nothing if there is none. Only the head is read, and whoever
/// wrote it is believed: check_keys_author. The size of the file is one that its count of rows
/// allows. Errors: log_errc::damaged_backup,
/// log_errc::newer_format, log_errc::unsigned_backup, log_errc::storage.
base::result<std::optional<backup_keys_head>> read_keys_head(const std::filesystem::path& folder);

/// Reads the whole file, which must be there: its sum, and whether `whom` signed it. Errors: those
/// of read_keys_head; log_errc::forged_backup; log_errc::stopped.
base::result<void> check_keys_author(const std::filesystem::path& folder, const backup_signer& whom,
                                     const may_go_on& go_on);

/// Reads the whole file once to check its sum and, if `whom` is not null, its signature; then gives
/// each row to `visit`, in order of keys. Errors: those of check_keys_author and of `visit`;
/// log_errc::not_found when there is none. What was visited before an error does not count: the
/// file may have been changed meanwhile.
base::result<backup_keys_head>
read_keys(const std::filesystem::path& folder, const backup_signer* whom,
          const std::function<base::result<void>(std::string_view, std::string_view)>& visit);

/// Whether these keys can be of the log of a backup, of which `proof` has seen what was read so
/// far. Errors, each with what to do: log_errc::foreign_directory (another log's),
/// log_errc::out_of_order (another history).
base::result<void> keys_fit(const std::filesystem::path& file, const backup_keys_head& keys,
                            const backup_manifest& log, const history_proof& proof);

/// What to say when people of a log up to `end` have no key in newer keys, and it is not proven
/// that the log is a part of their history: begins with `who`. Names the end up to which it is.
std::string not_proven_text(const std::filesystem::path& file, const backup_keys_head& keys,
                            position end, const history_proof& proof, const std::string& who);

} // namespace rollcall::eventlog
