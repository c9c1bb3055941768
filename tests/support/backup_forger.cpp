#include "tests/support/backup_forger.hpp"

#include "eventlog/backup_walk.hpp"
#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/base/wire.hpp"
#include "tests/support/temp_directory.hpp"

#include <stdexcept>

namespace rollcall::support {
namespace {

using namespace eventlog;
namespace fs = std::filesystem;

// Places in a record: record.hpp.
constexpr std::size_t offset_at = 8;
constexpr std::size_t hash_at = 16;
constexpr std::size_t hashed_from = 48;
constexpr std::size_t seq_at = 72;
constexpr std::size_t prev_hash_at = 192;
constexpr std::size_t crc_size = 4;

void set_digest(std::string& bytes, std::size_t place, const digest& value) {
    bytes.replace(place, value.size(), base::as_text(value));
}

} // namespace

backup_forger::backup_forger(fs::path folder) : folder_(std::move(folder)) {
    auto told = open_backup(folder_);
    if (!told) throw std::runtime_error(told.error().why.message);
    told_ = std::move(*told);
    const auto walked =
        walk_backup(folder_, told_, told_.end, [&](const record_view&, std::string_view bytes) {
            records_.emplace_back(bytes);
            return base::result<void>{};
        });
    if (!walked) throw std::runtime_error(walked.error().why.message);
}

void backup_forger::link(std::string& bytes) {
    bytes.resize(bytes.size() - crc_size);
    base::put_le(bytes, base::crc32c(bytes));
    const auto record = read_record(bytes, record_check::crc);
    if (!record) throw std::runtime_error(record.error().message);
    backup_chain& chain = made_.chains[record->tenant];
    const auto clear_end =
        static_cast<std::size_t>(record->clear.data() - bytes.data()) + record->clear.size();
    base::set_le(bytes.data() + offset_at, std::uint64_t{made_.end.offset + 1});
    base::set_le(bytes.data() + seq_at, std::uint64_t{chain.seq.value + 1});
    set_digest(bytes, prev_hash_at, chain.hash);
    const digest hash =
        base::sha256({std::string_view("\1", 1),
                      std::string_view(bytes).substr(hashed_from, clear_end - hashed_from)});
    set_digest(bytes, hash_at, hash);
    bytes.resize(bytes.size() - crc_size);
    base::put_le(bytes, base::crc32c(bytes));
    chain = {{chain.seq.value + 1}, hash};
    made_.end = made_.end.next();
}

std::size_t
backup_forger::rewrite(const std::function<bool(const record_view&, std::string&)>& keep) {
    made_ = told_;
    made_.files.clear();
    made_.chains.clear();
    made_.states = {};
    made_.end = {position::embedded, 0};
    std::size_t touched = 0;
    std::string file = events_head(told_.lineage, 1);
    for (const std::string& before : records_) {
        std::string bytes = before;
        const bool kept = keep(*read_record(before, record_check::crc), bytes);
        touched += !kept || bytes != before ? 1 : 0;
        if (!kept) continue;
        link(bytes);
        base::put_le(file, static_cast<std::uint32_t>(bytes.size()));
        file += bytes;
    }
    const backup_file f{1, made_.end.offset, file.size(), base::sha256({file}), {}};
    for (const backup_file& old : told_.files)
        fs::remove(folder_ / old.name());
    made_.files = {f};
    write_bytes(folder_ / f.name(), file);
    if (!leaves_manifest_) {
        fs::remove(folder_ / backup_manifest_name);
        write_bytes(folder_ / backup_manifest_name, made_.text());
    }
    return touched;
}

std::string summed_manifest(const std::string& text) {
    const std::string body = text.substr(0, text.rfind("sum "));
    const auto signature = text.rfind("signature ");
    return body + "sum " + base::hex(base::sha256({body})) + "\n" +
           (signature == std::string::npos ? "" : text.substr(signature));
}

} // namespace rollcall::support
