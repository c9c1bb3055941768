// The folder that a run of a backup writes the keys to: whose keys lie there already, and the new
// ones, which are written beside them and take their place before the log grows.
#pragma once

#include "eventlog/backup_create.hpp"
#include "eventlog/backup_keys.hpp"
#include "eventlog/directory_lock.hpp"

#include <filesystem>
#include <vector>

namespace rollcall::eventlog {

class backup_key_folder {
  public:
    /// The source and the signer outlive it.
    backup_key_folder(std::filesystem::path folder, const backup_source& from,
                      const backup_signer& by)
        : folder_(std::move(folder)), from_(from), signer_(by) {}

    /// Keys of another log, or of another history of this one, are not written over: they may be
    /// the only ones that open what happened there. This looks at their head alone, so that a wrong
    /// folder is refused before anything is made. Errors: see create_backup, here and below.
    [[nodiscard]] base::result<void> look() const;

    /// Keeps other runs out and reads the keys that are there to their end; removes what a killed
    /// run left beside them.
    base::result<void> take(const may_go_on& go_on);

    /// Writes the keys of the source beside those that are there, and with them the history of
    /// `log`, the backup that they are made with. Returns how many rows.
    base::result<std::uint64_t> prepare(const backup_manifest& log);

    /// What was prepared takes its place; nothing to do if it has already.
    base::result<void> install();
    /// What was prepared and has no place yet is removed.
    void discard();

  private:
    [[nodiscard]] base::result<void> check_head(const backup_keys_head& head) const;
    [[nodiscard]] base::result<void> check_history() const;
    base::result<void> add_marks(const backup_manifest& log);
    [[nodiscard]] base::result<digest> hash_at(position at) const;

    std::filesystem::path folder_;
    const backup_source& from_;
    const backup_signer& signer_;
    directory_lock lock_;
    std::vector<history_mark> marks_;
    bool waits_ = false; ///< they are written, and not yet in their place
};

} // namespace rollcall::eventlog
