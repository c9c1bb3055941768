#include "eventlog/base/encoding.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"
#include "tests/support/events.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>
#include <latch>
#include <memory>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::support;

namespace fs = std::filesystem;

namespace {

const std::string key_hex(64, 'a');
const std::string other_hex(64, 'b');

struct a_directory {
    temp_directory temp;
    fs::path data = temp / "data";

    base::result<data_directory> open(const master_key_source& source = {},
                                      directory_use use = directory_use::serve) const {
        return data_directory::open(data, source, use);
    }

    data_directory opened(const master_key_source& source = {}) const {
        auto d = open(source);
        BOOST_REQUIRE_MESSAGE(d.has_value(), d.error().message);
        return std::move(*d);
    }

    void key_file(const std::string& text, fs::perms mode = fs::perms::owner_read) const {
        write_bytes(temp / "key", text);
        fs::permissions(temp / "key", mode);
    }

    [[nodiscard]] master_key_source from_file() const { return {temp / "key", std::nullopt}; }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(data_directory_test, a_directory)

BOOST_AUTO_TEST_CASE(a_first_start_makes_it_and_later_starts_find_it) {
    data_directory first = opened();
    BOOST_TEST((first.fresh && first.format == data_format && !first.lineage.is_nil()));
    BOOST_TEST((fs::status(data).permissions() == fs::perms::owner_all));
    BOOST_TEST((fs::status(data / "master.key").permissions() ==
                (fs::perms::owner_read | fs::perms::owner_write)));
    first.lock = {};
    const data_directory again = opened();
    BOOST_TEST((!again.fresh && again.lineage == first.lineage));
    BOOST_TEST((again.master.bytes() == first.master.bytes()));
    temp_directory other;
    const auto second = data_directory::open(other / "d", {}, directory_use::serve);
    BOOST_TEST((second->lineage != first.lineage));
    BOOST_TEST((second->master.bytes() != first.master.bytes()));
}

BOOST_AUTO_TEST_CASE(an_older_format_is_opened_and_changed_when_that_is_asked) {
    const fs::path file = data / "rollcall.id";
    const base::uuid lineage = opened().lineage;
    const std::string newest = read_bytes(file);
    std::string older = newest;
    const std::string number = "format " + std::to_string(data_format);
    older.replace(older.find(number), number.size(), "format 1");
    fs::remove(file);
    write_bytes(file, older);
    {
        const auto looked = open({}, directory_use::read);
        BOOST_REQUIRE(looked.has_value());
        BOOST_TEST(looked->format == 1u);
        data_directory served = opened();
        BOOST_TEST((served.format == 1u && served.lineage == lineage));
        BOOST_TEST(read_bytes(file) == older);
        write_bytes(data / "rollcall.id.new", "of a change that was cut short");
        BOOST_REQUIRE(served.set_format(data_format).has_value());
        BOOST_TEST(served.format == data_format);
        BOOST_TEST(read_bytes(file) == newest);
        BOOST_TEST(
            (fs::status(file).permissions() == (fs::perms::owner_read | fs::perms::owner_write)));
        BOOST_TEST(!fs::exists(data / "rollcall.id.new"));
        BOOST_REQUIRE(served.set_format(data_format).has_value());
        BOOST_TEST(read_bytes(file) == newest);
        BOOST_REQUIRE(served.set_format(1).has_value());
        BOOST_TEST(read_bytes(file) == older);
        BOOST_REQUIRE(served.set_format(data_format).has_value());
    }
    const data_directory again = opened();
    BOOST_TEST((again.format == data_format && again.lineage == lineage));
}

BOOST_AUTO_TEST_CASE(a_format_that_cannot_be_changed_stays) {
    const fs::path file = data / "rollcall.id";
    data_directory served = opened();
    served.format = 1;
    const std::string text = read_bytes(file);
    fs::create_directory(data / "rollcall.id.new"); // in the way
    const auto raised = served.set_format(data_format);
    BOOST_REQUIRE(!raised.has_value());
    BOOST_TEST((raised.error().code == log_errc::foreign_directory));
    BOOST_TEST(served.format == 1u);
    BOOST_TEST(read_bytes(file) == text);
    fs::remove(file);
    BOOST_TEST(!served.set_format(data_format).has_value());
    BOOST_TEST(!fs::exists(file));
}

BOOST_AUTO_TEST_CASE(a_given_key_is_used_and_no_file_is_made_of_it) {
    data_directory first = opened({std::nullopt, key_hex});
    BOOST_TEST((first.master.bytes() == filled<32>(0xaa)));
    BOOST_TEST(!fs::exists(data / "master.key"));
    first.lock = {};
    key_file(key_hex + "\n");
    BOOST_TEST((opened(from_file()).lineage == first.lineage));
}

BOOST_AUTO_TEST_CASE(a_start_that_was_cut_short_is_taken_up_again) {
    fs::create_directory(data);
    write_bytes(data / "master.key.new", "half");
    write_bytes(data / "rollcall.id.new", "half");
    const data_directory made = opened();
    BOOST_TEST(made.fresh);
    // The key was written, the identity was not.
    temp_directory other;
    fs::create_directory(other / "d");
    fs::copy(data / "master.key", other / "d");
    fs::permissions(other / "d" / "master.key", fs::perms::owner_read | fs::perms::owner_write);
    const auto second = data_directory::open(other / "d", {}, directory_use::serve);
    BOOST_REQUIRE(second.has_value());
    BOOST_TEST((second->fresh && second->master.bytes() == made.master.bytes()));
}

BOOST_AUTO_TEST_CASE(a_key_that_has_its_name_already_survives_a_start_that_was_cut_short) {
    fs::create_directory(data);
    write_bytes(data / "master.key", key_hex + "\n");
    fs::permissions(data / "master.key", fs::perms::owner_read | fs::perms::owner_write);
    fs::create_hard_link(data / "master.key", data / "master.key.new");
    BOOST_TEST((opened().master.bytes() == filled<32>(0xaa)));
    BOOST_TEST(read_bytes(data / "master.key") == key_hex + "\n");
    BOOST_TEST(!fs::exists(data / "master.key.new"));
}

BOOST_AUTO_TEST_CASE(of_many_that_make_it_at_once_one_has_it_and_its_key_is_the_files) {
    constexpr std::size_t starters = 8;
    for (int round = 0; round < 50; ++round) {
        const a_directory d;
        if (round % 2 == 1) fs::create_directory(d.data); // an empty one that exists
        std::vector<base::result<data_directory>> said(starters);
        {
            std::latch together(starters);
            std::vector<std::jthread> threads;
            for (auto& mine : said) {
                threads.emplace_back([&] {
                    together.arrive_and_wait();
                    mine = d.open();
                });
            }
        }
        std::vector<data_directory> have;
        for (auto& one : said) {
            if (one) {
                have.push_back(std::move(*one));
            } else {
                BOOST_TEST((one.error().code == log_errc::foreign_directory));
                BOOST_TEST(one.error().message.find("is in use by") != std::string::npos,
                           one.error().message);
            }
        }
        BOOST_REQUIRE(have.size() == 1u);
        const auto key = have.front().master.bytes();
        const auto lineage = have.front().lineage;
        BOOST_TEST(read_bytes(d.data / "master.key") == base::hex(key) + "\n");
        have.clear();
        const data_directory again = d.opened();
        BOOST_TEST((!again.fresh && again.master.bytes() == key && again.lineage == lineage));
    }
}

BOOST_AUTO_TEST_CASE(it_is_held_by_one_until_that_one_is_gone_and_read_by_all) {
    auto first = std::make_unique<data_directory>(opened());
    BOOST_TEST(first->lock.held());
    for (int round = 0; round < 2; ++round) {
        BOOST_TEST_CONTEXT(round << " times moved") {
            const auto second = open();
            BOOST_REQUIRE(!second.has_value());
            BOOST_TEST((second.error().code == log_errc::foreign_directory));
            BOOST_TEST(second.error().message == data.string() + " is in use by process " +
                                                     std::to_string(::getpid()) +
                                                     ": stop that server first");
            const auto reader = open({}, directory_use::read);
            BOOST_REQUIRE(reader.has_value());
            BOOST_TEST(!reader->lock.held());
            first = std::make_unique<data_directory>(std::move(*first));
        }
    }
    first.reset();
    BOOST_TEST(opened().lock.held());
}

BOOST_AUTO_TEST_CASE(a_lock_that_cannot_be_made_is_a_refusal) {
    opened();
    fs::remove(data / directory_lock::file_name);
    fs::create_directory(data / directory_lock::file_name);
    const auto refused = open();
    BOOST_REQUIRE(!refused.has_value());
    BOOST_TEST((refused.error().code == log_errc::foreign_directory));
    BOOST_TEST(refused.error().message.find("rollcall.lock") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_directory_is_closed_to_others_whatever_its_mode_was) {
    struct row {
        const char* name;
        bool ours; ///< already a data directory, else empty
        unsigned mode;
    };

    const row rows[] = {{"empty, for all to read", false, 0755},
                        {"empty, for all to write", false, 0777},
                        {"ours, for all to read", true, 0755},
                        {"ours, for the group to enter", true, 0710},
                        {"ours, for others to enter", true, 0701}};
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const a_directory d;
            fs::create_directory(d.data);
            if (r.ours) d.opened();
            fs::permissions(d.data, static_cast<fs::perms>(r.mode));
            if (r.ours) BOOST_TEST(d.open({}, directory_use::read).has_value());
            BOOST_TEST((fs::status(d.data).permissions() == static_cast<fs::perms>(r.mode)));
            d.opened();
            BOOST_TEST((fs::status(d.data).permissions() == fs::perms::owner_all));
        }
    }
}

BOOST_AUTO_TEST_CASE(what_belongs_to_another_user_is_refused) {
    if (::geteuid() != 0) {
        BOOST_TEST_MESSAGE("only root can make files of another user: passed over");
        return;
    }

    struct row {
        const char* name;
        log_errc code;
        const char* path; ///< of what is root's, below the directory
    };

    constexpr uid_t nobody = 65534;
    const row rows[] = {{"the directory", log_errc::foreign_directory, ""},
                        {"the master key", log_errc::bad_master_key, "master.key"}};
    for (const row& r : rows) {
        for (const bool made : {false, true}) {
            BOOST_TEST_CONTEXT(r.name << (made ? ", made before" : ", new")) {
                const a_directory d;
                fs::permissions(d.temp.path(), fs::perms::all);
                fs::create_directory(d.data);
                if (made) d.opened();
                if (!made && *r.path != '\0') {
                    write_bytes(d.data / r.path, key_hex);
                    fs::permissions(d.data / r.path, fs::perms::owner_read);
                }
                fs::permissions(d.data, fs::perms::all);
                for (const char* name : {"", "rollcall.id", "rollcall.lock", "master.key"}) {
                    if (std::string_view(name) == r.path) continue;
                    static_cast<void>(::chown((d.data / name).c_str(), nobody, nobody));
                }
                BOOST_REQUIRE(::seteuid(nobody) == 0);
                const auto refused = d.open();
                BOOST_REQUIRE(::seteuid(0) == 0);
                BOOST_REQUIRE(!refused.has_value());
                BOOST_TEST((refused.error().code == r.code), refused.error().message);
                BOOST_TEST(refused.error().message.find("belongs to another user") !=
                               std::string::npos,
                           refused.error().message);
                BOOST_TEST(d.open().has_value()); // root may
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_refused_with_a_reason_and_left_as_it_was) {
    struct row {
        const char* name;
        log_errc code;
        const char* says;
        std::function<void(const a_directory&)> prepare;
        std::function<master_key_source(const a_directory&)> source;
        directory_use use = directory_use::serve;
    };

    const auto none = [](const a_directory&) { return master_key_source{}; };
    const auto hex = [](std::string text) {
        return [text](const a_directory&) { return master_key_source{std::nullopt, text}; };
    };
    const auto file = [](const a_directory& d) { return d.from_file(); };
    const auto made = [](const a_directory& d) { d.opened({std::nullopt, key_hex}); };
    const auto with_id = [](std::string text) {
        return [text](const a_directory& d) {
            d.opened({std::nullopt, key_hex});
            write_bytes(d.data / "rollcall.id", text);
        };
    };
    const auto with_key_file = [](std::string text, fs::perms mode) {
        return [text, mode](const a_directory& d) { d.key_file(text, mode); };
    };
    const std::string mark = "rollcall data directory\n";
    const row rows[] = {
        {"nothing to read", log_errc::foreign_directory, "does not exist",
         [](const a_directory&) {}, none, directory_use::read},
        {"empty, only read", log_errc::not_found, "Start the server once",
         [](const a_directory& d) { fs::create_directory(d.data); }, none, directory_use::read},
        {"cut short, only read", log_errc::not_found, "cut short",
         [](const a_directory& d) {
             fs::create_directory(d.data);
             write_bytes(d.data / "master.key", key_hex);
             write_bytes(d.data / directory_lock::file_name, "");
         },
         none, directory_use::read},
        {"somebody else's, only read", log_errc::foreign_directory, "not empty",
         [](const a_directory& d) {
             fs::create_directory(d.data);
             write_bytes(d.data / "thesis.tex", "x");
         },
         none, directory_use::read},
        {"a file", log_errc::foreign_directory, "not a directory",
         [](const a_directory& d) { write_bytes(d.data, "x"); }, none},
        {"somebody else's", log_errc::foreign_directory, "not empty",
         [](const a_directory& d) {
             fs::create_directory(d.data);
             write_bytes(d.data / "thesis.tex", "x");
         },
         none},
        {"a database without identity", log_errc::foreign_directory, "not empty",
         [](const a_directory& d) { fs::create_directories(d.data / "db"); }, none},
        {"wrong key", log_errc::wrong_master_key, "does not open", made, hex(other_hex)},
        {"key lost", log_errc::bad_master_key, "--key-file", made, none},
        {"key file missing", log_errc::bad_master_key, "cannot be read", made, file},
        {"key for others to read", log_errc::bad_master_key, "chmod 600",
         with_key_file(key_hex, fs::perms::owner_read | fs::perms::others_read), file},
        {"key for the group to read", log_errc::bad_master_key, "chmod 600",
         with_key_file(key_hex, fs::perms::owner_read | fs::perms::group_read), file},
        {"key empty", log_errc::bad_master_key, "64 hex", made, hex("")},
        {"key too short", log_errc::bad_master_key, "64 hex", made, hex(std::string(63, 'a'))},
        {"key too long", log_errc::bad_master_key, "64 hex", made, hex(std::string(66, 'a'))},
        {"key not hex", log_errc::bad_master_key, "64 hex", made, hex(std::string(64, 'g'))},
        {"key file not hex", log_errc::bad_master_key, "64 hex",
         with_key_file("secret", fs::perms::owner_read), file},
        {"newer format", log_errc::newer_format, "format 6",
         with_id(mark + "format 6\nsomething new\n"), hex(key_hex)},
        {"identity empty", log_errc::foreign_directory, "damaged", with_id(""), hex(key_hex)},
        {"identity without its mark", log_errc::foreign_directory, "damaged", with_id("format 1\n"),
         hex(key_hex)},
        {"identity without format", log_errc::foreign_directory, "damaged", with_id(mark),
         hex(key_hex)},
        {"identity of format 1x", log_errc::foreign_directory, "damaged",
         with_id(mark + "format 1x\n"), hex(key_hex)},
        {"identity without lineage", log_errc::foreign_directory, "damaged",
         with_id(mark + "format 1\ncheck 00\n"), hex(key_hex)},
        {"identity without check", log_errc::wrong_master_key, "does not open",
         with_id(mark + "format 1\nlineage 00000000-0000-0000-0000-000000000001\ncheck \n"),
         hex(key_hex)},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            a_directory d;
            r.prepare(d);
            const auto before = all_files(d.temp.path());
            const bool existed = fs::exists(d.data);
            const auto opened = d.open(r.source(d), r.use);
            BOOST_REQUIRE(!opened.has_value());
            BOOST_TEST((opened.error().code == r.code), opened.error().message);
            BOOST_TEST(opened.error().message.find(r.says) != std::string::npos,
                       opened.error().message);
            BOOST_TEST((all_files(d.temp.path()) == before));
            BOOST_TEST(fs::exists(d.data) == existed);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_master_key_is_not_in_the_identity) {
    opened({std::nullopt, key_hex});
    BOOST_TEST(files_containing(data, key_hex).empty());
    BOOST_TEST(files_containing(data, std::string(32, '\xaa')).empty());
}

BOOST_AUTO_TEST_CASE(a_file_is_made_whole_with_its_mode_and_never_written_over) {
    const fs::path file = temp / "file";
    for (const std::string& text : {std::string("one"), std::string(), std::string(100'000, 'x')}) {
        fs::remove(file);
        write_bytes(temp / "file.new", "left over");
        BOOST_REQUIRE(create_file(file, text, 0640).has_value());
        BOOST_TEST((read_bytes(file) == text));
        BOOST_TEST((fs::status(file).permissions() ==
                    (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read)));
        const auto again = create_file(file, "another", 0600);
        BOOST_REQUIRE(!again.has_value());
        BOOST_TEST(again.error().message.find("cannot make") != std::string::npos);
        BOOST_TEST((read_bytes(file) == text));
        BOOST_TEST(all_files(temp.path()).size() == 1u);
    }
    BOOST_TEST(!create_file(temp / "none" / "file", "x", 0600).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
