// Erasure against a real store on disk: afterwards nobody can read the person, neither in this
// directory nor with an old copy of its key table, and everybody else is as before.
#include "consumers/erasure.hpp"
#include "eventlog/checkpoint.hpp"
#include "eventlog/cursor.hpp"
#include "eventlog/embedded_log.hpp"
#include "eventlog/error.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"
#include "tests/consumers/opened_store.hpp"
#include "tests/support/temp_directory.hpp"

#include <boost/test/unit_test.hpp>

#include <filesystem>
#include <map>

using namespace rollcall;
using namespace rollcall::eventlog;
using namespace rollcall::projections;
using rollcall::consumers::open_store;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// The log, the rules and the consumer on one directory; made anew to see what a restart sees.
struct system_under_test {
    std::unique_ptr<store> rows;
    log_signal signal;
    keyring keys;
    embedded_log log;
    directory users;
    writer write;
    command_desk desk;
    consumers::erasure eraser;

    system_under_test(const fs::path& path, const secret_key& master)
        : rows(open_store(path)),
          keys(make_local_wrapper(master)),
          log(*rows, signal),
          users(*rows, keys),
          write(*rows, log, keys, {}, [] {}),
          desk(write, users, {}),
          eraser(*rows, write, keys, signal, {.rewrap_keys_max = 3, .retry_after = 1s}) {}

    ~system_under_test() {
        signal.close();
        write.stop();
    }

    done must(command_body body, tenant_no tenant) {
        command c;
        c.tenant = tenant;
        c.by = {actor_kind::local_operator, {}};
        c.body = std::move(body);
        auto answer = desk.submit_and_wait(std::move(c));
        BOOST_REQUIRE_MESSAGE(answer, (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    tenant_no make_tenant(const std::string& slug) {
        return must(create_tenant{slug, {slug, "generic", "default", {}, true}}, {}).tenant->number;
    }

    subject_id make_user(tenant_no tenant, const std::string& name) {
        create_user c;
        c.new_id = base::uuid::make_v7(base::now().unix_ms);
        c.wish.content = {
            name, name, "ext-" + name, {name + "@mail"}, name, "{\"x\":\"" + name + "\"}"};
        c.wish.changed = {"userName"};
        return must(c, tenant).user->id;
    }

    void rename(tenant_no tenant, const subject_id& id, const std::string& name) {
        change_user c;
        c.id = id;
        c.evaluate = [name](const user_state& now) -> base::result<user_wish, refusal> {
            user_wish wish{now.content, now.core.active, {"userName"}, {}};
            wish.content.user_name = wish.content.user_name_key = wish.content.display = name;
            wish.content.document = "{\"x\":\"" + name + "\"}";
            return wish;
        };
        must(c, tenant);
    }

    void erase_and_wait(tenant_no tenant, const subject_id& id) {
        const position at = must(erase_user{id}, tenant).at;
        BOOST_REQUIRE(eraser.wait_past(at, std::chrono::steady_clock::now() + 30s));
    }

    std::map<std::string, std::string> key_rows() {
        std::map<std::string, std::string> all;
        const auto snapshot = rows->snapshot();
        const auto cursor = snapshot->cursor(table::keys, "");
        for (cursor->seek(""); cursor->valid(); cursor->next()) {
            all.emplace(cursor->key(), cursor->value());
        }
        return all;
    }
};

/// Rows in memory: an old copy of the key table.
struct copied_rows final : row_reader {
    std::map<std::string, std::string> rows;

    bool get(table, std::string_view key, std::string& value) const override {
        const auto found = rows.find(std::string(key));
        if (found == rows.end()) return false;
        value = found->second;
        return true;
    }
};

const std::string before_name = "canary-maiden-name";
const std::string name_now = "canary-married-name";

} // namespace

BOOST_AUTO_TEST_SUITE(erasure_test)

BOOST_AUTO_TEST_CASE(an_erased_person_is_in_no_file_and_the_others_stay) {
    const support::temp_directory dir;
    const secret_key master = secret_key::random();
    std::vector<subject_id> others;
    tenant_no acme;
    subject_id jane;
    {
        system_under_test s(dir.path(), master);
        acme = s.make_tenant("acme");
        jane = s.make_user(acme, before_name);
        for (int i = 0; i < 8; ++i)
            others.push_back(s.make_user(acme, "colleague-" + std::to_string(i)));
        BOOST_REQUIRE(s.rows->flush());
        s.rename(acme, jane, name_now);
        BOOST_REQUIRE(!support::files_containing(dir.path(), before_name)
                           .empty()); // else this test proves nothing
        BOOST_REQUIRE(!support::files_containing(dir.path(), name_now).empty());

        s.erase_and_wait(acme, jane);
        BOOST_TEST(!s.users.user(acme, jane));
        for (const subject_id& id : others)
            BOOST_TEST(s.users.user(acme, id).has_value());
    }
    BOOST_TEST(support::files_containing(dir.path(), before_name) == std::vector<std::string>{},
               boost::test_tools::per_element());
    BOOST_TEST(support::files_containing(dir.path(), name_now) == std::vector<std::string>{},
               boost::test_tools::per_element());

    system_under_test s(dir.path(), master);
    std::string value;
    BOOST_TEST(s.keys.subject_key(*s.rows->snapshot(), acme, jane).error().code ==
               make_error_code(log_errc::key_destroyed));
    for (const subject_id& id : others) {
        BOOST_TEST(s.keys.subject_key(*s.rows->snapshot(), acme, id).has_value());
    }
    s.rename(acme, others.front(), "renamed after the rotation");
}

BOOST_AUTO_TEST_CASE(what_was_refused_to_the_person_is_in_no_file_even_sealed) {
    const support::temp_directory dir;
    const secret_key master = secret_key::random();
    std::string sealed;
    {
        system_under_test s(dir.path(), master);
        const tenant_no acme = s.make_tenant("acme");
        const subject_id jane = s.make_user(acme, "jane");
        s.desk.record_attempt({acme, {}, "r", "create user", "jane", 409, "the name is in use", 0});
        s.make_user(acme, "kim"); // behind the attempt in the queue
        {
            const auto snapshot = s.rows->snapshot();
            const auto cursor = snapshot->cursor(table::attempts, "A");
            cursor->seek("A");
            BOOST_REQUIRE(cursor->valid());
            sealed = std::string(cursor->value()).substr(40, 32);
        }
        BOOST_REQUIRE(s.rows->flush());
        BOOST_REQUIRE(!support::files_containing(dir.path(), sealed)
                           .empty()); // else this test proves nothing
        s.erase_and_wait(acme, jane);
    }
    BOOST_TEST(support::files_containing(dir.path(), sealed) == std::vector<std::string>{},
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_old_copy_of_the_key_table_opens_nothing_of_the_present_one) {
    const support::temp_directory dir;
    const secret_key master = secret_key::random();
    system_under_test s(dir.path(), master);
    const tenant_no acme = s.make_tenant("acme");
    const subject_id jane = s.make_user(acme, "jane");
    const subject_id kim = s.make_user(acme, "kim");
    const auto old_rows = s.key_rows();
    s.erase_and_wait(acme, jane);
    const auto new_rows = s.key_rows();

    // Jane's wrapped key from the old copy, put among the keys of today: her tenant key is gone.
    copied_rows mixed;
    mixed.rows = new_rows;
    for (const auto& [key, row] : old_rows) {
        if (key.starts_with('S')) mixed.rows.insert_or_assign(key, row);
    }
    keyring stranger(make_local_wrapper(master));
    BOOST_TEST(stranger.subject_key(mixed, acme, jane).error().code ==
               make_error_code(log_errc::key_destroyed));
    BOOST_TEST(!old_rows.empty());
    for (const auto& [key, row] : new_rows) {
        if (key.starts_with('S')) BOOST_TEST(row != old_rows.at(key));
    }
    copied_rows today;
    today.rows = new_rows;
    keyring honest(make_local_wrapper(master));
    BOOST_TEST(honest.subject_key(today, acme, kim).has_value());
}

BOOST_AUTO_TEST_CASE(an_erasure_that_a_crash_cut_short_is_finished_at_the_next_start) {
    const support::temp_directory dir;
    const secret_key master = secret_key::random();
    tenant_no acme;
    subject_id jane;
    position erased;
    {
        // Without the consumer: as if the process had died right after the event.
        auto rows = open_store(dir.path());
        log_signal signal;
        keyring keys(make_local_wrapper(master));
        embedded_log log(*rows, signal);
        directory users(*rows, keys);
        writer write(*rows, log, keys, {}, [] {});
        command_desk desk(write, users, {});
        const auto must = [&](command_body body, tenant_no tenant) {
            command c;
            c.tenant = tenant;
            c.body = std::move(body);
            return desk.submit_and_wait(std::move(c)).value();
        };
        acme = must(create_tenant{"acme", {"acme", "generic", "default", {}, true}}, {})
                   .tenant->number;
        create_user c;
        c.new_id = jane = base::uuid::make_v7(base::now().unix_ms);
        c.wish.content = {name_now, name_now, {}, {}, name_now, "{}"};
        must(c, acme);
        erased = must(erase_user{jane}, acme).at;
    }
    BOOST_REQUIRE(!support::files_containing(dir.path(), name_now).empty());
    {
        system_under_test s(dir.path(), master);
        BOOST_REQUIRE(s.eraser.wait_past(erased, std::chrono::steady_clock::now() + 30s));
        BOOST_TEST(s.eraser.figures().people_erased == 1);
        BOOST_TEST(read_checkpoint(*s.rows->snapshot(), "erasure").offset >= erased.offset);
    }
    BOOST_TEST(support::files_containing(dir.path(), name_now) == std::vector<std::string>{},
               boost::test_tools::per_element());
    system_under_test again(dir.path(), master);
    BOOST_REQUIRE(again.eraser.wait_past(erased, std::chrono::steady_clock::now() + 30s));
    BOOST_TEST(again.eraser.figures().people_erased == 0); // not a second time
}

BOOST_AUTO_TEST_CASE(people_made_and_changed_during_a_rotation_stay_readable) {
    const support::temp_directory dir;
    system_under_test s(dir.path(), secret_key::random());
    const tenant_no acme = s.make_tenant("acme");
    std::vector<subject_id> people;
    for (int i = 0; i < 40; ++i)
        people.push_back(s.make_user(acme, "early-" + std::to_string(i)));
    const position at = s.must(erase_user{people.back()}, acme).at;
    people.pop_back();
    for (int i = 0; i < 40; ++i)
        people.push_back(s.make_user(acme, "during-" + std::to_string(i)));
    for (int i = 0; i < 20; ++i) {
        s.rename(acme, people[static_cast<std::size_t>(i)], "changed-" + std::to_string(i));
    }
    BOOST_REQUIRE(s.eraser.wait_past(at, std::chrono::steady_clock::now() + 30s));
    keyring cold(make_local_wrapper(secret_key::random()));
    const auto snapshot = s.rows->snapshot();
    for (const subject_id& id : people) {
        s.keys.forget();
        BOOST_TEST(s.keys.subject_key(*snapshot, acme, id).has_value());
        BOOST_TEST(!cold.subject_key(*snapshot, acme, id)); // another master key opens nothing
    }
}

BOOST_AUTO_TEST_SUITE_END()
