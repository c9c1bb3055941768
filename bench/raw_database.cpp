#include "bench/raw_database.hpp"

#include "eventlog/store_impl.hpp"

#include <map>

namespace rollcall::bench {
namespace {

/// A database with its handles, by name.
struct opened {
    std::map<std::string, rocksdb::ColumnFamilyHandle*> families;
    std::unique_ptr<rocksdb::DB> db;

    ~opened() {
        for (const auto& [name, handle] : families)
            db->DestroyColumnFamilyHandle(handle);
    }
};

enum class way : std::uint8_t { read, make };

base::result<std::unique_ptr<opened>> open_families(const std::filesystem::path& directory,
                                                    const std::vector<std::string>& names,
                                                    way how) {
    eventlog::store_options options;
    options.directory = directory;
    const auto cache = eventlog::make_block_cache(options.block_cache_bytes);
    const auto db_options = eventlog::database_options(options, [](const std::string&) {});
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const std::string& name : names)
        wanted.emplace_back(name, eventlog::family_options(options, name, cache));
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    const auto status =
        how == way::read
            ? rocksdb::DB::OpenForReadOnly(db_options, directory.string(), wanted, &handles, &raw)
            : rocksdb::DB::Open(db_options, directory.string(), wanted, &handles, &raw);
    if (!status.ok()) return tl::unexpected(eventlog::storage_error("opening", status).error());
    auto o = std::make_unique<opened>();
    o->db.reset(raw);
    for (std::size_t i = 0; i < names.size(); ++i)
        o->families[names[i]] = handles[i];
    return o;
}

bool is_derived(const std::string& family) {
    return family.starts_with("state.") || family.starts_with("index.");
}

} // namespace

struct raw_database::parts {
    std::vector<std::string> names;
    std::unique_ptr<opened> source;
};

raw_database::raw_database(std::unique_ptr<parts> p) : parts_(std::move(p)) {}

raw_database::~raw_database() = default;

base::result<std::unique_ptr<raw_database>>
raw_database::open(const std::filesystem::path& database) {
    auto p = std::make_unique<parts>();
    const auto listed =
        rocksdb::DB::ListColumnFamilies(rocksdb::DBOptions(), database.string(), &p->names);
    if (!listed.ok()) return tl::unexpected(eventlog::storage_error("listing", listed).error());
    auto source = open_families(database, p->names, way::read);
    if (!source) return tl::unexpected(source.error());
    p->source = std::move(*source);
    return std::unique_ptr<raw_database>(new raw_database(std::move(p)));
}

base::result<std::uint64_t> raw_database::scan_log() {
    rocksdb::ReadOptions how;
    how.fill_cache = false;
    how.readahead_size = std::size_t{2} << 20;
    opened& from = *parts_->source;
    const std::unique_ptr<rocksdb::Iterator> rows(from.db->NewIterator(how, from.families["log"]));
    std::uint64_t count = 0;
    for (rows->SeekToFirst(); rows->Valid(); rows->Next())
        count += rows->value().empty() ? 0 : 1;
    if (!rows->status().ok()) {
        return tl::unexpected(eventlog::storage_error("scanning", rows->status()).error());
    }
    return count;
}

base::result<void> raw_database::copy_derived_rows(const std::filesystem::path& directory,
                                                   std::size_t batch_rows) {
    std::vector<std::string> names{rocksdb::kDefaultColumnFamilyName};
    std::copy_if(parts_->names.begin(), parts_->names.end(), std::back_inserter(names), is_derived);
    auto target = open_families(directory, names, way::make);
    if (!target) return tl::unexpected(target.error());
    opened& from = *parts_->source;
    opened& to = **target;
    rocksdb::ReadOptions how;
    how.fill_cache = false;
    rocksdb::WriteOptions write;
    write.disableWAL = true;
    std::vector<rocksdb::ColumnFamilyHandle*> written;
    for (const auto& [name, family] : to.families) {
        if (!is_derived(name)) continue;
        written.push_back(family);
        rocksdb::WriteBatch batch;
        const std::unique_ptr<rocksdb::Iterator> rows(
            from.db->NewIterator(how, from.families[name]));
        for (rows->SeekToFirst(); rows->Valid(); rows->Next()) {
            batch.Put(family, rows->key(), rows->value());
            if (static_cast<std::size_t>(batch.Count()) < batch_rows) continue;
            if (auto s = to.db->Write(write, &batch); !s.ok()) {
                return eventlog::storage_error("copying", s);
            }
            batch.Clear();
        }
        if (auto s = to.db->Write(write, &batch); !s.ok()) {
            return eventlog::storage_error("copying", s);
        }
    }
    const auto flushed = to.db->Flush(rocksdb::FlushOptions(), written);
    if (!flushed.ok()) return eventlog::storage_error("flushing", flushed);
    return {};
}

} // namespace rollcall::bench
