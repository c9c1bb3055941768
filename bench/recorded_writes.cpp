#include "bench/recorded_writes.hpp"

#include "eventlog/error.hpp"

#include <rocksdb/db.h>
#include <rocksdb/transaction_log.h>
#include <rocksdb/write_batch.h>

#include <map>
#include <unordered_map>

namespace rollcall::bench {
namespace {

tl::unexpected<base::failure> cannot_read(const std::string& what) {
    return base::fail(eventlog::log_errc::storage, "reading back what the product wrote: " + what);
}

/// A database opened only to be looked at.
struct opened {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    std::unique_ptr<rocksdb::DB> db;

    ~opened() {
        for (rocksdb::ColumnFamilyHandle* h : handles)
            db->DestroyColumnFamilyHandle(h);
    }
};

std::string identity_of(const recorded_row& row) {
    std::string identity = std::to_string(row.family) + ' ';
    identity += row.key;
    return identity;
}

} // namespace

/// Takes in one WriteBatch of the product after the other.
class recorded_writes::reader final : public rocksdb::WriteBatch::Handler {
  public:
    reader(recorded_writes& into, std::map<std::uint32_t, std::size_t> family_of_id)
        : into_(into), family_of_id_(std::move(family_of_id)) {}

    rocksdb::Status PutCF(std::uint32_t id, const rocksdb::Slice& key,
                          const rocksdb::Slice& value) override {
        take(id, key, value, false);
        return {};
    }

    rocksdb::Status DeleteCF(std::uint32_t id, const rocksdb::Slice& key) override {
        take(id, key, {}, true);
        return {};
    }

    /// Deals the rows of the batch out to its operations.
    void end_batch() {
        if (records_.empty()) shared_.clear(); // rows without an event are no operation
        const std::size_t count = records_.size();
        for (std::size_t i = 0; i < count; ++i) {
            for (const recorded_row& row : records_[i])
                into_.rows_.push_back(row);
            const std::size_t from = shared_.size() * i / count;
            const std::size_t to = shared_.size() * (i + 1) / count;
            for (std::size_t j = from; j < to; ++j)
                into_.rows_.push_back(shared_[j]);
            into_.first_row_.push_back(into_.rows_.size());
        }
        records_.clear();
        shared_.clear();
    }

  private:
    void take(std::uint32_t id, const rocksdb::Slice& key, const rocksdb::Slice& value,
              bool erased) {
        recorded_row row;
        row.family = family_of_id_[id];
        row.key = keep(key);
        row.value = keep(value);
        row.erased = erased;
        const std::string& family = into_.families_[row.family];
        if (family == "log") records_.emplace_back();
        const bool of_record =
            family == "log" || family == "seq" || family == "subject" || family == "time";
        if (of_record && !records_.empty()) {
            records_.back().push_back(row);
        } else {
            shared_.push_back(row);
        }
    }

    std::string_view keep(const rocksdb::Slice& bytes) {
        constexpr std::size_t block = std::size_t{1} << 20;
        if (into_.bytes_.empty() ||
            into_.bytes_.back()->capacity() - into_.bytes_.back()->size() < bytes.size()) {
            into_.bytes_.push_back(std::make_unique<std::string>());
            into_.bytes_.back()->reserve(std::max(block, bytes.size()));
        }
        std::string& home = *into_.bytes_.back();
        const std::size_t at = home.size();
        home.append(bytes.data(), bytes.size());
        return {home.data() + at, bytes.size()};
    }

    recorded_writes& into_;
    std::map<std::uint32_t, std::size_t> family_of_id_;
    std::vector<std::vector<recorded_row>> records_; ///< of the batch, one for each operation
    std::vector<recorded_row> shared_;
};

base::result<recorded_writes> recorded_writes::read(const std::filesystem::path& database) {
    recorded_writes result;
    const rocksdb::DBOptions options;
    auto status = rocksdb::DB::ListColumnFamilies(options, database.string(), &result.families_);
    if (!status.ok()) return cannot_read(status.ToString());
    std::vector<rocksdb::ColumnFamilyDescriptor> wanted;
    for (const std::string& name : result.families_)
        wanted.emplace_back(name, rocksdb::ColumnFamilyOptions());
    opened open;
    rocksdb::DB* raw = nullptr;
    status = rocksdb::DB::OpenForReadOnly(options, database.string(), wanted, &open.handles, &raw);
    if (!status.ok()) return cannot_read(status.ToString());
    open.db.reset(raw);

    std::map<std::uint32_t, std::size_t> family_of_id;
    for (std::size_t i = 0; i < open.handles.size(); ++i)
        family_of_id[open.handles[i]->GetID()] = i;
    reader into(result, std::move(family_of_id));
    std::unique_ptr<rocksdb::TransactionLogIterator> log;
    status = open.db->GetUpdatesSince(0, &log, rocksdb::TransactionLogIterator::ReadOptions());
    if (!status.ok()) return cannot_read(status.ToString());
    for (; log->Valid(); log->Next()) {
        const rocksdb::BatchResult batch = log->GetBatch();
        if (auto read = batch.writeBatchPtr->Iterate(&into); !read.ok()) {
            return cannot_read(read.ToString());
        }
        into.end_batch();
    }
    if (!log->status().ok()) return cannot_read(log->status().ToString());
    if (result.operations() == 0) return cannot_read("there is no event in its write-ahead files");

    std::unordered_map<std::string, std::size_t> written_next;
    for (std::size_t op = result.operations(); op-- > 0;) {
        for (std::size_t i = result.first_row_[op + 1]; i-- > result.first_row_[op];) {
            auto [next, fresh] =
                written_next.try_emplace(identity_of(result.rows_[i]), result.operations());
            result.rows_[i].again_at = next->second;
            next->second = op;
        }
    }
    return result;
}

double recorded_writes::rows_per_operation() const {
    return static_cast<double>(rows_.size()) / static_cast<double>(operations());
}

double recorded_writes::bytes_per_operation() const {
    std::size_t bytes = 0;
    for (const recorded_row& row : rows_)
        bytes += row.key.size() + row.value.size();
    return static_cast<double>(bytes) / static_cast<double>(operations());
}

} // namespace rollcall::bench
