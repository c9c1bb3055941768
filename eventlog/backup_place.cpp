#include "eventlog/backup_place.hpp"

#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"

#include <algorithm>
#include <cerrno>
#include <sys/stat.h>
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

base::result<directory_lock> take_place(const fs::path& folder) {
    if (auto made = make_folder(folder); !made) return tl::unexpected(made.error());
    auto lock = directory_lock::take(folder);
    if (lock) return lock;
    return base::fail(lock.error().code, "no backup can be written to " + folder.string() +
                                             " now: " + lock.error().message);
}

} // namespace rollcall::eventlog
