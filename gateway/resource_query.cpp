#include "gateway/resource_query.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/replies.hpp"
#include "gateway/scim/search.hpp"

namespace rollcall::gateway {
namespace {

struct parameters {
    std::optional<std::string_view> filter, attributes, excluded_attributes, start_index, count;
};

scim::result<resource_query> read(const scim_services& with, const scim::resource_type& type,
                                  const parameters& asked) {
    resource_query out;
    auto page = scim::parse_page(asked.start_index, asked.count, with.bounds.page_default,
                                 with.bounds.page_max);
    if (!page) return tl::unexpected(std::move(page.error()));
    out.page = *page;
    auto shown = scim::selection::read(type, asked.attributes, asked.excluded_attributes);
    if (!shown) return tl::unexpected(std::move(shown.error()));
    out.shown = std::move(*shown);
    std::optional<scim::filter> filter;
    if (asked.filter) {
        auto parsed = scim::parse_filter(type, *asked.filter);
        if (!parsed) return tl::unexpected(std::move(parsed.error()));
        filter = std::move(*parsed);
    }
    out.plan = plan_query(std::move(filter));
    return out;
}

scim::result<resource_query> read_url(const scim_services& with, const scim::resource_type& type,
                                      const http::query_parameters& query) {
    if (query.count("filter") > 1) {
        return scim::refuse(scim::scim_type::invalid_filter,
                            "Give one filter, joined with and or or.");
    }
    return read(with, type,
                {query.first("filter"), query.first("attributes"),
                 query.first("excludedAttributes"), query.first("startIndex"),
                 query.first("count")});
}

scim::result<resource_query> read_body(const scim_services& with, const scim::resource_type& type,
                                       const http::request& request) {
    if (!is_json_media_type(request.header("Content-Type"))) {
        return tl::unexpected(media_type_error());
    }
    const auto asked = scim::read_search(request.body());
    if (!asked) return tl::unexpected(asked.error());
    return read(with, type,
                {asked->filter, asked->attributes, asked->excluded_attributes, asked->start_index,
                 asked->count});
}

} // namespace

std::optional<resource_query> read_query(const scim_services& with, call& c,
                                         const scim::resource_type& type, query_place where) {
    auto out = where == query_place::url ? read_url(with, type, c.asked().query())
                                         : read_body(with, type, c.asked());
    if (!out) {
        refuse_as_scim(c.reply(), out.error());
        return std::nullopt;
    }
    if (!set_base(with, c, out->base_url)) return std::nullopt;
    out->tenant = c.facts.holder->tenant.number;
    out->groups_are_empty = c.facts.holder->product.hides_groups();
    return std::move(*out);
}

} // namespace rollcall::gateway
