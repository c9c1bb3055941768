// Somebody who may write where a backup lies, and has no key: changes events, and makes anew every
// hash, checksum and sum for which no key is needed. What he cannot make is the signature, which
// stays as it was.
#pragma once

#include "eventlog/backup_manifest.hpp"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace rollcall::support {

class backup_forger {
  public:
    /// Reads a backup that holds.
    explicit backup_forger(std::filesystem::path folder);

    /// Shows each event to `keep`, which may change its bytes; false leaves it out. Then writes the
    /// backup anew, as one file. Returns how many events are gone or changed.
    std::size_t
    rewrite(const std::function<bool(const eventlog::record_view&, std::string&)>& keep);

    /// The same change without a new manifest: only what lies in the files.
    void leave_manifest() { leaves_manifest_ = true; }

  private:
    /// Gives a record the next place of its tenant's chain, and its hashes.
    void link(std::string& bytes);

    std::filesystem::path folder_;
    eventlog::backup_manifest told_;
    std::vector<std::string> records_;
    eventlog::backup_manifest made_;
    bool leaves_manifest_ = false;
};

/// Makes the sum of a manifest anew that was changed as text; the signature stays.
std::string summed_manifest(const std::string& text);

} // namespace rollcall::support
