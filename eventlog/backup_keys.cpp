#include "eventlog/backup_keys.hpp"

#include "eventlog/backup_files.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"

#include <cerrno>
#include <cstdio>
#include <unistd.h>

namespace rollcall::eventlog {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t magic = 0x314b4352;           // "RCK1"
constexpr std::uint32_t format_without_signature = 2; ///< and each before it
constexpr std::uint32_t format_now = 3;
constexpr std::size_t head_size = 4 + 4 + 16 + 8 + 32 + 8 + 8; ///< up to the marks
constexpr std::size_t mark_size = 8 + 32;
constexpr std::size_t row_size_min = 4 + 4;
constexpr std::size_t sum_size = 32;
constexpr std::size_t end_size = sum_size + 32; ///< with the signature

fs::path file_in(const fs::path& folder) {
    return folder / backup_keys_name;
}

fs::path fresh_in(const fs::path& folder) {
    return file_in(folder).string() + ".new";
}

std::string head_bytes(const backup_keys_head& head) {
    std::string out;
    base::put_le(out, magic);
    base::put_le(out, format_now);
    base::put_bytes(out, head.lineage.bytes);
    base::put_le(out, head.at.offset);
    base::put_bytes(out, head.hash);
    base::put_le(out, static_cast<std::uint64_t>(head.made.unix_ms));
    base::put_le(out, head.count);
    base::put_le(out, static_cast<std::uint32_t>(head.marks.size()));
    for (const history_mark& mark : head.marks) {
        base::put_le(out, mark.at.offset);
        base::put_bytes(out, mark.hash);
    }
    return out;
}

base::result<void> read_marks(backup_input& in, backup_keys_head& head) {
    std::uint32_t count = 0;
    const auto size = in.read(sizeof count);
    if (!size) return tl::unexpected(size.error());
    std::string_view rest = *size;
    if (!base::get_le(rest, count)) return damaged_backup(in.file(), "it is cut off");
    if (count > history_marks_max) return damaged_backup(in.file(), "it has too many marks");
    const auto bytes = in.read(count * mark_size);
    if (!bytes) return tl::unexpected(bytes.error());
    rest = *bytes;
    for (std::uint32_t i = 0; i < count; ++i) {
        history_mark mark;
        if (!base::get_le(rest, mark.at.offset) || !base::get_bytes(rest, mark.hash)) {
            return damaged_backup(in.file(), "it is cut off");
        }
        const position before = head.marks.empty() ? position{} : head.marks.back().at;
        if (mark.at <= before || mark.at >= head.at) {
            return damaged_backup(in.file(), "its marks are not in order");
        }
        head.marks.push_back(mark);
    }
    return {};
}

/// A file that somebody made longer would be read for as long as he likes before it is refused.
base::result<void> check_size(const backup_input& in, std::uint64_t count) {
    const std::uint64_t left = in.size() - in.at();
    if (left < end_size || count > (left - end_size) / row_size_min) {
        return damaged_backup(in.file(), "it is cut off");
    }
    const std::uint64_t rows = left - end_size;
    if (rows == 0 || (rows - 1) / key_row_bytes_max < count) return {};
    return damaged_backup(in.file(), "it has " + std::to_string(in.size()) +
                                         " bytes, which is more than the " + std::to_string(count) +
                                         " rows that it says it has");
}

base::result<backup_keys_head> read_head(backup_input& in) {
    const auto bytes = in.read(head_size);
    if (!bytes) return tl::unexpected(bytes.error());
    std::string_view rest = *bytes;
    backup_keys_head head;
    std::uint32_t mark = 0;
    std::uint32_t format = 0;
    std::uint64_t made = 0;
    if (!base::get_le(rest, mark) || mark != magic || !base::get_le(rest, format)) {
        return damaged_backup(in.file(), "it does not begin with its mark");
    }
    if (format <= format_without_signature) return unsigned_backup(in.file(), format);
    if (format != format_now) {
        return base::fail(log_errc::newer_format,
                          in.file().string() + " has format " + std::to_string(format) +
                              ", this program knows " + std::to_string(format_now) +
                              ": use the newer version that wrote it. Nothing was changed");
    }
    if (!base::get_bytes(rest, head.lineage.bytes) || !base::get_le(rest, head.at.offset) ||
        !base::get_bytes(rest, head.hash) || !base::get_le(rest, made) ||
        !base::get_le(rest, head.count)) {
        return damaged_backup(in.file(), "it is cut off");
    }
    head.made.unix_ms = static_cast<std::int64_t>(made);
    if (auto read = read_marks(in, head); !read) return tl::unexpected(read.error());
    if (auto fits = check_size(in, head.count); !fits) return tl::unexpected(fits.error());
    return head;
}

/// Compares the sum at the end with the bytes before it, and the signature with the sum. Returns
/// the sum.
base::result<digest> check_end(const fs::path& file, const backup_signer* whom,
                               const may_go_on& go_on) {
    auto in = backup_input::open(file);
    if (!in) return tl::unexpected(in.error());
    if (in->size() < head_size + end_size) return damaged_backup(file, "it is cut off");
    for (std::uint64_t left = in->size() - end_size; left > 0;) {
        const auto piece = in->read(static_cast<std::size_t>(std::min<std::uint64_t>(left, 65536)));
        if (!piece) return tl::unexpected(piece.error());
        if (piece->empty()) return damaged_backup(file, "it is cut off");
        left -= piece->size();
        if (go_on && !go_on()) {
            return base::fail(log_errc::stopped,
                              "the keys in " + file.string() + " were not looked at to their end");
        }
    }
    const digest found = in->sha256();
    const auto said = in->read(end_size);
    if (!said) return tl::unexpected(said.error());
    std::string_view rest = *said;
    digest sum{};
    digest signature{};
    if (!base::get_bytes(rest, sum) || !base::get_bytes(rest, signature) || sum != found) {
        return damaged_backup(file, "its checksum does not match");
    }
    if (whom != nullptr && !whom->signed_by(signed_file::keys, sum, signature)) {
        return forged_backup(file);
    }
    return sum;
}

base::result<std::string> read_part(backup_input& in, std::uint32_t size) {
    auto bytes = in.read(size);
    if (!bytes) return tl::unexpected(bytes.error());
    if (bytes->size() != size) return damaged_backup(in.file(), "it is cut off");
    return std::string(*bytes);
}

} // namespace

base::result<void> prepare_keys(const fs::path& folder, const row_snapshot& from,
                                const backup_signer& by, backup_keys_head& head) {
    head.count = 0;
    const auto cursor = from.cursor(table::keys, {});
    for (cursor->seek({}); cursor->valid(); cursor->next())
        ++head.count;
    auto out = backup_output::make(fresh_in(folder));
    if (!out) return tl::unexpected(out.error());
    if (auto written = out->write(head_bytes(head)); !written) return written;
    std::string sizes;
    for (cursor->seek({}); cursor->valid(); cursor->next()) {
        sizes.clear();
        if (row_size_min + cursor->key().size() + cursor->value().size() > key_row_bytes_max) {
            return base::fail(log_errc::damaged_record,
                              "a row of keys has " + std::to_string(cursor->value().size()) +
                                  " bytes: `rollcall log verify` says more");
        }
        base::put_le(sizes, static_cast<std::uint32_t>(cursor->key().size()));
        base::put_le(sizes, static_cast<std::uint32_t>(cursor->value().size()));
        for (const std::string_view piece :
             {std::string_view(sizes), cursor->key(), cursor->value()}) {
            if (auto written = out->write(piece); !written) return written;
        }
    }
    if (auto flushed = out->flush(); !flushed) return flushed;
    std::string end;
    const digest sum = out->sha256();
    base::put_bytes(end, sum);
    base::put_bytes(end, by.sign(signed_file::keys, sum));
    if (auto written = out->write(end); !written) return written;
    return out->finish();
}

base::result<void> install_keys(const fs::path& folder) {
    if (::rename(fresh_in(folder).c_str(), file_in(folder).c_str()) != 0) {
        return base::fail(log_errc::storage, "cannot replace " + file_in(folder).string() + ": " +
                                                 std::generic_category().message(errno));
    }
    return sync_folder(folder);
}

void discard_keys(const fs::path& folder) {
    ::unlink(fresh_in(folder).c_str());
}

base::result<std::optional<backup_keys_head>> read_keys_head(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(file_in(folder), error) && !error) return std::optional<backup_keys_head>{};
    auto in = backup_input::open(file_in(folder));
    if (!in) return tl::unexpected(in.error());
    auto head = read_head(*in);
    if (!head) return tl::unexpected(head.error());
    return std::optional(*head);
}

base::result<void> check_keys_author(const fs::path& folder, const backup_signer& whom,
                                     const may_go_on& go_on) {
    if (const auto head = read_keys_head(folder); !head) return tl::unexpected(head.error());
    if (const auto whole = check_end(file_in(folder), &whom, go_on); !whole) {
        return tl::unexpected(whole.error());
    }
    return {};
}

base::result<backup_keys_head>
read_keys(const fs::path& folder, const backup_signer* whom,
          const std::function<base::result<void>(std::string_view, std::string_view)>& visit) {
    const fs::path file = file_in(folder);
    const auto there = read_keys_head(folder);
    if (!there) return tl::unexpected(there.error());
    if (!*there) {
        return base::fail(log_errc::not_found, folder.string() +
                                                   " holds no backup of keys (there "
                                                   "is no " +
                                                   std::string(backup_keys_name) + " in it)");
    }
    const auto sum = check_end(file, whom, {});
    if (!sum) return tl::unexpected(sum.error());
    auto in = backup_input::open(file);
    if (!in) return tl::unexpected(in.error());
    auto head = read_head(*in);
    if (!head) return head;
    for (std::uint64_t i = 0; i < head->count; ++i) {
        const auto sizes = in->read(8);
        if (!sizes) return tl::unexpected(sizes.error());
        std::string_view rest = *sizes;
        std::uint32_t key_size = 0;
        std::uint32_t value_size = 0;
        if (!base::get_le(rest, key_size) || !base::get_le(rest, value_size)) {
            return damaged_backup(file, "it is cut off");
        }
        const auto key = read_part(*in, key_size);
        if (!key) return tl::unexpected(key.error());
        const auto value = read_part(*in, value_size);
        if (!value) return tl::unexpected(value.error());
        if (auto seen = visit(*key, *value); !seen) return tl::unexpected(seen.error());
    }
    if (in->size() - in->at() != end_size) return damaged_backup(file, "it is longer than it says");
    if (in->sha256() != *sum) return damaged_backup(file, "it was changed while it was read");
    return head;
}

base::result<void> keys_fit(const fs::path& file, const backup_keys_head& keys,
                            const backup_manifest& log, const history_proof& proof) {
    if (keys.lineage != log.lineage) {
        return base::fail(log_errc::foreign_directory,
                          file.string() + " has the keys of another log, lineage " +
                              keys.lineage.text() + ", and the backup is of lineage " +
                              log.lineage.text() + ": name the keys of this one");
    }
    if (proof.contradiction()) {
        return base::fail(log_errc::out_of_order,
                          file.string() +
                              " has the keys of another history of this log: the event "
                              "at " +
                              proof.contradiction()->text() +
                              " is not the same. Name the keys of this one");
    }
    return {};
}

std::string not_proven_text(const fs::path& file, const backup_keys_head& keys, position end,
                            const history_proof& proof, const std::string& who) {
    return who + " have no key in " + file.string() + ", which was made at " + keys.at.text() +
           ", and nothing proves that these keys are of the history of this log up to " +
           end.text() +
           ": they may be of another one, in which an old copy of the log was put back. Name the "
           "keys that were made by a run of `rollcall backup create` into this backup" +
           (proof.proven().offset == 0
                ? ""
                : "; with these, --until " + proof.proven().text() + " is the last that is proven");
}

history_proof::history_proof(const backup_keys_head& keys) : marks_(keys.marks) {
    marks_.push_back({keys.at, keys.hash});
}

void history_proof::take(const record_view& record) {
    if (contradiction_) return;
    while (next_ < marks_.size() && marks_[next_].at < record.at)
        ++next_;
    if (next_ == marks_.size() || marks_[next_].at != record.at) return;
    if (marks_[next_].hash == record.hash) {
        proven_ = record.at;
    } else {
        contradiction_ = record.at;
    }
}

} // namespace rollcall::eventlog
