#include "eventlog/base/encoding.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/error.hpp"
#include "tests/support/events.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <functional>

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
        return *d;
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
    const data_directory first = opened();
    BOOST_TEST((first.fresh && first.format == data_format && !first.lineage.is_nil()));
    BOOST_TEST((fs::status(data).permissions() == fs::perms::owner_all));
    BOOST_TEST((fs::status(data / "master.key").permissions() ==
                (fs::perms::owner_read | fs::perms::owner_write)));
    const data_directory again = opened();
    BOOST_TEST((!again.fresh && again.lineage == first.lineage));
    BOOST_TEST((again.master.bytes() == first.master.bytes()));
    temp_directory other;
    const auto second = data_directory::open(other / "d", {}, directory_use::serve);
    BOOST_TEST((second->lineage != first.lineage));
    BOOST_TEST((second->master.bytes() != first.master.bytes()));
}

BOOST_AUTO_TEST_CASE(a_given_key_is_used_and_no_file_is_made_of_it) {
    const data_directory first = opened({std::nullopt, key_hex});
    BOOST_TEST((first.master.bytes() == filled<32>(0xaa)));
    BOOST_TEST(!fs::exists(data / "master.key"));
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
        {"empty, only read", log_errc::foreign_directory, "rollcall.id",
         [](const a_directory& d) { fs::create_directory(d.data); }, none, directory_use::read},
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
        {"newer format", log_errc::newer_format, "format 2",
         with_id(mark + "format 2\nsomething new\n"), hex(key_hex)},
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
            if (existed) BOOST_TEST(fs::exists(d.data));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_master_key_is_not_in_the_identity) {
    opened({std::nullopt, key_hex});
    BOOST_TEST(files_containing(data, key_hex).empty());
    BOOST_TEST(files_containing(data, std::string(32, '\xaa')).empty());
}

BOOST_AUTO_TEST_CASE(replacing_a_file_leaves_the_new_text_the_mode_and_nothing_beside_it) {
    const fs::path file = temp / "file";
    for (const std::string& text : {std::string("one"), std::string(), std::string(100'000, 'x')}) {
        BOOST_REQUIRE(replace_file(file, text, 0640).has_value());
        BOOST_TEST((read_bytes(file) == text));
        BOOST_TEST((fs::status(file).permissions() ==
                    (fs::perms::owner_read | fs::perms::owner_write | fs::perms::group_read)));
        BOOST_TEST(all_files(temp.path()).size() == 1u);
    }
    BOOST_TEST(!replace_file(temp / "none" / "file", "x", 0600).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
