#include "gateway/admin/expiry.hpp"

namespace rollcall::admin {

result<std::optional<base::moment>> read_expiry(const body& b, base::moment now) {
    const auto given_in = b.text("expires_in");
    if (!given_in) return tl::unexpected(given_in.error());
    const auto given_at = b.text("expires_at");
    if (!given_at) return tl::unexpected(given_at.error());
    const std::optional<std::string>& in = *given_in;
    const std::optional<std::string>& at = *given_at;
    if (in && at) return refuse(400, "bad_value", "give expires_in or expires_at, not both");
    if (in) {
        const auto ms = base::parse_duration_ms(*in);
        if (ms) return std::optional(base::moment{now.unix_ms + *ms});
        return refuse(400, "bad_value", "expires_in must be " + std::string(lifetime_form));
    }
    if (!at) return std::optional<base::moment>{};
    const auto when = base::moment::parse(*at);
    if (when && *when > now) return when;
    return refuse(400, "bad_value",
                  "expires_at must be a time to come, such as 2030-01-31T12:00:00Z");
}

void write_moment(base::json_writer& json, std::string_view name,
                  const std::optional<base::moment>& at) {
    json.key(name);
    if (at) {
        json.value(at->text());
    } else {
        json.null();
    }
}

void write_last_used(base::json_writer& json, std::optional<base::moment> used,
                     base::moment created) {
    if (used && *used < created) used = created;
    write_moment(json, "last_used", used);
}

} // namespace rollcall::admin
