#include "eventlog/error.hpp"
#include "eventlog/witness.hpp"
#include "tests/eventlog/store_support.hpp"

#include <chrono>
#include <filesystem>
#include <thread>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::eventlog::testing;
using namespace std::chrono_literals;

namespace {

const base::uuid lineage = id_of(0x4c);

struct witnessed_log : store_on_disk {
    std::filesystem::path head = directory / "HEAD";
    log_signal signal;

    witnessed_log() {
        open();
        for (int i = 0; i < 3; ++i)
            add_user("u" + std::to_string(i));
    }

    [[nodiscard]] witnessed seen() const {
        const auto read = read_witness(head);
        BOOST_REQUIRE((read.has_value() && *read));
        return **read;
    }

    [[nodiscard]] base::result<void> compare() const {
        return compare_witness(seen(), *db, lineage);
    }

    std::unique_ptr<witness> keep() {
        return std::make_unique<witness>(head, *db, signal, lineage, 1ms);
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(witness_test, witnessed_log)

BOOST_AUTO_TEST_CASE(without_a_file_only_an_empty_log_is_trusted) {
    const auto read = read_witness(head);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST(!read->has_value());
    const auto compared = compare_witness(*read, *db, lineage);
    BOOST_REQUIRE(!compared.has_value());
    BOOST_TEST((compared.error().code == log_errc::lost_suffix));
    BOOST_TEST(compared.error().message.find("--accept-loss @3") != std::string::npos);
    store_on_disk empty;
    empty.open();
    BOOST_TEST(compare_witness(*read, *empty.db, lineage).has_value());
}

BOOST_AUTO_TEST_CASE(it_remembers_the_last_position_and_its_hash) {
    BOOST_REQUIRE(write_witness(head, *db, lineage).has_value());
    BOOST_TEST((seen() == witnessed{lineage, at(3), db->chain({1})->hash}));
    BOOST_TEST(compare().has_value());
    add_user("more");
    BOOST_TEST(compare().has_value()); // the log may be ahead of it
}

BOOST_AUTO_TEST_CASE(it_follows_the_log_and_ends_at_its_last_position) {
    auto kept = keep();
    add_user("more");
    signal.advance(db->head());
    while (kept->written() < db->head())
        std::this_thread::yield();
    BOOST_TEST((seen().at == at(4) && kept->healthy()));
    add_user("last");
    signal.close();
    kept.reset();
    BOOST_TEST((seen().at == at(5)));
}

BOOST_AUTO_TEST_CASE(it_is_whole_from_the_first_moment_on_even_of_an_empty_log) {
    store_on_disk empty;
    empty.open();
    {
        const witness kept(head, *empty.db, signal, lineage, 1ms);
        BOOST_TEST((seen() == witnessed{lineage, at(0), {}}));
        signal.close();
    }
    BOOST_TEST((seen() == witnessed{lineage, at(0), {}}));
    BOOST_TEST(compare_witness(seen(), *empty.db, lineage).has_value());
}

BOOST_AUTO_TEST_CASE(what_contradicts_the_log_is_named) {
    BOOST_REQUIRE(write_witness(head, *db, lineage).has_value());
    const witnessed good = seen();

    struct row {
        const char* name;
        witnessed seen;
        log_errc code;
        const char* says;
    };

    witnessed ahead = good;
    ahead.at = at(4);
    witnessed other = good;
    other.hash[0] ^= 1;
    witnessed foreign = good;
    foreign.lineage = id_of(9);
    const row rows[] = {
        {"ahead of the log", ahead, log_errc::lost_suffix, "@4"},
        {"another event at its place", other, log_errc::out_of_order, "@3"},
        {"of another log", foreign, log_errc::foreign_directory, "another log"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto compared = compare_witness(r.seen, *db, lineage);
            BOOST_REQUIRE(!compared.has_value());
            BOOST_TEST((compared.error().code == r.code));
            BOOST_TEST(compared.error().message.find(r.says) != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(one_torn_slot_leaves_the_other) {
    {
        auto kept = keep();
        signal.advance(db->head());
        while (kept->written() < db->head())
            std::this_thread::yield();
        add_user("more");
        signal.close();
    }
    BOOST_REQUIRE((seen().at == at(4)));
    const std::string whole = read_bytes(head);
    // The slot that holds 4 stands where its offset is 4: little-endian at byte 40 of a slot.
    const std::size_t newer = whole[40] == 4 ? 0 : 512;
    std::string torn = whole;
    torn[newer + 60] ^= 1;
    write_bytes(head, torn);
    BOOST_TEST((seen().at == at(3)));
    torn[512 - newer + 60] ^= 1;
    write_bytes(head, torn);
    const auto read = read_witness(head);
    BOOST_REQUIRE(!read.has_value());
    BOOST_TEST((read.error().code == log_errc::damaged_record));
}

BOOST_AUTO_TEST_CASE(damaged_files_are_refused) {
    BOOST_REQUIRE(write_witness(head, *db, lineage).has_value());
    const std::string whole = read_bytes(head);

    struct row {
        const char* name;
        std::string bytes;
    };

    const row rows[] = {
        {"empty", ""},
        {"cut within the first slot", whole.substr(0, 100)},
        {"one byte short of a slot", whole.substr(0, 511)},
        {"zeros", std::string(1024, '\0')},
        {"text", std::string(1024, 'x')},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            write_bytes(head, r.bytes);
            BOOST_TEST(!read_witness(head).has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_written_is_an_alarm_and_no_stop) {
    head = directory / "no such folder" / "HEAD";
    auto kept = keep();
    signal.advance(db->head());
    while (kept->healthy())
        std::this_thread::yield();
    BOOST_TEST((kept->written() == at(0)));
    signal.close();
}

BOOST_AUTO_TEST_SUITE_END()
