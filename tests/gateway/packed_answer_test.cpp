// Answers packed with gzip, over real sockets: which, and that nothing else changes with it.
#include "gateway/http/inflate.hpp"
#include "gateway/team_stream.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace rollcall::test {
namespace {

using projections::subject_id;

std::string unpacked(std::string_view packed) {
    http::input_budget budget(std::size_t{1} << 30);
    http::input_buffer out{64, budget};
    if (http::inflate_gzip(packed, std::size_t{1} << 28, out) != http::inflate_outcome::done) {
        return "not gzip";
    }
    return std::string(out.bytes());
}

/// A tenant with some hundred people, a team of all of them, and one person of much text.
struct house {
    running_server server;
    eventlog::tenant_no tenant = server.create_tenant("acme");
    test_key key = server.create_key(tenant);
    std::string jane = make("jane", 10), large = make("large", 6'000), huge = make("huge", 200'000);
    std::string team;

    explicit house(const server_choices& choices = {}, int people = 300) : server(choices) {
        std::string members;
        for (int i = 0; i < people; ++i) {
            members += i == 0 ? R"({"value":")" : R"(,{"value":")";
            members += make("user" + std::to_string(i), 100) + R"("})";
        }
        const auto made = send("POST", "/Groups?excludedAttributes=members",
                               R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],)"
                               R"("displayName":"all","members":[)" +
                                   members + "]}");
        BOOST_REQUIRE_MESSAGE(made.status == 201, made.body);
        team = json_at(made.body, "/id");
    }

    std::string make(const std::string& name, std::size_t bytes) {
        projections::create_user body;
        body.new_id = subject_id::make_v7(base::now().unix_ms);
        auto& content = body.wish.content;
        content.user_name = content.user_name_key = content.display = name;
        content.document = R"({"userName":")" + name + R"(","title":")" + std::string(bytes, 't') +
                           R"(","active":true})";
        const std::string id = body.new_id.text();
        server.run(tenant, std::move(body));
        return id;
    }

    http::answer send(std::string_view method, const std::string& target,
                      const std::string& body = {}, const http::header_list& more = {}) {
        http::client client = server.client();
        auto fields = with_key(key, !body.empty());
        fields.insert(fields.end(), more.begin(), more.end());
        auto answer = client.send(method, "/scim/v2" + target, fields, body);
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    http::answer packed(const std::string& target, const std::string& accept = "gzip") {
        return send("GET", target, {}, {{"Accept-Encoding", accept}});
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(packed_answer_test)

BOOST_AUTO_TEST_CASE(large_answers_are_packed_and_hold_the_same) {
    house h;

    struct {
        const char* name;
        std::string target;
        bool is_packed;
    } const rows[]{
        {"a small user", "/Users/" + h.jane, false},
        {"a user of 6 KB", "/Users/" + h.large, true},
        {"a user too large for the connection's thread", "/Users/" + h.huge, false},
        {"a page", "/Users?count=50", true},
        {"a page with the huge one", "/Users?count=500", true},
        {"a small page", "/Users?count=2&attributes=id", false},
        {"a filter by name", "/Users?filter=userName%20eq%20%22large%22", true},
        {"a filter by name of a small one", "/Users?filter=userName%20eq%20%22jane%22", false},
        {"a scan", "/Users?filter=userName%20sw%20%22user%22", true},
        {"a scan that finds nothing", "/Users?filter=title%20eq%20%22x%22", false},
        {"a team in pieces", "/Groups/" + h.team, true},
        {"a team without its members", "/Groups/" + h.team + "?excludedAttributes=members", false},
        {"a page of teams in pieces", "/Groups", true},
        {"the schemas", "/Schemas", true},
        {"an unknown user", "/Users/" + subject_id::make_v7(1).text(), false},
        {"an unknown path", "/Nothing", false},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto plain = h.send("GET", row.target);
            const auto packed = h.packed(row.target);
            BOOST_TEST(plain.status == packed.status);
            BOOST_TEST(plain.header("Content-Encoding") == "");
            BOOST_TEST(packed.header("Content-Encoding") == (row.is_packed ? "gzip" : ""));
            BOOST_TEST(plain.header("Content-Type") == packed.header("Content-Type"));
            BOOST_TEST(plain.header("ETag") == packed.header("ETag"));
            const bool good = plain.status == 200;
            BOOST_TEST(plain.header("Vary") == (good ? "Accept-Encoding" : ""));
            BOOST_TEST(packed.header("Vary") == (good ? "Accept-Encoding" : ""));
            BOOST_TEST((row.is_packed ? unpacked(packed.body) : packed.body) == plain.body);
            if (row.is_packed) BOOST_TEST(packed.body.size() < plain.body.size() / 2);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_edge_is_where_it_is_said) {
    server_choices choices;
    house probe;
    const std::size_t bytes = probe.send("GET", "/Users/" + probe.large).body.size();
    for (const std::size_t more : {0u, 1u}) {
        choices.bounds.packed_bytes_min = bytes + more;
        probe.server.restart(choices);
        const auto got = probe.packed("/Users/" + probe.large);
        BOOST_TEST(got.header("Content-Encoding") == (more == 0 ? "gzip" : ""));
    }
    choices.bounds.packed_bytes_min = 2;
    for (const std::size_t less : {0u, 1u}) {
        choices.bounds.packed_inline_bytes_max = bytes - less;
        probe.server.restart(choices);
        const auto got = probe.packed("/Users/" + probe.large);
        BOOST_TEST(got.header("Content-Encoding") == (less == 0 ? "gzip" : ""));
    }
}

BOOST_AUTO_TEST_CASE(what_the_client_says_counts) {
    house h;

    struct {
        const char* name;
        const char* accept;
        std::string target;
        bool is_packed;
    } const rows[]{
        {"forbidden", "gzip;q=0", "/Users", false},
        {"other codings", "br, deflate", "/Users", false},
        {"identity is more welcome", "gzip;q=0.1, identity", "/Groups/" + h.team, false},
        {"nothing else, however small", "gzip, identity;q=0", "/Users/" + h.jane, true},
        {"nothing else, however large", "gzip, *;q=0", "/Users/" + h.huge, true},
        {"anything", "*", "/Users", true},
    };

    for (const auto& row : rows) {
        BOOST_TEST_CONTEXT(row.name) {
            const auto got = h.packed(row.target, row.accept);
            BOOST_TEST(got.status == 200u);
            BOOST_TEST(got.header("Content-Encoding") == (row.is_packed ? "gzip" : ""));
            const auto plain = h.send("GET", row.target).body;
            BOOST_TEST((row.is_packed ? unpacked(got.body) : got.body) == plain);
        }
    }
}

BOOST_AUTO_TEST_CASE(head_says_what_get_would) {
    house h;
    for (const std::string& target : {"/Users/" + h.large, std::string("/Users?count=50")}) {
        const auto get = h.packed(target);
        http::client client = h.server.client();
        BOOST_REQUIRE(client.send_raw(
            "HEAD /scim/v2" + target + " HTTP/1.1\r\nHost: " + h.server.world().text() +
            "\r\nAccept-Encoding: gzip\r\nAuthorization: Bearer " + h.key.text + "\r\n\r\n"));
        const auto head = client.receive(true);
        BOOST_REQUIRE(head);
        BOOST_TEST(head->header("Content-Encoding") == "gzip");
        BOOST_TEST(head->header("Content-Length") == get.header("Content-Length"));
        BOOST_TEST(head->header("Vary") == "Accept-Encoding");
        BOOST_TEST(head->body.empty());
    }
}

BOOST_AUTO_TEST_CASE(a_team_of_several_pieces_is_one_packed_body) {
    house h({}, 1'500);
    const auto plain = h.send("GET", "/Groups/" + h.team);
    BOOST_TEST(plain.body.size() > 2 * gateway::team_piece_bytes_max);
    const auto packed = h.packed("/Groups/" + h.team);
    BOOST_TEST(packed.header("Content-Encoding") == "gzip");
    BOOST_TEST(packed.header("Transfer-Encoding") == "chunked");
    BOOST_TEST(unpacked(packed.body) == plain.body);
    BOOST_TEST(packed.body.size() < plain.body.size() / 2);
}

BOOST_AUTO_TEST_CASE(entity_tags_hold_whichever_way_the_answer_came) {
    house h;
    const std::string tag(h.packed("/Users/" + h.large).header("ETag"));
    BOOST_REQUIRE(tag.starts_with("W/"));
    const auto same = h.send("GET", "/Users/" + h.large, {},
                             {{"Accept-Encoding", "gzip"}, {"If-None-Match", tag}});
    BOOST_TEST(same.status == 304u);
    BOOST_TEST(same.header("Vary") == "Accept-Encoding");
    BOOST_TEST(same.header("Content-Encoding") == "");
    const auto changed =
        h.send("PATCH", "/Users/" + h.large,
               R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],)"
               R"("Operations":[{"op":"replace","path":"nickName","value":"Al"}]})",
               {{"Accept-Encoding", "gzip"}, {"If-Match", tag}});
    BOOST_TEST(changed.status == 200u);
    BOOST_TEST(changed.header("Content-Encoding") == "gzip");
    BOOST_TEST(unpacked(changed.body).find(R"("nickName":"Al")") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(strangers_make_no_work) {
    house h;
    http::client client = h.server.client();
    const auto got = client.send("GET", "/scim/v2/Schemas", {{"Accept-Encoding", "gzip"}});
    BOOST_REQUIRE(got);
    BOOST_TEST(got->status == 200u);
    BOOST_TEST(got->body.size() > 4096u);
    BOOST_TEST(got->header("Content-Encoding") == "");
}

BOOST_AUTO_TEST_CASE(switched_off_nothing_changes) {
    server_choices choices;
    choices.bounds.packed_bytes_min = 0;
    house h(choices);
    for (const std::string& target :
         {"/Users/" + h.large, std::string("/Users"), "/Groups/" + h.team}) {
        const auto got = h.packed(target, "gzip, identity;q=0");
        BOOST_TEST(got.status == 200u);
        BOOST_TEST(got.header("Content-Encoding") == "");
        BOOST_TEST(got.header("Vary") == "");
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::test
