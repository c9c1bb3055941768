// Erasing a person, seen from the disk: everything that was ever known about her is a canary, also
// values that were replaced, also the name she was refused under. Before the erasure they are found
// in the files (else this test could not fail), afterwards in none.
#include "tests/integration/canary.hpp"
#include "tests/integration/installation.hpp"
#include "tests/integration/provider.hpp"
#include "tests/integration/seed.hpp"

#include <boost/test/unit_test.hpp>

#include <cctype>

namespace rollcall::integration {

namespace {

/// A person in full, with a canary in each attribute.
std::string person(canaries& marks, const std::string& user_name, const std::string& when) {
    const auto mark = [&](std::string_view what) {
        return marks.make(when + " " + std::string(what));
    };
    return R"({"schemas":["urn:ietf:params:scim:schemas:core:2.0:User",)"
           R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],"userName":")" +
           user_name + R"(","externalId":")" + mark("external id") + R"(","displayName":")" +
           mark("display name") + R"(","title":")" + mark("title") + R"(","name":{"givenName":")" +
           mark("given name") + R"(","familyName":")" + mark("family name") +
           R"("},"emails":[{"type":"work","primary":true,"value":")" + mark("e-mail") +
           R"(@example.com"}],"phoneNumbers":[{"type":"work","value":")" + mark("phone number") +
           R"("}],"active":true,)"
           R"("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"employeeNumber":")" +
           mark("employee number") + R"(","manager":{"value":")" + mark("manager") + R"("}}})";
}

void require_status(const reply& r, unsigned status) {
    BOOST_REQUIRE_MESSAGE(r.status == status,
                          "status " << r.code() << ", not " << status << ": " << r.body);
}

void require_none(const std::vector<std::string>& found) {
    for (const std::string& line : found)
        BOOST_ERROR("still there: " << line);
    BOOST_REQUIRE(found.empty());
}

/// A tenant of some people; one of them is Jane.
struct world {
    installation home;
    canaries jane{seed_of_this_run()};
    canaries others{seed_of_this_run() + 1};
    std::string key;
    std::string id;
    std::string name;
    std::string other_id;

    world() {
        home.start();
        key = home.make_tenant("acme");
        provider server(home.address(), key);
        name = jane.make("first user name") + "@example.com";
        const reply made = server.create(person(jane, name, "first"));
        require_status(made, 201);
        id = made.json().text("/id");
        const reply other =
            server.create(person(others, others.make("user name") + "@example.com", "other"));
        require_status(other, 201);
        other_id = other.json().text("/id");

        require_status(server.patch(id, patch_body(jane.make("patched title"))), 200);
        // Her name is taken: the refusal is remembered under it.
        require_status(server.create(person(jane, name, "refused")), 409);
        name = jane.make("second user name") + "@example.com";
        require_status(server.put(id, person(jane, name, "second")), 200);
        require_status(server.patch(id, patch_body(jane.make("title at the end"), false)), 200);
    }
};

} // namespace

BOOST_AUTO_TEST_SUITE(erase_test)

BOOST_FIXTURE_TEST_CASE(no_file_knows_an_erased_person, world) {
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed_of_this_run()) {
        BOOST_REQUIRE(home.stop().code == 0);
        BOOST_REQUIRE_MESSAGE(!jane.found_in(home.data()).empty(),
                              "her data is nowhere before the erasure: nothing would be proven");
        home.start();

        home.tell({"erase", "acme", name});
        require_none(jane.found_in_text(home.complaints()));
        BOOST_REQUIRE(home.stop().code == 0);
        require_none(jane.found_in(home.data()));

        home.start();
        provider server(home.address(), key);
        require_status(server.get(id), 404);
        BOOST_TEST(server.find(name).json().number("/totalResults") == 0u);
        require_status(server.get(other_id), 200);
        BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
        home.tell({"rebuild", "--verify"});

        const std::string told = home.tell({"log", "tail", "acme"});
        BOOST_TEST(told.find("user_erased") != std::string::npos);
        BOOST_TEST(told.find("(erased)") != std::string::npos);
        require_none(jane.found_in_text(told));
        require_none(jane.found_in_text(home.tell({"log", "export"})));

        // The name is free again, and its next holder is somebody else.
        const reply again = server.create(user_body(name, "new"));
        require_status(again, 201);
        BOOST_TEST(again.json().text("/id") != id);
    }
}

BOOST_FIXTURE_TEST_CASE(a_deleted_person_can_still_be_erased, world) {
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed_of_this_run()) {
        provider server(home.address(), key);
        require_status(server.remove(id), 204);
        home.tell({"erase", "acme", id});
        BOOST_REQUIRE(home.stop().code == 0);
        require_none(jane.found_in(home.data()));
        home.start();
        BOOST_TEST(home.ask({"log", "verify"}).flag("/ok"));
        home.tell({"rebuild", "--verify"});
    }
}

// A kill in the middle of the clean-up: the next start finishes what was begun.
BOOST_FIXTURE_TEST_CASE(an_erasure_survives_a_kill, world) {
    BOOST_TEST_CONTEXT("ROLLCALL_TEST_SEED=" << seed_of_this_run()) {
        const support::temp_directory scratch;
        child verb({installation::program(), "erase", "acme", id, "--data", home.data().string()},
                   scratch / "complaints");
        child tail({installation::program(), "log", "tail", "acme", "--from", "@1", "--follow",
                    "--data", home.data().string()},
                   scratch / "complaints");
        // As soon as the event is durable the person has to disappear, whatever comes.
        bool seen = false;
        while (const auto line = tail.line(std::chrono::seconds(60))) {
            seen = line->find("user_erased") != std::string::npos;
            if (seen) break;
        }
        BOOST_REQUIRE(seen);
        home.kill();
        home.start();
        // Erasing her again finds nobody, but returns only when the clean-up before it is over.
        home.run({"erase", "acme", id});
        home.tell({"erase", "acme", other_id});
        BOOST_REQUIRE(home.stop().code == 0);
        require_none(jane.found_in(home.data()));
        require_none(others.found_in(home.data()));
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::integration
