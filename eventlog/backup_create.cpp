#include "eventlog/backup_create.hpp"

#include "eventlog/backup_files.hpp"
#include "eventlog/backup_keys.hpp"
#include "eventlog/backup_place.hpp"
#include "eventlog/backup_walk.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/disk_guard.hpp"
#include "eventlog/error.hpp"

#include <algorithm>
#include <chrono>
#include <system_error>
#include <thread>

namespace rollcall::eventlog {
namespace {

namespace fs = std::filesystem;
using steady = std::chrono::steady_clock;

constexpr std::uint64_t progress_every = 1024; ///< events

position at_offset(std::uint64_t offset) {
    return {position::embedded, offset};
}

/// What a run leaves beside its manifest: nothing that counts.
bool is_ours(const fs::path& name) {
    return name == directory_lock::file_name || name == backup_manifest_name ||
           name == std::string(backup_manifest_name) + ".new" || name == "lost+found" ||
           name.extension() == events_extension;
}

class run {
  public:
    run(backup_source& from, const backup_wish& wish)
        : from_(from), wish_(wish), signer_(from.master) {}

    base::result<backup_report> operator()() {
        if (auto apart = check_places(); !apart) return tl::unexpected(apart.error());
        if (auto ours = check_keys(); !ours) return tl::unexpected(ours.error());
        const auto lock = take_place(wish_.to);
        if (!lock) return tl::unexpected(lock.error());
        if (auto met = meet(); !met) return tl::unexpected(met.error());
        directory_lock keys_lock;
        if (wish_.keys_to) {
            auto taken = take_place(*wish_.keys_to);
            if (!taken) return tl::unexpected(taken.error());
            keys_lock = std::move(*taken);
            discard_keys(*wish_.keys_to); // of a run that was killed
            // Again: another run may have ended there meanwhile.
            if (auto ours = check_keys(); !ours) return tl::unexpected(ours.error());
        }
        const auto keys = take_keys();
        if (!keys && keys.error().code != log_errc::damaged_record) {
            return tl::unexpected(explained(keys.error()));
        }
        keys_wait_ = wish_.keys_to && keys;
        from_.rows.reset(); // a view holds back the clean-up of an erasure
        auto copied = copy();
        if (copied) copied = keys;
        if (!copied) {
            if (wish_.keys_to) discard_keys(*wish_.keys_to);
            return tl::unexpected(explained(copied.error()));
        }
        report_.end = made_.end;
        report_.bytes = made_.bytes();
        report_.seconds = std::chrono::duration<double>(steady::now() - began_).count();
        return report_;
    }

  private:
    base::result<void> check_places() const {
        const auto inside = [&](const fs::path& path) {
            return base::fail(log_errc::foreign_directory,
                              path.string() + " lies in the data directory: a backup belongs on "
                                              "another disk");
        };
        if (lies_in(wish_.to, from_.directory)) return inside(wish_.to);
        if (!wish_.keys_to) return {};
        if (lies_in(*wish_.keys_to, from_.directory)) return inside(*wish_.keys_to);
        if (lies_in(*wish_.keys_to, wish_.to) || lies_in(wish_.to, *wish_.keys_to)) {
            return base::fail(log_errc::foreign_directory,
                              "the keys go to another directory than the log, so that they can be "
                              "kept and removed apart: name another with --keys-to");
        }
        return {};
    }

    [[nodiscard]] base::result<digest> hash_at(position at) const {
        const auto bytes = from_.log.read(at);
        if (!bytes) return tl::unexpected(bytes.error());
        const auto record = read_record(*bytes, record_check::crc);
        if (!record) return tl::unexpected(record.error());
        return record->hash;
    }

    /// Keys of another log, or of another history of this one, are not written over: they may be
    /// the only ones that open what happened there.
    base::result<void> check_keys() {
        if (!wish_.keys_to) return {};
        const auto there = read_keys_head(*wish_.keys_to);
        if (!there) return tl::unexpected(there.error());
        if (!*there) return {};
        const backup_keys_head& head = **there;
        if (head.lineage != from_.lineage) {
            return base::fail(log_errc::foreign_directory,
                              wish_.keys_to->string() + " holds the keys of another log, lineage " +
                                  head.lineage.text() + ": name another directory");
        }
        if (head.at > from_.head) {
            return base::fail(log_errc::lost_suffix,
                              "the keys in " + wish_.keys_to->string() + " were made at " +
                                  head.at.text() + ", but this log ends at " + from_.head.text() +
                                  ": the log has lost events, or an old copy of it was put back. "
                                  "Keep those keys: `rollcall backup restore` needs them for the "
                                  "backup that they were made with; to go on with this log, name "
                                  "another directory for its keys too");
        }
        if (auto ours = check_keys_author(*wish_.keys_to, signer_); !ours) return ours;
        marks_ = head.marks;
        if (head.at.offset != 0) marks_.push_back({head.at, head.hash});
        for (const history_mark& mark : marks_) {
            const auto hash = hash_at(mark.at);
            if (hash && *hash == mark.hash) continue;
            return base::fail(log_errc::out_of_order,
                              "the keys in " + wish_.keys_to->string() +
                                  " are of another history than this log: the event at " +
                                  mark.at.text() +
                                  " is not the same. Keep those keys with the backup that they "
                                  "were made with, and name another directory for these");
        }
        return {};
    }

    /// Finds out what is there already, and whether it is the beginning of this log.
    base::result<void> meet() {
        auto there = backup_manifest::read(wish_.to);
        if (!there) return tl::unexpected(there.error());
        if (!*there) return begin();
        made_ = std::move(**there);
        if (made_.lineage != from_.lineage) return other_log();
        if (auto ours = check_author(wish_.to, made_, from_.master); !ours) return ours;
        if (made_.end > from_.head) {
            return base::fail(log_errc::lost_suffix,
                              "the backup in " + wish_.to.string() + " ends at " +
                                  made_.end.text() + ", but this log at " + from_.head.text() +
                                  ": the log has lost events, or an old copy of it was put back. "
                                  "Keep that backup: `rollcall backup restore` brings them back; "
                                  "to go on with this log, name another directory");
        }
        if (auto same = compare(); !same) return same;
        return clean();
    }

    base::result<void> begin() {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(wish_.to, error)) {
            const fs::path name = entry.path().filename();
            if (is_ours(name) && name.extension() != events_extension) continue;
            return base::fail(log_errc::foreign_directory,
                              wish_.to.string() + " is not empty and holds no backup (there is " +
                                  name.string() + ", and no " + std::string(backup_manifest_name) +
                                  "): name an empty directory or that of a backup of this log");
        }
        made_.lineage = from_.lineage;
        made_.end = at_offset(0);
        // From here on what lies there without being named is of a run that was cut short.
        return publish();
    }

    base::result<void> other_log() const {
        const bool parent = from_.origin && from_.origin->lineage == made_.lineage;
        return base::fail(log_errc::foreign_directory,
                          wish_.to.string() + " holds the backup of another log, lineage " +
                              made_.lineage.text() +
                              (parent
                                   ? ", from which this one was restored at " +
                                         from_.origin->at.text() + " and has gone its own way since"
                                   : "") +
                              ": name another directory");
    }

    /// The chains of the backup must be part of this log, and its files there.
    base::result<void> compare() const {
        for (const auto& [tenant, chain] : made_.chains) {
            const auto at = from_.log.locate(tenant, chain.seq);
            const auto bytes =
                at && *at <= made_.end
                    ? from_.log.read(*at)
                    : base::result<std::string>(base::fail(log_errc::not_found, "there is none"));
            const auto record = bytes ? read_record(*bytes, record_check::crc)
                                      : base::result<record_view>(tl::unexpected(bytes.error()));
            if (record && record->hash == chain.hash) continue;
            return base::fail(log_errc::out_of_order,
                              "the backup in " + wish_.to.string() +
                                  " holds another history than this log: event " +
                                  std::to_string(chain.seq.value) + " of tenant number " +
                                  std::to_string(tenant.value) +
                                  " is not the same. Run `rollcall log verify`; to back up this "
                                  "log, name another directory");
        }
        for (const backup_file& f : made_.files) {
            std::error_code error;
            const auto size = fs::file_size(wish_.to / f.name(), error);
            if (!error && size == f.bytes) continue;
            return damaged_backup(wish_.to / f.name(),
                                  error ? "it cannot be read (" + error.message() + ")"
                                        : "it has " + std::to_string(size) +
                                              " bytes, and should have " + std::to_string(f.bytes));
        }
        return {};
    }

    /// Removes files of a run that was cut short.
    base::result<void> clean() const {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(wish_.to, error)) {
            const fs::path name = entry.path().filename();
            const bool named = std::any_of(made_.files.begin(), made_.files.end(),
                                           [&](const backup_file& f) { return name == f.name(); });
            if (name.extension() == events_extension && !named) fs::remove(entry.path(), error);
        }
        return {};
    }

    base::result<void> take_keys() {
        if (!wish_.keys_to) return {};
        try {
            return write_keys(*wish_.keys_to);
        } catch (const storage_failure& failure) {
            return base::fail(log_errc::damaged_record,
                              std::string("the keys could not be backed up: ") + failure.what() +
                                  "; `rollcall log verify` says more");
        }
    }

    base::result<void> write_keys(const fs::path& folder) {
        backup_keys_head head;
        head.lineage = from_.lineage;
        head.at = from_.head;
        head.made = base::now();
        if (from_.head.offset != 0) {
            const auto hash = hash_at(from_.head);
            if (!hash) return tl::unexpected(hash.error());
            head.hash = *hash;
        }
        if (auto marked = add_marks(); !marked) return marked;
        head.marks = marks_;
        if (auto written = prepare_keys(folder, *from_.rows, signer_, head); !written) {
            return written;
        }
        report_.keys = head.count;
        return {};
    }

    /// Those of the keys that are replaced, and each end that this backup ever had.
    base::result<void> add_marks() {
        std::map<position, digest> all;
        for (const history_mark& mark : marks_)
            all.emplace(mark.at, mark.hash);
        for (const backup_file& f : made_.files) {
            if (all.contains(at_offset(f.last))) continue;
            const auto hash = hash_at(at_offset(f.last));
            if (!hash) return tl::unexpected(hash.error());
            all.emplace(at_offset(f.last), *hash);
        }
        all.erase(from_.head);
        marks_.clear();
        for (const auto& [at, hash] : all)
            marks_.push_back({at, hash});
        if (marks_.size() > history_marks_max) {
            marks_.erase(marks_.begin(),
                         marks_.end() - static_cast<std::ptrdiff_t>(history_marks_max));
        }
        return {};
    }

    base::result<void> copy() {
        const std::uint64_t total = from_.head.offset - made_.end.offset;
        if (auto room = check_room(); !room) return room;
        while (made_.end < from_.head) {
            if (auto made = copy_file(total); !made) return made;
        }
        made_.states = from_.states;
        return publish();
    }

    /// One file of events, up to its size or the head; then it counts.
    base::result<void> copy_file(std::uint64_t total) {
        backup_file f;
        f.first = made_.end.offset + 1;
        auto out = backup_output::make(wish_.to / f.name());
        if (!out) return tl::unexpected(out.error());
        if (auto written = out->write(events_head(made_.lineage, f.first)); !written) {
            return written;
        }
        auto chains = made_.chains;
        position at = made_.end;
        base::result<void> holds;
        try {
            // A walk of its own for each file: it keeps files of the database that are obsolete.
            const auto records = from_.log.records(at.next(), true);
            std::string_view bytes;
            while (at < from_.head && out->bytes() < wish_.file_bytes_max && records->next(bytes)) {
                holds = check(bytes, at.next(), chains);
                if (!holds) break;
                at = at.next();
                if (auto written = add(*out, f, bytes, at); !written) return written;
                if (++report_.new_events % progress_every != 0) continue;
                if (auto on = go_on(report_.new_bytes + out->bytes(), total); !on) return on;
            }
        } catch (const storage_failure& failure) {
            holds = broken(at.next(), failure.what());
        }
        if (at == made_.end) return holds;
        if (auto finished = out->finish(); !finished) return finished;
        if (auto synced = sync_folder(wish_.to); !synced) return synced;
        f.last = at.offset;
        if (!f.parts.empty() && f.parts.back().last == f.last) f.parts.pop_back();
        f.bytes = out->bytes();
        f.sha256 = out->sha256();
        report_.new_bytes += f.bytes;
        made_.files.push_back(f);
        made_.chains = std::move(chains);
        made_.end = at;
        if (at == from_.head) return {};
        made_.states = {};
        if (auto published = publish(); !published) return published;
        return holds;
    }

    /// Writes one event, and notes the checksum up to it where a part of the file ends.
    base::result<void> add(backup_output& out, backup_file& f, std::string_view bytes,
                           position at) {
        std::string size;
        base::put_le(size, static_cast<std::uint32_t>(bytes.size()));
        if (auto written = out.write(size); !written) return written;
        if (auto written = out.write(bytes); !written) return written;
        const std::uint64_t began = f.parts.empty() ? 0 : part_end_;
        if (out.bytes() - began < wish_.part_bytes) return {};
        if (auto flushed = out.flush(); !flushed) return flushed;
        f.parts.push_back({at.offset, out.sha256()});
        part_end_ = out.bytes();
        return {};
    }

    static tl::unexpected<base::failure> broken(position at, const std::string& what) {
        return base::fail(log_errc::damaged_record,
                          "the log does not hold at " + at.text() + ": " + what +
                              ". What comes before it is backed up, and nothing from there on; "
                              "`rollcall log verify` says more");
    }

    /// What does not hold is not copied: a backup of it would be refused when it is needed.
    static base::result<void> check(std::string_view bytes, position at,
                                    std::map<tenant_no, backup_chain>& chains) {
        const auto record = read_record(bytes, record_check::crc_and_hashes);
        if (!record) return broken(at, record.error().message);
        const auto known = chains.find(record->tenant);
        const backup_chain chain = known == chains.end() ? backup_chain{} : known->second;
        if (record->at != at || record->seq.value != chain.seq.value + 1 ||
            record->prev_hash != chain.hash) {
            return broken(at, "it does not follow the event before");
        }
        chains[record->tenant] = {record->seq, record->hash};
        return {};
    }

    /// Tells how far it is, and rests if it was too fast.
    base::result<void> go_on(std::uint64_t bytes, std::uint64_t total) const {
        if (wish_.progress && !wish_.progress(report_.new_events, total)) {
            return base::fail(log_errc::stopped, "the backup was ended before it was through: what "
                                                 "it has up to " +
                                                     made_.end.text() +
                                                     " is valid, and the next run goes on there");
        }
        if (auto room = check_room(); !room) return room;
        if (wish_.bytes_per_second_max == 0) return {};
        const std::chrono::duration<double> due(static_cast<double>(bytes) /
                                                static_cast<double>(wish_.bytes_per_second_max));
        const auto ahead = due - (steady::now() - began_);
        if (ahead.count() > 0) std::this_thread::sleep_for(ahead);
        return {};
    }

    /// The server must not come to its reserve because of its own backup.
    [[nodiscard]] base::result<void> check_room() const {
        if (wish_.spared_bytes == 0 || !on_one_disk(wish_.to, from_.directory)) return {};
        const auto free = free_bytes(wish_.to);
        if (!free || *free >= wish_.spared_bytes) return {};
        return base::fail(log_errc::storage,
                          "cannot write to " + wish_.to.string() +
                              ": it lies on the disk of the data directory, where less than " +
                              std::to_string(wish_.spared_bytes >> 20) + " MiB are free");
    }

    base::result<void> let_keys_in() {
        return std::exchange(keys_wait_, false) ? install_keys(*wish_.keys_to)
                                                : base::result<void>{};
    }

    /// The keys first: a log that is newer than its keys has people whom nobody can read.
    base::result<void> publish() {
        if (auto in = let_keys_in(); !in) return in;
        made_.data = from_.data;
        made_.check = from_.check;
        made_.made = base::now();
        made_.sign(signer_);
        auto published = replace_file(wish_.to / backup_manifest_name, made_.text(), 0600);
        if (!published) return base::fail(log_errc::storage, published.error().message);
        return {};
    }

    /// A disk that refuses is no end of the backup that is there.
    [[nodiscard]] base::failure explained(base::failure why) const {
        if (why.code != log_errc::storage) return why;
        why.message += made_.end.offset == 0
                           ? ". No backup was made: free space there, or name another directory"
                           : ". The backup up to " + made_.end.text() +
                                 " stays valid: free space there and run it again";
        return why;
    }

    backup_source& from_;
    const backup_wish& wish_;
    backup_signer signer_;
    bool keys_wait_ = false; ///< they are written, and not yet in their place
    backup_manifest made_;
    std::vector<history_mark> marks_; ///< for the keys
    std::uint64_t part_end_ = 0;      ///< bytes of the file that is written, up to its last part
    backup_report report_;
    steady::time_point began_ = steady::now();
};

} // namespace

base::result<backup_report> create_backup(backup_source from, const backup_wish& wish) {
    try {
        return run(from, wish)();
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::damaged_record, std::string(failure.what()) +
                                                        ". Nothing from there on was backed up; "
                                                        "`rollcall log verify` says more");
    }
}

} // namespace rollcall::eventlog
