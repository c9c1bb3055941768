// Runs every conversation of tests/gateway/wire/ against the whole server, each with a tenant of
// its own.
#include "gateway/product_terms.hpp"
#include "tests/gateway/support.hpp"
#include "tests/gateway/wire_case.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <sstream>

namespace rollcall::test {
namespace {

class conversation {
  public:
    conversation(running_server& server, const std::string& slug)
        : server_(server), tenant_(server.create_tenant(slug)), key_(server.create_key(tenant_)) {
        const auto other = server.create_tenant(slug + "-other");
        names_["key"] = key_.text;
        names_["other_key"] = server.create_key(other).text;
        names_["slug"] = slug;
        names_["origin"] = "http://" + server.world().text();
        names_["base"] = server.base();
    }

    void run(const wire_step& step) {
        if (!step.directive.empty()) return direct(step.directive);
        http::header_list fields;
        bool named = false;
        for (const auto& [name, value] : step.fields) {
            named = named || name == "Authorization";
            if (value != "none") fields.emplace_back(name, filled(value));
        }
        if (!named) fields.emplace_back("Authorization", "Bearer " + key_.text);
        http::client client = server_.client();
        const auto answer =
            client.send(step.method, filled(step.target), fields, filled(step.body));
        BOOST_REQUIRE_MESSAGE(answer.has_value(), (answer ? "" : answer.error().message));
        judge(step, *answer);
    }

  private:
    void judge(const wire_step& step, const http::answer& answer) {
        BOOST_TEST_INFO("answered: " << answer.body);
        BOOST_TEST(answer.status == step.status);
        for (const auto& [name, pointer] : step.saves) {
            names_[name] = pointer.starts_with('/') ? json_at(answer.body, pointer)
                                                    : std::string(answer.header(pointer));
            BOOST_TEST(!names_[name].empty(), "nothing at " << pointer << " in " << answer.body);
        }
        for (const auto& [name, value] : step.expected_fields) {
            const std::string found(answer.header(name));
            if (value == "<absent>") {
                BOOST_TEST(found == "");
            } else {
                BOOST_TEST(fits(filled(value), found), name << " is " << found);
            }
        }
        if (step.expected_body == "(empty)") {
            BOOST_TEST(answer.body == "");
        } else if (!step.expected_body.empty()) {
            const std::string wrong = json_mismatch(filled(step.expected_body), answer.body);
            BOOST_TEST(wrong.empty(), wrong << " in " << answer.body);
        }
    }

    void direct(const std::string& what) {
        projections::set_tenant change;
        if (what == "scim on" || what == "scim off") {
            change.scim_enabled = what == "scim on";
            server_.run(tenant_, std::move(change));
        } else if (what.starts_with("seats ")) {
            change.seat_limit = std::stoull(what.substr(6));
            server_.run(tenant_, std::move(change));
        } else if (what.starts_with("profile ")) {
            change.profile = what.substr(8);
            server_.run(tenant_, std::move(change));
        } else if (what.starts_with("plan ")) {
            change.plan = what.substr(5);
            if (*change.plan != projections::default_plan &&
                !server_.directory().plan(*change.plan)) {
                projections::create_plan plan;
                plan.id = base::uuid::make_v7(base::now().unix_ms);
                plan.name = *change.plan;
                server_.run(projections::system_tenant, std::move(plan));
            }
            server_.run(tenant_, std::move(change));
        } else if (what.starts_with("role ")) {
            // role USER ROLE by ADMIN
            std::istringstream words(filled(what.substr(5)));
            std::string user, role, by, admin;
            words >> user >> role >> by >> admin;
            as_admin(admin, projections::assign_role{*base::uuid::parse(user), role});
        } else if (what.starts_with("approve ") || what.starts_with("reject ")) {
            // approve USER by ADMIN
            std::istringstream words(filled(what.substr(what.find(' '))));
            std::string user, by, admin;
            words >> user >> by >> admin;
            const auto id = *base::uuid::parse(user);
            if (what.starts_with("approve ")) {
                as_admin(admin, projections::approve_request{id});
            } else {
                as_admin(admin, projections::reject_request{id});
            }
        } else if (what == "sso on") {
            server_.run(tenant_,
                        projections::set_sso{{"urn:idp", "https://idp.example/sso", {}, {}}, {}});
        } else if (what == "sso off") {
            server_.run(tenant_, projections::clear_sso{});
        } else if (what == "key of nobody") {
            take_key(std::nullopt);
        } else if (what.starts_with("key of ")) {
            take_key(admin_named(what.substr(7)).id);
        } else if (what.starts_with("disable ")) {
            server_.run(tenant_, projections::disable_admin{admin_named(what.substr(8)).id});
        } else if (what.starts_with("demote ")) {
            server_.run(tenant_, projections::set_admin_role{admin_named(what.substr(7)).id,
                                                             eventlog::admin_role::viewer});
        } else if (what.starts_with("link ")) {
            // link ADMIN to USER
            std::istringstream words(filled(what.substr(5)));
            std::string admin, to, user;
            words >> admin >> to >> user;
            server_.run(tenant_,
                        projections::link_admin{admin_named(admin).id, *base::uuid::parse(user)});
        } else if (what.starts_with("mapping ")) {
            const std::string rules = what.substr(8);
            server_.run(tenant_, projections::set_mapping{rules == "none" ? "" : rules, {}});
        } else if (what == "revoke key") {
            server_.revoke(key_);
        } else if (what == "delete tenant") {
            server_.run(tenant_, projections::delete_tenant{});
        } else if (what == "restart") {
            server_.restart();
            names_["origin"] = "http://" + server_.world().text();
            names_["base"] = server_.base();
        } else {
            BOOST_FAIL("unknown directive " + what);
        }
    }

    /// From here on requests come with another key.
    void take_key(std::optional<eventlog::subject_id> owner) {
        key_ = server_.create_key(tenant_, std::nullopt, owner);
        names_["key"] = key_.text;
    }

    /// An admin of the tenant, who is made when he is first named.
    projections::admin_state admin_named(const std::string& name) {
        if (auto who = server_.directory().admin_named(tenant_, name)) return *who;
        projections::create_admin made;
        made.id = base::uuid::make_v7(base::now().unix_ms);
        made.role = eventlog::admin_role::admin;
        made.content = {name, name};
        made.token_hash.fill(made.id.bytes.back());
        std::copy(made.id.bytes.begin(), made.id.bytes.end(), made.token_hash.begin());
        return server_.run(tenant_, std::move(made)).admin.value();
    }

    void as_admin(const std::string& name, projections::command_body body) {
        const auto who = std::optional(admin_named(name));
        projections::command asked;
        asked.tenant = tenant_;
        asked.by = {eventlog::actor_kind::admin, who->id};
        asked.as_role = who->core.role;
        asked.as_token = who->core.token_hash;
        asked.request_id = "test";
        const auto settings = server_.directory().tenant(tenant_)->settings;
        const auto book = profiles::profile_book::open({});
        asked.judged_by = gateway::policy_of(*(*book)->find(settings.profile));
        asked.body = std::move(body);
        const auto answer = server_.desk().submit_and_wait(std::move(asked));
        BOOST_TEST(answer.has_value(), (answer ? "" : answer.error().message));
    }

    [[nodiscard]] std::string filled(std::string text) const {
        for (const auto& [name, value] : names_) {
            const std::string hole = "{{" + name + "}}";
            for (std::size_t at = text.find(hole); at != text.npos; at = text.find(hole)) {
                text.replace(at, hole.size(), value);
            }
        }
        return text;
    }

    running_server& server_;
    eventlog::tenant_no tenant_;
    test_key key_;
    std::map<std::string, std::string> names_;
};

std::vector<std::filesystem::path> all_cases() {
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(ROLLCALL_WIRE_CASES)) {
        if (entry.path().extension() == ".wire") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    return files;
}

BOOST_AUTO_TEST_SUITE(wire_test)

BOOST_AUTO_TEST_CASE(conversations) {
    running_server server;
    const auto files = all_cases();
    BOOST_TEST(files.size() > 20u);
    for (const std::filesystem::path& file : files) {
        conversation with(server,
                          file.parent_path().filename().string() + "-" + file.stem().string());
        for (const wire_step& step : read_wire_case(file)) {
            BOOST_TEST_CONTEXT(file.string()
                               << ":" << step.line << " " << step.method << " " << step.target) {
                with.run(step);
            }
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::test
