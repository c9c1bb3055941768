// Which keys a log needs, which of those that there are belong to it, and the note of backups.
#include "eventlog/backup_census.hpp"
#include "eventlog/backup_note.hpp"
#include "eventlog/keyring.hpp"
#include "tests/support/events.hpp"
#include "tests/support/map_rows.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <set>

namespace rollcall::eventlog {
namespace {

using namespace support;

struct counted {
    backup_census census;
    chain_maker chain;
    map_rows rows;
    keyring keys{make_local_wrapper(secret_key(filled<32>(1)))};

    void happened(event_body body, std::uint32_t tenant, std::uint8_t who) {
        auto draft = chain.next(event_of(std::move(body), {tenant}, id_of(who)));
        place_record(draft, {position::embedded, 1});
        const auto record = read_record(draft.bytes, record_check::crc);
        BOOST_REQUIRE(record);
        census.take(*record);
    }

    /// The rows that are wanted, as `S` and so on with the subject's byte.
    std::multiset<std::string> offer() {
        std::multiset<std::string> taken;
        for (const auto& [place, value] : rows.rows) {
            const std::string& key = place.second;
            if (!census.wants(key)) continue;
            taken.insert(std::string(1, key.front()) +
                         (key.front() == 'S' ? std::to_string(key.back()) : ""));
        }
        return taken;
    }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(backup_census_test, counted)

BOOST_AUTO_TEST_CASE(erased_and_later_people_are_not_taken_over) {
    keys.create_tenant(rows, {1});
    keys.create_tenant(rows, {2});
    for (unsigned who = 10; who < 14; ++who)
        BOOST_REQUIRE(keys.create_subject(rows, {1}, id_of(static_cast<std::uint8_t>(who))));
    happened(tenant_created{"acme", {}}, 1, 0);
    happened(user_created_named("ann"), 1, 10);
    happened(user_created_named("bob"), 1, 11);
    happened(user_created_named("cid"), 1, 12);
    happened(user_erased{}, 1, 11);
    happened(user_deleted{}, 1, 12); // may be read in history
    BOOST_TEST((offer() == std::multiset<std::string>{"L", "N", "S10", "S12", "T"}));
    BOOST_TEST(census.missing().none());
    BOOST_TEST(census.sealed() == 2u);
}

BOOST_AUTO_TEST_CASE(who_has_no_key_is_named) {
    keys.create_tenant(rows, {1});
    BOOST_REQUIRE(keys.create_subject(rows, {1}, id_of(10)));
    happened(tenant_created{"acme", {}}, 1, 0);
    happened(user_created_named("ann"), 1, 10);
    happened(user_created_named("bob"), 1, 11);
    happened(user_created_named("ann, elsewhere"), 2, 10);
    happened(tenant_created{"empty", {}}, 3, 0);
    happened(key_revoked{}, 4, 9); // nothing of it is sealed
    static_cast<void>(offer());
    const auto missing = census.missing();
    BOOST_TEST((missing.tenants == std::vector<tenant_no>{{2}, {3}}));
    BOOST_TEST((missing.subjects.all() ==
                std::vector<tenant_subject>{{{1}, id_of(11)}, {{2}, id_of(10)}}));
}

// What a restore says of those whose keys are lost must do for the next backup.
BOOST_AUTO_TEST_CASE(who_is_gone_by_a_fact_is_not_missing_and_is_taken_over_if_there) {
    keys.create_tenant(rows, {1});
    BOOST_REQUIRE(keys.create_subject(rows, {1}, id_of(22)));
    BOOST_REQUIRE(keys.create_subject(rows, {1}, id_of(32)));
    happened(tenant_created{"acme", {}}, 1, 0);
    happened(team_created{}, 1, 20);
    happened(team_deleted{}, 1, 20);
    happened(team_created{}, 1, 21);
    happened(team_created{}, 1, 22);
    happened(team_deleted{}, 1, 22); // its key is there
    happened(admin_created{}, 1, 30);
    happened(admin_disabled{}, 1, 30);
    happened(admin_created{}, 1, 31);
    happened(admin_created{}, 1, 32);
    happened(admin_disabled{}, 1, 32); // likewise
    happened(user_created_named("ann"), 1, 10);
    happened(user_deleted{}, 1, 10);
    BOOST_TEST((offer() == std::multiset<std::string>{"L", "N", "S22", "S32", "T"}));
    BOOST_TEST((census.missing().subjects.all() ==
                std::vector<tenant_subject>{{{1}, id_of(10)}, {{1}, id_of(21)}, {{1}, id_of(31)}}));
}

BOOST_AUTO_TEST_CASE(what_is_no_row_of_keys_is_not_wanted) {
    happened(tenant_created{"acme", {}}, 1, 0);
    using namespace std::string_literals;
    for (const std::string& row :
         {""s, "X\0\0\0\1"s, "N\0\0\0"s, "N\0\0\0\1\0"s, "T\0\0\0\1"s, "S\0\0\0\1abc"s, "S"s}) {
        BOOST_TEST_INFO(row.size() << " bytes");
        BOOST_TEST(!keyring::owner_of(row).has_value());
        BOOST_TEST(!census.wants(row));
    }
}

BOOST_AUTO_TEST_CASE(a_set_of_many_is_a_set) {
    subject_set set;
    std::set<tenant_subject> model;
    std::uint32_t random = 1;
    for (int i = 0; i < 40'000; ++i) {
        random = random * 1664525 + 1013904223;
        const tenant_subject who{{random >> 30}, id_of(static_cast<std::uint8_t>(random >> 16))};
        set.add(who);
        model.insert(who);
        if (i % 9999 == 0) BOOST_TEST(set.contains(who));
    }
    BOOST_TEST((std::vector<tenant_subject>(model.begin(), model.end()) == set.all()));
    subject_set some;
    some.add(*model.begin());
    some.add({{99}, id_of(1)});
    BOOST_TEST(set.without(some).size() == model.size() - 1);
    BOOST_TEST(!set.without(some).contains(*model.begin()));
    BOOST_TEST(set.without(set).empty());
}

BOOST_AUTO_TEST_CASE(a_note_is_read_as_it_was_written) {
    const temp_directory data;
    BOOST_TEST((read_backup_note(data.path()) == backup_note{}));
    backup_note note;
    note.log = {{1'700'000'000'000}, {position::embedded, 42}, "/mnt/with a blank/log"};
    BOOST_REQUIRE(write_backup_note(data.path(), note));
    BOOST_TEST((read_backup_note(data.path()) == note));
    note.keys = {{1'700'000'000'001}, {position::embedded, 41}, "/keys"};
    note.failed = {{1'700'000'000'002}, "no space"};
    BOOST_REQUIRE(write_backup_note(data.path(), note));
    BOOST_TEST((read_backup_note(data.path()) == note));
    // A path may hold a line's end; the note's lines stay lines.
    note.log->where = "/mnt\nkeys 2026-11-22T00:00:00Z @9 /x";
    BOOST_REQUIRE(write_backup_note(data.path(), note));
    BOOST_TEST((read_backup_note(data.path()).keys == note.keys));
    write_bytes(data / "rollcall.backups", "log never @x\nkeys\nnonsense\nfailed\n");
    BOOST_TEST((read_backup_note(data.path()) == backup_note{}));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::eventlog
