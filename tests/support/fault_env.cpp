#include "tests/support/fault_env.hpp"

#include <rocksdb/env.h>
#include <rocksdb/file_system.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::support {
namespace {

namespace fs = std::filesystem;
using rocksdb::FileOptions;
using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

std::string normal(const std::string& path) {
    std::string text = fs::path(path).lexically_normal().string();
    while (text.size() > 1 && text.back() == '/')
        text.pop_back();
    return text;
}

std::string folder_of(const std::string& path) {
    return fs::path(path).parent_path().string();
}

bool is_wal(const std::string& path) {
    return path.ends_with(".log");
}

std::optional<std::string> content(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream bytes;
    bytes << in.rdbuf();
    return bytes.str();
}

} // namespace

/// What is durable, and what is to fail. Names are normal absolute paths.
class fault_env::disk final : public rocksdb::FileSystemWrapper {
  public:
    disk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

    [[nodiscard]] const char* Name() const override { return "fault_env"; }

    struct open_file;
    struct open_folder;
    struct open_table;

    struct rename_done {
        std::string from;
        std::string to;
        std::optional<std::string> replaced; ///< what stood at `to`
    };

    mutable std::mutex mutex;
    bool cut = false;
    std::map<std::string, std::uint64_t> synced_size; ///< of files written through here
    std::map<std::string, bool> loose_names;          ///< made, folder not synced; true = directory
    std::vector<rename_done> loose_renames;           ///< oldest first
    std::uint64_t syncs_to_fail = 0;
    std::function<bool(const std::string&)> syncs_that_fail;
    append_fault appends = append_fault::none;

    std::atomic<bool> reads_fail{false};
    std::atomic<std::int64_t> delay_us{0};
    std::atomic<std::uint64_t> syncs{0};
    std::atomic<std::uint64_t> wal_syncs{0};

    static IOStatus no_power() { return IOStatus::IOError("power cut"); }

    [[nodiscard]] bool is_cut() const {
        const std::lock_guard lock(mutex);
        return cut;
    }

    IOStatus may_append() {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        if (appends == append_fault::io_error) return IOStatus::IOError("append: injected EIO");
        if (appends == append_fault::no_space) return IOStatus::NoSpace("append: injected ENOSPC");
        return IOStatus::OK();
    }

    IOStatus may_sync(const std::string& path) {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        if (syncs_that_fail && syncs_that_fail(path)) {
            return IOStatus::IOError("fsync: injected EIO");
        }
        if (syncs_to_fail > 0) {
            --syncs_to_fail;
            return IOStatus::IOError("fsync: injected EIO");
        }
        return IOStatus::OK();
    }

    /// After the real sync: it counts only if the power was still on.
    IOStatus did_sync(const std::string& path, std::uint64_t size) {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        synced_size[path] = size;
        ++syncs;
        if (is_wal(path)) ++wal_syncs;
        return IOStatus::OK();
    }

    IOStatus did_sync_folder(const std::string& folder) {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        std::erase_if(loose_names, [&](const auto& n) { return folder_of(n.first) == folder; });
        std::erase_if(loose_renames, [&](const auto& r) { return folder_of(r.to) == folder; });
        return IOStatus::OK();
    }

    void drop_what_is_loose() {
        const std::lock_guard lock(mutex);
        std::error_code ignored;
        for (auto r = loose_renames.rbegin(); r != loose_renames.rend(); ++r) {
            fs::rename(r->to, r->from, ignored);
            if (const auto at = synced_size.extract(r->to)) synced_size[r->from] = at.mapped();
            if (r->replaced) std::ofstream(r->to, std::ios::binary) << *r->replaced;
        }
        for (const auto& [path, size] : synced_size) {
            if (fs::exists(path, ignored) && fs::file_size(path, ignored) > size) {
                fs::resize_file(path, size, ignored);
            }
        }
        for (const auto& [path, directory] : loose_names)
            fs::remove_all(path, ignored);
        synced_size.clear();
        loose_names.clear();
        loose_renames.clear();
        cut = false;
        syncs_to_fail = 0;
        syncs_that_fail = nullptr;
        appends = append_fault::none;
    }

    // --- rocksdb::FileSystem ---

    IOStatus NewWritableFile(const std::string& name, const FileOptions& options,
                             std::unique_ptr<rocksdb::FSWritableFile>* result,
                             IODebugContext* debug) override;
    IOStatus NewDirectory(const std::string& name, const IOOptions& options,
                          std::unique_ptr<rocksdb::FSDirectory>* result,
                          IODebugContext* debug) override;
    IOStatus NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                 std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                 IODebugContext* debug) override;

    IOStatus RenameFile(const std::string& from, const std::string& to, const IOOptions& options,
                        IODebugContext* debug) override {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        const rename_done done{normal(from), normal(to), content(to)};
        const IOStatus status = target()->RenameFile(from, to, options, debug);
        if (!status.ok()) return status;
        if (const auto at = synced_size.extract(done.from)) synced_size[done.to] = at.mapped();
        loose_renames.push_back(done);
        return status;
    }

    IOStatus CreateDirIfMissing(const std::string& name, const IOOptions& options,
                                IODebugContext* debug) override {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        const bool fresh = !fs::exists(name);
        const IOStatus status = target()->CreateDirIfMissing(name, options, debug);
        if (status.ok() && fresh) loose_names[normal(name)] = true;
        return status;
    }

    IOStatus DeleteFile(const std::string& name, const IOOptions& options,
                        IODebugContext* debug) override {
        const std::lock_guard lock(mutex);
        if (cut) return no_power();
        synced_size.erase(normal(name));
        loose_names.erase(normal(name));
        return target()->DeleteFile(name, options, debug);
    }
};

/// A file being written. RocksDB never appends to one file from two threads.
struct fault_env::disk::open_file final : rocksdb::FSWritableFileOwnerWrapper {
    disk& owner;
    std::string path;
    std::atomic<std::uint64_t> size{0};

    open_file(disk& d, std::string name, std::unique_ptr<rocksdb::FSWritableFile> file)
        : FSWritableFileOwnerWrapper(std::move(file)), owner(d), path(std::move(name)) {}

    IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
        if (IOStatus may = owner.may_append(); !may.ok()) return may;
        const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, debug);
        if (status.ok()) size += data.size();
        return status;
    }

    IOStatus Append(const Slice& data, const IOOptions& options,
                    const rocksdb::DataVerificationInfo& info, IODebugContext* debug) override {
        if (IOStatus may = owner.may_append(); !may.ok()) return may;
        const IOStatus status = FSWritableFileOwnerWrapper::Append(data, options, info, debug);
        if (status.ok()) size += data.size();
        return status;
    }

    IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
        return sync([&] { return FSWritableFileOwnerWrapper::Sync(options, debug); });
    }

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        return sync([&] { return FSWritableFileOwnerWrapper::Fsync(options, debug); });
    }

    template <class F>
    IOStatus sync(F&& really) {
        const std::uint64_t upto = size;
        if (IOStatus may = owner.may_sync(path); !may.ok()) return may;
        const std::chrono::microseconds delay(owner.delay_us.load());
        if (is_wal(path) && delay.count() > 0) std::this_thread::sleep_for(delay);
        if (IOStatus status = really(); !status.ok()) return status;
        return owner.did_sync(path, upto);
    }
};

struct fault_env::disk::open_folder final : rocksdb::FSDirectoryWrapper {
    disk& owner;
    std::string path;

    open_folder(disk& d, std::string name, std::unique_ptr<rocksdb::FSDirectory> folder)
        : FSDirectoryWrapper(std::move(folder)), owner(d), path(std::move(name)) {}

    IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
        if (owner.is_cut()) return no_power();
        if (IOStatus status = FSDirectoryWrapper::Fsync(options, debug); !status.ok()) {
            return status;
        }
        return owner.did_sync_folder(path);
    }

    IOStatus FsyncWithDirOptions(const IOOptions& options, IODebugContext* debug,
                                 const rocksdb::DirFsyncOptions& how) override {
        if (owner.is_cut()) return no_power();
        if (IOStatus status = FSDirectoryWrapper::FsyncWithDirOptions(options, debug, how);
            !status.ok()) {
            return status;
        }
        return owner.did_sync_folder(path);
    }
};

struct fault_env::disk::open_table final : rocksdb::FSRandomAccessFileOwnerWrapper {
    disk& owner;

    open_table(disk& d, std::unique_ptr<rocksdb::FSRandomAccessFile> file)
        : FSRandomAccessFileOwnerWrapper(std::move(file)), owner(d) {}

    static IOStatus broken() { return IOStatus::IOError("read: injected EIO"); }

    IOStatus Read(std::uint64_t offset, std::size_t n, const IOOptions& options, Slice* result,
                  char* scratch, IODebugContext* debug) const override {
        if (owner.reads_fail) return broken();
        return FSRandomAccessFileOwnerWrapper::Read(offset, n, options, result, scratch, debug);
    }

    IOStatus MultiRead(rocksdb::FSReadRequest* requests, std::size_t count,
                       const IOOptions& options, IODebugContext* debug) override {
        if (owner.reads_fail) return broken();
        return FSRandomAccessFileOwnerWrapper::MultiRead(requests, count, options, debug);
    }

    IOStatus Prefetch(std::uint64_t offset, std::size_t n, const IOOptions& options,
                      IODebugContext* debug) override {
        if (owner.reads_fail) return broken();
        return FSRandomAccessFileOwnerWrapper::Prefetch(offset, n, options, debug);
    }
};

IOStatus fault_env::disk::NewWritableFile(const std::string& name, const FileOptions& options,
                                          std::unique_ptr<rocksdb::FSWritableFile>* result,
                                          IODebugContext* debug) {
    if (is_cut()) return no_power();
    std::unique_ptr<rocksdb::FSWritableFile> file;
    const bool fresh = !fs::exists(name);
    const IOStatus status = target()->NewWritableFile(name, options, &file, debug);
    if (!status.ok()) return status;
    const std::lock_guard lock(mutex);
    synced_size[normal(name)] = 0;
    if (fresh) loose_names[normal(name)] = false;
    *result = std::make_unique<open_file>(*this, normal(name), std::move(file));
    return status;
}

IOStatus fault_env::disk::NewDirectory(const std::string& name, const IOOptions& options,
                                       std::unique_ptr<rocksdb::FSDirectory>* result,
                                       IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSDirectory> folder;
    const IOStatus status = target()->NewDirectory(name, options, &folder, debug);
    if (status.ok()) {
        *result = std::make_unique<open_folder>(*this, normal(name), std::move(folder));
    }
    return status;
}

IOStatus fault_env::disk::NewRandomAccessFile(const std::string& name, const FileOptions& options,
                                              std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
                                              IODebugContext* debug) {
    std::unique_ptr<rocksdb::FSRandomAccessFile> file;
    const IOStatus status = target()->NewRandomAccessFile(name, options, &file, debug);
    if (status.ok()) *result = std::make_unique<open_table>(*this, std::move(file));
    return status;
}

fault_env::fault_env() : disk_(std::make_shared<disk>()), env_(rocksdb::NewCompositeEnv(disk_)) {}

fault_env::~fault_env() = default;

rocksdb::Env* fault_env::env() const {
    return env_.get();
}

void fault_env::cut_power() {
    const std::lock_guard lock(disk_->mutex);
    disk_->cut = true;
}

void fault_env::restore_power() {
    disk_->drop_what_is_loose();
}

void fault_env::fail_syncs(std::uint64_t count) {
    const std::lock_guard lock(disk_->mutex);
    disk_->syncs_to_fail = count;
}

void fault_env::fail_syncs_if(std::function<bool(const std::string& path)> which) {
    const std::lock_guard lock(disk_->mutex);
    disk_->syncs_that_fail = std::move(which);
}

void fault_env::fail_appends(append_fault how) {
    const std::lock_guard lock(disk_->mutex);
    disk_->appends = how;
}

void fault_env::fail_reads(bool failing) {
    disk_->reads_fail = failing;
}

void fault_env::delay_wal_syncs(std::chrono::microseconds by) {
    disk_->delay_us = by.count();
}

std::uint64_t fault_env::syncs() const {
    return disk_->syncs;
}

std::uint64_t fault_env::wal_syncs() const {
    return disk_->wal_syncs;
}

} // namespace rollcall::support
