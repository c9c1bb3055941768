#include "gateway/scim_services.hpp"

#include "gateway/replies.hpp"

namespace rollcall::gateway {

std::optional<projections::subject_id> id_of(std::string_view text) {
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z') return std::nullopt;
    }
    return projections::subject_id::parse(text);
}

bool set_base(const scim_services& with, call& c, std::string& base) {
    if (set_base_url(base, with.urls, c.asked().header("Host"), c.asked().path(),
                     c.facts.match.prefix_segments)) {
        return true;
    }
    refuse_as_scim(c.reply(), bad_host_error());
    return false;
}

void refuse_unknown(call& c) {
    c.refuse(404, "Resource " + std::string(c.argument("id")) + " not found");
}

} // namespace rollcall::gateway
