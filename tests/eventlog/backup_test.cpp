// A backup of a log: made, added to, cut short, damaged in every way, and who may not be added to.
#include "eventlog/backup_create.hpp"
#include "eventlog/backup_keys.hpp"
#include "eventlog/backup_place.hpp"
#include "eventlog/backup_walk.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/base/wire.hpp"
#include "eventlog/error.hpp"
#include "eventlog/verify.hpp"
#include "tests/eventlog/store_support.hpp"

#include <fstream>
#include <functional>
#include <limits>
#include <sys/stat.h>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

namespace fs = std::filesystem;

/// A log with people of two tenants and some keys, and a place for its backups.
struct backed_up : store_on_disk {
    base::uuid lineage = id_of(0x77);
    secret_key master{filled<32>(0x42)};
    temp_directory outside;
    fs::path to = outside / "log";
    fs::path keys_to = outside / "keys";
    std::uint64_t file_bytes_max = 1000;
    std::uint64_t part_bytes = 4u << 20;
    unsigned people = 0;

    backed_up() {
        options.sync_commits = false; // what is on the disk is not the question here
        open();
        add(10);
        BOOST_REQUIRE(db->commit(
            none, {put_row(table::keys, "one", "wrapped"), put_row(table::keys, "two", "")}));
    }

    std::vector<record_draft> none;

    void add(unsigned count) {
        for (unsigned i = 0; i < count; ++i) {
            ++people;
            add_user("user-" + std::to_string(people), {people % 2 + 1},
                     id_of(static_cast<std::uint8_t>(people)));
        }
    }

    /// A pipe in the place of a file: who opens it waits for a writer.
    static void to_pipe(const fs::path& file) {
        fs::remove(file);
        BOOST_REQUIRE(::mkfifo(file.c_str(), 0600) == 0);
    }

    /// Puts a manifest in the place of that which is there.
    void put_manifest(const backup_manifest& m) const {
        fs::remove(to / backup_manifest_name);
        write_bytes(to / backup_manifest_name, m.text());
    }

    /// As somebody with a master key of his own would sign it.
    void sign_as(const std::array<std::uint8_t, secret_key::size>& other) const {
        auto m = told();
        m.sign(backup_signer(secret_key(other)));
        put_manifest(m);
    }

    /// Likewise, with the check that opens under it.
    void check_as(const std::array<std::uint8_t, secret_key::size>& other) const {
        auto m = told();
        m.check = seal_check(secret_key(other), lineage);
        m.sign(backup_signer(secret_key(other)));
        put_manifest(m);
    }

    void without_signature() const {
        std::string text = told().text();
        text = text.substr(0, text.rfind("sum "));
        text.replace(text.find(" 2"), 2, " 1");
        text += "sum " + base::hex(base::sha256({text})) + "\n";
        fs::remove(to / backup_manifest_name);
        write_bytes(to / backup_manifest_name, text);
    }

    /// Changes the signed part of the file of keys and makes its sum anew.
    void change_keys(const std::function<void(std::string&)>& change) const {
        constexpr std::size_t size = 32;
        const std::string old = read_bytes(keys_to / backup_keys_name);
        std::string bytes = old.substr(0, old.size() - 2 * size);
        change(bytes);
        const digest sum = base::sha256({bytes});
        base::put_bytes(bytes, sum);
        fs::remove(keys_to / backup_keys_name);
        write_bytes(keys_to / backup_keys_name, bytes + old.substr(old.size() - size));
    }

    /// As when an old copy of the log is put back that has its first `count` events.
    void put_back(unsigned count) {
        db.reset();
        fs::remove_all(options.directory);
        chain = {};
        people = 0;
        open();
        add(count);
    }

    [[nodiscard]] backup_source source() const {
        return {.log = *db,
                .directory = directory.path(),
                .data = 2,
                .lineage = lineage,
                .check = seal_check(master, lineage),
                .master = master,
                .origin = {},
                .head = db->head(),
                .rows = db->snapshot(),
                .states = {}};
    }

    [[nodiscard]] backup_wish wish() const {
        backup_wish w;
        w.to = to;
        w.keys_to = keys_to;
        w.file_bytes_max = file_bytes_max;
        w.part_bytes = part_bytes;
        return w;
    }

    [[nodiscard]] backup_report back_up() const {
        const auto made = create_backup(source(), wish());
        BOOST_REQUIRE_MESSAGE(made.has_value(), made.error().message);
        return *made;
    }

    [[nodiscard]] base::failure refused() const {
        const auto made = create_backup(source(), wish());
        BOOST_REQUIRE_MESSAGE(!made.has_value(), "the backup was made");
        return made.error();
    }

    [[nodiscard]] backup_manifest told() const {
        const auto m = open_backup(to);
        BOOST_REQUIRE_MESSAGE(m.has_value(), m.error().why.message);
        return *m;
    }

    /// The records of the whole backup, which must hold.
    [[nodiscard]] std::vector<std::string> records() const {
        std::vector<std::string> all;
        const auto m = told();
        const auto walked =
            walk_backup(to, m, m.end, [&](const record_view&, std::string_view bytes) {
                all.emplace_back(bytes);
                return base::result<void>{};
            });
        BOOST_REQUIRE_MESSAGE(walked.has_value(), walked.error().why.message);
        return all;
    }

    /// Where the backup does not hold; nothing if it does.
    [[nodiscard]] std::optional<backup_fault> fault() const {
        const auto m = open_backup(to);
        if (!m) return m.error();
        const auto walked = walk_backup(to, *m, m->end, [](const record_view&, std::string_view) {
            return base::result<void>{};
        });
        if (walked) return std::nullopt;
        return walked.error();
    }

    void require_equal_to_log() const {
        const auto copied = records();
        BOOST_REQUIRE(copied.size() == db->head().offset);
        for (std::size_t i = 0; i < copied.size(); ++i) {
            BOOST_TEST_INFO("event " << i + 1);
            BOOST_TEST((copied[i] == *db->read(at(i + 1))));
        }
        const auto verified = verify_log(*db, [](auto, auto) { return true; });
        BOOST_TEST((told().hash() == verified.hash));
    }
};

/// The ordinary files of a folder but for enormous ones.
std::map<std::string, std::string> small_files(const fs::path& folder) {
    constexpr std::uintmax_t enormous = 1u << 20;
    std::map<std::string, std::string> found;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.is_symlink() || !entry.is_regular_file()) continue;
        if (entry.file_size() < enormous) found[entry.path().string()] = read_bytes(entry.path());
    }
    return found;
}

unsigned mode_of(const fs::path& path) {
    struct stat info {};

    BOOST_REQUIRE(::stat(path.c_str(), &info) == 0);
    return info.st_mode & 0777;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(backup_test, backed_up)

BOOST_AUTO_TEST_CASE(it_holds_the_log_byte_for_byte) {
    const auto made = back_up();
    BOOST_TEST((made.end == at(10)));
    BOOST_TEST(made.new_events == 10u);
    BOOST_TEST(made.keys.value_or(0) == 2u);
    BOOST_TEST(told().files.size() > 1u);
    require_equal_to_log();
    for (const auto& entry : fs::directory_iterator(to))
        BOOST_TEST(mode_of(entry.path()) == 0600u);
    BOOST_TEST(mode_of(to) == 0700u);
    BOOST_TEST(mode_of(keys_to) == 0700u);
    BOOST_TEST(mode_of(keys_to / backup_keys_name) == 0600u);
}

BOOST_AUTO_TEST_CASE(an_empty_log_has_a_backup_too) {
    backed_up fresh;
    fresh.db.reset();
    fs::remove_all(fresh.options.directory);
    fresh.open();
    BOOST_TEST(fresh.back_up().new_events == 0u);
    BOOST_TEST(!fresh.fault());
}

BOOST_AUTO_TEST_CASE(later_runs_add_what_is_new_and_change_nothing_that_is_there) {
    static_cast<void>(back_up());
    for (int round = 0; round < 3; ++round) {
        auto before = all_files(to);
        before.erase(std::string(backup_manifest_name));
        add(static_cast<unsigned>(round) * 3);
        const auto made = back_up();
        BOOST_TEST(made.new_events == static_cast<unsigned>(round) * 3);
        BOOST_TEST((made.end == db->head()));
        const auto now = all_files(to);
        for (const auto& [name, bytes] : before) {
            BOOST_TEST_INFO(name);
            BOOST_TEST((now.contains(name) && now.at(name) == bytes));
        }
        require_equal_to_log();
    }
}

BOOST_AUTO_TEST_CASE(writes_after_the_look_are_not_in_it) {
    auto then = source();
    add(4);
    const auto made = create_backup(std::move(then), wish());
    BOOST_REQUIRE(made);
    BOOST_TEST((made->end == at(10)));
    BOOST_TEST(!fault());
    BOOST_TEST(back_up().new_events == 4u);
    require_equal_to_log();
}

BOOST_AUTO_TEST_CASE(every_flipped_byte_is_refused_by_file_and_position) {
    file_bytes_max = 1u << 20;
    static_cast<void>(back_up());
    const fs::path file = to / told().files.front().name();
    const auto size = fs::file_size(file);
    const auto positions = [&] {
        std::vector<std::size_t> starts; // of each entry
        std::size_t start = 32;
        for (const std::string& record : records()) {
            starts.push_back(start);
            start += 4 + record.size();
        }
        return starts;
    }();
    for (std::size_t byte = 0; byte < size; ++byte) {
        flip_bit(file, byte, static_cast<unsigned>(byte % 8));
        const auto found = fault();
        BOOST_TEST_INFO("byte " << byte);
        BOOST_REQUIRE(found.has_value());
        BOOST_TEST_INFO(found->why.message);
        BOOST_TEST((found->why.code == log_errc::damaged_backup));
        BOOST_TEST(found->why.message.find(file.filename().string()) != std::string::npos);
        const auto entry = static_cast<std::uint64_t>(
            std::upper_bound(positions.begin(), positions.end(), byte) - positions.begin());
        BOOST_TEST(found->at.offset == entry);
        flip_bit(file, byte, static_cast<unsigned>(byte % 8));
    }
    BOOST_TEST(!fault());
}

BOOST_AUTO_TEST_CASE(files_that_are_not_whole_are_refused) {
    static_cast<void>(back_up());
    const std::string second = told().files.at(1).name();

    struct row {
        const char* name;
        std::function<void()> damage;
        std::string says;
    };

    const row rows[] = {
        {"nothing is wrong", [] {}, ""},
        {"one byte less", [&] { fs::resize_file(to / second, fs::file_size(to / second) - 1); },
         second + " is damaged: it has"},
        {"one byte more", [&] { fs::resize_file(to / second, fs::file_size(to / second) + 1); },
         second + " is damaged: it has"},
        {"empty", [&] { fs::resize_file(to / second, 0); }, second + " is damaged: it has 0 bytes"},
        {"a pipe", [&] { to_pipe(to / second); }, second + " is no ordinary file"},
        {"gone", [&] { fs::remove(to / second); }, "cannot read"},
        {"another file in its place",
         [&] {
             const auto first = told().files.at(0).name();
             const std::string other = read_bytes(to / first);
             std::string bytes = other.substr(0, fs::file_size(to / second));
             bytes.resize(fs::file_size(to / second), ' ');
             write_bytes(to / second, bytes);
         },
         "its head is not that of this file"},
        {"no manifest", [&] { fs::remove(to / backup_manifest_name); }, "holds no backup"},
        {"half a manifest", [&] { fs::resize_file(to / backup_manifest_name, 100); },
         "rollcall.backup is damaged"},
    };
    const auto whole = all_files(to);
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            fs::remove(to / second);
            for (const auto& [name, bytes] : whole)
                write_bytes(to / name, bytes);
            r.damage();
            const auto found = fault();
            BOOST_TEST(found.has_value() == !r.says.empty());
            if (!found) continue;
            BOOST_TEST_INFO(found->why.message);
            BOOST_TEST(found->why.message.find(r.says) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_run_that_is_cut_short_leaves_what_was_and_the_next_one_cleans_up) {
    static_cast<void>(back_up());
    const auto before = all_files(to);
    // As a kill leaves it: a file that no manifest names, and a manifest on its way.
    write_bytes(to / "000000000011.events", "half an ev");
    write_bytes(to / "rollcall.backup.new", "rollc");
    write_bytes(keys_to / "rollcall.keys.new", "half");
    BOOST_TEST(!fault());
    add(3);
    static_cast<void>(back_up());
    require_equal_to_log();
    BOOST_TEST(!fs::exists(to / "rollcall.backup.new"));
    BOOST_TEST(!fs::exists(keys_to / "rollcall.keys.new"));
    const auto names = all_files(to);
    BOOST_TEST(names.size() == told().files.size() + 2);

    write_bytes(to / "000000000099.events", "of nobody");
    static_cast<void>(back_up());
    BOOST_TEST(!fs::exists(to / "000000000099.events"));
}

BOOST_AUTO_TEST_CASE(a_run_that_is_stopped_keeps_its_finished_files) {
    file_bytes_max = 100'000;
    add(190);
    for (int i = 0; i < 20; ++i)
        add(100);
    auto w = wish();
    w.progress = [](std::uint64_t done, std::uint64_t) { return done < 2000; };
    const auto stopped = create_backup(source(), w);
    BOOST_REQUIRE(!stopped);
    BOOST_TEST((stopped.error().code == log_errc::stopped));
    const position kept = told().end;
    BOOST_TEST((at(0) < kept && kept < db->head()));
    BOOST_TEST(!fault());
    BOOST_TEST(all_files(to).size() == told().files.size() + 2);
    // The log never has people whom the keys do not know.
    const auto keys = read_keys_head(keys_to);
    BOOST_REQUIRE((keys && *keys));
    BOOST_TEST(((*keys)->at == db->head()));
    BOOST_TEST(back_up().new_events == db->head().offset - kept.offset);
    require_equal_to_log();
}

BOOST_AUTO_TEST_CASE(a_run_is_asked_to_end_by_bytes_as_well_as_by_events) {
    file_bytes_max = 1u << 30;
    constexpr unsigned large = 20;
    for (unsigned i = 0; i < large; ++i)
        add_user(std::string(900'000, 'x'), {1}, id_of(static_cast<std::uint8_t>(100 + i)));
    std::vector<std::uint64_t> asked;
    auto w = wish();
    w.progress = [&](std::uint64_t done, std::uint64_t) {
        asked.push_back(done);
        return done < 12;
    };
    const auto stopped = create_backup(source(), w);
    BOOST_REQUIRE(!stopped);
    BOOST_TEST((stopped.error().code == log_errc::stopped));
    // Ten small ones, and then each time as many as weigh 4 MiB.
    BOOST_REQUIRE(!asked.empty());
    BOOST_TEST(asked.front() == 12u);
    BOOST_TEST(asked.size() == 1u);
    BOOST_TEST((told().end == at(0)));
}

BOOST_AUTO_TEST_CASE(a_run_is_asked_to_end_while_it_reads_the_keys_that_are_there) {
    static_cast<void>(back_up());
    const auto before = all_files(keys_to);
    add(1);
    auto w = wish();
    w.progress = [](std::uint64_t, std::uint64_t) { return false; };
    const auto stopped = create_backup(source(), w);
    BOOST_REQUIRE(!stopped);
    BOOST_TEST((stopped.error().code == log_errc::stopped));
    BOOST_TEST(stopped.error().message.find("the keys in") != std::string::npos);
    BOOST_TEST((all_files(keys_to) == before));
    BOOST_TEST((told().end == at(10)));
}

BOOST_AUTO_TEST_CASE(a_place_that_may_only_be_read_is_told_from_others) {
    BOOST_TEST(read_only_hint(outside / "not" / "there") == "");
    std::ifstream mounts("/proc/self/mounts");
    std::string device;
    std::string where;
    std::string kind;
    std::string how;
    unsigned found = 0;
    while (mounts >> device >> where >> kind >> how) {
        mounts.ignore(std::numeric_limits<std::streamsize>::max(), '\n');
        if (!how.starts_with("ro,") || !fs::is_directory(where)) continue;
        ++found;
        BOOST_TEST_INFO(where);
        BOOST_TEST(read_only_hint(fs::path(where) / "not" / "there").find("ReadWritePaths=") !=
                   std::string::npos);
    }
    BOOST_TEST_MESSAGE(found << " places here may only be read");
}

BOOST_AUTO_TEST_CASE(what_is_not_the_beginning_of_this_log_is_left_alone) {
    struct row {
        const char* name;
        std::function<void(backed_up&)> before; ///< with a backup made already
        log_errc code;
        const char* says;
    };

    const row rows[] = {
        {"another log's backup",
         [](backed_up& b) {
             fs::remove_all(b.keys_to);
             b.lineage = id_of(0x78);
         },
         log_errc::foreign_directory, "the backup of another log"},
        {"a backup that is ahead",
         [](backed_up& b) {
             fs::remove_all(b.keys_to);
             b.put_back(9);
         },
         log_errc::lost_suffix, "the log has lost events"},
        {"another history",
         [](backed_up& b) {
             fs::remove_all(b.keys_to);
             b.put_back(9);
             b.add_user("somebody else", {1}, id_of(10));
             b.add(2);
         },
         log_errc::out_of_order, "holds another history"},
        {"keys that are ahead",
         [](backed_up& b) {
             fs::remove_all(b.to);
             b.put_back(9);
         },
         log_errc::lost_suffix, "were made at @10, but this log ends at @9"},
        {"keys of another history",
         [](backed_up& b) {
             fs::remove_all(b.to);
             b.put_back(9);
             b.add_user("somebody else", {1}, id_of(10));
             b.add(2);
         },
         log_errc::out_of_order, "are of another history than this log: the event at @10"},
        {"the same, as long as their own",
         [](backed_up& b) {
             fs::remove_all(b.to);
             b.put_back(9);
             b.add_user("somebody else", {1}, id_of(10));
         },
         log_errc::out_of_order, "are of another history than this log: the event at @10"},
        {"a file is gone", [](backed_up& b) { fs::remove(b.to / b.told().files[0].name()); },
         log_errc::damaged_backup, "cannot be read"},
        {"a file is shorter",
         [](backed_up& b) { fs::resize_file(b.to / b.told().files[0].name(), 7); },
         log_errc::damaged_backup, "it has 7 bytes"},
        {"a link for a file",
         [](backed_up& b) {
             const fs::path file = b.to / b.told().files[0].name();
             fs::rename(file, b.outside / "elsewhere");
             fs::create_symlink(b.outside / "elsewhere", file);
         },
         log_errc::foreign_directory, ".events is a symbolic link, and none is followed"},
        {"a damaged manifest", [](backed_up& b) { flip_bit(b.to / backup_manifest_name, 80); },
         log_errc::damaged_backup, "rollcall.backup is damaged"},
        {"a pipe for a manifest", [](backed_up& b) { b.to_pipe(b.to / backup_manifest_name); },
         log_errc::foreign_directory, "rollcall.backup is no ordinary file"},
        {"a pipe for keys", [](backed_up& b) { b.to_pipe(b.keys_to / backup_keys_name); },
         log_errc::foreign_directory, "rollcall.keys is no ordinary file"},
        {"a link for a manifest",
         [](backed_up& b) {
             fs::remove(b.to / backup_manifest_name);
             fs::create_symlink("/dev/zero", b.to / backup_manifest_name);
         },
         log_errc::foreign_directory, "rollcall.backup is a symbolic link, and none is followed"},
        {"a link for keys",
         [](backed_up& b) {
             fs::rename(b.keys_to / backup_keys_name, b.outside / "elsewhere");
             fs::create_symlink(b.outside / "elsewhere", b.keys_to / backup_keys_name);
         },
         log_errc::foreign_directory, "rollcall.keys is a symbolic link, and none is followed"},
        {"a link for a lock",
         [](backed_up& b) {
             fs::remove(b.to / directory_lock::file_name);
             fs::create_symlink(b.outside / "elsewhere", b.to / directory_lock::file_name);
         },
         log_errc::foreign_directory, "rollcall.lock is a symbolic link, and none is followed"},
        {"keys that are longer than their rows",
         [](backed_up& b) { fs::resize_file(b.keys_to / backup_keys_name, 8u << 20); },
         log_errc::damaged_backup, "which is more than the 2 rows that it says it has"},
        {"keys with more rows than events leave",
         [](backed_up& b) {
             b.change_keys([](std::string& k) {
                 k[72] = '\x2c'; // 44 where there were 2
                 k += std::string(4096, 'x');
             });
         },
         log_errc::damaged_backup, "44 rows, which is more than a log of 10 events leaves"},
        {"a manifest of any size",
         [](backed_up& b) { fs::resize_file(b.to / backup_manifest_name, manifest_bytes_max + 1); },
         log_errc::damaged_backup, "bytes, and at most"},
        {"files without a manifest", [](backed_up& b) { fs::remove(b.to / backup_manifest_name); },
         log_errc::foreign_directory, "holds no backup"},
        {"somebody's folder",
         [](backed_up& b) {
             fs::remove_all(b.to);
             fs::create_directory(b.to);
             write_bytes(b.to / "letter.txt", "dear");
         },
         log_errc::foreign_directory, "letter.txt"},
        {"a file",
         [](backed_up& b) {
             fs::remove_all(b.to);
             write_bytes(b.to, "dear");
         },
         log_errc::foreign_directory, "not a directory"},
        {"in the data directory", [](backed_up& b) { b.to = b.directory / "backup"; },
         log_errc::foreign_directory, "lies in the data directory"},
        {"the data directory", [](backed_up& b) { b.to = b.directory.path(); },
         log_errc::foreign_directory, "lies in the data directory"},
        {"by another way",
         [](backed_up& b) { b.to = b.outside.path() / ".." / b.directory.path().filename() / "b"; },
         log_errc::foreign_directory, "lies in the data directory"},
        {"keys in the data directory", [](backed_up& b) { b.keys_to = b.directory / "keys"; },
         log_errc::foreign_directory, "lies in the data directory"},
        {"keys beside the log", [](backed_up& b) { b.keys_to = b.to; }, log_errc::foreign_directory,
         "another directory than the log"},
        {"keys in the log", [](backed_up& b) { b.keys_to = b.to / "keys"; },
         log_errc::foreign_directory, "another directory than the log"},
        {"the log in the keys", [](backed_up& b) { b.to = b.keys_to / "log"; },
         log_errc::foreign_directory, "another directory than the log"},
        {"another log's keys",
         [](backed_up& b) {
             fs::remove_all(b.to);
             b.lineage = id_of(0x78);
         },
         log_errc::foreign_directory, "the keys of another log"},
        {"a backup signed by another", [](backed_up& b) { b.sign_as(filled<32>(7)); },
         log_errc::forged_backup, "rollcall.backup is not signed with this master key"},
        {"a check of another", [](backed_up& b) { b.check_as(filled<32>(7)); },
         log_errc::wrong_master_key, "the master key does not open the backup in"},
        {"keys with a changed row",
         [](backed_up& b) { b.change_keys([](std::string& k) { k.back() ^= 1; }); },
         log_errc::forged_backup, "rollcall.keys is not signed with this master key"},
        {"keys with another head",
         [](backed_up& b) { b.change_keys([](std::string& k) { k[64] ^= 1; }); },
         log_errc::forged_backup, "rollcall.keys is not signed with this master key"},
        {"damaged keys", [](backed_up& b) { flip_bit(b.keys_to / backup_keys_name, 100); },
         log_errc::damaged_backup, "rollcall.keys is damaged"},
        {"an older manifest", [](backed_up& b) { b.without_signature(); },
         log_errc::unsigned_backup,
         "rollcall.backup has format 1, from before backups were signed"},
        {"a disk that is full", [](backed_up& b) { b.to = "/dev/full/backup"; }, log_errc::storage,
         "cannot make /dev/full/backup"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            backed_up b;
            static_cast<void>(b.back_up());
            r.before(b);
            const auto before = small_files(b.outside.path());
            const auto refusal = b.refused();
            BOOST_TEST_INFO(refusal.message);
            BOOST_TEST((refusal.code == r.code));
            BOOST_TEST(refusal.message.find(r.says) != std::string::npos);
            auto after = small_files(b.outside.path());
            std::erase_if(after, [&](const auto& file) {
                return fs::path(file.first).filename() == "rollcall.lock" &&
                       !before.contains(file.first);
            });
            BOOST_TEST((after == before));
        }
    }
}

BOOST_AUTO_TEST_CASE(it_does_not_take_the_room_of_the_server) {
    static_cast<void>(back_up());
    add(1);
    auto w = wish();
    w.spared_bytes = std::uint64_t{1} << 60;
    const auto refusal = create_backup(source(), w);
    BOOST_REQUIRE(!refusal);
    BOOST_TEST((refusal.error().code == log_errc::storage));
    BOOST_TEST_INFO(refusal.error().message);
    BOOST_TEST(refusal.error().message.find("the disk of the data directory") != std::string::npos);
    BOOST_TEST(refusal.error().message.find("up to @10 stays valid") != std::string::npos);
    BOOST_TEST(!fault());
    w.spared_bytes = 1;
    BOOST_TEST(create_backup(source(), w).has_value());
}

BOOST_AUTO_TEST_CASE(two_runs_do_not_write_at_once) {
    static_cast<void>(back_up());
    for (const fs::path& place : {to, keys_to}) {
        const auto lock = directory_lock::take(place);
        BOOST_REQUIRE(lock);
        const std::string says = refused().message;
        BOOST_TEST(says.find("no backup can be written to " + place.string()) != std::string::npos);
    }
    static_cast<void>(back_up());
}

BOOST_AUTO_TEST_CASE(half_written_keys_of_a_killed_run_are_removed_even_by_one_that_fails) {
    static_cast<void>(back_up());
    write_bytes(keys_to / "rollcall.keys.new", "half");
    add(1);
    auto w = wish();
    w.spared_bytes = std::uint64_t{1} << 60;
    BOOST_TEST(!create_backup(source(), w));
    BOOST_TEST(!fs::exists(keys_to / "rollcall.keys.new"));
}

BOOST_AUTO_TEST_CASE(a_fault_in_the_log_is_not_copied_and_what_comes_before_it_is) {
    file_bytes_max = 1u << 20;
    static_cast<void>(back_up());
    add(5);
    // A record whose hash was made anew but which does not follow the one before.
    const chain_maker right = chain;
    chain = {};
    std::vector<record_draft> drafts{
        chain.next(event_of(user_created_named("mallory"), {9}, id_of(0x98))),
        chain.next(event_of(user_created_named("mallory"), {1}, id_of(0x99)))};
    BOOST_REQUIRE(db->commit(drafts, {}));
    chain = right;
    add(4);
    for (int round = 0; round < 2; ++round) {
        const auto refusal = refused();
        BOOST_TEST_INFO(refusal.message);
        BOOST_TEST((refusal.code == log_errc::damaged_record));
        BOOST_TEST(refusal.message.find("does not hold at @17") != std::string::npos);
        BOOST_TEST((told().end == at(16)));
        BOOST_TEST(!fault());
        BOOST_TEST(all_files(to).size() == told().files.size() + 2);
        // Who came before the fault has his key.
        BOOST_TEST((read_keys_head(keys_to)->value().at == db->head()));
    }
}

BOOST_AUTO_TEST_CASE(a_flipped_byte_of_the_database_ends_the_backup_before_it) {
    file_bytes_max = 1u << 20;
    for (int i = 0; i < 5; ++i)
        add(100);
    BOOST_REQUIRE(db->flush());
    db.reset();
    std::size_t flipped = 0;
    for (const auto& file : files_with_extension(options.directory, ".sst")) {
        const auto found = read_bytes(file).find("user-300");
        if (found == std::string::npos) continue;
        flip_bit(file, found);
        ++flipped;
    }
    BOOST_REQUIRE(flipped > 0u);
    open();
    const auto refusal = refused();
    BOOST_TEST_INFO(refusal.message);
    BOOST_TEST((refusal.code == log_errc::damaged_record));
    const position end = told().end;
    BOOST_TEST(refusal.message.find("does not hold at " + end.next().text()) != std::string::npos);
    BOOST_TEST((at(200) < end && end < at(300))); // less than a block of the database before it
    BOOST_TEST(records().size() == end.offset);
    BOOST_TEST(!fault());
}

BOOST_AUTO_TEST_CASE(the_keys_are_replaced_and_every_flipped_byte_of_them_is_noticed) {
    static_cast<void>(back_up());
    BOOST_REQUIRE(db->commit(
        none, {erase_row(table::keys, "one"), put_row(table::keys, "three", "wrapped again")}));
    static_cast<void>(back_up());
    std::map<std::string, std::string> rows;
    const backup_signer signer(master);
    const auto gather = [&](std::string_view key, std::string_view value) {
        rows[std::string(key)] = value;
        return base::result<void>{};
    };
    const auto head = read_keys(keys_to, &signer, gather);
    BOOST_REQUIRE(head);
    BOOST_TEST((head->lineage == lineage && head->at == at(10) && head->count == 2));
    BOOST_TEST(
        (rows == std::map<std::string, std::string>{{"two", ""}, {"three", "wrapped again"}}));
    BOOST_TEST(files_containing(keys_to, "one").empty());

    const fs::path file = keys_to / backup_keys_name;
    const std::string whole = read_bytes(file);
    for (std::size_t byte = 0; byte < whole.size(); ++byte) {
        BOOST_TEST_INFO("byte " << byte);
        flip_bit(file, byte);
        BOOST_TEST(!read_keys(keys_to, &signer, gather));
        flip_bit(file, byte);
        write_bytes(file, whole.substr(0, byte));
        BOOST_TEST_INFO("cut at " << byte);
        BOOST_TEST(!read_keys(keys_to, &signer, gather));
        write_bytes(file, whole);
    }
    BOOST_TEST(read_keys(keys_to, &signer, gather).has_value());
    const auto none_there = read_keys(outside.path(), &signer, gather);
    BOOST_REQUIRE(!none_there);
    BOOST_TEST((none_there.error().code == log_errc::not_found));
}

BOOST_AUTO_TEST_CASE(keys_that_a_later_run_would_refuse_by_their_size_are_not_written) {
    static_cast<void>(back_up());
    const auto before = all_files(keys_to);
    const auto put = [&](std::size_t bytes) {
        BOOST_REQUIRE(db->commit(none, {put_row(table::keys, "large", std::string(bytes, 'x'))}));
    };
    constexpr std::size_t most = key_row_bytes_max - 8 - 5; // but for its sizes and its key
    put(most + 1);
    const auto refusal = refused();
    BOOST_TEST_INFO(refusal.message);
    BOOST_TEST((refusal.code == log_errc::damaged_record));
    BOOST_TEST(refusal.message.find("a row of keys has 500 bytes") != std::string::npos);
    BOOST_TEST((all_files(keys_to) == before));
    put(most);
    BOOST_TEST(back_up().keys.value_or(0) == 3u);
    static_cast<void>(back_up());
}

BOOST_AUTO_TEST_CASE(keys_prove_each_end_that_their_backups_had) {
    const auto none_of = [](std::string_view, std::string_view) { return base::result<void>{}; };
    const auto proven = [&](std::uint64_t end) {
        history_proof proof(*read_keys(keys_to, nullptr, none_of));
        const auto m = told();
        BOOST_REQUIRE(walk_backup(to, m, at(end), [&](const record_view& r, std::string_view) {
            proof.take(r);
            return base::result<void>{};
        }));
        BOOST_TEST(!proof.contradiction());
        return proof.proven().offset;
    };
    file_bytes_max = 1u << 20;
    static_cast<void>(back_up());
    BOOST_TEST(proven(10) == 10u);
    BOOST_TEST(proven(9) == 0u);
    add(5);
    auto without_keys = wish();
    without_keys.keys_to.reset();
    BOOST_REQUIRE(create_backup(source(), without_keys)); // @15
    add(5);
    static_cast<void>(back_up());
    BOOST_TEST(read_keys_head(keys_to)->value().marks.size() == 2u);
    for (const auto& [end, until] : std::map<std::uint64_t, std::uint64_t>{
             {9, 0}, {10, 10}, {14, 10}, {15, 15}, {19, 15}, {20, 20}}) {
        BOOST_TEST_INFO("up to " << end);
        BOOST_TEST(proven(end) == until);
    }
    // Another place for the log: what the replaced keys proved is kept.
    to = outside / "elsewhere";
    add(1);
    static_cast<void>(back_up());
    BOOST_TEST(proven(10) == 10u);
    BOOST_TEST(proven(15) == 15u);
    BOOST_TEST(proven(21) == 21u);

    history_proof other({.lineage = lineage, .at = at(21), .marks = {{at(10), {}}, {at(15), {}}}});
    const auto m = told();
    BOOST_REQUIRE(walk_backup(to, m, m.end, [&](const record_view& r, std::string_view) {
        other.take(r);
        return base::result<void>{};
    }));
    BOOST_TEST((other.contradiction() == at(10)));
    BOOST_TEST((other.proven() == position{}));
    const auto fits = keys_fit("k", {.lineage = lineage}, m, other);
    BOOST_REQUIRE(!fits);
    BOOST_TEST((fits.error().code == log_errc::out_of_order));
}

BOOST_AUTO_TEST_CASE(keys_of_a_format_without_signature_are_refused) {
    static_cast<void>(back_up());
    const fs::path file = keys_to / backup_keys_name;
    std::string old = read_bytes(file);
    constexpr std::size_t format_at = 4;
    constexpr std::size_t end = 64; // sum and signature
    for (const char format : {'\1', '\2'}) {
        old[format_at] = format;
        std::string bytes = old.substr(0, old.size() - end);
        base::put_bytes(bytes, base::sha256({bytes}));
        write_bytes(file, bytes);
        const auto read =
            read_keys(keys_to, nullptr, [](auto, auto) { return base::result<void>{}; });
        BOOST_REQUIRE(!read);
        BOOST_TEST((read.error().code == log_errc::unsigned_backup));
        BOOST_TEST(read.error().message.find("from before backups were signed") !=
                   std::string::npos);
        BOOST_TEST((refused().code == log_errc::unsigned_backup));
        BOOST_TEST(read_bytes(file) == bytes);
    }
}

// Who changes an event can make its own hashes and checksum anew, and what follows it need not be
// read: the sum of the part in which it lies shows it all the same.
BOOST_AUTO_TEST_CASE(parts_prove_what_lies_before_any_event) {
    file_bytes_max = 5000;
    part_bytes = 1200;
    add(20);
    static_cast<void>(back_up());
    require_equal_to_log();
    const auto m = told();
    const backup_file& f = m.files.at(1);
    BOOST_REQUIRE(f.parts.size() > 1u);
    const fs::path file = to / f.name();
    const std::string whole = read_bytes(file);
    const auto walk = [&](std::uint64_t until) {
        std::uint64_t seen = 0;
        const auto walked =
            walk_backup(to, m, at(until), [&](const record_view&, std::string_view) {
                ++seen;
                return base::result<void>{};
            });
        if (walked) BOOST_TEST(seen == until);
        return walked;
    };
    for (std::uint64_t until = 1; until <= m.end.offset; ++until)
        BOOST_TEST(walk(until).has_value());

    // The last byte of the file: what the parts cover is whole.
    flip_bit(file, whole.size() - 1);
    const std::uint64_t last = f.parts.back().last;
    BOOST_TEST(walk(last).has_value());
    const auto behind = walk(last + 1);
    BOOST_REQUIRE(!behind);
    BOOST_TEST((behind.error().whole == at(last)));
    BOOST_TEST(behind.error().why.message.find("--until @" + std::to_string(last)) !=
               std::string::npos);
    write_bytes(file, whole);

    // A byte of the last event of the first part: what comes before it in that part is in doubt.
    const std::uint64_t first = f.parts.front().last;
    fs::resize_file(file, 0);
    std::string changed = whole;
    std::size_t start = 32;
    for (std::uint64_t offset = f.first; offset < first; ++offset)
        start += 4 + db->read(at(offset))->size();
    changed[start + 8] ^= 1;
    write_bytes(file, changed);
    BOOST_TEST(walk(f.first - 1).has_value());
    for (std::uint64_t until = f.first; until <= m.end.offset; ++until) {
        const auto walked = walk(until);
        BOOST_REQUIRE(!walked);
        BOOST_TEST((walked.error().why.code == log_errc::damaged_backup));
        BOOST_TEST((walked.error().whole == at(f.first - 1)));
    }
}

BOOST_AUTO_TEST_CASE(a_walk_may_end_early) {
    static_cast<void>(back_up());
    const auto m = told();
    std::uint64_t seen = 0;
    const auto count = [&](const record_view&, std::string_view) {
        ++seen;
        return base::result<void>{};
    };
    BOOST_TEST(walk_backup(to, m, at(4), count).has_value());
    BOOST_TEST(seen == 4u);
    const auto refuse = [](const record_view&, std::string_view) -> base::result<void> {
        return base::fail(log_errc::stopped, "enough");
    };
    const auto ended = walk_backup(to, m, m.end, refuse);
    BOOST_REQUIRE(!ended);
    BOOST_TEST(ended.error().why.message == "enough");
}

BOOST_AUTO_TEST_SUITE_END()
