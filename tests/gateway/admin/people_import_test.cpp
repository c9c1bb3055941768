// The work of an import on a real store: what ends it, what is told, and how many may run.
#include "gateway/admin/import_places.hpp"
#include "gateway/admin/people_import.hpp"
#include "tests/projections/server.hpp"

#include <simdjson.h>

namespace rollcall::admin {
namespace {

namespace test = projections::test;

struct importing {
    explicit importing(projections::desk_options desk = {}, eventlog::writer_options queue = {})
        : house(desk, queue) {
        acme = house.make_tenant("acme");
    }

    result<std::string> run(const std::string& file, bool dry = false) {
        auto people = csv_people::open(file, false);
        BOOST_REQUIRE(people);
        people_import::order asked;
        asked.tenant = *house.views().tenant(acme);
        asked.by = by;
        asked.as_role = as_role;
        asked.request_id = "r-1";
        asked.dry_run = dry;
        if (rules) asked.rules = rules;
        people_import work(house.views(), house.desk(), limits, asked, std::move(*people));
        return work.run(progress);
    }

    std::uint64_t users() { return house.views().counters(acme).users; }

    test::server house;
    projections::tenant_no acme;
    eventlog::actor by = test::local_operator;
    std::optional<eventlog::admin_role> as_role;
    std::function<result<row_rules>()> rules;
    import_limits limits;
    job_progress progress;
};

std::string names(int count) {
    std::string file = "userName\n";
    for (int i = 0; i < count; ++i)
        file += "user" + std::to_string(i) + "\n";
    return file;
}

/// The value of a member of a result.
std::string member(const std::string& json, const char* pointer) {
    simdjson::dom::parser parser;
    return simdjson::minify(parser.parse(json).at_pointer(pointer));
}

} // namespace

BOOST_AUTO_TEST_SUITE(people_import_test)

BOOST_AUTO_TEST_CASE(what_ends_an_import_says_how_far_it_came) {
    struct row {
        const char* name;
        void (*before)(importing&);
        unsigned status;
        const char* word;
        const char* said;
    };

    const row rows[] = {
        {"the disk is low", [](importing& i) { i.house.desk().set_disk_low(true); }, 507,
         "disk_low", "the disk is almost full, so free space first: the import ended"},
        {"the disk is full", [](importing& i) { i.house.desk().set_disk_full(true); }, 507,
         "disk_low", "the disk is almost full, so free space first: the import ended"},
        {"the tenant is deleted",
         [](importing& i) { i.house.run(test::by_operator(i.acme, projections::delete_tenant{})); },
         410, "tenant_deleted", "the tenant was deleted: the import ended"},
        {"whose rights have ended",
         [](importing& i) {
             i.by = {eventlog::actor_kind::admin, test::id_of(0x77)};
             i.as_role = eventlog::admin_role::admin;
         },
         403, "not_permitted", "your rights have changed"},
        {"the server stops", [](importing& i) { i.progress.stopping = true; }, 503, "stopped",
         "the server is stopping: the import ended"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            importing i;
            r.before(i);
            const auto ended = i.run(names(600));
            BOOST_REQUIRE(!ended);
            BOOST_TEST_INFO(ended.error().detail);
            BOOST_TEST(ended.error().status == r.status);
            BOOST_TEST(ended.error().word == r.word);
            const std::string& said = ended.error().detail;
            const std::string made = std::to_string(i.users()) + " users were made before that";
            BOOST_TEST(said.find(made) != std::string::npos);
            BOOST_TEST(said.starts_with(r.said), said);
            BOOST_TEST(said.find("Nothing was done") == std::string::npos);
            BOOST_TEST(said.find("Import the same file again") != std::string::npos);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_full_queue_is_asked_again) {
    eventlog::writer_options narrow;
    narrow.queue_max = 3;
    importing i({}, narrow);
    const auto done = i.run(names(500));
    BOOST_REQUIRE(done);
    BOOST_TEST(member(*done, "/created") == "500");
    BOOST_TEST(member(*done, "/refused") == "0");
    BOOST_TEST(i.users() == 500u);
    BOOST_TEST(i.house.queue().figures().refused_full > 0u);
    BOOST_TEST(i.progress.done == 500u);
    BOOST_TEST(i.progress.total == 500u);
}

BOOST_AUTO_TEST_CASE(approvals_that_are_switched_on_meanwhile_hold_from_then_on) {
    struct row {
        const char* name;
        std::size_t in_flight_max;
        bool another_profile; ///< else other terms of the same, as after a reload
    };

    const row rows[] = {
        {"another profile", 256, true},
        {"another profile, one row at a time", 1, true},
        {"other terms, one row at a time", 1, false},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            importing i;
            i.limits.in_flight_max = r.in_flight_max;
            int asked = 0;
            bool strict = false;
            i.rules = [&]() -> result<row_rules> {
                const auto profile = i.house.views().tenant(i.acme)->settings.profile;
                auto by = std::make_shared<projections::policy>(
                    projections::policy{profile, profile + "@1"});
                by->approvals.invites = strict || profile != "generic";
                // After this row's rules were told, and before it is handed in.
                if (++asked == 100 && r.another_profile) {
                    projections::set_tenant wish;
                    wish.profile = "zamp";
                    i.house.run(test::by_operator(i.acme, wish));
                } else if (asked == 100) {
                    strict = true;
                }
                return row_rules{{}, std::move(by)};
            };
            const auto done = i.run(names(200));
            BOOST_REQUIRE(done);
            BOOST_TEST(member(*done, "/created") == "200");
            BOOST_TEST(member(*done, "/refused") == "0");
            const auto switched = i.house.views().tenant(i.acme)->version;
            std::size_t waiting = 0;
            i.house.views().list(i.acme, 0, [&](const projections::user_view& user) {
                const bool waits = user.core.status() == projections::user_status::pending_role;
                if (waits) ++waiting;
                if (r.another_profile)
                    BOOST_TEST(waits == (switched < user.core.created_seq), user.id.text());
                return true;
            });
            BOOST_TEST(waiting >= 150u);
            BOOST_TEST(waiting < 200u);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_import_ends_when_nobody_knows_what_has_to_be_approved) {
    importing i;
    int asked = 0;
    i.rules = [&asked]() -> result<row_rules> {
        if (++asked < 20) return row_rules{};
        return refuse(409, "profile_missing", "the profile is gone");
    };
    const auto ended = i.run(names(50));
    BOOST_REQUIRE(!ended);
    BOOST_TEST(ended.error().word == "profile_missing");
    BOOST_TEST(ended.error().detail.starts_with("the profile is gone: the import ended"),
               ended.error().detail);
    BOOST_TEST(i.users() > 0u);
    BOOST_TEST(i.users() < 20u);
}

BOOST_AUTO_TEST_CASE(no_more_rows_are_told_than_the_limit) {
    importing i;
    i.limits.rows_told_max = 2;
    i.limits.in_flight_max = 1;
    BOOST_REQUIRE(i.run("userName,title\nann,a\nbob,a\ncid,a\n"));
    const auto done = i.run("userName,title\nann,b\nbob,b\ncid,b\ndan,\ndan,\ndan,\nDAN,\n");
    BOOST_REQUIRE(done);
    BOOST_TEST(member(*done, "/differing") == "3");
    BOOST_TEST(member(*done, "/differing_rows/1/line") == "3");
    BOOST_TEST(member(*done, "/differing_not_listed") == "1");
    BOOST_TEST(member(*done, "/refused") == "3");
    BOOST_TEST(member(*done, "/refused_rows/1/line") == "7");
    BOOST_TEST(member(*done, "/refused_not_listed") == "1");
    BOOST_TEST(done->find("\"line\":8") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dry_run_writes_nothing) {
    importing i;
    const auto head = i.house.log().head();
    const auto done = i.run(names(50), true);
    BOOST_REQUIRE(done);
    BOOST_TEST(member(*done, "/created") == "50");
    BOOST_TEST((i.house.log().head() == head));
}

BOOST_AUTO_TEST_CASE(a_dry_run_tells_who_takes_the_seats) {
    struct row {
        const char* name;
        std::uint64_t seats;
        const char* file;
        const char* said;
    };

    const row rows[] = {
        {"taken by a row above", 1, "userName\na\nb\n",
         "no seat is left: the people in the rows above take them"},
        {"none was free", 0, "userName\na\n", "no seat is free: free one, or raise the limit"},
        {"nor does anybody inactive take one", 0, "userName,active\nz,no\na,yes\n",
         "no seat is free: free one, or raise the limit"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            importing i;
            i.acme = i.house.make_tenant("small", r.seats);
            const auto done = i.run(r.file, true);
            BOOST_REQUIRE(done);
            BOOST_TEST(member(*done, "/refused") == "1");
            BOOST_TEST(member(*done, "/refused_rows/0/reason").find(r.said) != std::string::npos,
                       *done);
        }
    }
}

BOOST_AUTO_TEST_CASE(places_are_given_and_come_back) {
    import_places places(2);
    const eventlog::tenant_no a{1};
    const eventlog::tenant_no b{2};
    const eventlog::tenant_no c{3};
    auto first = places.take(a);
    auto second = places.take(b);
    BOOST_REQUIRE(first);
    BOOST_REQUIRE(second);
    BOOST_TEST(places.take(a).error().status == 409u);
    BOOST_TEST(places.take(c).error().status == 429u);
    first->reset();
    BOOST_TEST(places.take(c).has_value()); // and lets it go again
    BOOST_TEST(places.take(a).has_value());
    BOOST_TEST(places.take(b).error().status == 409u);
    const auto held = places.take(c);
    BOOST_TEST(places.take(a).error().retry_after_s == 5u);
}

BOOST_AUTO_TEST_CASE(files_come_in_up_to_the_limit) {
    upload_places places(2);
    const eventlog::tenant_no a{1};
    const eventlog::tenant_no b{2};
    const eventlog::tenant_no c{3};
    auto first = places.take(a);
    BOOST_REQUIRE(first);
    auto second = places.take(b); // at the limit
    BOOST_REQUIRE(second);
    for (const eventlog::tenant_no one : {a, b, c}) { // and one past it
        const auto refused = places.take(one);
        BOOST_REQUIRE(!refused);
        BOOST_TEST(refused.error().status == 429u);
        BOOST_TEST(refused.error().word == "too_many_uploads");
        BOOST_TEST(refused.error().retry_after_s == 5u);
        BOOST_TEST((refused.error().detail.find("2 files") != std::string::npos) == (one == c));
    }
    second->reset();
    BOOST_TEST(places.take(c).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
