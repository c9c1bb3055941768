#include "eventlog/store.hpp"

#include "eventlog/error.hpp"
#include "eventlog/keys.hpp"
#include "eventlog/store_impl.hpp"

#include <rocksdb/write_batch.h>

#include <algorithm>
#include <array>

namespace rollcall::eventlog {
namespace {

constexpr std::array fixed_families{"log",  "seq",         "subject",  "time",
                                    "keys", "idempotency", "attempts", "checkpoints"};

struct generation_row {
    std::uint32_t number = 1;
    std::uint32_t version = 1;
};

generation_row read_generation(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* meta) {
    generation_row row;
    rocksdb::PinnableSlice value;
    const auto status = db.Get({}, meta, slice(keys::generation), &value);
    if (status.IsNotFound()) return row;
    require_read(status, "reading the generation");
    std::string_view in = view(value);
    base::get_le(in, row.number);
    base::get_le(in, row.version); // not there before there was a second version
    return row;
}

std::string generation_value(const generation_row& row) {
    std::string value;
    base::put_le(value, row.number);
    base::put_le(value, row.version);
    return value;
}

bool is_derived(const std::string& family) {
    return std::any_of(derived_tables_all.begin(), derived_tables_all.end(), [&](table t) {
        const std::string first = derived_family(t, 0);
        return family.starts_with(first.substr(0, first.size() - 1));
    });
}

/// True if there are tables, or a write-ahead file of at least that many bytes: what the files say
/// where the list of tables is missing or not whole.
bool holds_files(const std::filesystem::path& directory, std::uintmax_t wal_bytes_min) {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
        const auto kind = entry.path().extension();
        if (kind == ".sst") return true;
        if (kind == ".log" && entry.file_size(ignored) >= wal_bytes_min) return true;
    }
    return false;
}

/// Makes the name of a new directory durable.
bool sync_parent(rocksdb::Env& env, const std::filesystem::path& directory) {
    std::unique_ptr<rocksdb::Directory> parent;
    return env.NewDirectory((directory / "..").string(), &parent).ok() && parent->Fsync().ok();
}

/// Handles of state and index tables that are not the live ones, let go on every way out.
struct spare_handles {
    rocksdb::DB& db;
    std::vector<rocksdb::ColumnFamilyHandle*> handles;

    ~spare_handles() {
        for (rocksdb::ColumnFamilyHandle* handle : handles)
            db.DestroyColumnFamilyHandle(handle);
    }
};

std::string chain_value(const chain_head& head) {
    std::string value;
    base::put_le(value, head.seq.value);
    base::put_bytes(value, head.hash);
    keys::put_position(value, head.at);
    return value;
}

} // namespace

std::string derived_family(table t, std::uint32_t generation) {
    const char* name = t == table::state ? "state." : t == table::index ? "index." : "links.";
    return name + std::to_string(generation);
}

derived_tables::~derived_tables() {
    for (rocksdb::ColumnFamilyHandle* family : present())
        db->DestroyColumnFamilyHandle(family);
}

std::vector<rocksdb::ColumnFamilyHandle*> derived_tables::present() const {
    std::vector<rocksdb::ColumnFamilyHandle*> there;
    for (rocksdb::ColumnFamilyHandle* family : families) {
        if (family != nullptr) there.push_back(family);
    }
    return there;
}

store::impl::~impl() {
    if (!db) return;
    next.reset();
    live.reset();
    for (rocksdb::ColumnFamilyHandle* h :
         {meta, log, seq, subject, time, keys, idempotency, attempts, checkpoints}) {
        if (h != nullptr) db->DestroyColumnFamilyHandle(h);
    }
    db->Close();
}

void store::impl::fail(const std::string& reason) {
    if (!stopped.exchange(true) && options.on_fatal) options.on_fatal(reason);
}

std::shared_ptr<derived_tables> store::impl::live_tables() const {
    const std::shared_lock lock(derived_mutex);
    return live;
}

rocksdb::ColumnFamilyHandle* store::impl::handle(table t, const derived_tables& derived) const {
    switch (t) {
    case table::state: return derived.families[0];
    case table::index: return derived.families[1];
    case table::links: return derived.families[2];
    case table::keys: return keys;
    case table::idempotency: return idempotency;
    case table::attempts: return attempts;
    case table::checkpoints: return checkpoints;
    }
    return nullptr;
}

std::vector<rocksdb::ColumnFamilyHandle*>
store::impl::every_handle(const derived_tables& derived) const {
    auto families = derived.present();
    families.insert(families.end(),
                    {meta, log, seq, subject, time, keys, idempotency, attempts, checkpoints});
    return families;
}

store::store(std::unique_ptr<impl> impl) : impl_(std::move(impl)) {}

store::~store() = default;

base::result<std::unique_ptr<store>> store::open(store_options options) {
    const std::string directory = options.directory.string();
    try {
        return open_or_throw(std::move(options));
    } catch (const storage_failure& failure) {
        return base::fail(log_errc::storage, "the database in " + directory +
                                                 " cannot be read: " + failure.what() +
                                                 ". Nothing was changed; restore a backup");
    }
}

base::result<std::unique_ptr<store>> store::open_or_throw(store_options options) {
    auto impl = std::make_unique<store::impl>();
    impl->options = std::move(options);
    store::impl* self = impl.get();
    const std::string directory = impl->options.directory.string();
    const auto db_options =
        database_options(impl->options, [self](const std::string& why) { self->fail(why); });
    const auto cache = make_block_cache(impl->options.block_cache_bytes);

    std::vector<std::string> names;
    if (db_options.env->FileExists(directory + "/CURRENT").ok()) {
        const auto listed = rocksdb::DB::ListColumnFamilies(db_options, directory, &names);
        if (!listed.ok()) {
            return base::fail(log_errc::storage, "opening " + directory + ": " + listed.ToString() +
                                                     ". Nothing was changed; restore a backup");
        }
    } else if (impl->options.read_only) {
        return base::fail(log_errc::foreign_directory, directory + " has no database");
    } else if (holds_files(impl->options.directory, 0)) {
        return base::fail(log_errc::storage,
                          directory + " holds a database but its file CURRENT is missing. Nothing "
                                      "was changed; restore a backup");
    } else {
        // Made here, because RocksDB reports a folder that is not there yet as an error.
        if (const auto made = db_options.env->CreateDirIfMissing(directory); !made.ok()) {
            return base::fail(log_errc::storage, "making " + directory + ": " + made.ToString());
        }
        names = {rocksdb::kDefaultColumnFamilyName};
    }
    const auto listed = [&](const std::string& name) {
        return std::find(names.begin(), names.end(), name) != names.end();
    };
    if (!std::all_of(fixed_families.begin(), fixed_families.end(), listed)) {
        const bool empty = !holds_files(impl->options.directory, 1);
        if (empty && impl->options.read_only) {
            return base::fail(log_errc::not_found, "the making of the database in " + directory +
                                                       " was cut short, and nothing is in it yet");
        }
        if (!empty && !listed("log")) {
            return base::fail(log_errc::storage,
                              directory + " holds a database, but its list of tables is damaged. "
                                          "Nothing was changed; restore a backup");
        }
    }
    const bool made_now = !listed("log");
    if (made_now) {
        // New, or its making was cut short: the tables of the log are made after these.
        for (const table t : derived_tables_all) {
            const std::string name = derived_family(t, 1);
            if (!listed(name)) names.push_back(name);
        }
    }
    for (const char* name : fixed_families) {
        if (!listed(name)) names.emplace_back(name);
    }
    std::vector<rocksdb::ColumnFamilyDescriptor> families;
    for (const std::string& name : names) {
        families.emplace_back(name, family_options(impl->options, name, cache));
    }
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* raw = nullptr;
    const auto status =
        impl->options.read_only
            ? rocksdb::DB::OpenForReadOnly(db_options, directory, families, &handles, &raw)
            : rocksdb::DB::Open(db_options, directory, families, &handles, &raw);
    if (!status.ok()) {
        const std::string text = status.ToString();
        if (text.find("While lock file") != std::string::npos ||
            text.find("lock hold by") != std::string::npos) {
            return base::fail(log_errc::foreign_directory,
                              directory +
                                  " is in use by another process: stop it first, or talk "
                                  "to it through its admin.sock (" +
                                  text + ")");
        }
        return base::fail(log_errc::storage,
                          "the database in " + directory + " does not open: " + text +
                              ". Nothing was changed; `rollcall doctor` says more");
    }
    impl->db.reset(raw);
    std::map<std::string, rocksdb::ColumnFamilyHandle*> by_name;
    spare_handles spare{*raw, {}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        by_name[names[i]] = handles[i];
        if (is_derived(names[i])) spare.handles.push_back(handles[i]);
    }
    impl->meta = by_name[rocksdb::kDefaultColumnFamilyName];
    impl->log = by_name["log"];
    impl->seq = by_name["seq"];
    impl->subject = by_name["subject"];
    impl->time = by_name["time"];
    impl->keys = by_name["keys"];
    impl->idempotency = by_name["idempotency"];
    impl->attempts = by_name["attempts"];
    impl->checkpoints = by_name["checkpoints"];

    generation_row generation = read_generation(*raw, impl->meta);
    if (made_now) {
        // If this is lost, the empty rows count as old ones and are made again.
        generation.version = impl->options.rows_version;
        const auto told =
            raw->Put({}, impl->meta, slice(keys::generation), generation_value(generation));
        if (!told.ok()) {
            return base::fail(log_errc::storage, "making " + directory + ": " + told.ToString());
        }
    }
    impl->live = std::make_shared<derived_tables>();
    impl->live->db = raw;
    impl->live->generation = generation.number;
    impl->live->version = generation.version;
    for (std::size_t i = 0; i < derived_tables_all.size(); ++i) {
        const table t = derived_tables_all.at(i);
        const std::string name = derived_family(t, generation.number);
        rocksdb::ColumnFamilyHandle*& family = impl->live->families.at(i);
        family = by_name[name];
        std::erase(spare.handles, family);
        // Rows of the first version have no links, and get none: its programs open only what they
        // know.
        if (family != nullptr || (t == table::links && generation.version == 1)) continue;
        std::string message = "the table " + name;
        message += " is missing in " + directory + ": restore a backup";
        return base::fail(log_errc::storage, std::move(message));
    }
    if (!impl->options.read_only) {
        if (!sync_parent(*db_options.env, impl->options.directory)) {
            return base::fail(log_errc::storage, "cannot sync the folder of " + directory);
        }
        // Left over from a rebuild that did not finish.
        for (rocksdb::ColumnFamilyHandle* left : spare.handles)
            raw->DropColumnFamily(left);
    }
    const std::unique_ptr<rocksdb::Iterator> last(raw->NewIterator({}, impl->log));
    last->SeekToLast();
    if (last->Valid()) {
        std::string_view key = view(last->key());
        position at;
        keys::get_position(key, at);
        impl->head_offset = at.offset;
    }
    require_read(last->status(), "reading the log");
    const std::unique_ptr<rocksdb::Iterator> second(raw->NewIterator({}, impl->time));
    second->SeekToLast();
    if (second->Valid()) {
        std::string_view key = view(second->key());
        std::uint16_t partition = 0;
        base::get_be(key, partition);
        base::get_be(key, impl->last_second);
    }
    require_read(second->status(), "reading the time index");
    return std::unique_ptr<store>(new store(std::move(impl)));
}

namespace {

base::result<void> add_rows(rocksdb::WriteBatch& batch, const store::impl& store,
                            const derived_tables& derived, const std::vector<row_change>& rows) {
    for (const row_change& row : rows) {
        rocksdb::ColumnFamilyHandle* family = store.handle(row.where, derived);
        if (family == nullptr) {
            return base::fail(log_errc::older_rows,
                              "the state is of an older version and has no such rows: nothing is "
                              "written before it is made anew");
        }
        if (row.value) {
            batch.Put(family, row.key, *row.value);
        } else {
            batch.Delete(family, row.key);
        }
    }
    return {};
}

} // namespace

position store::head() const {
    return {position::embedded, impl_->head_offset.load(std::memory_order_acquire)};
}

base::result<position> store::commit(std::vector<record_draft>& records,
                                     const std::vector<row_change>& rows) {
    if (impl_->stopped) return base::fail(log_errc::stopped, "the log has stopped");
    std::size_t bytes = 0;
    for (const record_draft& r : records)
        bytes += r.bytes.size() + 256;
    rocksdb::WriteBatch batch(bytes + rows.size() * 256);
    position at = head();
    std::uint64_t second = impl_->last_second;
    std::map<tenant_no, chain_head> heads;
    for (record_draft& r : records) {
        at = at.next();
        place_record(r, at);
        std::string place;
        keys::put_position(place, at);
        std::string number;
        base::put_le(number, r.seq.value);
        batch.Put(impl_->log, place, r.bytes);
        batch.Put(impl_->seq, keys::seq(r.tenant, r.seq), place);
        batch.Put(impl_->subject, keys::subject(r.tenant, r.subject, at), number);
        const auto now =
            static_cast<std::uint64_t>(std::max<std::int64_t>(r.time.unix_ms, 0)) / 1000;
        if (now > second) {
            second = now;
            std::string first;
            base::put_be(first, at.offset);
            batch.Put(impl_->time, keys::time(at.partition, now), first);
        }
        heads[r.tenant] = {r.seq, r.hash, at};
    }
    for (const auto& [tenant, head] : heads) {
        batch.Put(impl_->meta, keys::chain(tenant), chain_value(head));
    }
    const auto derived = impl_->live_tables();
    if (auto added = add_rows(batch, *impl_, *derived, rows); !added) {
        return tl::unexpected(added.error());
    }
    rocksdb::WriteOptions how;
    how.sync = impl_->options.sync_commits;
    const auto status = impl_->db->Write(how, &batch);
    if (!status.ok()) {
        impl_->fail("commit failed: " + status.ToString());
        return base::fail(log_errc::storage, "commit failed: " + status.ToString());
    }
    impl_->last_second = second;
    impl_->head_offset.store(at.offset, std::memory_order_release);
    return at;
}

base::result<void> store::write_unsynced(const std::vector<row_change>& rows) {
    if (impl_->stopped) return base::fail(log_errc::stopped, "the log has stopped");
    rocksdb::WriteBatch batch;
    const auto derived = impl_->live_tables();
    if (auto added = add_rows(batch, *impl_, *derived, rows); !added) return added;
    const auto status = impl_->db->Write({}, &batch);
    if (!status.ok()) {
        impl_->fail("write failed: " + status.ToString());
        return storage_error("write failed", status);
    }
    return {};
}

bool store::stopped() const {
    return impl_->stopped;
}

} // namespace rollcall::eventlog
