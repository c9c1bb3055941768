// Endpoints of profiles: which there are, and what one says.
#include "gateway/admin/parts.hpp"
#include "gateway/profiles/profile_json.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;

result<said> list(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    said s;
    s.json = "[";
    const auto book = p.with.profiles.book();
    for (const auto& [id, one] : book->all()) {
        if (s.json.size() > 1) s.json += ',';
        profiles::append_profile(s.json, *one, false);
    }
    s.json += ']';
    return s;
}

result<said> one(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    const auto book = p.with.profiles.book();
    const auto found = book->find(c.argument("profile"));
    if (!found) {
        return refuse(404, "not_found",
                      "there is no profile '" + std::string(c.argument("profile")) +
                          "'; known: " + book->ids());
    }
    said s;
    profiles::append_profile(s.json, *found, true);
    return s;
}

} // namespace

std::vector<gateway::route> profile_routes(parts& p) {
    using http::method;
    return {reading(p, method::get, "/profiles", "admin_list_profiles", list),
            reading(p, method::get, "/profiles/{profile}", "admin_get_profile", one)};
}

} // namespace rollcall::admin
