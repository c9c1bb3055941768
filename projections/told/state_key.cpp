#include "projections/told/state_key.hpp"

#include <vector>

namespace rollcall::told {
namespace {

std::vector<std::string_view> parts_of(std::string_view text) {
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t slash = text.find('/');
        parts.push_back(text.substr(0, slash));
        if (slash == text.npos) return parts;
        text.remove_prefix(slash + 1);
    }
}

/// As user_key() and the others spell it, and no other spelling of the same id.
std::optional<eventlog::subject_id> id_of(std::string_view text) {
    const auto id = base::uuid::parse(text);
    return id && id->text() == text ? id : std::nullopt;
}

} // namespace

std::string_view state_word(state_kind kind) {
    switch (kind) {
    case state_kind::user: return "user";
    case state_kind::team: return "team";
    case state_kind::member: return "member";
    case state_kind::seats: return "seats";
    }
    return {};
}

std::string user_key(std::string_view slug, const eventlog::subject_id& user) {
    return std::string(slug) + "/user/" + user.text();
}

std::string team_key(std::string_view slug, const eventlog::subject_id& team) {
    return std::string(slug) + "/team/" + team.text();
}

std::string member_key(std::string_view slug, const eventlog::subject_id& team,
                       const eventlog::subject_id& user) {
    return std::string(slug) + "/member/" + team.text() + '/' + user.text();
}

std::string seats_key(std::string_view slug) {
    return std::string(slug) + "/seats";
}

std::optional<state_key> parse_state_key(std::string_view text) {
    const auto parts = parts_of(text);
    if (parts.size() < 2 || parts[0].empty()) return std::nullopt;
    state_key key{parts[0], state_kind::seats};
    if (parts[1] == state_word(state_kind::seats)) {
        return parts.size() == 2 ? std::optional(key) : std::nullopt;
    }
    const bool member = parts[1] == state_word(state_kind::member);
    key.kind = member                                     ? state_kind::member
               : parts[1] == state_word(state_kind::team) ? state_kind::team
                                                          : state_kind::user;
    if (state_word(key.kind) != parts[1] || parts.size() != (member ? 4u : 3u)) {
        return std::nullopt;
    }
    const auto id = id_of(parts[2]);
    const auto user = member ? id_of(parts[3]) : eventlog::subject_id{};
    if (!id || !user) return std::nullopt;
    key.id = *id;
    key.user = *user;
    return key;
}

} // namespace rollcall::told
