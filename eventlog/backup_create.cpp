#include "eventlog/backup_create.hpp"

#include "eventlog/backup_files.hpp"
#include "eventlog/backup_key_folder.hpp"
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

/// How often a run looks whether it may go on: after so many events, or bytes of them.
constexpr std::uint64_t progress_events = 1024;
constexpr std::uint64_t progress_bytes = 4u << 20;

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
        : from_(from), wish_(wish), signer_(from.master) {
        if (wish.keys_to) keys_.emplace(*wish.keys_to, from_, signer_);
    }

    base::result<backup_report> operator()() {
        if (auto ready = get_ready(); !ready) return tl::unexpected(ready.error());
        const auto keys = take_keys();
        if (!keys && keys.error().code != log_errc::damaged_record) {
            return tl::unexpected(explained(keys.error()));
        }
        from_.rows.reset(); // a view holds back the clean-up of an erasure
        auto copied = copy();
        if (copied) copied = keys;
        if (!copied) {
            if (keys_) keys_->discard();
            return tl::unexpected(explained(copied.error()));
        }
        report_.end = made_.end;
        report_.bytes = made_.bytes();
        report_.seconds = std::chrono::duration<double>(steady::now() - began_).count();
        return report_;
    }

  private:
    /// Whatever is refused is refused here, before anything of a backup is changed.
    base::result<void> get_ready() {
        if (auto apart = check_places(); !apart) return apart;
        if (keys_) {
            if (auto ours = keys_->look(); !ours) return ours;
        }
        auto lock = take_place(wish_.to);
        if (!lock) return tl::unexpected(lock.error());
        lock_ = std::move(*lock);
        if (keys_) {
            const auto on = [this] { return !wish_.progress || wish_.progress(0, 0); };
            if (auto taken = keys_->take(on); !taken) return taken;
        }
        return meet();
    }

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
            const fs::path file = wish_.to / f.name();
            const auto there = backup_input::open(file);
            if (there && there->size() == f.bytes) continue;
            if (there) {
                return damaged_backup(file, "it has " + std::to_string(there->size()) +
                                                " bytes, and should have " +
                                                std::to_string(f.bytes));
            }
            if (there.error().code != log_errc::storage) return tl::unexpected(there.error());
            return damaged_backup(file, "it cannot be read (" + there.error().message + ")");
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
        if (!keys_) return {};
        const auto rows = keys_->prepare(made_);
        if (!rows) return tl::unexpected(rows.error());
        report_.keys = *rows;
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
        std::uint64_t looked_bytes = 0;
        try {
            // A walk of its own for each file: it keeps files of the database that are obsolete.
            const auto records = from_.log.records(at.next(), true);
            std::string_view bytes;
            while (at < from_.head && out->bytes() < wish_.file_bytes_max && records->next(bytes)) {
                holds = check(bytes, at.next(), chains);
                if (!holds) break;
                at = at.next();
                if (auto written = add(*out, f, bytes, at); !written) return written;
                ++report_.new_events;
                if (report_.new_events - looked_events_ < progress_events &&
                    out->bytes() - looked_bytes < progress_bytes) {
                    continue;
                }
                looked_events_ = report_.new_events;
                looked_bytes = out->bytes();
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

    /// The keys first: a log that is newer than its keys has people whom nobody can read.
    base::result<void> publish() {
        if (keys_) {
            if (auto in = keys_->install(); !in) return in;
        }
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
    std::optional<backup_key_folder> keys_;
    directory_lock lock_;
    backup_manifest made_;
    std::uint64_t part_end_ = 0;      ///< bytes of the file that is written, up to its last part
    std::uint64_t looked_events_ = 0; ///< when it was looked whether the run may go on
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
