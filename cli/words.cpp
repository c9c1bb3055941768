#include "cli/words.hpp"

#include "cli/terminal.hpp"

namespace rollcall::cli {
namespace {

constexpr std::size_t date_size = 10; ///< 2026-11-22
constexpr std::size_t clock_at = 11;
constexpr std::size_t clock_size = 8; ///< 10:03:12

tone tone_of(std::string_view type) {
    if (type == "user_deactivated" || type == "tenant_deleted" || type == "key_revoked" ||
        type == "team_deleted" || type == "approval_rejected" || type == "approval_expired" ||
        type == "password_removed" || type == "user_suspended" || type == "admin_disabled") {
        return tone::warning;
    }
    if (type == "user_deleted" || type == "user_erased") return tone::bad;
    if (type.ends_with("_created") || type == "user_reactivated" || type == "user_resumed" ||
        type == "approval_granted" || type == "user_restored") {
        return tone::good;
    }
    return tone::plain;
}

/// Whom or what the event is about, as a person would say it.
std::string about(const json_item& event) {
    if (event.flag("erased")) return "(erased)";
    if (event.has("userName")) return event.text("userName");
    if (event.has("displayName")) return event.text("displayName");
    const std::string type = event.text("type");
    if ((type.starts_with("tenant_") || type == "plan_defined" || type.starts_with("admin_")) &&
        !event.text("name").empty())
        return event.text("name");
    const std::string subject = event.text("subject");
    const std::string label = event.text("label");
    if (label.empty() || !type.starts_with("key_")) return subject;
    // Of a key's later life one also has to know which of several is meant.
    return type == "key_created" ? label : label + " (" + subject + ")";
}

std::string by_whom(const json_item& event) {
    const json_item actor = event.object("actor");
    const std::string kind = actor.text("kind");
    const std::string name = actor.text("name");
    const bool stands_alone = kind == "local_operator" || kind == "system";
    return stands_alone ? name : kind + " " + name;
}

/// `+2 -1`, or `+jane@example.com` if it is one person and known.
std::string moves(const json_item& event) {
    const std::size_t added = event.items("added").size();
    const std::size_t removed = event.items("removed").size();
    if (event.has("member")) return (added > 0 ? "+" : "-") + event.text("member");
    std::string out;
    if (added > 0) out += "+" + std::to_string(added);
    if (removed > 0) out += (out.empty() ? "-" : " -") + std::to_string(removed);
    return out;
}

/// What is worth knowing beyond the type.
std::string details(const json_item& event) {
    std::string out;
    for (const json_item& name : event.items("changed"))
        out += (out.empty() ? "" : ", ") + name.as_text();
    const std::string type = event.text("type");
    // At a creation everything is new, so the names would say nothing.
    if (type == "user_created") out = event.flag("active") ? "" : "inactive";
    if (type == "user_restored") out = event.flag("reset") ? "with a reset" : "as he was";
    if (type == "team_created") out.clear();
    if (type == "members_changed") out = moves(event);
    if (type == "mapping_set") {
        const std::size_t rules = event.items("rules").size();
        out = std::to_string(rules) + (rules == 1 ? " rule" : " rules");
    }
    if (type == "admin_created" || type == "admin_changed") out = event.text("role");
    if (type == "admin_disabled" || type == "key_revoked") out = event.text("because");
    if (type == "admin_linked") {
        out = event.has("user_name") ? event.text("user_name") : event.text("user");
    }
    if (type == "sso_set") out = event.text("entity_id");
    if (type == "user_suspended" || type == "user_resumed") {
        for (const json_item& reason : event.object("suspended").items("reasons"))
            out += (out.empty() ? "" : ", ") + reason.as_text();
    }
    if (type == "role_assigned") {
        const json_item request = event.object("request");
        out = event.has("request") ? request.text("wanted_role") + ", to be approved"
                                   : event.text("role");
    }
    if (type == "approval_granted") {
        out = event.text("role");
        if (event.has("break_glass")) out += ", glass broken: " + event.text("break_glass");
    }
    if ((type == "role_assigned" || type.starts_with("approval_")) && event.has("as_name"))
        out += (out.empty() ? "for " : ", for ") + event.text("as_name");
    if (type == "key_created" && event.has("expires_at")) {
        out = "expires " + event.text("expires_at");
    }
    if (type == "key_created" && event.has("owner_name")) {
        out += (out.empty() ? "of " : ", of ") + event.text("owner_name");
    }
    if (type == "key_expiry_changed" || type == "admin_token_created") {
        out = event.has("expires_at") ? "expires " + event.text("expires_at") : "never expires";
    }
    return out;
}

} // namespace

std::string words_of(const json_item& event, std::string_view today, bool colours) {
    const std::string time = event.text("time");
    const std::string type = event.text("type");
    std::string line = toned(event.text("position"), tone::dim, colours) + ' ';
    if (time.size() >= clock_at + clock_size) {
        if (!time.starts_with(today)) line += time.substr(0, date_size) + ' ';
        line += time.substr(clock_at, clock_size) + ' ';
    }
    line += printable(event.text("tenant")) + ' ';
    line += toned(type, tone_of(type), colours) + ' ';
    line += printable(about(event)) + " by " + printable(by_whom(event));
    if (const std::string more = details(event); !more.empty()) line += ": " + printable(more);
    return line;
}

std::string words_of_refusal(const json_item& refused) {
    const std::uint64_t count = refused.number("count");
    std::string line = refused.text("last") + "  ";
    line += count == 1 ? "once" : std::to_string(count) + " times";
    line += "  " + refused.text("action");
    if (!refused.has("status") && !refused.has("code")) line += ", done all the same";
    line += ": " + refused.text("reason");
    if (const std::string id = refused.text("request_id"); !id.empty())
        line += " (request " + id + ")";
    return line;
}

std::string words_of_request(const json_item& request) {
    std::string line = request.text("kind") + ", needs " + request.text("needs");
    if (const std::string role = request.text("wanted_role"); !role.empty()) line += " of " + role;
    if (const std::string by = words_of_assigner(request); !by.empty()) line += ", given by " + by;
    line += ", since " + request.text("since");
    if (const std::string end = request.text("expires_at"); !end.empty()) line += ", until " + end;
    return line;
}

std::string words_of_assigner(const json_item& request) {
    if (!request.has("assigned_by")) return {};
    const json_item who = request.object("assigned_by");
    return who.has("as_name") ? who.text("as_name") + " by " + who.text("name") : who.text("name");
}

} // namespace rollcall::cli
