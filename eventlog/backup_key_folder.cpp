#include "eventlog/backup_key_folder.hpp"

#include "eventlog/backup_place.hpp"
#include "eventlog/error.hpp"

#include <map>
#include <utility>

namespace rollcall::eventlog {
namespace {

/// The most rows of keys that one event leaves: those of a new tenant. Each rotation of a tenant's
/// key, which begins with an erasure, leaves one more.
constexpr std::uint64_t rows_per_event_max = 4;

} // namespace

base::result<void> backup_key_folder::look() const {
    const auto there = read_keys_head(folder_);
    if (!there) return tl::unexpected(there.error());
    return *there ? check_head(**there) : base::result<void>{};
}

base::result<void> backup_key_folder::take(const may_go_on& go_on) {
    auto taken = take_place(folder_);
    if (!taken) return tl::unexpected(taken.error());
    lock_ = std::move(*taken);
    discard_keys(folder_);
    const auto there = read_keys_head(folder_);
    if (!there) return tl::unexpected(there.error());
    if (!*there) return {};
    // Again: another run may have ended there meanwhile.
    if (auto fits = check_head(**there); !fits) return fits;
    if (auto ours = check_keys_author(folder_, signer_, go_on); !ours) return ours;
    marks_ = (*there)->marks;
    if ((*there)->at.offset != 0) marks_.push_back({(*there)->at, (*there)->hash});
    return check_history();
}

base::result<void> backup_key_folder::check_head(const backup_keys_head& head) const {
    if (head.lineage != from_.lineage) {
        return base::fail(log_errc::foreign_directory,
                          folder_.string() + " holds the keys of another log, lineage " +
                              head.lineage.text() + ": name another directory");
    }
    if (head.at > from_.head) {
        return base::fail(log_errc::lost_suffix,
                          "the keys in " + folder_.string() + " were made at " + head.at.text() +
                              ", but this log ends at " + from_.head.text() +
                              ": the log has lost events, or an old copy of it was put back. "
                              "Keep those keys: `rollcall backup restore` needs them for the "
                              "backup that they were made with; to go on with this log, name "
                              "another directory for its keys too");
    }
    // Whoever can write there could say that there are more, and have them read for days.
    if (head.count / rows_per_event_max <= head.at.offset) return {};
    return damaged_backup(folder_ / backup_keys_name,
                          "it says that it has " + std::to_string(head.count) +
                              " rows, which is more than a log of " +
                              std::to_string(head.at.offset) + " events leaves");
}

base::result<void> backup_key_folder::check_history() const {
    for (const history_mark& mark : marks_) {
        const auto hash = hash_at(mark.at);
        if (hash && *hash == mark.hash) continue;
        return base::fail(log_errc::out_of_order,
                          "the keys in " + folder_.string() +
                              " are of another history than this log: the event at " +
                              mark.at.text() +
                              " is not the same. Keep those keys with the backup that they "
                              "were made with, and name another directory for these");
    }
    return {};
}

base::result<std::uint64_t> backup_key_folder::prepare(const backup_manifest& log) {
    backup_keys_head head;
    head.lineage = from_.lineage;
    head.at = from_.head;
    head.made = base::now();
    if (from_.head.offset != 0) {
        const auto hash = hash_at(from_.head);
        if (!hash) return tl::unexpected(hash.error());
        head.hash = *hash;
    }
    if (auto marked = add_marks(log); !marked) return tl::unexpected(marked.error());
    head.marks = marks_;
    try {
        if (auto written = prepare_keys(folder_, *from_.rows, signer_, head); !written) {
            return tl::unexpected(written.error());
        }
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::damaged_record,
                          std::string("the keys could not be backed up: ") + failure.what() +
                              "; `rollcall log verify` says more");
    }
    waits_ = true;
    return head.count;
}

/// Those of the keys that are replaced, and each end that this backup ever had.
base::result<void> backup_key_folder::add_marks(const backup_manifest& log) {
    std::map<position, digest> all;
    for (const history_mark& mark : marks_)
        all.emplace(mark.at, mark.hash);
    for (const backup_file& f : log.files) {
        const position end{position::embedded, f.last};
        if (all.contains(end)) continue;
        const auto hash = hash_at(end);
        if (!hash) return tl::unexpected(hash.error());
        all.emplace(end, *hash);
    }
    all.erase(from_.head);
    marks_.clear();
    for (const auto& [at, hash] : all)
        marks_.push_back({at, hash});
    if (marks_.size() > history_marks_max) {
        marks_.erase(marks_.begin(), marks_.end() - static_cast<std::ptrdiff_t>(history_marks_max));
    }
    return {};
}

base::result<digest> backup_key_folder::hash_at(position at) const {
    const auto bytes = from_.log.read(at);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto record = read_record(*bytes, record_check::crc);
    if (!record) return tl::unexpected(record.error());
    return record->hash;
}

base::result<void> backup_key_folder::install() {
    return std::exchange(waits_, false) ? install_keys(folder_) : base::result<void>{};
}

void backup_key_folder::discard() {
    discard_keys(folder_);
}

} // namespace rollcall::eventlog
