#include "cli/lock_holder.hpp"

#include "eventlog/error.hpp"

#include <cinttypes>
#include <cstdio>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace rollcall::cli {

std::optional<pid_t> lock_holder(const eventlog::data_directory& home) {
    struct stat info {};

    if (::stat((home.database() / "LOCK").c_str(), &info) != 0) return std::nullopt;
    std::ifstream locks("/proc/locks");
    for (std::string line; std::getline(locks, line);) {
        // 7: POSIX  ADVISORY  WRITE 4321 fe:01:1835010 0 EOF
        int pid = 0;
        unsigned major = 0;
        unsigned minor = 0;
        std::uint64_t inode = 0;
        if (std::sscanf(line.c_str(), "%*d: POSIX %*s WRITE %d %x:%x:%" SCNu64, &pid, &major,
                        &minor, &inode) == 4 &&
            inode == info.st_ino && makedev(major, minor) == info.st_dev) {
            return pid > 0 ? pid : 0;
        }
    }
    return std::nullopt;
}

base::result<void> refuse_other_holder(const eventlog::data_directory& home) {
    const auto pid = lock_holder(home);
    if (!pid) return {};
    return base::fail(eventlog::log_errc::foreign_directory,
                      home.path.string() + " is in use by process " + std::to_string(*pid) +
                          ": stop that server first, or talk to it with the same --data");
}

} // namespace rollcall::cli
