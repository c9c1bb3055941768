#include "projections/told/approval_json.hpp"

namespace rollcall::told {
namespace {

void write_text(base::json_writer& json, std::string_view member, std::string_view text) {
    json.key(member);
    if (text.empty()) {
        json.null();
    } else {
        json.value(text);
    }
}

void write_time(base::json_writer& json, std::string_view member,
                const std::optional<base::moment>& at) {
    write_text(json, member, at ? at->text() : std::string());
}

void write_party(base::json_writer& json, const std::optional<eventlog::party>& who,
                 eventlog::tenant_no tenant, names* known) {
    json.key("assigned_by");
    if (!who) {
        json.null();
        return;
    }
    json.begin_object().member("kind", actor_kind_name(who->by.kind));
    if (!who->by.id.is_nil()) json.member("id", who->by.id.text());
    if (known != nullptr) json.member("name", known->actor(tenant, who->by));
    if (!who->acting_for.is_nil()) {
        json.member("as", who->acting_for.text());
        if (known != nullptr) json.member("as_name", known->admin(tenant, who->acting_for));
    }
    json.end_object();
}

} // namespace

void write_request(base::json_writer& json, const eventlog::open_request& request,
                   eventlog::tenant_no tenant, names* known) {
    json.member("kind", eventlog::request_kind_name(request.kind));
    json.member("needs", request.wanted_role.empty() ? "role" : "approval");
    write_text(json, "wanted_role", request.wanted_role);
    write_party(json, request.assigner, tenant, known);
    json.member("opened", request.opened).member("since", request.since.text());
    write_time(json, "expires_at", request.expires_at);
    json.member("reminders", std::uint64_t{request.reminders});
}

void write_standing(base::json_writer& json, const eventlog::standing& now,
                    eventlog::tenant_no tenant, names* known) {
    write_text(json, "role", now.role);
    json.key("request");
    if (!now.request) {
        json.null();
        return;
    }
    json.begin_object();
    write_request(json, *now.request, tenant, known);
    json.end_object();
}

} // namespace rollcall::told
