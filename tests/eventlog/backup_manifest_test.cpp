#include "eventlog/backup_manifest.hpp"
#include "eventlog/base/encoding.hpp"
#include "eventlog/base/sha256.hpp"
#include "eventlog/error.hpp"
#include "tests/support/events.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <functional>

namespace rollcall::eventlog {
namespace {

using support::filled;
using support::id_of;

position at(std::uint64_t offset) {
    return {position::embedded, offset};
}

secret_key master() {
    return secret_key(filled<32>(0x42));
}

backup_manifest sample() {
    backup_manifest m;
    m.data = 2;
    m.lineage = id_of(0x11);
    m.check = seal_check(master(), m.lineage);
    m.made.unix_ms = 1'700'000'000'125;
    m.end = at(9);
    m.files = {{1, 4, 1000, filled<32>(1), {}},
               {5, 9, 2000, filled<32>(2), {{6, filled<32>(7)}, {8, filled<32>(8)}}}};
    m.chains = {{{1}, {{6}, filled<32>(3)}}, {{7}, {{3}, filled<32>(4)}}};
    m.states = {2, at(9), {{{1}, filled<32>(5)}, {{7}, filled<32>(6)}}};
    m.sign(backup_signer(master()));
    return m;
}

/// The text with its sum made right, so that what is tested is what it says.
std::string summed(const std::string& text) {
    const std::string body = text.substr(0, text.rfind("sum "));
    const auto end = text.rfind("signature ");
    const std::string signature = end == std::string::npos ? "" : text.substr(end);
    return body + "sum " + base::hex(base::sha256({body})) + "\n" + signature;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const auto found = text.find(from);
    BOOST_REQUIRE_MESSAGE(found != std::string::npos, "no " << from);
    return text.replace(found, from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_SUITE(backup_manifest_test)

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
    const auto none = [](backup_manifest& m) {
        m.end = at(0);
        m.files.clear();
        m.chains.clear();
        m.states = {};
    };

    struct row {
        const char* name;
        std::function<void(backup_manifest&)> change;
    };

    const row rows[] = {
        {"all of it", [](backup_manifest&) {}},
        {"an empty log", none},
        {"no states", [](backup_manifest& m) { m.states = {}; }},
        {"states of an earlier position", [](backup_manifest& m) { m.states.at = at(4); }},
        {"states of no tenant", [](backup_manifest& m) { m.states.hashes.clear(); }},
        {"an older data format", [](backup_manifest& m) { m.data = 1; }},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            backup_manifest m = sample();
            r.change(m);
            const auto read = backup_manifest::parse(m.text());
            BOOST_REQUIRE_MESSAGE(read.has_value(), read.error().message);
            BOOST_TEST((*read == m));
            BOOST_TEST(read->text() == m.text());
        }
    }
    BOOST_TEST(sample().files[0].name() == "000000000001.events");
    BOOST_TEST((backup_file{1'234'567'890'123, 0, 0, {}, {}}.name()) == "1234567890123.events");
    BOOST_TEST(sample().bytes() == 3000u);
}

BOOST_AUTO_TEST_CASE(every_changed_byte_and_every_end_is_noticed) {
    const std::string whole = sample().text();
    for (std::size_t i = 0; i < whole.size(); ++i) {
        std::string changed = whole;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        BOOST_TEST_INFO("byte " << i);
        const auto read = backup_manifest::parse(changed);
        BOOST_TEST(!(read && check_author("b", *read, master())));
        BOOST_TEST_INFO("cut at " << i);
        BOOST_TEST(!backup_manifest::parse(whole.substr(0, i)).has_value());
    }
    BOOST_TEST(!backup_manifest::parse(whole + "\n").has_value());
    BOOST_TEST(!backup_manifest::parse(whole + whole).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_not_consistent_is_refused_even_with_a_right_sum) {
    struct row {
        const char* name;
        const char* from;
        const char* to;
        log_errc code;
    };

    using enum log_errc;
    const row rows[] = {
        {"nothing is wrong", "data 2", "data 2", log_errc{}},
        {"another mark", "rollcall-backup 2", "rollcall-copy 2", damaged_backup},
        {"a newer backup", "rollcall-backup 2", "rollcall-backup 3", newer_format},
        {"a backup without signature", "rollcall-backup 2", "rollcall-backup 1", unsigned_backup},
        {"newer data", "data 2", "data 999", newer_format},
        {"no number of data", "data 2", "data two", damaged_backup},
        {"a word too many", "data 2", "data 2 3", damaged_backup},
        {"no log", "log 1111", "lug 1111", damaged_backup},
        {"no time", "made 2023-11-14T22:13:20.125Z", "made yesterday", damaged_backup},
        {"an end in a cluster", "end @9", "end @1:9", damaged_backup},
        {"an end behind its files", "end @9", "end @10", damaged_backup},
        {"an end before its files", "end @9", "end @8", damaged_backup},
        {"a gap between files", "file 5 9", "file 6 9", damaged_backup},
        {"files that overlap", "file 5 9", "file 4 9", damaged_backup},
        {"a file that ends before it begins", "file 5 9", "file 5 4", damaged_backup},
        {"a first file that is not the first", "file 1 4", "file 2 4", damaged_backup},
        {"a short hash", "file 1 4 1000 01", "file 1 4 1000 ", damaged_backup},
        {"a part of no file", "file 1 4", "part 1 0", damaged_backup},
        {"a part before its file", "part 6 ", "part 4 ", damaged_backup},
        {"a part up to the end of its file", "part 8 ", "part 9 ", damaged_backup},
        {"a part behind its file", "part 8 ", "part 10 ", damaged_backup},
        {"parts out of order", "part 8 ", "part 6 ", damaged_backup},
        {"a part without a hash", "part 6 07", "part 6 ", damaged_backup},
        {"a short signature", "signature ", "signature 0", damaged_backup},
        {"no signature", "signature ", "sealed ", damaged_backup},
        {"a signature that is none", "signature ", "signature x y ", damaged_backup},
        {"a chain of another end", "chain 1 6", "chain 1 5", damaged_backup},
        {"a tenant that is not there", "chain 7 3", "chain 8 3", damaged_backup},
        {"tenants out of order", "chain 7 3", "chain 1 3", damaged_backup},
        {"states behind the end", "states 2 @9", "states 2 @10", damaged_backup},
        {"states of before the first event", "states 2 @9", "states 2 @0", damaged_backup},
        {"states out of order", "state 7 ", "state 1 ", damaged_backup},
        {"an unknown line", "states 2 @9\n", "status 2 @9\n", damaged_backup},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto read =
                backup_manifest::parse(summed(replaced(sample().text(), r.from, r.to)));
            BOOST_TEST(read.has_value() == (r.code == log_errc{}));
            if (!read) BOOST_TEST((read.error().code == r.code), read.error().message);
        }
    }
}

BOOST_AUTO_TEST_CASE(whoever_has_no_master_key_can_sign_nothing) {
    struct row {
        const char* name;
        std::function<void(backup_manifest&)> change;
        log_errc code;
    };

    using enum log_errc;
    const secret_key other(filled<32>(0x43));
    const row rows[] = {
        {"nothing is wrong", [](backup_manifest&) {}, log_errc{}},
        {"an end", [](backup_manifest& m) { m.end = at(8); }, forged_backup},
        {"a file's sum", [](backup_manifest& m) { m.files[0].sha256[31] ^= 1; }, forged_backup},
        {"a part's sum", [](backup_manifest& m) { m.files[1].parts[0].sha256[0] ^= 1; },
         forged_backup},
        {"a part that is left out", [](backup_manifest& m) { m.files[1].parts.clear(); },
         forged_backup},
        {"a chain", [](backup_manifest& m) { m.chains.begin()->second.hash[0] ^= 1; },
         forged_backup},
        {"a tenant's state", [](backup_manifest& m) { m.states.hashes.clear(); }, forged_backup},
        {"a time", [](backup_manifest& m) { ++m.made.unix_ms; }, forged_backup},
        {"an older format of data", [](backup_manifest& m) { m.data = 1; }, forged_backup},
        {"a signature of nothing", [](backup_manifest& m) { m.signature = {}; }, forged_backup},
        {"another master key", [&](backup_manifest& m) { m.sign(backup_signer(other)); },
         forged_backup},
        {"another lineage", [](backup_manifest& m) { m.lineage = id_of(0x12); }, wrong_master_key},
        {"another installation",
         [&](backup_manifest& m) {
             m.check = seal_check(other, m.lineage);
             m.sign(backup_signer(other));
         },
         wrong_master_key},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            backup_manifest m = sample();
            r.change(m);
            const auto ours = check_author("b", m, master());
            BOOST_TEST(ours.has_value() == (r.code == log_errc{}));
            if (!ours) BOOST_TEST((ours.error().code == r.code), ours.error().message);
        }
    }
    const backup_signer signer(master());
    const digest sum = filled<32>(9);
    BOOST_TEST((signer.sign(signed_file::manifest, sum) != signer.sign(signed_file::keys, sum)));
    BOOST_TEST(signer.signed_by(signed_file::keys, sum, signer.sign(signed_file::keys, sum)));
    BOOST_TEST(!signer.signed_by(signed_file::keys, sum, signer.sign(signed_file::manifest, sum)));
}

BOOST_AUTO_TEST_CASE(the_file_is_named_when_it_is_damaged) {
    const support::temp_directory folder;
    auto read = backup_manifest::read(folder.path());
    BOOST_TEST((read && !*read));
    const backup_manifest written = sample();
    support::write_bytes(folder / backup_manifest_name, written.text());
    read = backup_manifest::read(folder.path());
    BOOST_REQUIRE((read && *read));
    BOOST_TEST((**read == written));
    support::flip_bit(folder / backup_manifest_name, 30);
    read = backup_manifest::read(folder.path());
    BOOST_REQUIRE(!read);
    BOOST_TEST(read.error().message.find("rollcall.backup is damaged") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::eventlog
