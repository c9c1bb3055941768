#include "gateway/users.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/packed_answer.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/replies.hpp"
#include "gateway/user_groups.hpp"
#include "gateway/user_render.hpp"

namespace rollcall::gateway {
using projections::user_view;

users::users(const scim_services& with)
    : with_(with),
      lister_(with.directory, with.bounds),
      lists_in_memory_(with.bounds.answer_bytes_total_max, with.bounds.answer_bytes_tenant_max) {}

void users::get(call& c) {
    // Kept from request to request, so that the hottest path allocates nothing of its own.
    static thread_local std::string row;
    static thread_local std::string base;

    const std::string_view id = c.argument("id");
    const auto subject = id_of(id);
    user_view user;
    if (!subject || !with_.directory.user(c.facts.holder->tenant.number, *subject, row, user)) {
        refuse_unknown(c);
        return;
    }
    const std::string_view known = c.asked().header("If-None-Match");
    if (!known.empty() && none_match_hits(known, user.core.version.value)) {
        c.reply().empty(304);
        c.reply().add_header("ETag", scim::etag(user.core.version.value));
        return;
    }
    const auto shown = selection_of(scim::user_type(), c.asked());
    if (!shown) {
        refuse_as_scim(c.reply(), shown.error());
        return;
    }
    if (!set_base(with_, c, base)) return;
    const key_holder& holder = *c.facts.holder;
    user_groups groups(with_.directory, holder.tenant.number, base,
                       shows_groups(*shown, holder.product), user_groups::users::few);
    reply_with_user(c, 200, {id, user.core, user.document, groups.of(*subject)}, base, *shown);
}

void users::answer_list(call& c, query_place where) {
    auto asked = read_query(with_, c, scim::user_type(), where);
    if (!asked) return;
    c.reply().empty(200);
    if (lister_.run_inline(*asked, c.reply().body)) {
        c.reply().content_type = answer_media_type(c.asked());
        return;
    }
    const std::size_t from = packed_from(c);
    answer_by_worker(with_, lists_in_memory_, c, std::move(*asked),
                     [this, from](const resource_query& all, const std::function<bool()>& stop) {
                         return find(all, stop, from);
                     });
}

scim::result<list_answer> users::find(const resource_query& asked,
                                      const std::function<bool()>& stop, std::size_t packed_from) {
    std::string body;
    if (auto done = lister_.run(asked, stop, body); !done) {
        return tl::unexpected(std::move(done.error()));
    }
    const bool packed = body.size() >= packed_from;
    if (packed) pack(body);
    auto room = lists_in_memory_.take(asked.tenant, body.size());
    if (!room) return refuse_full_memory;
    return [room = std::move(room), body = std::move(body), packed](call& c) mutable {
        c.reply().empty(200);
        if (packed) c.reply().content_encoding = http::gzip_coding;
        c.reply().body.swap(body);
        c.reply().content_type = answer_media_type(c.asked());
        c.reply().keep_until_sent(std::move(room));
    };
}

} // namespace rollcall::gateway
