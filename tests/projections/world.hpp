// The pure half of this room in memory: rows in a map, a real keyring, and commands that are
// decided and projected at once, without a log. For tests of the rules.
#pragma once

#include "eventlog/event_codec.hpp"
#include "eventlog/record.hpp"
#include "projections/decide.hpp"
#include "projections/project.hpp"
#include "projections/read.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <string>

namespace rollcall::projections::test {

using namespace eventlog;

/// Rows in a map.
class memory_rows final : public row_editor, public link_reader {
  public:
    bool get(table t, std::string_view key, std::string& value) const override {
        const auto found = rows.find({t, std::string(key)});
        if (found == rows.end()) return false;
        value = found->second;
        return true;
    }

    void put(table t, std::string_view key, std::string_view value) override {
        rows.insert_or_assign({t, std::string(key)}, std::string(value));
    }

    void erase(table t, std::string_view key) override { rows.erase({t, std::string(key)}); }

    void walk_links(std::string_view prefix, const visitor& visit) const override {
        for (auto at = rows.lower_bound({table::links, std::string(prefix)});
             at != rows.end() && at->first.first == table::links &&
             at->first.second.starts_with(prefix);
             ++at) {
            if (!visit(at->first.second, at->second)) return;
        }
    }

    std::map<std::pair<table, std::string>, std::string> rows;
};

/// A short id that reads well in a failure: all bytes `n`.
inline subject_id id_of(std::uint8_t n) {
    subject_id id;
    id.bytes.fill(n);
    return id;
}

inline digest digest_of(std::uint8_t n) {
    digest d;
    d.fill(n);
    return d;
}

/// A wish for a user of this name; name and key are the same.
inline user_wish wish_for(const std::string& name, bool active = true,
                          std::optional<std::string> external_id = std::nullopt) {
    user_wish wish;
    wish.content.user_name = name;
    wish.content.user_name_key = name;
    wish.content.external_id = std::move(external_id);
    wish.content.email_keys = {name + "@example.com"};
    wish.content.display = "User " + name;
    wish.content.document = R"({"userName":")" + name + R"("})";
    wish.active = active;
    wish.changed = {"active", "userName"};
    return wish;
}

/// A wish for a team of this name; name and key are the same.
inline team_wish team_named(const std::string& name,
                            std::optional<std::string> external_id = std::nullopt) {
    team_wish wish;
    wish.content.name = name;
    wish.content.name_key = name;
    wish.content.external_id = std::move(external_id);
    wish.content.document = R"({"displayName":")" + name + R"("})";
    wish.changed = {"displayName"};
    return wish;
}

/// An admin of this name, whose token is digest_of(id); name and key are the same.
inline create_admin admin_named(std::uint8_t id, const std::string& name, admin_role role) {
    return {id_of(id), role, {name, name}, digest_of(id), {}};
}

/// An evaluation that gives `wish` whatever the current user is.
inline evaluate_user always(user_wish wish) {
    return [wish = std::move(wish)](const user_state&) { return wish; };
}

/// An evaluation that only sets `active`.
inline evaluate_user set_active(bool active) {
    return [active](const user_state& current) {
        user_wish wish;
        wish.content = current.content;
        wish.active = active;
        return wish;
    };
}

inline const actor identity_provider{actor_kind::key, id_of(0xaa)};
inline const actor local_operator{actor_kind::local_operator, {}};

inline command by_provider(tenant_no tenant, command_body body) {
    return {tenant, identity_provider, "req-1", {}, {}, {}, std::move(body)};
}

inline command by_operator(tenant_no tenant, command_body body) {
    return {tenant, local_operator, "req-2", {}, {}, {}, std::move(body)};
}

/// As an admin of that tenant, or as an operator, let in under the role that he has.
inline command by_admin(const admin_state& who, tenant_no tenant, command_body body) {
    const bool system = is_system_role(who.core.role);
    command asked{tenant,
                  {system ? actor_kind::operator_ : actor_kind::admin, who.id},
                  "req-3",
                  {},
                  {},
                  {},
                  std::move(body)};
    asked.as_role = who.core.role;
    asked.as_token = who.core.token_hash;
    return asked;
}

/// What stands for the sealed part of an event here.
inline std::string sealed_of(tenant_seq seq) {
    return "sealed " + std::to_string(seq.value);
}

class world {
  public:
    memory_rows rows;
    keyring keys{make_local_wrapper(secret_key::random())};
    base::moment now{1'700'000'000'000};
    std::map<tenant_no, tenant_seq> seqs;

    base::result<decision, refusal> ask(const command& asked) {
        return decide(rows, rows, keys, asked, now);
    }

    /// Decides and carries out; must be accepted.
    entities run(const command& asked) {
        now.unix_ms += 1000;
        const auto decided = ask(asked);
        BOOST_REQUIRE_MESSAGE(decided.has_value(), decided.error().message);
        return carry_out(*decided);
    }

    entities carry_out(const decision& decided) {
        entities now_so;
        std::optional<user_state> user = decided.user;
        for (const event& fact : decided.events) {
            now_so = record(fact, user);
            if (now_so.user) user = now_so.user;
        }
        return now_so;
    }

    entities record(const event& fact, const std::optional<user_state>& user) {
        if (std::holds_alternative<tenant_created>(fact.body)) {
            keys.create_tenant(rows, fact.tenant);
        }
        if (std::holds_alternative<user_created>(fact.body) ||
            std::holds_alternative<team_created>(fact.body) ||
            std::holds_alternative<admin_created>(fact.body)) {
            BOOST_REQUIRE(keys.create_subject(rows, fact.tenant, fact.subject).has_value());
        }
        const tenant_seq seq{++seqs[fact.tenant].value};
        digest sealed{};
        if (has_content(type_of(fact.body))) sealed = hash_sealed(sealed_of(seq));
        if (std::holds_alternative<user_erased>(fact.body)) {
            keyring::destroy_subject(rows, fact.tenant, fact.subject);
        }
        auto now_so =
            project(rows, keys, {fact.tenant, seq, fact.time, fact.subject, sealed, fact.by},
                    fact.body, user);
        BOOST_REQUIRE_MESSAGE(now_so.has_value(), now_so.error().message);
        return std::move(*now_so);
    }

    tenant_no make_tenant(const std::string& slug, std::optional<std::uint64_t> seats = {}) {
        const auto made =
            run(by_operator({}, create_tenant{slug, {slug, "generic", "default", seats, true}}));
        return made.tenant->number;
    }

    user_state make_user(tenant_no tenant, std::uint8_t id, user_wish wish) {
        return *run(by_operator(tenant, create_user{id_of(id), std::move(wish)})).user;
    }

    team_state make_team(tenant_no tenant, std::uint8_t id, const std::string& name,
                         std::vector<subject_id> members = {}) {
        return *run(by_operator(tenant, create_team{id_of(id), team_named(name), members})).team;
    }

    /// With the token digest_of(id), which never expires.
    admin_state make_admin(tenant_no tenant, std::uint8_t id, const std::string& name,
                           admin_role role) {
        return *run(by_operator(tenant, admin_named(id, name, role))).admin;
    }

    [[nodiscard]] tenant_counters counters(tenant_no tenant) const {
        return read_counters(rows, tenant);
    }
};

} // namespace rollcall::projections::test
