#include "eventlog/error.hpp"
#include "eventlog/keys.hpp"
#include "projections/content_writer.hpp"
#include "projections/read.hpp"
#include "projections/rebuild.hpp"
#include "projections/rows.hpp"
#include "projections/state_hash.hpp"
#include "projections/store_rows.hpp"
#include "tests/projections/server.hpp"
#include "tests/support/raw_database.hpp"

#include <atomic>
#include <thread>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(rebuild_test)

namespace {

/// A server with two tenants, a key, and users in every condition.
class busy_server : public server {
  public:
    tenant_no acme = make_tenant("acme", 5);
    tenant_no bold = make_tenant("bold");
    user_state jane = make_user(acme, wish_for("jane", true, "e-1"));
    user_state joe = make_user(acme, wish_for("joe"));
    user_state ann = make_user(bold, wish_for("ann"));

    busy_server() {
        run(by_operator(acme, create_key{id_of(1), digest_of(1), "okta", {}}));
        run(by_provider(acme, change_user{jane.id, {}, set_active(false), {}, true}));
        run(by_provider(acme, delete_user{joe.id, {}}));
        const user_state gone = make_user(bold, wish_for("gone"));
        run(by_operator(bold, erase_user{gone.id}));
        run(by_operator(acme, set_mapping{"[1]", {}}));
        run(by_operator(bold, set_mapping{"[1]", {}}));
        run(by_operator(bold, set_mapping{}));
        run(by_operator(make_tenant("closed"), delete_tenant{}));
    }

    base::result<rebuild_report> rebuild_all(rebuild_options options = {}) {
        return rebuild(log(), keys(), &queue(), &views(), options);
    }

    base::result<rebuild_report> verify() {
        rebuild_options options;
        options.verify_only = true;
        return rebuild_all(options);
    }

    void tamper(table where, const std::string& key, std::optional<std::string> value) {
        const auto written = log().write_unsynced({{where, key, std::move(value)}});
        BOOST_REQUIRE(written.has_value());
    }
};

} // namespace

BOOST_AUTO_TEST_CASE(an_empty_log_gives_no_rows) {
    server s;
    const auto report = rebuild(s.log(), s.keys(), &s.queue(), &s.views(), {});
    BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
    BOOST_TEST(report->rows == 0u);
    BOOST_TEST(report->differences == 0u);
    BOOST_TEST(report->flipped);
    s.make_user(s.make_tenant("acme"), wish_for("jane"));
}

BOOST_AUTO_TEST_CASE(a_verification_leaves_everything_as_it_is) {
    busy_server s;
    const auto generation = s.log().generation();
    const auto report = s.verify();
    BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
    BOOST_TEST(report->differences == 0u);
    BOOST_TEST(!report->first_difference);
    BOOST_TEST(report->state_hash_differs.empty());
    BOOST_TEST(!report->flipped);
    BOOST_TEST(report->tenants == 3u);
    BOOST_TEST(report->users == 2u);
    BOOST_TEST(report->events == s.log().head().offset);
    BOOST_TEST((report->at == s.log().head()));
    BOOST_TEST(report->passes == 1u);
    BOOST_TEST(s.log().generation() == generation);
}

BOOST_AUTO_TEST_CASE(a_rebuild_flips_and_the_server_goes_on) {
    busy_server s;
    const auto generation = s.log().generation();
    const auto epoch = s.views().access_epoch();
    const auto report = s.rebuild_all();
    BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
    BOOST_TEST(report->flipped);
    BOOST_TEST(s.log().generation() != generation);
    BOOST_TEST(s.views().access_epoch() != epoch);
    BOOST_TEST(s.views().user(s.acme, s.jane.id)->content.user_name == "jane");
    s.make_user(s.acme, wish_for("new"));
    s.reopen();
    BOOST_TEST(s.views().user(s.bold, s.ann.id).has_value());
    BOOST_TEST(s.views().counters(s.acme).users == 2u);
    BOOST_TEST(s.verify()->differences == 0u);
}

BOOST_AUTO_TEST_CASE(a_log_with_a_hole_takes_nobodys_place) {
    for (const std::uint64_t missing : {1u, 5u, 9u}) {
        BOOST_TEST_CONTEXT("without @" << missing) {
            busy_server s;
            s.close();
            support::raw_database(s.path()).erase("log", keys::log({position::embedded, missing}));
            s.open();
            const auto generation = s.log().generation();
            for (const bool verify_only : {true, false}) {
                rebuild_options options;
                options.verify_only = verify_only;
                const auto report = s.rebuild_all(options);
                BOOST_REQUIRE(!report.has_value());
                BOOST_TEST(report.error().message.find("@" + std::to_string(missing)) !=
                           std::string::npos);
            }
            BOOST_TEST(s.log().generation() == generation);
            BOOST_TEST(!s.views().user(s.acme, s.jane.id)->core.active);
            const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
            BOOST_TEST(!hashes.has_value());
        }
    }
}

BOOST_AUTO_TEST_CASE(damage_to_a_live_row_is_found_and_healed) {
    busy_server builder;
    const std::string jane_row = key_of::user(builder.acme, builder.jane.id);
    const auto secret = builder.keys().lookup_secret(store_rows(builder.log()), builder.acme);
    const std::string jane_name = key_of::unique(
        lookup_kind::user_name, builder.acme, lookup_of(*secret, lookup_kind::user_name, "jane"));
    tenant_counters counters = builder.views().counters(builder.acme);
    ++counters.by_status[static_cast<std::size_t>(user_status::active)];

    struct damage_case {
        const char* name;
        table where;
        std::string key;
        std::optional<std::string> value;
        row_difference::kind what;
        bool hash_differs;
    };

    using kind = row_difference::kind;
    const damage_case cases[] = {
        {"a user is missing", table::state, jane_row, std::nullopt, kind::missing_live, false},
        {"a user is other", table::state, jane_row, "x", kind::other_value, false},
        {"a row too many", table::state, key_of::user(builder.acme, id_of(0xfe)), "x",
         kind::surplus_live, false},
        {"a name is missing", table::index, jane_name, std::nullopt, kind::missing_live, false},
        {"a name is another's", table::index, jane_name, encode(id_of(3)), kind::other_value,
         false},
        {"a seat too many", table::state, key_of::counters(builder.acme), encode(counters),
         kind::other_value, true},
    };
    for (const damage_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            builder.tamper(c.where, c.key, c.value);
            const auto found = builder.verify();
            BOOST_REQUIRE_MESSAGE(found.has_value(), found.error().message);
            BOOST_TEST(found->differences == 1u);
            BOOST_REQUIRE(found->first_difference.has_value());
            BOOST_TEST((found->first_difference->what == c.what));
            BOOST_TEST((found->first_difference->where == c.where));
            BOOST_TEST((found->first_difference->tenant == builder.acme));
            BOOST_TEST(found->state_hash_differs.size() == (c.hash_differs ? 1u : 0u));
            const auto hashes = check_state_hashes(builder.log(), &builder.queue(), {});
            BOOST_TEST(hashes->differ.size() == (c.hash_differs ? 1u : 0u));
            BOOST_TEST(builder.rebuild_all()->differences == 1u);
            BOOST_TEST(builder.verify()->differences == 0u);
        }
    }
}

BOOST_AUTO_TEST_CASE(state_hashes_are_checked_without_writing_or_opening_anything) {
    busy_server s;
    const auto report = check_state_hashes(s.log(), &s.queue(), {});
    BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
    BOOST_TEST(report->differ.empty());
    BOOST_TEST(report->tenants == 3u);
    BOOST_TEST(report->users == 2u);
    BOOST_TEST(report->events == s.log().head().offset);

    s.tamper(table::state, key_of::counters(s.bold), std::nullopt);
    s.tamper(table::state, key_of::counters(tenant_no{99}), encode(tenant_counters{}));
    const auto damaged = check_state_hashes(s.log(), nullptr, {});
    BOOST_TEST((damaged->differ == std::vector<tenant_no>{s.bold, tenant_no{99}}));
}

BOOST_AUTO_TEST_CASE(a_missing_key_of_a_living_user_is_an_error_that_names_him) {
    busy_server s;
    memory_rows taken;

    // What destroy_subject would erase, found by watching it.
    class watcher final : public row_editor {
      public:
        std::string key;

        bool get(table, std::string_view, std::string&) const override { return false; }

        void put(table, std::string_view, std::string_view) override {}

        void erase(table, std::string_view k) override { key = k; }
    } watch;

    keyring::destroy_subject(watch, s.acme, s.jane.id);
    s.tamper(table::keys, watch.key, std::nullopt);
    const auto generation = s.log().generation();
    const auto report = s.rebuild_all();
    BOOST_REQUIRE(!report.has_value());
    BOOST_TEST((report.error().code == log_errc::key_destroyed));
    BOOST_TEST(report.error().message.find(s.jane.id.text()) != std::string::npos);
    BOOST_TEST(s.log().generation() == generation);
    BOOST_TEST(s.views().user(s.acme, s.jane.id).has_value());
}

BOOST_AUTO_TEST_CASE(many_persons_are_opened_by_several_workers) {
    busy_server s;
    std::vector<command> creates;
    for (std::size_t i = 0; i < records_per_chunk + 1; ++i) {
        creates.push_back(by_operator(s.bold, create_user{base::uuid::make_v7(base::now().unix_ms),
                                                          wish_for("b" + std::to_string(i))}));
    }
    const std::size_t made = creates.size();
    const std::size_t accepted = s.run_all(std::move(creates));
    BOOST_TEST(accepted == made);
    for (const unsigned workers : {1u, 3u}) {
        for (const std::size_t entries_max : {std::size_t{100}, std::size_t{10'000}}) {
            BOOST_TEST_CONTEXT(workers << " workers, " << entries_max << " entries at a time") {
                rebuild_options options;
                options.workers = workers;
                options.entries_max = entries_max;
                const auto report = s.rebuild_all(options);
                BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
                BOOST_TEST(report->differences == 0u);
                BOOST_TEST(report->users == made + 2);
                BOOST_TEST((report->passes > 1) == (entries_max < made));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(progress_is_told_and_can_stop_it) {
    busy_server s;
    std::vector<command> changes;
    for (int i = 0; i < 3000; ++i) {
        changes.push_back(
            by_operator(s.acme, change_user{s.jane.id, {}, set_active(i % 2 == 0), {}, false}));
    }
    const std::size_t accepted = s.run_all(std::move(changes));
    BOOST_TEST(accepted == 3000u);
    const auto generation = s.log().generation();
    rebuild_options options;
    options.progress_every = 1000;
    std::vector<rebuild_progress> told;
    options.progress = [&](const rebuild_progress& p) {
        told.push_back(p);
        return true;
    };
    BOOST_TEST(s.rebuild_all(options).has_value());
    BOOST_TEST(told.size() >= 6u);
    BOOST_TEST(told.front().step == "fold");
    BOOST_TEST(told.back().step == "contents");
    for (const rebuild_progress& p : told) {
        BOOST_TEST(p.done <= p.total);
    }
    const auto flipped = s.log().generation();
    BOOST_TEST(flipped != generation);

    options.progress = [](const rebuild_progress&) { return false; };
    const auto stopped = s.rebuild_all(options);
    BOOST_REQUIRE(!stopped.has_value());
    BOOST_TEST((stopped.error().code == log_errc::stopped));
    BOOST_TEST(s.log().generation() == flipped);
    const auto not_checked = check_state_hashes(s.log(), &s.queue(), options);
    BOOST_REQUIRE(!not_checked.has_value());
    BOOST_TEST((not_checked.error().code == log_errc::stopped));
}

BOOST_AUTO_TEST_CASE(writes_erasures_and_reads_go_on_during_a_rebuild) {
    busy_server s;
    std::vector<user_state> users;
    for (int i = 0; i < 50; ++i) {
        users.push_back(s.make_user(s.bold, wish_for("b" + std::to_string(i))));
    }
    std::atomic<bool> stop{false};
    std::thread traffic([&] {
        for (std::size_t i = 0; !stop; ++i) {
            const user_state& user = users[i % users.size()];
            command c =
                by_operator(s.bold, change_user{user.id, {}, set_active(i % 3 != 0), {}, true});
            if (i % 17 == 5) c = by_operator(s.bold, erase_user{user.id});
            if (i % 5 == 1) {
                c = by_operator(s.bold, create_user{base::uuid::make_v7(base::now().unix_ms),
                                                    wish_for("n" + std::to_string(i))});
            }
            static_cast<void>(s.ask(std::move(c)));
            if (s.views().counters(s.bold).users == 0) break;
        }
    });
    for (int round = 0; round < 6; ++round) {
        rebuild_options options;
        options.verify_only = round % 2 == 0;
        options.batch_rows_max = 7;
        const auto report = s.rebuild_all(options);
        BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
        BOOST_TEST(report->differences == 0u);
        const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
        BOOST_TEST(hashes->differ.empty());
    }
    stop = true;
    traffic.join();
    BOOST_TEST(s.verify()->differences == 0u);
}

BOOST_AUTO_TEST_CASE(rows_of_another_version_are_replaced_and_never_read) {
    busy_server s;
    // As an older program left them: nothing that this one understands.
    BOOST_REQUIRE(s.log().begin_generation().has_value());
    BOOST_REQUIRE(s.log()
                      .write_generation({{table::state, key_of::counters(s.acme), "\x01old"},
                                         {table::state, key_of::user(s.acme, s.jane.id), "old"}})
                      .has_value());
    BOOST_REQUIRE(s.log().flip_generation(1).has_value());

    const auto verified = s.verify();
    BOOST_REQUIRE(!verified.has_value());
    BOOST_TEST((verified.error().code == log_errc::older_rows));
    const auto hashes = check_state_hashes(s.log(), &s.queue(), {});
    BOOST_REQUIRE_MESSAGE(hashes.has_value(), hashes.error().message);
    BOOST_TEST((!hashes->compared && hashes->differ.empty()));
    BOOST_TEST((hashes->users == 2u && hashes->tenants == 3u));

    const auto report = s.rebuild_all();
    BOOST_REQUIRE_MESSAGE(report.has_value(), report.error().message);
    BOOST_TEST((report->flipped && !report->compared && report->differences == 0u));
    BOOST_TEST(s.log().generation_version() == projection_version);
    BOOST_TEST(s.views().user(s.acme, s.jane.id).has_value());
    const auto again = s.verify();
    BOOST_TEST((again->compared && again->differences == 0u));
    BOOST_TEST(check_state_hashes(s.log(), &s.queue(), {})->compared);
}

BOOST_AUTO_TEST_CASE(a_writer_that_has_stopped_ends_a_rebuild) {
    busy_server s;
    s.queue().stop();
    const auto report = s.rebuild_all();
    BOOST_REQUIRE(!report.has_value());
    BOOST_TEST((report.error().code == log_errc::stopped));
    BOOST_TEST(rebuild(s.log(), s.keys(), nullptr, nullptr, {}).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
