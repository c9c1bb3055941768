#include "gateway/admin/who.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/scim/user_facts.hpp"
#include "gateway/scim/user_name.hpp"
#include "projections/told/approval_json.hpp"
#include "projections/told/plan_json.hpp"

#include <algorithm>
#include <vector>

namespace rollcall::admin {

using projections::directory;
using projections::subject_id;
using projections::user_state;

void append_user(std::string& out, const user_state& user, const eventlog::plan_terms& terms,
                 bool whole, eventlog::tenant_no tenant, told::names* known) {
    base::json_writer json(out);
    json.begin_object();
    json.member("id", user.id.text()).member("userName", user.content.user_name);
    json.key("externalId");
    if (user.content.external_id) {
        json.value(*user.content.external_id);
    } else {
        json.null();
    }
    json.member("display", user.content.display);
    json.member("active", user.core.active);
    json.member("status", projections::status_name(user.core.status()));
    json.key("reason");
    if (const auto reason = projections::reason_of(user.core); reason.empty()) {
        json.null();
    } else {
        json.value(reason);
    }
    told::write_suspension(json, user.core.suspended);
    told::write_standing(json, *user.core.approval, tenant, known);
    json.member("holds_seat", projections::holds_seat(terms, user.core.status()));
    json.member("origin",
                user.core.origin == eventlog::user_origin::native ? "native" : "provisioned");
    json.member("created", user.core.created.text());
    json.member("last_modified", user.core.modified.text());
    json.member("version", user.core.version.value);
    if (whole) json.key("attributes").raw(user.content.document);
    json.end_object();
}

std::optional<base::uuid> id_in(std::string_view word) {
    std::string small(word.substr(0, 64));
    for (char& c : small)
        if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
    return word.size() == small.size() ? base::uuid::parse(small) : std::nullopt;
}

std::optional<user_state> find_who_signs_in(const directory& directory, eventlog::tenant_no tenant,
                                            std::string_view word) {
    // As in find_user(): an id is never hidden by somebody's name.
    if (const auto id = id_in(word)) {
        if (auto user = directory.user(tenant, *id)) return user;
    }
    const auto key = scim::user_name_key(word);
    if (!key) return std::nullopt;
    const auto found = directory.find(tenant, directory::lookup::user_name, *key, 1);
    return found.empty() ? std::nullopt : directory.user(tenant, found.front());
}

result<user_state> find_user(const directory& directory, const projections::tenant_state& tenant,
                             std::string_view word, std::size_t candidates_max) {
    using lookup = directory::lookup;
    std::vector<subject_id> found;
    const auto add = [&](lookup by, std::string_view value) {
        // One more than is named, to know whether that is all.
        const auto some = directory.find(tenant.number, by, value, candidates_max + 1);
        found.insert(found.end(), some.begin(), some.end());
    };
    // Names are free, and somebody could be given another one's id as his: that must not hide her.
    if (const auto id = id_in(word)) {
        if (auto user = directory.user(tenant.number, *id)) return std::move(*user);
    }
    if (const auto key = scim::user_name_key(word)) add(lookup::user_name, *key);
    add(lookup::external_id, word);
    add(lookup::email, scim::email_key(word));
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());

    std::vector<user_state> people;
    for (const subject_id& id : found) {
        if (auto user = directory.user(tenant.number, id)) people.push_back(std::move(*user));
    }
    if (people.size() == 1) return std::move(people.front());
    if (people.empty()) {
        return refuse(404, "not_found",
                      tenant.slug + " has no user with the id, userName, externalId or e-mail '" +
                          std::string(word) + "'");
    }
    const bool more = people.size() > candidates_max;
    if (more) people.resize(candidates_max);
    problem several{409,
                    "ambiguous",
                    (more ? "more than " : "") + std::to_string(people.size()) +
                        " users are meant by '" + std::string(word) + "': name one by its id",
                    {},
                    0};
    base::json_writer json(several.members);
    json.key("candidates").begin_array();
    for (const user_state& user : people) {
        json.begin_object();
        json.member("id", user.id.text()).member("userName", user.content.user_name);
        json.end_object();
    }
    json.end_array();
    return tl::unexpected(std::move(several));
}

} // namespace rollcall::admin
