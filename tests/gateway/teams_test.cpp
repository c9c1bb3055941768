// Groups over HTTP: many members, many requests at once, and pages.
#include "gateway/team_departures.hpp"
#include "tests/gateway/support.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace rollcall::test {
namespace {

using projections::subject_id;

constexpr std::string_view group_urn =
    R"("schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"])";
constexpr std::string_view patch_urn =
    R"("schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"])";

struct tenant_of_people {
    running_server server;
    eventlog::tenant_no tenant = server.create_tenant("acme");
    test_key key = server.create_key(tenant);
    std::vector<std::string> people;

    explicit tenant_of_people(std::size_t count, const server_choices& choices = {})
        : server(choices) {
        for (std::size_t i = 0; i < count; ++i) {
            projections::create_user body;
            body.new_id = subject_id::make_v7(base::now().unix_ms);
            body.wish.content.user_name = body.wish.content.user_name_key =
                "user" + std::to_string(i);
            body.wish.content.display = "User " + std::to_string(i);
            body.wish.content.document =
                R"({"userName":")" + body.wish.content.user_name + R"(","active":true})";
            people.push_back(body.new_id.text());
            server.run(tenant, std::move(body));
        }
    }

    http::answer send(std::string_view method, const std::string& target,
                      const std::string& body = {}) {
        http::client client = server.client();
        auto answer = client.send(method, target, with_key(key, !body.empty()), body);
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        return std::move(*answer);
    }

    std::string make_group(const std::string& name, std::size_t members = 0) {
        std::string body = "{" + std::string(group_urn) + R"(,"displayName":")" + name +
                           R"(","members":[)" + listed(0, members) + "]}";
        const auto answer = send("POST", "/scim/v2/Groups?excludedAttributes=members", body);
        BOOST_REQUIRE_MESSAGE(answer.status == 201, answer.body);
        return json_at(answer.body, "/id");
    }

    /// `{"value":…}` for each of `count` people from the `first` on.
    [[nodiscard]] std::string listed(std::size_t first, std::size_t count) const {
        std::string out;
        for (std::size_t i = first; i < first + count; ++i)
            out += (out.empty() ? R"({"value":")" : R"(,{"value":")") + people[i] + R"("})";
        return out;
    }

    static std::string operation(std::string_view verb, const std::string& members) {
        return "{" + std::string(patch_urn) + R"(,"Operations":[{"op":")" + std::string(verb) +
               R"(","path":"members","value":[)" + members + "]}]}";
    }
};

/// The ids in `members`, in order.
std::vector<std::string> members_in(const std::string& body) {
    std::vector<std::string> ids;
    const std::size_t begin = body.find(R"("members":[)");
    for (std::size_t at = body.find(R"({"value":")", begin); at != std::string::npos;
         at = body.find(R"({"value":")", at + 1)) {
        ids.push_back(body.substr(at + 10, 36));
    }
    return ids;
}

BOOST_AUTO_TEST_SUITE(teams_test)

BOOST_AUTO_TEST_CASE(a_list_comes_to_departures_up_to_a_limit) {
    tenant_of_people t(4);
    const auto team_id = *subject_id::parse(t.make_group("all", 3));
    const auto team = t.server.directory().team(t.tenant, team_id);
    BOOST_REQUIRE(team);
    const auto listing = [&](std::initializer_list<std::size_t> who) {
        projections::change_team change;
        change.id = team_id;
        change.members.only_added = true;
        for (const std::size_t one : who)
            change.members.add.push_back(*subject_id::parse(t.people[one]));
        std::sort(change.members.add.begin(), change.members.add.end());
        return change;
    };
    const auto takes = [&](projections::change_team& change, std::uint64_t most) {
        return gateway::take_departures(t.server.directory(), t.tenant, *team, change, most);
    };
    projections::change_team shorter = listing({1});
    BOOST_TEST(!takes(shorter, 2));
    BOOST_TEST(shorter.members.only_added);
    BOOST_TEST(takes(shorter, 3));
    // Nobody joins by it, whoever has left meanwhile.
    BOOST_TEST(!shorter.members.only_added);
    BOOST_TEST(shorter.members.add.empty());
    BOOST_TEST(shorter.members.remove.size() == 2u);
    projections::change_team somebody_new = listing({0, 3});
    BOOST_TEST(!takes(somebody_new, 3));
    BOOST_TEST(somebody_new.members.add.size() == 2u);
    projections::change_team same = listing({0, 1, 2});
    BOOST_TEST(!takes(same, 3));
    BOOST_TEST(same.members.add.size() == 3u);
    projections::change_team nobody = listing({});
    BOOST_TEST(takes(nobody, 0));
    BOOST_TEST(nobody.members.only_added);
    BOOST_TEST(gateway::departures_members_max == 256u);
}

BOOST_AUTO_TEST_CASE(many_adds_at_once_all_survive) {
    constexpr std::size_t many = 200;
    tenant_of_people t(many);
    const std::string group = t.make_group("all");
    std::vector<std::thread> senders;
    std::atomic<int> refused{0};
    for (std::size_t s = 0; s < 8; ++s) {
        senders.emplace_back([&, s] {
            http::client client = t.server.client();
            for (std::size_t i = s; i < many; i += 8) {
                const auto answer =
                    client.send("PATCH", "/scim/v2/Groups/" + group, with_key(t.key, true),
                                tenant_of_people::operation("add", t.listed(i, 1)));
                refused += !answer || answer->status != 204;
            }
        });
    }
    for (std::thread& s : senders)
        s.join();
    BOOST_TEST(refused == 0);
    auto ids = members_in(t.send("GET", "/scim/v2/Groups/" + group).body);
    auto expected = t.people;
    std::sort(expected.begin(), expected.end());
    BOOST_TEST(ids == expected, boost::test_tools::per_element());
    BOOST_TEST(t.server.directory().counters(t.tenant).memberships == many);
}

BOOST_AUTO_TEST_CASE(a_large_team_goes_out_in_pieces_and_a_page_of_them_too) {
    constexpr std::size_t many = 3'000;
    tenant_of_people t(many);
    const std::string group = t.make_group("large", many);
    const auto whole = t.send("GET", "/scim/v2/Groups/" + group);
    BOOST_TEST(whole.status == 200u);
    BOOST_TEST(whole.header("Transfer-Encoding") == "chunked");
    BOOST_TEST(members_in(whole.body).size() == many);
    BOOST_TEST(json_at(whole.body, "/members/2999/type") == "User");
    BOOST_TEST(json_at(whole.body, "/meta/resourceType") == "Group");
    const auto without = t.send("GET", "/scim/v2/Groups/" + group + "?excludedAttributes=members");
    BOOST_TEST(without.header("Transfer-Encoding") == "");
    BOOST_TEST(without.body.find("members") == std::string::npos);

    t.make_group("other", 2);
    const auto page = t.send("GET", "/scim/v2/Groups");
    BOOST_TEST(json_at(page.body, "/totalResults") == "2");
    BOOST_TEST(json_at(page.body, "/itemsPerPage") == "2");
    BOOST_TEST(json_at(page.body, "/Resources/0/members/2999/value") ==
               whole.body.substr(whole.body.find(t.people.back()), 36));
    BOOST_TEST(json_at(page.body, "/Resources/1/members/1/value") == t.people[1]);

    // Replaced by fewer: the others have left, a thousand in an event.
    const auto before = t.server.store().head();
    const auto put = t.send("PUT", "/scim/v2/Groups/" + group + "?attributes=displayName",
                            "{" + std::string(group_urn) + R"(,"displayName":"large","members":[)" +
                                t.listed(5, 2) + "]}");
    BOOST_TEST(put.status == 200u);
    BOOST_TEST(t.server.store().head().offset == before.offset + 3);
    BOOST_TEST(members_in(t.send("GET", "/scim/v2/Groups/" + group).body).size() == 2u);
}

BOOST_AUTO_TEST_CASE(a_patch_changes_so_many_members_and_not_one_more) {
    tenant_of_people t(1);
    const std::string group = t.make_group("limit");
    std::string members;
    for (int i = 0; i < 10'001; ++i) {
        members += (members.empty() ? R"({"value":")" : R"(,{"value":")") +
                   subject_id::make_v7(base::now().unix_ms).text() + R"("})";
        if (i == 9'999) {
            // As many as may be: nobody of them is a member, so nothing happens.
            const auto answer = t.send("PATCH", "/scim/v2/Groups/" + group,
                                       tenant_of_people::operation("remove", members));
            BOOST_TEST(answer.status == 204u);
        }
    }
    const auto answer =
        t.send("PATCH", "/scim/v2/Groups/" + group, tenant_of_people::operation("remove", members));
    BOOST_TEST(answer.status == 413u);
    BOOST_TEST(answer.body.find("10000") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_large_team_is_whole_for_who_closes_and_for_who_is_waited_for) {
    constexpr std::size_t many = 500;
    tenant_of_people t(many);
    const std::string group = t.make_group("large", many);
    auto fields = with_key(t.key);
    fields.emplace_back("Connection", "close");
    http::client closing = t.server.client();
    const auto closed = closing.send("GET", "/scim/v2/Groups/" + group, fields);
    BOOST_REQUIRE(closed.has_value());
    BOOST_TEST(members_in(closed->body).size() == many);

    // Its members are those of one team that is there: never an empty list of one that is gone.
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            http::client client = t.server.client();
            while (!stop) {
                const auto got = client.send("GET", "/scim/v2/Groups/" + group, with_key(t.key));
                if (!got) continue; // cut: the team went while it was sent
                const bool whole = got->status == 200 && members_in(got->body).size() == many;
                wrong += !whole && got->status != 404;
            }
        });
    }
    BOOST_TEST(t.send("DELETE", "/scim/v2/Groups/" + group).status == 204u);
    BOOST_TEST(t.send("GET", "/scim/v2/Groups/" + group).status == 404u);
    stop = true;
    for (std::thread& r : readers)
        r.join();
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_CASE(a_name_is_as_long_as_it_may_be_and_not_one_byte_longer) {
    tenant_of_people t(0);
    const auto post = [&](const std::string& name) {
        return t.send("POST", "/scim/v2/Groups",
                      "{" + std::string(group_urn) + R"(,"displayName":")" + name + R"("})");
    };
    BOOST_TEST(post(std::string(1024, 'n')).status == 201u);
    BOOST_TEST(post(std::string(1025, 'n')).status == 400u);
    BOOST_TEST(post("   ").status == 400u);
}

BOOST_AUTO_TEST_CASE(pages_of_groups_cover_all_of_them) {
    tenant_of_people t(1);
    std::set<std::string> made;
    for (int i = 0; i < 25; ++i) {
        made.insert(t.make_group("group" + std::to_string(i)));
    }
    for (const char* parameters : {"", "&excludedAttributes=members"}) {
        std::set<std::string> seen;
        for (int start = 1; start <= 25; start += 10) {
            const auto page = t.send(
                "GET", "/scim/v2/Groups?count=10&startIndex=" + std::to_string(start) + parameters);
            BOOST_TEST(json_at(page.body, "/totalResults") == "25");
            for (int i = 0; i < 10; ++i) {
                const std::string id =
                    json_at(page.body, "/Resources/" + std::to_string(i) + "/id");
                if (!id.empty()) BOOST_TEST(seen.insert(id).second);
            }
        }
        BOOST_TEST((seen == made));
    }
    const auto beyond = t.send("GET", "/scim/v2/Groups?startIndex=26");
    BOOST_TEST(json_at(beyond.body, "/itemsPerPage") == "0");
    BOOST_TEST(json_at(beyond.body, "/totalResults") == "25");
    const auto scanned =
        t.send("GET", "/scim/v2/Groups?count=3&filter=displayName%20sw%20%22group1%22");
    BOOST_TEST(json_at(scanned.body, "/totalResults") == "11");
    BOOST_TEST(json_at(scanned.body, "/itemsPerPage") == "3");
}

BOOST_AUTO_TEST_CASE(a_repeated_request_is_carried_out_once) {
    tenant_of_people t(2);
    const std::string group = t.make_group("once");
    http::client client = t.server.client();
    auto fields = with_key(t.key, true);
    fields.emplace_back("Idempotency-Key", "k1");
    const std::string add = tenant_of_people::operation("add", t.listed(0, 1));
    BOOST_TEST(client.send("PATCH", "/scim/v2/Groups/" + group, fields, add)->status == 204u);
    BOOST_TEST(t.send("PATCH", "/scim/v2/Groups/" + group,
                      tenant_of_people::operation("remove", t.listed(0, 1)))
                   .status == 204u);
    BOOST_TEST(client.send("PATCH", "/scim/v2/Groups/" + group, fields, add)->status == 204u);
    BOOST_TEST(members_in(t.send("GET", "/scim/v2/Groups/" + group).body).empty());
    const std::string other = tenant_of_people::operation("add", t.listed(1, 1));
    BOOST_TEST(client.send("PATCH", "/scim/v2/Groups/" + group, fields, other)->status == 422u);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
