// What is so as messages: what each degree of privacy tells, and the rows behind it.
#include "projections/told/checkpoint_message.hpp"
#include "projections/told/dead_letter.hpp"
#include "projections/told/lineage_message.hpp"
#include "projections/told/state_message.hpp"
#include "tests/projections/told/told_case.hpp"

namespace rollcall::told {
namespace {

using namespace test;

const state_place place{{1}, "acme", at_42};

/// As it is stored: blanks and escapes too come back byte for byte.
constexpr const char* document =
    R"({"userName":"jane", "emails":[ {"value":"Jane@Acme.example","primary":true} ],"x":1.50})";

projections::user_state jane() {
    projections::user_state user;
    user.id = support::id_of(0x0a);
    user.core.created_seq = {3};
    user.core.version = {9};
    user.core.created = {1'700'000'000'000};
    user.core.modified = {1'700'000'100'000};
    user.core.sealed_hash = support::filled<32>(0x5e);
    user.content = {"jane", "jane", "x-1", {}, "Jane Doe", document};
    return user;
}

projections::team_state sales() {
    projections::team_state team;
    team.id = support::id_of(0x0b);
    team.core.version = {11};
    team.core.members = 2;
    team.content = {"Sales", "sales", "g-7", R"({"displayName":"Sales"})"};
    return team;
}

} // namespace

BOOST_AUTO_TEST_SUITE(state_message_test)

BOOST_AUTO_TEST_CASE(a_user_in_full) {
    const message m = user_message(how_told(privacy::full), place, jane(), "sealed bytes");
    BOOST_TEST(m.key == "acme/user/0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a");
    BOOST_TEST(
        *m.value ==
        R"({"lineage":"4c4c4c4c-4c4c-4c4c-4c4c-4c4c4c4c4c4c","tenant":"acme","type":"user","seq":9,)"
        R"("id":"0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a","version":9,"status":"active","reason":null,)"
        R"("since":null,"active":true,"suspended":null,"role":null,"request":null,)"
        R"("origin":"provisioned","created":"2023-11-14T22:13:20.000Z",)"
        R"("modified":"2023-11-14T22:15:00.000Z","userName":"jane","externalId":"x-1",)"
        R"("display":"Jane Doe","emails":[ {"value":"Jane@Acme.example","primary":true} ],)"
        R"("attributes":)" +
            std::string(document) + "}");
    BOOST_TEST(header_of(m, "ce_id") == "acme:9:" + m.key);
    BOOST_TEST(header_of(m, "ce_type") == "io.rollcall.user.v1");
    BOOST_TEST(header_of(m, "ce_time") == "2023-11-14T22:15:00.000Z");
    BOOST_TEST(header_of(m, "ce_partitionkey") == m.key);
    BOOST_TEST(m.seq.value == 9u);
    BOOST_TEST((m.at == at_42));
}

BOOST_AUTO_TEST_CASE(a_user_in_states_and_under_seal) {
    const message minimal = user_message(how_told(privacy::minimal), place, jane(), "sealed bytes");
    for (const char* part : {"jane", "Jane", "x-1", "sealed", "attributes", "emails"})
        BOOST_TEST(!holds(minimal.value->substr(60), part), part);
    const message sealed = user_message(how_told(privacy::sealed), place, jane(), "sealed bytes");
    BOOST_TEST(holds(*sealed.value, R"(,"sealed":"c2VhbGVkIGJ5dGVz"})"));
    BOOST_TEST(holds(*sealed.value, R"("sealed_hash":"5e5e5e)"));
    // Nothing is left of the sealed part once it was removed.
    BOOST_TEST((user_message(how_told(privacy::sealed), place, jane()).value == minimal.value));
}

BOOST_AUTO_TEST_CASE(states_and_requests) {
    projections::user_state user = jane();
    user.core.approval = standing{"clerk", support::waiting()};
    user.core.suspended = {1, {1'700'000'050'000}};
    const message m = user_message(how_told(privacy::minimal), place, user);
    for (const char* part :
         {R"("status":"suspended","reason":"seats","since":"2023-11-14T22:14:10.000Z")",
          R"("suspended":{"reasons":["seats"],"since":)", R"("role":"clerk","request":{"kind":)",
          R"("assigned_by":{"kind":"operator","id":"91919191-)"}) {
        BOOST_TEST(holds(*m.value, part), part << " in " << *m.value);
    }
    BOOST_TEST(!holds(*m.value, "name"));
}

BOOST_AUTO_TEST_CASE(a_document_without_addresses) {
    projections::user_state user = jane();
    for (const char* text : {R"({"userName":"jane"})", R"({"emails":"none","userName":"jane"})"}) {
        user.content.document = text;
        const message m = user_message(how_told(privacy::full), place, user);
        BOOST_TEST(holds(*m.value, R"("display":"Jane Doe","attributes":)"), *m.value);
    }
}

BOOST_AUTO_TEST_CASE(a_team_a_membership_and_what_is_gone) {
    const message full = team_message(how_told(privacy::full), place, sales());
    BOOST_TEST(holds(*full.value, R"("type":"team","seq":11,)"));
    BOOST_TEST(holds(*full.value, R"("members":2,)"));
    BOOST_TEST(
        holds(*full.value, R"("displayName":"Sales","externalId":"g-7","attributes":{"dis)"));
    const message minimal = team_message(how_told(privacy::minimal), place, sales());
    BOOST_TEST(!holds(*minimal.value, "Sales"));
    BOOST_TEST(!holds(*minimal.value, "g-7"));

    const message member = member_message(how_told(), place, {sales().id, jane().id, {12}});
    BOOST_TEST(member.key == member_key("acme", sales().id, jane().id));
    BOOST_TEST(holds(*member.value, R"("type":"member","seq":12,"team":"0b0b0b0b-)"));

    for (const event_mode mode : {event_mode::binary, event_mode::structured}) {
        const message gone = gone_message(how_told(privacy::full, mode), place, {20},
                                          state_kind::user, user_key("acme", jane().id));
        BOOST_TEST(!gone.value.has_value());
        BOOST_TEST(header_of(gone, "ce_id") == "acme:20:" + gone.key);
        BOOST_TEST(gone.seq.value == 20u);
    }
}

BOOST_AUTO_TEST_CASE(the_seats_of_a_tenant) {
    projections::tenant_state tenant;
    tenant.number = {1};
    tenant.slug = "acme";
    tenant.settings = {"Acme", "generic", "team", 30, true};
    tenant.settings.terms.seats = 25;
    projections::tenant_counters counters;
    counters.users = 7;
    counters.by_status = {0, 1, 4, 2, 0};
    counters.teams = 3;
    counters.memberships = 5;
    const message m = seats_message(how_told(), at_42, tenant, counters, {77});
    BOOST_TEST(m.key == "acme/seats");
    for (const char* part :
         {R"("type":"seats","seq":77,"deleted":false,"scim":true,"plan":"team")",
          R"("seat_states":["pending_role","pending_approval","active"])",
          R"("seat_limit":30,"limit":25,"grace_until":null,"used":5,"users":7)",
          R"("by_status":{"pending_role":0,"pending_approval":1,"active":4,"suspended":2,)",
          R"("teams":3,"memberships":5})"}) {
        BOOST_TEST(holds(*m.value, part), part << " in " << *m.value);
    }
}

BOOST_AUTO_TEST_CASE(what_is_truncated_is_told_by_its_states) {
    for (const privacy how : {privacy::full, privacy::sealed}) {
        telling told = how_told(how);
        projections::user_state user = jane();
        user.content.document = R"({"userName":")" + std::string(3000, 'x') + R"("})";
        const std::string sealed(3000, 'y');
        const message as_is = user_message(told, place, user, sealed);
        BOOST_TEST(!as_is.truncated);
        told.message_bytes_max = message_bytes(as_is);
        BOOST_TEST((user_message(told, place, user, sealed) == as_is));
        --told.message_bytes_max;
        const message cut = user_message(told, place, user, sealed);
        BOOST_TEST(cut.truncated);
        BOOST_TEST(cut.value->ends_with(R"(,"truncated":true})"));
        BOOST_TEST(cut.value->size() < 1000u);
        BOOST_TEST((cut.headers == as_is.headers));
    }
}

BOOST_AUTO_TEST_CASE(a_checkpoint) {
    const checkpoint of{{1},
                        "acme",
                        {{77}, support::filled<32>(0xaa), at_42},
                        support::filled<32>(0xbb),
                        {1'700'000'000'000}};
    const message m = checkpoint_message(how_told(), of);
    BOOST_TEST((m.topic == topic_kind::checkpoints));
    BOOST_TEST(m.key == "acme");
    BOOST_TEST(holds(*m.value, R"("position":"@42","tenant":"acme","seq":77,"type":"checkpoint")"));
    BOOST_TEST(holds(*m.value, R"("hash":"aaaa)"));
    BOOST_TEST(holds(*m.value, R"("state_hash":"bbbb)"));
    BOOST_TEST(header_of(m, "ce_id") == "acme:77:checkpoint");
}

BOOST_AUTO_TEST_CASE(a_dead_letter_names_the_message_and_never_quotes_it) {
    const message dead = user_message(how_told(), place, jane());
    const message m = dead_letter_message(how_told(), "acme", dead, dead_reason::truncated,
                                          "broker: size \xc3\xa9\n" + std::string(600, 'z'));
    BOOST_TEST((m.topic == topic_kind::dead_letters));
    BOOST_TEST(holds(*m.value, R"("topic":"state","key":"acme/user/0a0a)"));
    BOOST_TEST(holds(*m.value, R"("reason":"truncated","detail":"broker: size ???zzz)"));
    BOOST_TEST(holds(*m.value, "\"bytes\":" + std::to_string(message_bytes(dead))));
    BOOST_TEST(m.value->size() < 1000u);
    for (const char* part : {"Jane", "x-1", "attributes"})
        BOOST_TEST(!holds(*m.value, part), part);
    BOOST_TEST(header_of(m, "ce_id") == "acme:9:state:" + dead.key + ":truncated");
}

BOOST_AUTO_TEST_CASE(another_lineage) {
    const message m = lineage_message(how_told(), {1}, "acme", support::id_of(0x1d), {5});
    BOOST_TEST(holds(*m.value, R"("previous_lineage":"1d1d1d1d-)"));
    BOOST_TEST(holds(*m.value, R"("tenant":"acme","seq":5,"type":"lineage_changed"})"));
    BOOST_TEST(holds(*lineage_message(how_told(), {1}, "acme", {}, {1}).value,
                     R"("previous_lineage":null)"));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::told
