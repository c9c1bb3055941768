#include "gateway/users.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/list_job.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/search.hpp"
#include "gateway/user_render.hpp"

namespace rollcall::gateway {
using projections::subject_id;
using projections::user_view;

std::optional<subject_id> id_of(std::string_view text) {
    for (const char c : text) {
        if (c >= 'A' && c <= 'Z') return std::nullopt;
    }
    return subject_id::parse(text);
}

users::users(const scim_services& with)
    : with_(with),
      lister_(with.directory, with.bounds),
      lists_in_memory_(with.bounds.answer_bytes_total_max, with.bounds.answer_bytes_tenant_max) {}

bool users::set_base(call& c, std::string& base) const {
    if (set_base_url(base, with_.urls, c.asked().header("Host"), c.asked().path(),
                     c.facts.match.prefix_segments)) {
        return true;
    }
    refuse_as_scim(c.reply(), bad_host_error());
    return false;
}

void users::get(call& c) {
    // Kept from request to request, so that the hottest path allocates nothing of its own.
    static thread_local std::string row;
    static thread_local std::string base;

    const std::string_view id = c.argument("id");
    const auto subject = id_of(id);
    user_view user;
    if (!subject || !with_.directory.user(c.facts.holder->tenant.number, *subject, row, user)) {
        c.refuse(404, "Resource " + std::string(id) + " not found");
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
    if (!set_base(c, base)) return;
    reply_with_user(c, 200, {id, user.core, user.document}, base, *shown);
}

/// What a list was asked for, wherever it stood.
struct users::parameters {
    std::optional<std::string_view> filter, attributes, excluded_attributes, start_index, count;
};

void users::list(call& c) {
    const http::query_parameters& query = c.asked().query();
    if (query.count("filter") > 1) {
        return refuse_as_scim(c.reply(), scim::fault(scim::scim_type::invalid_filter,
                                                     "Give one filter, joined with and or or."));
    }
    answer_list(c, {query.first("filter"), query.first("attributes"),
                    query.first("excludedAttributes"), query.first("startIndex"),
                    query.first("count")});
}

void users::search(call& c) {
    if (!is_json_media_type(c.asked().header("Content-Type"))) {
        return refuse_as_scim(c.reply(), media_type_error());
    }
    const auto asked = scim::read_search(c.asked().body());
    if (!asked) return refuse_as_scim(c.reply(), asked.error());
    answer_list(c, {asked->filter, asked->attributes, asked->excluded_attributes,
                    asked->start_index, asked->count});
}

void users::answer_list(call& c, const parameters& with) {
    user_query asked;
    asked.tenant = c.facts.holder->tenant.number;
    auto page = scim::parse_page(with.start_index, with.count, with_.bounds.page_default,
                                 with_.bounds.page_max);
    if (!page) return refuse_as_scim(c.reply(), page.error());
    asked.page = *page;
    auto shown =
        scim::selection::read(scim::user_type(), with.attributes, with.excluded_attributes);
    if (!shown) return refuse_as_scim(c.reply(), shown.error());
    asked.shown = std::move(*shown);
    std::optional<scim::filter> filter;
    if (with.filter) {
        auto parsed = scim::parse_filter(scim::user_type(), *with.filter);
        if (!parsed) return refuse_as_scim(c.reply(), parsed.error());
        filter = std::move(*parsed);
    }
    asked.plan = plan_query(std::move(filter));
    if (!set_base(c, asked.base_url)) return;

    c.reply().empty(200);
    if (lister_.run_inline(asked, c.reply().body)) {
        c.reply().content_type = answer_media_type(c.asked());
        return;
    }
    run_on_worker(c, std::move(asked));
}

void users::run_on_worker(call& c, user_query asked) {
    job_terms terms;
    terms.tenant = asked.tenant;
    terms.weight = asked.plan.how == query_plan::kind::page ? job_weight::light : job_weight::heavy;
    terms.until = c.facts.began + with_.bounds.list_wait_max;
    list_job todo{lister_, lists_in_memory_, c.put_off(), std::move(asked)};
    const auto verdict = with_.lists.post(todo, terms);
    if (verdict == worker_pool::verdict::taken) return;
    const bool his = verdict == worker_pool::verdict::tenant_full;
    std::move(todo.duty).answer([his](call& again) {
        refuse_list(again, his ? "Too many lists of this tenant are waiting."
                               : "Too many lists are waiting.");
    });
}

} // namespace rollcall::gateway
