#include "projections/directory.hpp"
#include "projections/rows.hpp"
#include "tests/projections/server.hpp"

#include <random>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(directory_test)

namespace {

/// Names of up to `count` users from the `first`-th on.
std::vector<std::string> page(const directory& views, tenant_no tenant, std::uint64_t first,
                              std::size_t count) {
    std::vector<std::string> names;
    if (count == 0) return names;
    views.list(tenant, first, [&](const user_view& user) {
        names.emplace_back(user.user_name);
        return names.size() < count;
    });
    return names;
}

} // namespace

BOOST_AUTO_TEST_CASE(tenants_are_found_by_number_and_slug_and_listed_without_deleted_ones) {
    server s;
    const tenant_no bold = s.make_tenant("bold", 5);
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no gone = s.make_tenant("gone");
    s.run(by_operator(gone, delete_tenant{}));
    const directory& views = s.views();
    BOOST_TEST(views.tenant(bold)->slug == "bold");
    BOOST_TEST(views.tenant(bold)->settings.seat_limit.value() == 5u);
    BOOST_TEST((views.tenant("acme")->number == acme));
    BOOST_TEST(views.tenant("gone")->deleted);
    BOOST_TEST(!views.tenant("none"));
    BOOST_TEST(!views.tenant("ac"));
    BOOST_TEST(!views.tenant(tenant_no{99}));
    const auto all = views.tenants();
    BOOST_REQUIRE(all.size() == 2);
    BOOST_TEST(all[0].slug == "acme");
    BOOST_TEST(all[1].slug == "bold");
}

BOOST_AUTO_TEST_CASE(keys_are_found_by_secret_and_by_id_in_their_tenant) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no bold = s.make_tenant("bold");
    s.run(by_operator(acme, create_key{id_of(1), digest_of(1), "first", {}}));
    s.run(by_operator(acme, create_key{id_of(2), digest_of(2), "second", {}}));
    s.run(by_operator(acme, revoke_key{id_of(1)}));
    const directory& views = s.views();
    BOOST_TEST(views.key_by_secret(digest_of(1))->revoked);
    BOOST_TEST(views.key_by_secret(digest_of(2))->label == "second");
    BOOST_TEST(!views.key_by_secret(digest_of(3)));
    digest near = digest_of(2);
    near[31] = 0;
    BOOST_TEST(!views.key_by_secret(near));
    BOOST_TEST(views.key(acme, id_of(2)).has_value());
    BOOST_TEST(!views.key(bold, id_of(2)));
    const auto keys = views.keys(acme);
    BOOST_REQUIRE(keys.size() == 2);
    BOOST_TEST(keys[0].label == "first");
    BOOST_TEST(views.keys(bold).empty());
}

BOOST_AUTO_TEST_CASE(users_are_found_by_what_is_unique_and_by_what_is_shared) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no bold = s.make_tenant("bold");
    user_wish wish = wish_for("jane", true, "e-1");
    wish.content.email_keys = {"jane@example.com", "team@example.com"};
    const auto jane = s.make_user(acme, wish);
    wish = wish_for("joe", true, "e-1");
    wish.content.email_keys = {"team@example.com"};
    const auto joe = s.make_user(acme, wish);
    const directory& views = s.views();
    using by = directory::lookup;
    const auto find = [&](tenant_no tenant, by what, std::string_view value, std::size_t most) {
        return views.find(tenant, what, value, most);
    };
    BOOST_TEST((find(acme, by::user_name, "jane", 9) == std::vector{jane.id}));
    BOOST_TEST((find(acme, by::external_id, "e-1", 9) == std::vector{jane.id, joe.id}));
    BOOST_TEST((find(acme, by::external_id, "e-1", 1) == std::vector{jane.id}));
    BOOST_TEST((find(acme, by::email, "team@example.com", 9) == std::vector{jane.id, joe.id}));
    BOOST_TEST((find(acme, by::email, "jane@example.com", 9) == std::vector{jane.id}));
    BOOST_TEST(find(acme, by::email, "jane@example.com", 0).empty());
    BOOST_TEST(find(acme, by::user_name, "Jane", 9).empty());
    BOOST_TEST(find(acme, by::email, "jane", 9).empty());
    BOOST_TEST(find(bold, by::user_name, "jane", 9).empty());
    BOOST_TEST(find(tenant_no{99}, by::user_name, "jane", 9).empty());

    // What is given up is free again and finds nobody.
    wish = wish_for("jane2");
    wish.content.email_keys = {"jane@example.com"};
    s.run(by_operator(acme, change_user{jane.id, {}, always(wish), {}, false}));
    BOOST_TEST(find(acme, by::user_name, "jane", 9).empty());
    BOOST_TEST((find(acme, by::user_name, "jane2", 9) == std::vector{jane.id}));
    BOOST_TEST((find(acme, by::external_id, "e-1", 9) == std::vector{joe.id}));
    BOOST_TEST((find(acme, by::email, "team@example.com", 9) == std::vector{joe.id}));
    BOOST_TEST((find(acme, by::email, "jane@example.com", 9) == std::vector{jane.id}));
    s.run(by_operator(acme, delete_user{jane.id, {}}));
    BOOST_TEST(find(acme, by::email, "jane@example.com", 9).empty());
    BOOST_TEST(find(acme, by::user_name, "jane2", 9).empty());
}

BOOST_AUTO_TEST_CASE(a_user_is_viewed_without_copying_him) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const tenant_no bold = s.make_tenant("bold");
    const auto jane = s.make_user(acme, wish_for("jane"));
    std::string bytes;
    user_view view;
    BOOST_REQUIRE(s.views().user(acme, jane.id, bytes, view));
    BOOST_TEST((view.id == jane.id && view.core == jane.core));
    BOOST_TEST(view.user_name == "jane");
    BOOST_TEST(view.document == jane.content.document);
    BOOST_TEST((view.document.data() >= bytes.data()));
    BOOST_TEST((s.views().user(acme, jane.id) == jane));
    BOOST_TEST(!s.views().user(acme, id_of(1), bytes, view));
    BOOST_TEST(!s.views().user(bold, jane.id, bytes, view));
    BOOST_TEST(!s.views().user(bold, jane.id));
}

BOOST_AUTO_TEST_CASE(pages_at_any_depth_are_those_of_a_list) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    s.make_user(s.make_tenant("next"), wish_for("neighbour"));
    constexpr std::size_t made = 2 * places_per_block + 500;
    std::vector<command> creates;
    std::vector<std::string> model;
    std::vector<subject_id> ids;
    for (std::size_t i = 0; i < made; ++i) {
        ids.push_back(base::uuid::make_v7(1'700'000'000'000 + static_cast<std::int64_t>(i)));
    }
    for (std::size_t i = 0; i + 7 < made; i += 50) {
        std::swap(ids[i], ids[i + 7]); // ids do not always grow with the listing
    }
    for (std::size_t i = 0; i < made; ++i) {
        model.push_back("u" + std::to_string(i));
        creates.push_back(by_operator(acme, create_user{ids[i], wish_for(model.back())}));
    }
    const std::size_t accepted = s.run_all(std::move(creates));
    BOOST_TEST(accepted == made);
    BOOST_TEST((page(s.views(), acme, 0, made + 1) == model));

    std::mt19937 random(20);
    std::vector<command> deletes;
    std::vector<std::string> left;
    for (std::size_t i = 0; i < made; ++i) {
        const std::size_t place = i + 1;
        const bool second_block = place / places_per_block == 1; // goes as a whole
        if (second_block || random() % 3 == 0) {
            deletes.push_back(by_operator(acme, delete_user{ids[i], {}}));
        } else {
            left.push_back(model[i]);
        }
    }
    const std::size_t deleted = deletes.size();
    const std::size_t gone = s.run_all(std::move(deletes));
    BOOST_TEST(gone == deleted);
    BOOST_TEST(s.views().counters(acme).users == left.size());

    for (int round = 0; round < 2; ++round) {
        for (std::size_t first : {std::size_t{0}, std::size_t{1}, std::size_t{600}, left.size() / 2,
                                  left.size() - 1, left.size(), left.size() + 9}) {
            for (const std::size_t count : {std::size_t{1}, std::size_t{100}}) {
                BOOST_TEST_CONTEXT("page of " << count << " from " << first) {
                    const std::size_t from = std::min(first, left.size());
                    const std::size_t to = std::min(from + count, left.size());
                    const std::vector<std::string> expected(
                        left.begin() + static_cast<std::ptrdiff_t>(from),
                        left.begin() + static_cast<std::ptrdiff_t>(to));
                    BOOST_TEST((page(s.views(), acme, first, count) == expected));
                }
            }
        }
        s.reopen();
    }
}

BOOST_AUTO_TEST_CASE(a_walk_sees_one_view) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.make_user(acme, wish_for("jane"));
    const auto joe = s.make_user(acme, wish_for("joe"));
    std::string seen;
    s.views().list(acme, 0, [&](const user_view& user) {
        if (seen.empty()) {
            s.run(by_operator(acme, delete_user{joe.id, {}}));
            s.make_user(acme, wish_for("late"));
        }
        seen += std::string(user.user_name) + " ";
        return true;
    });
    BOOST_TEST(seen == "jane joe ");
    BOOST_TEST((page(s.views(), acme, 0, 9) == std::vector<std::string>{"jane", "late"}));
}

BOOST_AUTO_TEST_CASE(names_of_a_user_are_all_that_he_ever_had) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    const auto jane = s.make_user(acme, wish_for("jane"));
    s.run(by_operator(acme, change_user{jane.id, {}, always(wish_for("jane.doe")), {}, false}));
    s.run(by_operator(acme, change_user{jane.id, {}, always(wish_for("jane")), {}, false}));
    s.run(by_operator(acme, delete_user{jane.id, {}}));
    using names = std::vector<std::string>;
    BOOST_TEST((s.views().names_of(acme, jane.id) == names{"jane", "jane.doe"}));
    BOOST_TEST(s.views().names_of(acme, id_of(1)).empty());
    s.run(by_operator(acme, erase_user{jane.id}));
    BOOST_TEST(s.views().names_of(acme, jane.id).empty());
}

BOOST_AUTO_TEST_CASE(a_listing_that_lacks_somebody_is_no_answer) {
    server s;
    const tenant_no acme = s.make_tenant("acme");
    for (int i = 0; i < 3; ++i) {
        s.make_user(acme, wish_for("user" + std::to_string(i)));
    }
    const auto names = [&](std::uint64_t first) { return page(s.views(), acme, first, 9).size(); };
    BOOST_TEST(names(0) == 3u);
    BOOST_TEST(names(3) == 0u);
    const std::string last = key_of::place(listing_kind::users, acme, 3);
    BOOST_REQUIRE(s.log().write_unsynced({{table::state, last, std::nullopt}}).has_value());
    BOOST_CHECK_THROW(names(0), storage_failure);
    BOOST_CHECK_THROW(names(2), storage_failure);
    BOOST_TEST(page(s.views(), acme, 0, 2).size() == 2u);
}

BOOST_AUTO_TEST_SUITE_END()
