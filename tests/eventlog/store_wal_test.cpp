// Damage of write-ahead files in real directories: what was acknowledged is there, or the store
// refuses to open; it never opens with a hole.
#include "eventlog/error.hpp"
#include "eventlog/store.hpp"
#include "eventlog/witness.hpp"
#include "tests/eventlog/store_support.hpp"

#include <filesystem>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;

namespace {

constexpr int commits = 100;
const base::uuid lineage = id_of(0x4c);

/// A directory as a SIGKILL leaves it, its newest events only in the write-ahead file.
struct crashed : store_on_disk {
    std::filesystem::path wal;
    std::size_t whole = 0; ///< bytes of the write-ahead file

    crashed() {
        open();
        for (int i = 0; i < commits; ++i)
            add_user("user-" + std::to_string(i));
        BOOST_REQUIRE(write_witness(directory / "HEAD", *db, lineage).has_value());
        const auto left = directory / "left";
        std::filesystem::copy(options.directory, left);
        db.reset();
        options.directory = left;
        wal = files_with_extension(left, ".log").back();
        whole = read_bytes(wal).size();
        while (whole > 0 && read_bytes(wal)[whole - 1] == '\0')
            --whole;
    }

    void cut_to(std::size_t size) { std::filesystem::resize_file(wal, size); }

    void check_prefix() {
        const auto found = documents();
        BOOST_TEST((db->head() == at(found.size())));
        for (std::size_t i = 0; i < found.size(); ++i)
            BOOST_TEST(found[i].find("user-" + std::to_string(i) + "\"") != std::string::npos);
        BOOST_TEST(db->chain({1}).value_or(chain_head{}).seq.value == found.size());
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(store_wal_test, crashed)

BOOST_AUTO_TEST_CASE(undamaged_it_opens_with_everything) {
    open();
    BOOST_TEST((db->head() == at(commits)));
    check_prefix();
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_middle_refuses_to_open_and_changes_nothing) {
    for (const double share : {0.1, 0.5, 0.9}) {
        BOOST_TEST_CONTEXT("at " << share) {
            const std::string before = read_bytes(wal);
            flip_bit(wal, static_cast<std::size_t>(static_cast<double>(whole) * share), 3);
            const auto left = all_files(options.directory);
            const auto failure = refused();
            BOOST_TEST((failure.code == log_errc::storage));
            BOOST_TEST(failure.message.find("Corruption") != std::string::npos, failure.message);
            BOOST_TEST(failure.message.find("doctor") != std::string::npos);
            auto now = all_files(options.directory);
            now.erase("LOCK");
            auto then = left;
            then.erase("LOCK");
            BOOST_TEST((now == then));
            write_bytes(wal, before);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_torn_tail_opens_with_exactly_the_prefix) {
    // Cut within the last record, at its ends, and within earlier ones.
    for (const std::size_t missing : {1u, 7u, 50u, 300u, 900u, 1700u}) {
        BOOST_TEST_CONTEXT("last " << missing << " bytes missing") {
            crashed c;
            c.cut_to(c.whole - missing);
            c.open();
            BOOST_TEST(c.db->head().offset < static_cast<std::uint64_t>(commits));
            BOOST_TEST(c.db->head().offset > static_cast<std::uint64_t>(commits - 10));
            c.check_prefix();
            c.chain = {};
        }
    }
}

BOOST_AUTO_TEST_CASE(a_tail_of_zeros_as_preallocation_leaves_it_is_tolerated) {
    std::filesystem::resize_file(wal, whole);
    std::filesystem::resize_file(wal, whole + 5000);
    open();
    BOOST_TEST((db->head() == at(commits)));
    check_prefix();
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_in_the_last_record_refuses) {
    flip_bit(wal, whole - 3, 5);
    const auto failure = refused();
    BOOST_TEST((failure.code == log_errc::storage), failure.message);
}

BOOST_AUTO_TEST_CASE(a_deleted_write_ahead_file_opens_but_the_witness_knows) {
    std::filesystem::remove(wal);
    open();
    BOOST_TEST(db->head().offset < static_cast<std::uint64_t>(commits));
    const auto seen = read_witness(directory / "HEAD");
    BOOST_REQUIRE((seen.has_value() && *seen));
    const auto compared = compare_witness(*seen, *db, lineage);
    BOOST_REQUIRE(!compared.has_value());
    BOOST_TEST((compared.error().code == log_errc::lost_suffix));
    BOOST_TEST(compared.error().message.find("@100") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_torn_tail_below_the_witness_is_known_too) {
    cut_to(whole - 900);
    open();
    const auto seen = read_witness(directory / "HEAD");
    BOOST_REQUIRE((seen.has_value() && *seen));
    const auto compared = compare_witness(*seen, *db, lineage);
    BOOST_REQUIRE(!compared.has_value());
    BOOST_TEST((compared.error().code == log_errc::lost_suffix));
}

BOOST_AUTO_TEST_SUITE_END()
