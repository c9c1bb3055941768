#include "eventlog/backup_place.hpp"

#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>

namespace rollcall::eventlog {
namespace {

namespace fs = std::filesystem;

/// Makes a folder that is closed to others, unless it is there.
base::result<void> make_folder(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (error || (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST)) {
        return base::fail(
            log_errc::storage,
            "cannot make " + path.string() + ": " +
                (error ? error : std::error_code(errno, std::generic_category())).message());
    }
    if (!fs::is_directory(path, error)) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not a directory");
    }
    return sync_folder(path.parent_path());
}

} // namespace

bool lies_in(const fs::path& path, const fs::path& folder) {
    std::error_code ignored;
    const fs::path inner = fs::weakly_canonical(path, ignored);
    const fs::path outer = fs::weakly_canonical(folder, ignored);
    const auto [end, rest] = std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
    return end == outer.end() || (std::next(end) == outer.end() && end->empty());
}

bool on_one_disk(const fs::path& a, const fs::path& b) {
    struct stat one {};

    struct stat other {};

    return ::stat(a.c_str(), &one) == 0 && ::stat(b.c_str(), &other) == 0 &&
           one.st_dev == other.st_dev;
}

std::string read_only_hint(const fs::path& folder) {
    fs::path there = fs::absolute(folder);
    std::error_code ignored;
    while (there.has_relative_path() && !fs::exists(there, ignored))
        there = there.parent_path();

    struct statvfs info {};

    if (::statvfs(there.c_str(), &info) != 0 || (info.f_flag & ST_RDONLY) == 0) return {};
    return ". It lies on a file system that this process may only read. A server that systemd "
           "started may write only where its unit says: name the place in ReadWritePaths= there, "
           "then `systemctl daemon-reload` and restart it";
}

base::result<directory_lock> take_place(const fs::path& folder) {
    if (auto made = make_folder(folder); !made) {
        return base::fail(made.error().code, made.error().message + read_only_hint(folder));
    }
    auto lock = directory_lock::take(folder);
    if (lock) return lock;
    return base::fail(lock.error().code, "no backup can be written to " + folder.string() +
                                             " now: " + lock.error().message +
                                             read_only_hint(folder));
}

} // namespace rollcall::eventlog
