#include "eventlog/store.hpp"
#include "projections/rows.hpp"
#include "tests/projections/world.hpp"

#include <rapidcheck/boost_test.h>

#include <algorithm>

using namespace rollcall;
using namespace rollcall::projections;
using namespace rollcall::projections::test;

BOOST_AUTO_TEST_SUITE(rows_test)

namespace {

user_state some_user() {
    user_state user;
    user.id = id_of(7);
    user.core.ordinal = 3;
    user.core.created_seq = {4};
    user.core.version = {9};
    user.core.created = {1'700'000'000'000};
    user.core.modified = {1'700'000'000'001};
    user.core.origin = user_origin::native;
    user.core.active = false;
    user.core.suspended = {3, {1'700'000'000'002}};
    user.core.sealed_hash = digest_of(5);
    user.content = wish_for("jane", true, "e-1").content;
    user.content.email_keys = {"a@example.com", "b@example.com"};
    return user;
}

tenant_state some_tenant() {
    tenant_state tenant{tenant_no{5}, "acme", {"Acme", "generic", "default", 10, false},
                        {12},         {34},   true};
    tenant.sso = {{"urn:idp", "https://idp.example/sso", {{digest_of(6), {15}}, {}}, digest_of(7)},
                  {14},
                  {33}};
    return tenant;
}

team_state some_team() {
    team_state team;
    team.id = id_of(17);
    team.core.ordinal = 3;
    team.core.created_seq = {4};
    team.core.version = {9};
    team.core.created = {1'700'000'000'000};
    team.core.modified = {1'700'000'000'001};
    team.core.members = 100'000;
    team.core.sealed_hash = digest_of(5);
    team.content = team_named("sales", "g-1").content;
    return team;
}

key_state some_key() {
    key_state key;
    key.tenant = tenant_no{5};
    key.id = id_of(8);
    key.secret_hash = digest_of(9);
    key.label = "okta";
    key.created = {11};
    key.expires_at = base::moment{12};
    key.revoked = true;
    key.because = rights_end::owner_demoted;
    key.owner = id_of(10);
    key.version = {13};
    return key;
}

admin_state some_admin() {
    admin_state admin{tenant_no{5}, id_of(18), {}, {"Ada@Acme.example", "ada@acme.example"}};
    admin.core = {admin_role::viewer,
                  true,
                  rights_end::user_deleted,
                  id_of(19),
                  digest_of(9),
                  base::moment{12},
                  {11},
                  {13},
                  digest_of(5)};
    return admin;
}

} // namespace

BOOST_AUTO_TEST_CASE(what_is_written_is_read) {
    const user_state user = some_user();
    BOOST_TEST((decode_user(user.id, encode(user.core, user.content)) == user));
    const tenant_state tenant = some_tenant();
    BOOST_TEST((decode_tenant(tenant.number, encode(tenant)) == tenant));
    const key_state key = some_key();
    BOOST_TEST((decode_key(key.tenant, key.id, encode(key)) == key));
    const admin_state admin = some_admin();
    BOOST_TEST((decode_admin(admin.tenant, admin.id, encode(admin)) == admin));
    const tenant_counters counters{1, {2, 3, 4, 5, 6}, 7, 8, 9, 10, 11, 12, 13, digest_of(14)};
    BOOST_TEST((decode_counters(encode(counters)) == counters));
    const key_place place = decode_key_place(encode(key_place{tenant_no{5}, id_of(6)}));
    BOOST_TEST((place.tenant == tenant_no{5} && place.id == id_of(6)));
    BOOST_TEST((decode_tenant_no(encode(tenant_no{77})) == tenant_no{77}));
    BOOST_TEST(decode_count(encode_count(1024)) == 1024u);
    BOOST_TEST((decode_subject(encode(id_of(3))) == id_of(3)));
    const team_state team = some_team();
    BOOST_TEST((decode_team(team.id, encode(team.core, team.content)) == team));
    BOOST_TEST((decode_since(encode_since({77})) == tenant_seq{77}));
    for (const std::vector<subject_id>& teams :
         {std::vector<subject_id>{}, {id_of(1)}, {id_of(1), id_of(2), id_of(0xff)}}) {
        BOOST_TEST((decode_teams_of(encode_teams_of(teams)) == teams));
    }
}

BOOST_AUTO_TEST_CASE(what_may_be_missing_stays_missing) {
    user_state user = some_user();
    user.content.external_id.reset();
    user.content.email_keys.clear();
    BOOST_TEST((decode_user(user.id, encode(user.core, user.content)) == user));
    user.content.external_id = "";
    BOOST_TEST((decode_user(user.id, encode(user.core, user.content)) == user));
    team_state team = some_team();
    team.content.external_id.reset();
    BOOST_TEST((decode_team(team.id, encode(team.core, team.content)) == team));
    team.content.external_id = "";
    BOOST_TEST((decode_team(team.id, encode(team.core, team.content)) == team));
    tenant_state tenant = some_tenant();
    tenant.settings.seat_limit.reset();
    BOOST_TEST((decode_tenant(tenant.number, encode(tenant)) == tenant));
    tenant.mapping = {"[{}]", {12}};
    BOOST_TEST((decode_tenant(tenant.number, encode(tenant)) == tenant));
    key_state key = some_key();
    key.expires_at.reset();
    BOOST_TEST((decode_key(key.tenant, key.id, encode(key)) == key));
    key.because = rights_end::asked;
    BOOST_TEST((decode_key(key.tenant, key.id, encode(key)) == key));
    key.owner.reset();
    BOOST_TEST((decode_key(key.tenant, key.id, encode(key)) == key));
    admin_state admin = some_admin();
    admin.core.because = rights_end::asked;
    BOOST_TEST((decode_admin(admin.tenant, admin.id, encode(admin)) == admin));
    admin.core.user.reset();
    BOOST_TEST((decode_admin(admin.tenant, admin.id, encode(admin)) == admin));
    tenant.sso.reset();
    BOOST_TEST((decode_tenant(tenant.number, encode(tenant)) == tenant));
}

RC_BOOST_PROP(any_user_survives_his_row,
              (const std::string& name, const std::string& document,
               const std::vector<std::string>& emails, bool active, std::uint64_t ordinal)) {
    user_state user = some_user();
    user.core.ordinal = ordinal;
    user.core.active = active;
    user.content.user_name = name;
    user.content.document = document;
    user.content.email_keys = emails;
    const std::string row = encode(user.core, user.content);
    RC_ASSERT(decode_user(user.id, row) == user);
    const user_row view = view_user(row);
    RC_ASSERT(view.core == user.core);
    RC_ASSERT(view.user_name == name);
    RC_ASSERT(view.display == user.content.display);
    RC_ASSERT(view.document == document);
}

RC_BOOST_PROP(any_team_survives_its_row,
              (const std::string& name, const std::string& key, const std::string& document,
               const std::vector<std::string>& external_id, std::uint64_t members)) {
    team_state team = some_team();
    team.core.members = members;
    team.content.name = name;
    team.content.name_key = key;
    team.content.document = document;
    team.content.external_id.reset();
    if (!external_id.empty()) team.content.external_id = external_id[0];
    const std::string row = encode(team.core, team.content);
    RC_ASSERT(decode_team(team.id, row) == team);
    const team_row view = view_team(row);
    RC_ASSERT(view.core == team.core);
    RC_ASSERT(view.name == name);
    RC_ASSERT(view.document == document);
}

BOOST_AUTO_TEST_CASE(the_core_has_its_fixed_size) {
    std::string bytes;
    append(bytes, some_user().core);
    BOOST_TEST(bytes.size() == user_core_size);
    bytes.clear();
    append(bytes, some_team().core);
    BOOST_TEST(bytes.size() == team_core_size);
}

BOOST_AUTO_TEST_CASE(roles_and_requests_survive_the_row) {
    open_request bare;
    bare.opened = 7;
    bare.since = {1'000};
    open_request whole = bare;
    whole.kind = request_kind::reactivation;
    whole.wanted_role = "approver";
    whole.assigner = party{{actor_kind::operator_, id_of(4)}, id_of(5)};
    whole.expires_at = base::moment{2'000};
    whole.due = base::moment{1'500};
    whole.remind_days = 3;
    whole.reminders = 2;
    const standing all[] = {{"", {}},        {"clerk", {}}, {"", bare},
                            {"clerk", bare}, {"", whole},   {"clerk", whole}};
    for (const standing& one : all) {
        user_state user = some_user();
        user.core.approval = one;
        // With a password behind it, or without.
        user.core.password.value = one.role.empty() ? 0 : 77;
        const std::string row = encode(user.core, user.content);
        BOOST_TEST((decode_user(user.id, row) == user));
        const user_row view = view_user(row);
        BOOST_TEST((view.core == user.core));
        BOOST_TEST(view.document == user.content.document);
        std::string bytes;
        append(bytes, user.core);
        BOOST_TEST((bytes.size() == user_core_size) == (one == standing{}));
        for (std::size_t size = 0; size < 1 + bytes.size(); ++size)
            BOOST_CHECK_THROW(view_user(row.substr(0, size)), storage_failure);
    }
}

BOOST_AUTO_TEST_CASE(a_view_that_is_cut_is_damage_too) {
    const team_state team = some_team();
    const user_state user = some_user();
    const std::string team_bytes = encode(team.core, team.content);
    const std::string user_bytes = encode(user.core, user.content);
    const std::size_t shown =
        1 + team_core_size + 1 + 8 + team.content.name.size() + team.content.document.size();
    for (std::size_t size = 0; size < shown; ++size) {
        BOOST_TEST_CONTEXT("cut at " << size) {
            BOOST_CHECK_THROW(view_team(team_bytes.substr(0, size)), storage_failure);
            BOOST_CHECK_THROW(view_user(user_bytes.substr(0, size)), storage_failure);
        }
    }
    BOOST_CHECK_NO_THROW(view_team(team_bytes));
}

BOOST_AUTO_TEST_CASE(a_member_key_names_its_user_and_sorts_within_its_team) {
    const tenant_no t{7};
    const std::string key = key_of::member(t, id_of(1), id_of(2));
    BOOST_TEST((user_of_member_key(key) == id_of(2)));
    BOOST_TEST(key.starts_with(key_of::all_members(t, id_of(1))));
    BOOST_TEST(!key.starts_with(key_of::all_members(t, id_of(2))));
    BOOST_TEST(!key.starts_with(key_of::all_members(tenant_no{8}, id_of(1))));
    BOOST_TEST(key < key_of::member(t, id_of(1), id_of(3)));
    for (std::size_t size = 0; size < key.size(); ++size)
        BOOST_CHECK_THROW(user_of_member_key(key.substr(0, size)), storage_failure);
    BOOST_CHECK_THROW(user_of_member_key(key + "x"), storage_failure);
}

BOOST_AUTO_TEST_CASE(rows_of_users_and_teams_never_meet) {
    const tenant_no t{1};
    const lookup_digest hash{};
    const subject_id id = id_of(1);
    std::vector<std::string> keys{
        key_of::user(t, id),
        key_of::team(t, id),
        key_of::teams_of(t, id),
        key_of::bearer_key(t, id),
        key_of::place(listing_kind::users, t, 1),
        key_of::place(listing_kind::teams, t, 1),
        key_of::block(listing_kind::users, t, 1),
        key_of::block(listing_kind::teams, t, 1),
        key_of::unique(lookup_kind::user_name, t, hash),
        key_of::unique(lookup_kind::team_name, t, hash),
        key_of::shared(lookup_kind::external_id, t, hash, 1),
        key_of::shared(lookup_kind::email, t, hash, 1),
        key_of::shared(lookup_kind::team_external_id, t, hash, 1),
    };
    const std::size_t all = keys.size();
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    BOOST_TEST(keys.size() == all);
}

BOOST_AUTO_TEST_CASE(a_row_that_is_cut_or_too_long_or_of_another_format_is_damage) {
    const user_state user = some_user();

    struct row_case {
        const char* name;
        std::string row;
        void (*read)(std::string_view);
    };

    const row_case cases[] = {
        {"user", encode(user.core, user.content),
         [](std::string_view row) { decode_user(id_of(1), row); }},
        {"tenant", encode(some_tenant()),
         [](std::string_view row) { decode_tenant(tenant_no{1}, row); }},
        {"key", encode(some_key()),
         [](std::string_view row) { decode_key(tenant_no{1}, id_of(1), row); }},
        {"counters", encode(tenant_counters{}), [](std::string_view row) { decode_counters(row); }},
        {"secret", encode(key_place{}), [](std::string_view row) { decode_key_place(row); }},
        {"tenant number", encode(tenant_no{}), [](std::string_view row) { decode_tenant_no(row); }},
        {"block", encode_count(1), [](std::string_view row) { decode_count(row); }},
        {"place", encode(subject_id{}), [](std::string_view row) { decode_subject(row); }},
        {"team", encode(some_team().core, some_team().content),
         [](std::string_view row) { decode_team(id_of(1), row); }},
        {"member", encode_since({1}), [](std::string_view row) { decode_since(row); }},
    };
    for (const row_case& c : cases) {
        BOOST_TEST_CONTEXT(c.name) {
            BOOST_CHECK_NO_THROW(c.read(c.row));
            for (std::size_t size = 0; size < c.row.size(); ++size) {
                BOOST_TEST_CONTEXT("cut at " << size)
                BOOST_CHECK_THROW(c.read(std::string_view(c.row).substr(0, size)), storage_failure);
            }
            BOOST_CHECK_THROW(c.read(c.row + "x"), storage_failure);
        }
    }
    std::string newer = encode(some_tenant());
    newer[0] = 3;
    BOOST_CHECK_THROW(decode_tenant(tenant_no{1}, newer), storage_failure);
    std::string newer_team = encode(some_team().core, some_team().content);
    newer_team[0] = 2;
    BOOST_CHECK_THROW(decode_team(id_of(1), newer_team), storage_failure);
    BOOST_CHECK_THROW(view_team(newer_team), storage_failure);
    const std::string teams = encode_teams_of({id_of(1), id_of(2)});
    for (const std::size_t size : {0u, 2u, 16u, 18u, 32u})
        BOOST_CHECK_THROW(decode_teams_of(teams.substr(0, size)), storage_failure);
    BOOST_CHECK_THROW(decode_teams_of(teams + "x"), storage_failure);
    BOOST_CHECK_THROW(decode_teams_of("\x02" + teams.substr(1)), storage_failure);
    std::string many_emails = encode(user.core, {});
    many_emails[1 + user_core_size + 20] = '\xff';
    BOOST_CHECK_THROW(decode_user(id_of(1), many_emails), storage_failure);
}

RC_BOOST_PROP(keys_sort_as_their_numbers_do,
              (std::uint64_t a, std::uint64_t b, std::uint32_t s, std::uint32_t t)) {
    for (const listing_kind kind : {listing_kind::users, listing_kind::teams}) {
        const tenant_no of{s};
        RC_ASSERT((key_of::place(kind, of, a) < key_of::place(kind, of, b)) == (a < b));
        RC_ASSERT((key_of::block(kind, of, a) < key_of::block(kind, of, b)) == (a < b));
        RC_ASSERT(block_of_key(key_of::block(kind, of, a)) == a);
    }
    RC_ASSERT((key_of::tenant(tenant_no{s}) < key_of::tenant(tenant_no{t})) == (s < t));
}

BOOST_AUTO_TEST_CASE(keys_say_whose_they_are) {
    const tenant_no t{0x01020304};
    const lookup_digest hash{};
    for (const std::string& key :
         {key_of::tenant(t), key_of::bearer_key(t, id_of(1)), key_of::user(t, id_of(1)),
          key_of::place(listing_kind::users, t, 5), key_of::block(listing_kind::users, t, 6),
          key_of::place(listing_kind::teams, t, 5), key_of::block(listing_kind::teams, t, 6),
          key_of::counters(t), key_of::team(t, id_of(1)), key_of::teams_of(t, id_of(1)),
          key_of::member(t, id_of(1), id_of(2)), key_of::unique(lookup_kind::user_name, t, hash),
          key_of::unique(lookup_kind::team_name, t, hash),
          key_of::shared(lookup_kind::email, t, hash, 1),
          key_of::shared(lookup_kind::external_id, t, hash, 1),
          key_of::shared(lookup_kind::team_external_id, t, hash, 1)}) {
        BOOST_TEST((tenant_of_key(key) == t));
    }
    BOOST_TEST(!tenant_of_key(key_of::slug("acme-corp")));
    BOOST_TEST(!tenant_of_key(key_of::secret(digest_of(1))));
    BOOST_TEST(!tenant_of_key(key_of::last_tenant()));
    BOOST_TEST(!tenant_of_key(""));
}

BOOST_AUTO_TEST_CASE(one_value_has_another_hash_for_each_kind_and_tenant_secret) {
    const secret_key one = secret_key::random();
    const secret_key other = secret_key::random();
    const auto name = lookup_of(one, lookup_kind::user_name, "jane");
    BOOST_TEST((name == lookup_of(one, lookup_kind::user_name, "jane")));
    BOOST_TEST((name != lookup_of(one, lookup_kind::email, "jane")));
    BOOST_TEST((name != lookup_of(one, lookup_kind::team_name, "jane")));
    BOOST_TEST((lookup_of(one, lookup_kind::external_id, "jane") !=
                lookup_of(one, lookup_kind::team_external_id, "jane")));
    BOOST_TEST((name != lookup_of(one, lookup_kind::user_name, "Jane")));
    BOOST_TEST((name != lookup_of(other, lookup_kind::user_name, "jane")));
}

BOOST_AUTO_TEST_SUITE_END()
