#include "gateway/user_render.hpp"

#include "eventlog/store.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/render.hpp"

namespace rollcall::gateway {

scim::computed computed_of(const shown_user& user, std::string_view base_url) {
    scim::computed facts;
    facts.id = user.id;
    facts.created = user.core.created;
    facts.last_modified = user.core.modified;
    facts.version = user.core.version.value;
    facts.base_url = base_url;
    facts.groups = user.groups;
    facts.status = projections::status_name(user.core.status());
    facts.status_reason = projections::reason_of(user.core);
    facts.status_since = projections::status_since(user.core);
    facts.role = user.core.approval->role;
    return facts;
}

bool append_user(std::string& out, const shown_user& user, std::string_view base_url,
                 const scim::selection& shown) {
    const scim::computed facts = computed_of(user, base_url);
    if (shown.is_default()) {
        scim::append_resource(out, scim::user_type(), user.document, facts);
        return true;
    }
    return scim::append_resource(out, scim::user_type(), user.document, facts, shown).has_value();
}

void add_user_headers(call& c, const shown_user& user, std::string_view base_url) {
    c.reply().add_header("ETag", scim::etag(user.core.version.value));
    c.reply().add_header("Location",
                         scim::location(scim::user_type(), computed_of(user, base_url)));
}

void reply_with_user(call& c, unsigned status, const shown_user& user, std::string_view base_url,
                     const scim::selection& shown) {
    http::reply& r = c.reply();
    r.empty(status);
    if (!append_user(r.body, user, base_url, shown)) {
        throw eventlog::storage_failure("the stored attributes of user " + std::string(user.id) +
                                        " cannot be read");
    }
    r.content_type = answer_media_type(c.asked());
    add_user_headers(c, user, base_url);
}

scim::result<scim::selection> selection_of(const scim::resource_type& type,
                                           const http::request& asked) {
    if (asked.query().size() == 0) return scim::selection();
    return scim::selection::read(type, asked.query().first("attributes"),
                                 asked.query().first("excludedAttributes"));
}

} // namespace rollcall::gateway
