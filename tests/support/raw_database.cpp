#include "tests/support/raw_database.hpp"

#include <rocksdb/db.h>

#include <map>
#include <stdexcept>
#include <vector>

namespace rollcall::support {
namespace {

void require(const rocksdb::Status& status) {
    if (!status.ok()) throw std::runtime_error("raw database: " + status.ToString());
}

rocksdb::Slice slice(std::string_view text) {
    return {text.data(), text.size()};
}

} // namespace

struct raw_database::impl {
    std::unique_ptr<rocksdb::DB> db;
    std::map<std::string, rocksdb::ColumnFamilyHandle*, std::less<>> families;

    [[nodiscard]] rocksdb::ColumnFamilyHandle* family(std::string_view name) const {
        return families.find(name)->second;
    }
};

raw_database::raw_database(const std::filesystem::path& directory)
    : impl_(std::make_unique<impl>()) {
    std::vector<std::string> names;
    require(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names));
    std::vector<rocksdb::ColumnFamilyDescriptor> described;
    for (const std::string& name : names)
        described.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    require(rocksdb::DB::Open({}, directory.string(), described, &handles, &db));
    impl_->db.reset(db);
    for (std::size_t i = 0; i < names.size(); ++i)
        impl_->families[names[i]] = handles[i];
}

raw_database::~raw_database() {
    for (const auto& [name, handle] : impl_->families)
        impl_->db->DestroyColumnFamilyHandle(handle);
}

std::vector<std::string> raw_database::families(const std::filesystem::path& directory) {
    std::vector<std::string> names;
    require(rocksdb::DB::ListColumnFamilies({}, directory.string(), &names));
    return names;
}

void raw_database::make(const std::filesystem::path& directory,
                        const std::vector<std::string>& families) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.create_missing_column_families = true;
    std::vector<rocksdb::ColumnFamilyDescriptor> described;
    for (const std::string& name : families)
        described.emplace_back(name, rocksdb::ColumnFamilyOptions{});
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    require(rocksdb::DB::Open(options, directory.string(), described, &handles, &db));
    const std::unique_ptr<rocksdb::DB> owned(db);
    for (rocksdb::ColumnFamilyHandle* handle : handles)
        owned->DestroyColumnFamilyHandle(handle);
}

bool raw_database::has_family(std::string_view family) const {
    return impl_->families.contains(family);
}

std::string raw_database::get(std::string_view family, std::string_view key) const {
    std::string value;
    require(impl_->db->Get({}, impl_->family(family), slice(key), &value));
    return value;
}

void raw_database::put(std::string_view family, std::string_view key, std::string_view value) {
    require(impl_->db->Put({}, impl_->family(family), slice(key), slice(value)));
}

void raw_database::erase(std::string_view family, std::string_view key) {
    require(impl_->db->Delete({}, impl_->family(family), slice(key)));
}

void raw_database::drop(std::string_view family) {
    require(impl_->db->DropColumnFamily(impl_->family(family)));
}

} // namespace rollcall::support
