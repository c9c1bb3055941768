#include "eventlog/witness.hpp"

#include "eventlog/base/crc32c.hpp"
#include "eventlog/base/log.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <condition_variable>
#include <fcntl.h>
#include <fstream>
#include <mutex>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace rollcall::eventlog {
namespace {

constexpr std::size_t slot_size = 512;
constexpr std::uint32_t mark = 0x31484c52; // "RLH1"

std::string write_slot(const witnessed& w, std::uint64_t count) {
    std::string slot;
    base::put_le(slot, mark);
    base::put_le(slot, std::uint32_t{0});
    base::put_le(slot, count);
    base::put_bytes(slot, w.lineage.bytes);
    base::put_le(slot, w.at.partition);
    slot.append(6, '\0');
    base::put_le(slot, w.at.offset);
    base::put_bytes(slot, w.hash);
    base::put_le(slot, base::crc32c(slot));
    slot.resize(slot_size, '\0');
    return slot;
}

struct slot {
    witnessed what;
    std::uint64_t count = 0;
};

std::optional<slot> read_slot(std::string_view in) {
    const std::string_view whole = in;
    slot s;
    std::uint32_t read_mark = 0;
    std::uint32_t zero = 0;
    std::uint32_t crc = 0;
    if (!base::get_le(in, read_mark) || read_mark != mark || !base::get_le(in, zero) ||
        !base::get_le(in, s.count) || !base::get_bytes(in, s.what.lineage.bytes) ||
        !base::get_le(in, s.what.at.partition) || in.size() < 6) {
        return std::nullopt;
    }
    in.remove_prefix(6);
    if (!base::get_le(in, s.what.at.offset) || !base::get_bytes(in, s.what.hash)) {
        return std::nullopt;
    }
    const std::size_t covered = whole.size() - in.size();
    if (!base::get_le(in, crc) || crc != base::crc32c(whole.substr(0, covered))) {
        return std::nullopt;
    }
    return s;
}

base::result<std::optional<slot>> read_newest(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream in(file, std::ios::binary);
    if (!in && errno == ENOENT) return std::optional<slot>{};
    if (!in) {
        return base::fail(log_errc::storage,
                          file.string() + " cannot be read (" +
                              std::generic_category().message(errno) +
                              "): it must belong to the user who runs the server");
    }
    std::ostringstream text;
    text << in.rdbuf();
    const std::string bytes = text.str();
    std::optional<slot> newest;
    for (std::size_t at = 0; at + slot_size <= bytes.size(); at += slot_size) {
        const auto s = read_slot(std::string_view(bytes).substr(at, slot_size));
        if (s && (!newest || s->count > newest->count)) newest = s;
    }
    if (!newest) {
        return base::fail(log_errc::damaged_record,
                          file.string() + " is damaged: run `rollcall doctor`");
    }
    return newest;
}

base::result<digest> hash_at(const store& log, position at) {
    if (at.offset == 0) return digest{};
    const auto bytes = log.read(at);
    if (!bytes) return tl::unexpected(bytes.error());
    const auto record = read_record(*bytes, record_check::crc);
    if (!record) return tl::unexpected(record.error());
    return record->hash;
}

/// The witness file; writes its two slots in turn. A new one appears under its name only when it
/// is whole, so that a file without a good slot is always a damaged one.
class slot_file {
  public:
    explicit slot_file(std::filesystem::path file) : file_(std::move(file)) {
        if (const auto newest = read_newest(file_); newest && *newest) count_ = (*newest)->count;
        fd_ = ::open(file_.c_str(), O_RDWR | O_CLOEXEC);
    }

    ~slot_file() {
        if (fd_ >= 0) ::close(fd_);
    }

    slot_file(const slot_file&) = delete;
    slot_file& operator=(const slot_file&) = delete;

    bool write(const witnessed& w) {
        if (fd_ < 0) return make(w);
        // The number moves only when a slot is whole: a failed write is repeated in the same slot,
        // so that the other one stays.
        const std::uint64_t next = count_ + 1;
        const std::string bytes = write_slot(w, next);
        const auto at = static_cast<off_t>(next % 2 * slot_size);
        if (!write_synced(fd_, bytes, at)) return false;
        count_ = next;
        return true;
    }

  private:
    bool make(const witnessed& w) {
        const std::string temporary = file_.string() + ".new";
        const int fd = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
        const std::string bytes = write_slot(w, 2) + write_slot(w, 1);
        if (fd >= 0) give_to_owner_of(file_.parent_path(), fd);
        if (fd < 0 || !write_synced(fd, bytes, 0) ||
            ::rename(temporary.c_str(), file_.c_str()) != 0 || !sync_folder(file_.parent_path())) {
            if (fd >= 0) ::close(fd);
            return false;
        }
        fd_ = fd;
        count_ = 2;
        return true;
    }

    static bool write_synced(int fd, const std::string& bytes, off_t at) {
        return ::pwrite(fd, bytes.data(), bytes.size(), at) == static_cast<ssize_t>(bytes.size()) &&
               ::fdatasync(fd) == 0;
    }

    std::filesystem::path file_;
    int fd_ = -1; ///< none: there is no file yet
    std::uint64_t count_ = 0;
};

} // namespace

base::result<std::optional<witnessed>> read_witness(const std::filesystem::path& file) {
    const auto newest = read_newest(file);
    if (!newest) return tl::unexpected(newest.error());
    if (!*newest) return std::optional<witnessed>{};
    return std::optional<witnessed>((*newest)->what);
}

base::result<void> compare_witness(const std::optional<witnessed>& seen, const store& log,
                                   const base::uuid& lineage) {
    if (!seen) {
        if (log.head().offset == 0) return {};
        return base::fail(log_errc::lost_suffix,
                          "the witness file HEAD is missing, so nobody knows up to where the log "
                          "was acknowledged: put it back, or, to go on with the log as it ends, "
                          "`rollcall doctor --accept-loss " +
                              log.head().text() + "`");
    }
    if (seen->lineage != lineage) {
        return base::fail(log_errc::foreign_directory,
                          "the witness file HEAD belongs to another log: put back the one that "
                          "belongs here, or run `rollcall doctor`");
    }
    if (log.head() < seen->at) {
        return base::fail(log_errc::lost_suffix,
                          "acknowledged events are missing: the log ends at " + log.head().text() +
                              " but " + seen->at.text() +
                              " was acknowledged. Restore a backup, or, to go on without them, "
                              "`rollcall doctor --accept-loss " +
                              log.head().text() + "`");
    }
    const auto hash = hash_at(log, seen->at);
    if (!hash) return tl::unexpected(hash.error());
    if (*hash != seen->hash) {
        return base::fail(log_errc::out_of_order,
                          "another event stands at " + seen->at.text() +
                              " than the one that was acknowledged: this is not the same log. "
                              "Restore a backup");
    }
    return {};
}

base::result<void> write_witness(const std::filesystem::path& file, const store& log,
                                 const base::uuid& lineage) {
    const auto hash = hash_at(log, log.head());
    if (!hash) return tl::unexpected(hash.error());
    slot_file out(file);
    // Both slots, so that no older claim survives.
    const witnessed w{lineage, log.head(), *hash};
    if (!out.write(w) || !out.write(w)) {
        return base::fail(log_errc::storage, "cannot write " + file.string());
    }
    return {};
}

struct witness::impl {
    slot_file file;
    const store& log;
    log_signal& signal;
    base::uuid lineage;
    std::chrono::milliseconds period;
    std::atomic<std::uint64_t> written{0};
    bool begun = false; ///< something was written
    std::atomic<bool> healthy{true};
    std::mutex mutex;
    std::condition_variable woken;
    bool stopping = false;
    std::thread thread;

    impl(const std::filesystem::path& path, const store& s, log_signal& g, base::uuid l,
         std::chrono::milliseconds p)
        : file(path), log(s), signal(g), lineage(l), period(p) {
        write_head(); // no event is acknowledged before there is a file whose loss is noticed
        thread = std::thread([this] { run(); });
    }

    void run() {
        for (;;) {
            write_head();
            const position seen{position::embedded, written.load()};
            signal.wait_past(seen, std::chrono::steady_clock::now() + std::chrono::seconds(1));
            std::unique_lock lock(mutex);
            woken.wait_for(lock, period, [this] { return stopping; });
            if (stopping) break;
        }
        write_head();
    }

    void write_head() {
        const position head = log.head();
        if (begun && head.offset == written.load()) return;
        bool ok = false;
        try {
            const auto hash = hash_at(log, head);
            ok = hash && file.write({lineage, head, *hash});
        } catch (const storage_failure&) {
            ok = false;
        }
        if (ok) {
            begun = true;
            written.store(head.offset);
        }
        if (healthy.exchange(ok) && !ok) {
            base::log_error("the witness file cannot be written: a lost log would not be noticed",
                            {{"position", std::string_view(head.text())}});
        }
    }
};

witness::witness(std::filesystem::path file, const store& log, log_signal& signal,
                 base::uuid lineage, std::chrono::milliseconds period)
    : impl_(std::make_unique<impl>(file, log, signal, lineage, period)) {}

witness::~witness() {
    {
        const std::lock_guard lock(impl_->mutex);
        impl_->stopping = true;
    }
    impl_->woken.notify_one();
    impl_->thread.join();
}

position witness::written() const {
    return {position::embedded, impl_->written.load()};
}

bool witness::healthy() const {
    return impl_->healthy;
}

} // namespace rollcall::eventlog
