#include "eventlog/data_directory.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/error.hpp"

#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <map>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollcall::eventlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view mark = "rollcall data directory";
constexpr std::string_view check_text = "this master key belongs to this directory";

std::string errno_text() {
    return std::generic_category().message(errno);
}

/// The descriptor of an open file, closed when it goes.
class file_handle {
  public:
    explicit file_handle(int fd) : fd_(fd) {}

    ~file_handle() {
        if (fd_ >= 0) ::close(fd_);
    }

    file_handle(const file_handle&) = delete;
    file_handle& operator=(const file_handle&) = delete;

    [[nodiscard]] int get() const { return fd_; }

    [[nodiscard]] bool open() const { return fd_ >= 0; }

  private:
    int fd_;
};

std::optional<std::string> read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

base::result<secret_key> parse_master(std::string_view text, const std::string& where) {
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' ')) {
        text.remove_suffix(1);
    }
    const auto bytes = base::parse_hex(text);
    if (!bytes || bytes->size() != secret_key::size) {
        return base::fail(log_errc::bad_master_key,
                          where + " must hold exactly 64 hex digits (32 bytes)");
    }
    std::array<std::uint8_t, secret_key::size> key{};
    std::memcpy(key.data(), bytes->data(), key.size());
    return secret_key(key);
}

base::result<secret_key> read_master(const fs::path& file) {
    struct stat info {};

    if (::stat(file.c_str(), &info) != 0) {
        return base::fail(log_errc::bad_master_key,
                          "the master key " + file.string() + " cannot be read (" + errno_text() +
                              "): put it back from where you keep it, or give --key-file");
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return base::fail(log_errc::bad_master_key, "the master key " + file.string() +
                                                        " can be read by others: chmod 600 " +
                                                        file.string());
    }
    const auto text = read_file(file);
    if (!text) {
        return base::fail(log_errc::bad_master_key,
                          "the master key " + file.string() + " cannot be read: check its owner");
    }
    return parse_master(*text, file.string());
}

struct identity {
    std::uint32_t format = 0;
    base::uuid lineage;
    std::string check;
};

std::string write_identity(const identity& id) {
    return std::string(mark) + "\nformat " + std::to_string(id.format) + "\nlineage " +
           id.lineage.text() + "\ncheck " + base::hex(base::as_bytes(id.check)) + "\n";
}

/// The format is read even when the rest is of a newer program and not understood.
base::result<identity> read_identity(const fs::path& file, const std::string& text) {
    std::istringstream in(text);
    std::string line;
    identity id;
    std::map<std::string, std::string> members;
    if (std::getline(in, line) && line == mark) {
        while (std::getline(in, line)) {
            const auto space = line.find(' ');
            if (space != std::string::npos) {
                members[line.substr(0, space)] = line.substr(space + 1);
            }
        }
    }
    const std::string& format = members["format"];
    const auto [stop, error] =
        std::from_chars(format.data(), format.data() + format.size(), id.format);
    if (error != std::errc{} || stop != format.data() + format.size()) {
        return base::fail(log_errc::foreign_directory,
                          file.string() + " is damaged: restore it from a backup");
    }
    if (id.format > data_format) {
        return base::fail(log_errc::newer_format,
                          file.parent_path().string() + " has data format " + format +
                              ", this program knows " + std::to_string(data_format) +
                              ": use the newer version that wrote it. Nothing was changed");
    }
    const auto lineage = base::uuid::parse(members["lineage"]);
    const auto check = base::parse_hex(members["check"]);
    if (!lineage || !check) {
        return base::fail(log_errc::foreign_directory,
                          file.string() + " is damaged: restore it from a backup");
    }
    id.lineage = *lineage;
    id.check = std::string(base::as_text(*check));
    return id;
}

std::string check_context(const base::uuid& lineage) {
    return "directory " + lineage.text();
}

/// True if there is nothing in `path` but what a start that was cut short leaves.
bool holds_nothing(const fs::path& path) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path, ignored)) {
        const std::string name = entry.path().filename();
        if (name != "master.key" && name != "master.key.new" && name != "rollcall.id.new" &&
            name != "lost+found") {
            return false;
        }
    }
    return true;
}

base::result<secret_key> find_master(const fs::path& path, const master_key_source& source,
                                     bool make) {
    if (source.file) return read_master(*source.file);
    if (source.hex) return parse_master(*source.hex, "ROLLCALL_MASTER_KEY");
    const fs::path file = path / "master.key";
    std::error_code ignored;
    if (!make || fs::exists(file, ignored)) return read_master(file);
    const secret_key key = secret_key::random();
    if (const auto written = replace_file(file, base::hex(key.bytes()) + "\n", 0600); !written) {
        return tl::unexpected(written.error());
    }
    return key;
}

} // namespace

base::result<void> sync_folder(const fs::path& folder) {
    const fs::path named = folder.empty() ? fs::path(".") : folder;
    const file_handle names(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (names.open() && ::fsync(names.get()) == 0) return {};
    return base::fail(log_errc::foreign_directory,
                      "cannot sync the folder " + named.string() + ": " + errno_text());
}

base::result<void> replace_file(const fs::path& path, const std::string& text, unsigned mode) {
    const fs::path fresh = path.string() + ".new";
    const auto failed = [&](const char* what) {
        return base::fail(log_errc::foreign_directory,
                          std::string(what) + " " + fresh.string() + ": " + errno_text());
    };
    {
        const file_handle out(
            ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
        if (!out.open()) return failed("cannot write");
        if (::fchmod(out.get(), mode) != 0) return failed("cannot set the mode of");
        std::string_view rest = text;
        while (!rest.empty()) {
            const ssize_t n = ::write(out.get(), rest.data(), rest.size());
            if (n < 0 && errno == EINTR) continue;
            if (n <= 0) return failed("cannot write");
            rest.remove_prefix(static_cast<std::size_t>(n));
        }
        if (::fsync(out.get()) != 0) return failed("cannot sync");
    }
    if (::rename(fresh.c_str(), path.c_str()) != 0) return failed("cannot rename");
    return sync_folder(path.parent_path());
}

base::result<data_directory>
data_directory::open(const fs::path& path, const master_key_source& source, directory_use use) {
    std::error_code error;
    data_directory out;
    out.path = path;
    const bool exists = fs::exists(path, error);
    if (exists && !fs::is_directory(path, error)) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not a directory");
    }
    if (!exists && use == directory_use::read) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " does not exist: name the data directory with --data "
                                          "or ROLLCALL_DATA");
    }
    const fs::path id_file = path / "rollcall.id";
    if (exists && ::access(path.c_str(), use == directory_use::serve ? W_OK | X_OK : X_OK) != 0) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not ours to use (" +
                                                           errno_text() +
                                                           "): check its owner and mode");
    }
    if (const auto text = exists ? read_file(id_file) : std::nullopt) {
        const auto id = read_identity(id_file, *text);
        if (!id) return tl::unexpected(id.error());
        auto master = find_master(path, source, false);
        if (!master) return tl::unexpected(master.error());
        const auto plain = unseal(*master, check_context(id->lineage), id->check);
        if (!plain || *plain != check_text) {
            return base::fail(log_errc::wrong_master_key,
                              "the master key does not open " + path.string() +
                                  ": give the key that this directory was made with. Nothing was "
                                  "changed");
        }
        out.format = id->format;
        out.lineage = id->lineage;
        out.master = *master;
        return out;
    }
    if (exists && (use == directory_use::read || !holds_nothing(path))) {
        return base::fail(log_errc::foreign_directory,
                          path.string() +
                              " is not a data directory of this program (it has no "
                              "rollcall.id) and is not empty: name another with --data");
    }
    if (!exists) {
        fs::create_directories(path, error);
        if (error) {
            return base::fail(log_errc::foreign_directory,
                              "cannot make " + path.string() + ": " + error.message());
        }
        fs::permissions(path, fs::perms::owner_all, error);
        if (auto named = sync_folder(path.parent_path()); !named) {
            return tl::unexpected(named.error());
        }
    }
    auto master = find_master(path, source, true);
    if (!master) return tl::unexpected(master.error());
    identity id{data_format, base::uuid::make_v7(base::now().unix_ms), {}};
    id.check = seal(*master, check_context(id.lineage), check_text);
    // Written last: a directory with this file is complete.
    if (const auto written = replace_file(id_file, write_identity(id), 0600); !written) {
        return tl::unexpected(written.error());
    }
    out.format = id.format;
    out.lineage = id.lineage;
    out.master = *master;
    out.fresh = true;
    return out;
}

} // namespace rollcall::eventlog
