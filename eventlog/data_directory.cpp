#include "eventlog/data_directory.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/time.hpp"
#include "eventlog/error.hpp"

#include <cassert>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace rollcall::eventlog {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view identity_name = "rollcall.id";
/// There from the first to the last moment of a restore.
constexpr std::string_view restoring_name = "rollcall.restoring";

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

tl::unexpected<base::failure> file_failure(const char* what, const fs::path& which) {
    return base::fail(log_errc::foreign_directory,
                      std::string(what) + " " + which.string() + ": " + errno_text());
}

/// Writes and syncs a file beside `path`, to be given its name.
base::result<fs::path> write_beside(const fs::path& path, const std::string& text, unsigned mode) {
    fs::path fresh = path.string() + ".new";
    // Never written through: it may be a second name of a file that counts.
    ::unlink(fresh.c_str());
    const file_handle out(::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!out.open()) return file_failure("cannot write", fresh);
    if (::fchmod(out.get(), mode) != 0) return file_failure("cannot set the mode of", fresh);
    give_to_owner_of(path.parent_path(), out.get());
    std::string_view rest = text;
    while (!rest.empty()) {
        const ssize_t n = ::write(out.get(), rest.data(), rest.size());
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return file_failure("cannot write", fresh);
        rest.remove_prefix(static_cast<std::size_t>(n));
    }
    if (::fsync(out.get()) != 0) return file_failure("cannot sync", fresh);
    return fresh;
}

/// Ours, or we are root, who may use what belongs to anybody.
bool may_own(const struct stat& info) {
    return ::geteuid() == 0 || info.st_uid == ::geteuid();
}

base::result<secret_key> read_master(const fs::path& file) {
    struct stat info {};

    if (::stat(file.c_str(), &info) != 0) {
        return base::fail(log_errc::bad_master_key,
                          "the master key " + file.string() + " cannot be read (" + errno_text() +
                              "): put it back from where you keep it, or give --key-file or "
                              "ROLLCALL_MASTER_KEY");
    }
    if (!may_own(info)) {
        return base::fail(log_errc::bad_master_key, "the master key " + file.string() +
                                                        " belongs to another user: chown it to "
                                                        "the one who runs this");
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

/// True if there is nothing in `path` but what a start that was cut short leaves.
bool holds_nothing(const fs::path& path) {
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(path, ignored)) {
        const std::string name = entry.path().filename();
        if (name != directory_lock::file_name && name != "master.key" && name != "master.key.new" &&
            name != "rollcall.id.new" && name != "rollcall.restoring.new" && name != "lost+found") {
            return false;
        }
    }
    return true;
}

/// Reads the directory's own key, and makes it first if there is none. What counts is what the file
/// says: a key that is not in it would open nothing after the next start.
base::result<secret_key> make_own_master(const fs::path& file) {
    std::error_code ignored;
    if (!fs::exists(file, ignored)) {
        const secret_key key = secret_key::random();
        if (const auto made = create_file(file, base::hex(key.bytes()) + "\n", 0600); !made) {
            return tl::unexpected(made.error());
        }
    }
    return read_master(file);
}

/// Makes the directory, closed to others from its first moment.
base::result<void> make_folder(const fs::path& path) {
    std::error_code error;
    if (path.has_parent_path()) fs::create_directories(path.parent_path(), error);
    if (error || (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST)) {
        return base::fail(log_errc::foreign_directory,
                          "cannot make " + path.string() + ": " +
                              (error ? error.message() : errno_text()));
    }
    return sync_folder(path.parent_path());
}

/// Takes the group's and the others' rights away, or says who must.
base::result<void> close_to_others(const fs::path& path) {
    const file_handle folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));

    struct stat info {};

    if (!folder.open() || ::fstat(folder.get(), &info) != 0) {
        return base::fail(log_errc::foreign_directory,
                          "cannot look at " + path.string() + ": " + errno_text());
    }
    if (!may_own(info)) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " belongs to another user: chown it to the one who "
                                          "runs the server, or name a new directory inside it");
    }
    if ((info.st_mode & (S_IRWXG | S_IRWXO)) == 0) return {};
    if (::fchmod(folder.get(), S_IRWXU) == 0) return {};
    return base::fail(log_errc::foreign_directory, path.string() +
                                                       " is open to others and its "
                                                       "mode cannot be set (" +
                                                       errno_text() + "): chmod 700 " +
                                                       path.string());
}

base::result<data_directory> open_made(const fs::path& path, const std::string& identity_text,
                                       const std::optional<secret_key>& given) {
    const auto id = directory_identity::parse(path / identity_name, identity_text);
    if (!id) return tl::unexpected(id.error());
    const auto master = given ? base::result<secret_key>(*given) : read_master(path / "master.key");
    if (!master) return tl::unexpected(master.error());
    if (!opens_check(*master, id->lineage, id->check)) {
        return base::fail(log_errc::wrong_master_key,
                          "the master key does not open " + path.string() +
                              ": give the key that this directory was made with. Nothing was "
                              "changed");
    }
    data_directory out;
    out.path = path;
    out.format = id->format;
    out.lineage = id->lineage;
    out.check = id->check;
    out.origin = id->origin;
    out.master = *master;
    return out;
}

/// A directory with a log that is not there yet.
data_directory fresh_directory(const fs::path& path, const secret_key& master) {
    data_directory out;
    out.path = path;
    out.format = data_format;
    out.lineage = base::uuid::make_v7(base::now().unix_ms);
    out.check = seal_check(master, out.lineage);
    out.master = master;
    out.fresh = true;
    return out;
}

/// @pre the directory is locked and holds nothing.
base::result<data_directory> make(const fs::path& path, const std::optional<secret_key>& given) {
    const auto master =
        given ? base::result<secret_key>(*given) : make_own_master(path / "master.key");
    if (!master) return tl::unexpected(master.error());
    auto out = fresh_directory(path, *master);
    // Written last: a directory with this file is complete.
    if (auto made = out.complete(std::nullopt); !made) return tl::unexpected(made.error());
    return out;
}

tl::unexpected<base::failure> not_a_data_directory(const fs::path& path) {
    std::error_code ignored;
    if (fs::exists(path / restoring_name, ignored)) {
        return base::fail(log_errc::unfinished_restore,
                          path.string() + " holds a restore that was cut short: remove what is in "
                                          "it and restore again");
    }
    if (fs::exists(path / backup_manifest_name, ignored)) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " is a backup, not a data directory: `rollcall backup "
                                          "restore` makes one of it");
    }
    return base::fail(log_errc::foreign_directory,
                      path.string() + " is not a data directory of this program (it has no "
                                      "rollcall.id) and is not empty: name another with --data");
}

tl::unexpected<base::failure> not_made_yet(const fs::path& path) {
    return base::fail(log_errc::not_found,
                      path.string() + " has neither data nor a rollcall.id: its making was cut "
                                      "short, or has not begun. Start the server once");
}

base::result<data_directory> open_to_read(const fs::path& path,
                                          const std::optional<secret_key>& given) {
    // The identity is looked for last, as below.
    const bool nothing = holds_nothing(path);
    const auto text = read_file(path / identity_name);
    if (!text) return nothing ? not_made_yet(path) : not_a_data_directory(path);
    return open_made(path, *text, given);
}

base::result<data_directory> open_to_serve(const fs::path& path,
                                           const std::optional<secret_key>& given) {
    const fs::path id_file = path / identity_name;
    std::error_code ignored;
    if (!fs::exists(path, ignored)) {
        if (const auto made = make_folder(path); !made) return tl::unexpected(made.error());
    }
    // Not even a lock is left in somebody else's folder. The identity is looked for last, because
    // another process may be making the directory at this moment.
    if (!holds_nothing(path) && !fs::exists(id_file, ignored)) {
        return not_a_data_directory(path);
    }
    if (const auto closed = close_to_others(path); !closed) return tl::unexpected(closed.error());
    auto lock = directory_lock::take(path);
    if (!lock) return tl::unexpected(lock.error());
    // A second name of the same file, if it was cut short between two steps.
    fs::remove(path / "master.key.new", ignored);
    fs::remove(path / "rollcall.id.new", ignored);
    const auto text = read_file(id_file);
    if (text) fs::remove(path / restoring_name, ignored); // complete but for this
    auto out = text ? open_made(path, *text, given) : make(path, given);
    if (out) out->lock = std::move(*lock);
    return out;
}

} // namespace

base::result<std::optional<secret_key>> named_master_key(const master_key_source& source) {
    base::result<secret_key> given;
    if (source.file) {
        given = read_master(*source.file);
    } else if (source.hex) {
        given = parse_master(*source.hex, "ROLLCALL_MASTER_KEY");
    } else {
        return std::nullopt;
    }
    if (!given) return tl::unexpected(given.error());
    return *given;
}

void give_to_owner_of(const fs::path& folder, int file) {
    struct stat info {};

    if (::geteuid() != 0 || ::stat(folder.c_str(), &info) != 0) return;
    // Where it cannot be given away, who needs it is told when he cannot open it.
    static_cast<void>(::fchown(file, info.st_uid, info.st_gid) == 0);
}

base::result<void> sync_folder(const fs::path& folder) {
    const fs::path named = folder.empty() ? fs::path(".") : folder;
    const file_handle names(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (names.open() && ::fsync(names.get()) == 0) return {};
    return base::fail(log_errc::foreign_directory,
                      "cannot sync the folder " + named.string() + ": " + errno_text());
}

base::result<void> create_file(const fs::path& path, const std::string& text, unsigned mode) {
    const auto fresh = write_beside(path, text, mode);
    if (!fresh) return tl::unexpected(fresh.error());
    // A rename would write over a file that has come meanwhile; a link does not.
    if (::link(fresh->c_str(), path.c_str()) != 0) {
        auto refused = file_failure("cannot make", path);
        ::unlink(fresh->c_str());
        return refused;
    }
    ::unlink(fresh->c_str());
    return sync_folder(path.parent_path());
}

base::result<void> replace_file(const fs::path& path, const std::string& text, unsigned mode) {
    const auto fresh = write_beside(path, text, mode);
    if (!fresh) return tl::unexpected(fresh.error());
    if (::rename(fresh->c_str(), path.c_str()) != 0) return file_failure("cannot replace", path);
    return sync_folder(path.parent_path());
}

base::result<void> data_directory::set_format(std::uint32_t wanted) {
    assert(wanted <= data_format);
    if (format == wanted) return {};
    const directory_identity id{wanted, lineage, check, origin};
    if (auto set = replace_file(path / identity_name, id.text(), 0600); !set) return set;
    format = wanted;
    return {};
}

base::result<data_directory> data_directory::begin_restore(const fs::path& path,
                                                           const master_key_source& source) {
    std::error_code error;
    if (fs::exists(path, error) && !fs::is_directory(path, error)) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not a directory");
    }
    if (fs::exists(path / restoring_name, error) && !fs::exists(path / identity_name, error)) {
        return not_a_data_directory(path);
    }
    if (fs::exists(path, error) && !holds_nothing(path)) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " is not empty: a backup is restored into an empty or "
                                          "absent directory only");
    }
    const auto given = named_master_key(source);
    if (!given) return tl::unexpected(given.error());
    auto master = *given ? base::result<secret_key>(**given) : read_master(path / "master.key");
    if (!master) return tl::unexpected(master.error());
    if (const auto made = make_folder(path); !made) return tl::unexpected(made.error());
    if (const auto closed = close_to_others(path); !closed) return tl::unexpected(closed.error());
    auto lock = directory_lock::take(path);
    if (!lock) return tl::unexpected(lock.error());
    if (!holds_nothing(path)) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " was filled by somebody else meanwhile");
    }
    data_directory out = fresh_directory(path, *master);
    out.lock = std::move(*lock);
    if (auto marked = create_file(path / restoring_name,
                                  "A restore into this directory is not finished. If none runs, "
                                  "remove what is in it and restore again.\n",
                                  0600);
        !marked) {
        return tl::unexpected(marked.error());
    }
    return out;
}

base::result<void> data_directory::complete(const std::optional<log_origin>& from) {
    origin = from;
    const directory_identity id{format, lineage, check, origin};
    if (auto made = create_file(path / identity_name, id.text(), 0600); !made) return made;
    if (::unlink((path / restoring_name).c_str()) == 0) return sync_folder(path);
    return {};
}

void data_directory::give_up_restore() {
    std::error_code ignored;
    fs::remove_all(database(), ignored);
    fs::remove(witness(), ignored);
    fs::remove(path / restoring_name, ignored);
}

base::result<data_directory>
data_directory::open(const fs::path& path, const master_key_source& source, directory_use use) {
    std::error_code error;
    const bool exists = fs::exists(path, error);
    if (exists && !fs::is_directory(path, error)) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not a directory");
    }
    if (!exists && use == directory_use::read) {
        return base::fail(log_errc::foreign_directory,
                          path.string() + " does not exist: name the data directory with --data "
                                          "or ROLLCALL_DATA");
    }
    if (exists && ::access(path.c_str(), use == directory_use::serve ? W_OK | X_OK : X_OK) != 0) {
        return base::fail(log_errc::foreign_directory, path.string() + " is not ours to use (" +
                                                           errno_text() +
                                                           "): check its owner and mode");
    }
    // Before anything is made: a key with a slip of the pen leaves no directory behind.
    const auto given = named_master_key(source);
    if (!given) return tl::unexpected(given.error());
    return use == directory_use::read ? open_to_read(path, *given) : open_to_serve(path, *given);
}

} // namespace rollcall::eventlog
