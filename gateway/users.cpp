#include "gateway/users.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/list_job.hpp"
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
    user_groups groups(with_.directory, c.facts.holder->tenant.number, base, shows_groups(*shown));
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
    run_on_worker(c, std::move(*asked));
}

void users::run_on_worker(call& c, resource_query asked) {
    job_terms terms;
    terms.tenant = asked.tenant;
    terms.weight = asked.plan.how == query_plan::kind::page ? job_weight::light : job_weight::heavy;
    terms.until = c.facts.began + with_.bounds.list_wait_max;
    const std::size_t from = packed_from(c);
    list_job todo{lister_, lists_in_memory_, c.put_off(), std::move(asked), from};
    const auto verdict = with_.lists.post(todo, terms);
    if (verdict == worker_pool::verdict::taken) return;
    const bool his = verdict == worker_pool::verdict::tenant_full;
    std::move(todo.duty).answer([his](call& again) { refuse_full_queue(again, his); });
}

} // namespace rollcall::gateway
