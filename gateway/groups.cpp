#include "gateway/groups.hpp"

#include "gateway/replies.hpp"
#include "gateway/scim/filter.hpp"
#include "gateway/scim/paging.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/user_render.hpp"

#include <string>

namespace rollcall::gateway {

void no_groups::list(call& c) {
    const http::query_parameters& query = c.asked().query();
    const auto page = scim::parse_page(query.first("startIndex"), query.first("count"),
                                       bounds_.page_default, bounds_.page_max);
    if (!page) return refuse_as_scim(c.reply(), page.error());
    const auto shown = selection_of(scim::group_type(), c.asked());
    if (!shown) return refuse_as_scim(c.reply(), shown.error());
    if (const auto text = query.first("filter")) {
        const auto filter = scim::parse_filter(scim::group_type(), *text);
        if (!filter) return refuse_as_scim(c.reply(), filter.error());
    }
    c.reply().empty(200);
    c.reply().content_type = answer_media_type(c.asked());
    scim::list_writer(c.reply().body, 0, page->start_index, 0).close();
}

void no_groups::get(call& c) {
    c.refuse(404, "Resource " + std::string(c.argument("id")) + " not found");
}

void no_groups::refuse(call& c) {
    c.refuse(501, "Groups cannot be pushed to this server. Switch group provisioning off.");
}

} // namespace rollcall::gateway
