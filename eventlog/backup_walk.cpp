#include "eventlog/backup_walk.hpp"

#include "eventlog/backup_files.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/event_codec.hpp"

#include <algorithm>

namespace rollcall::eventlog {
namespace {

constexpr std::uint32_t magic = 0x31424352; // "RCB1"
constexpr std::size_t head_size = 4 + 4 + 16 + 8;
constexpr std::size_t largest_record =
    record_fixed_size + 255 + record_clear_size_max + record_sealed_size_max + 4;

position at_offset(std::uint64_t offset) {
    return {position::embedded, offset};
}

/// One walk: what was seen so far, and how to say where it does not hold.
class walker {
  public:
    walker(const std::filesystem::path& folder, const backup_manifest& told, position until,
           const backup_visitor& visit)
        : folder_(folder), told_(told), until_(until), visit_(visit) {}

    backup_result<void> run() {
        for (const backup_file& f : told_.files) {
            if (f.first > until_.offset) break;
            if (auto read = read_file(f); !read) return read;
            whole_ = std::min(at_offset(f.last), until_);
        }
        if (until_ != told_.end || chains_ == told_.chains) return {};
        file_ = folder_ / backup_manifest_name;
        return damaged(told_.end, "its chains are not those of the events");
    }

  private:
    backup_result<void> read_file(const backup_file& f) {
        file_ = folder_ / f.name();
        auto in = backup_input::open(file_);
        if (!in) return fault({}, in.error());
        auto part = f.parts.begin();
        const std::uint64_t stop = end_for(f);
        if (stop == f.last && in->size() != f.bytes) {
            return damaged({}, "it has " + std::to_string(in->size()) + " bytes, and should have " +
                                   std::to_string(f.bytes));
        }
        const auto head = in->read(head_size);
        if (!head) return fault({}, head.error());
        if (*head != events_head(told_.lineage, f.first)) {
            return damaged({}, "its head is not that of this file of this log");
        }
        for (std::uint64_t offset = f.first; offset <= stop; ++offset) {
            if (auto read = read_entry(*in, at_offset(offset)); !read) return read;
            if (part == f.parts.end() || part->last != offset) continue;
            if (in->sha256() != part->sha256) {
                return damaged({},
                               "its checksum up to @" + std::to_string(offset) + " does not match");
            }
            whole_ = std::min(at_offset(offset), until_);
            ++part;
        }
        if (stop != f.last) return {};
        if (in->at() != in->size()) return damaged({}, "it goes on behind its last event");
        if (in->sha256() != f.sha256) return damaged({}, "its checksum does not match");
        return {};
    }

    /// The event of a file behind which a checksum covers all that is asked for.
    [[nodiscard]] std::uint64_t end_for(const backup_file& f) const {
        const auto covers = std::find_if(f.parts.begin(), f.parts.end(), [&](const auto& part) {
            return part.last >= until_.offset;
        });
        return covers == f.parts.end() ? f.last : covers->last;
    }

    backup_result<void> read_entry(backup_input& in, position at) {
        const auto prefix = in.read(4);
        if (!prefix) return fault(at, prefix.error());
        std::uint32_t size = 0;
        std::string_view rest = *prefix;
        if (!base::get_le(rest, size)) return damaged(at, "it is cut off");
        if (size > largest_record) return damaged(at, "the size of an event is not possible");
        const auto bytes = in.read(size);
        if (!bytes) return fault(at, bytes.error());
        if (bytes->size() != size) return damaged(at, "it is cut off");
        if (at > until_) return {}; // only its checksum is of interest
        const auto record = read_record(*bytes, record_check::crc_and_hashes);
        if (!record) return damaged(at, record.error().message);
        if (record->at != at) {
            return damaged(at, "the event says that it stands at " + record->at.text());
        }
        if (auto linked = link(*record); !linked) return linked;
        if (const auto body = decode_clear(record->type, record->schema, record->clear); !body) {
            return fault(at, body.error());
        }
        if (auto seen = visit_(*record, *bytes); !seen) return fault({}, seen.error(), false);
        return {};
    }

    backup_result<void> link(const record_view& record) {
        backup_chain& chain = chains_[record.tenant];
        const std::string tenant = std::to_string(record.tenant.value);
        if (record.seq.value != chain.seq.value + 1) {
            return damaged(record.at, "tenant " + tenant + " jumps from seq " +
                                          std::to_string(chain.seq.value) + " to " +
                                          std::to_string(record.seq.value));
        }
        if (record.prev_hash != chain.hash) {
            return damaged(record.at, "the hash chain of tenant " + tenant + " breaks");
        }
        chain = {record.seq, record.hash};
        return {};
    }

    tl::unexpected<backup_fault> damaged(position at, const std::string& what) const {
        const std::string where = at.offset == 0 ? "" : "at " + at.text() + ": ";
        auto why = eventlog::damaged_backup(file_, where + what).value();
        why.message += whole_text();
        return tl::unexpected(backup_fault{std::move(why), file_, at, whole_});
    }

    /// What can be brought back of a backup in which something is damaged.
    [[nodiscard]] std::string whole_text() const {
        if (whole_.offset == 0) return {};
        return ". Up to " + whole_.text() +
               " it is whole: `rollcall backup restore` with --until " + whole_.text() +
               " brings that back";
    }

    /// Of the machine or of who looks on; what concerns an event is said with its place.
    tl::unexpected<backup_fault> fault(position at, base::failure why, bool of_file = true) const {
        if (at.offset != 0) why.message = file_.string() + " at " + at.text() + ": " + why.message;
        if (of_file) why.message += whole_text();
        return tl::unexpected(backup_fault{std::move(why), of_file ? file_ : "", at, whole_});
    }

    const std::filesystem::path& folder_;
    const backup_manifest& told_;
    position until_;
    const backup_visitor& visit_;
    std::filesystem::path file_;
    std::map<tenant_no, backup_chain> chains_;
    position whole_;
};

} // namespace

backup_result<void> walk_backup(const std::filesystem::path& folder, const backup_manifest& told,
                                position until, const backup_visitor& visit) {
    return walker(folder, told, until, visit).run();
}

backup_result<backup_manifest> open_backup(const std::filesystem::path& folder) {
    auto told = backup_manifest::read(folder);
    const std::filesystem::path file = folder / backup_manifest_name;
    if (!told) return tl::unexpected(backup_fault{told.error(), file, {}, {}});
    if (*told) return std::move(**told);
    return tl::unexpected(backup_fault{
        {make_error_code(log_errc::not_found),
         folder.string() + " holds no backup (there is no " + std::string(backup_manifest_name) +
             " in it): name the directory that was given to `rollcall backup create`"},
        file,
        {},
        {}});
}

std::string events_head(const base::uuid& lineage, std::uint64_t first) {
    std::string out;
    base::put_le(out, magic);
    base::put_le(out, std::uint32_t{0});
    base::put_bytes(out, lineage.bytes);
    base::put_le(out, first);
    return out;
}

} // namespace rollcall::eventlog
