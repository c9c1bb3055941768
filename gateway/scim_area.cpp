#include "gateway/scim_area.hpp"

#include "gateway/discovery_pages.hpp"
#include "gateway/profiles/base_path.hpp"
#include "gateway/replies.hpp"
#include "gateway/teams.hpp"
#include "gateway/users.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::gateway {
namespace {

using http::method;

void not_offered(call& c) {
    c.refuse(501, "This server does not offer this. ServiceProviderConfig says what it does.");
}

/// How many segments of the path the longest base path of a profile takes; 0 for none.
std::size_t base_of(const profiles::profile_book& book, const http::path_segments& path) {
    for (const std::string& base : book.base_paths()) {
        if (const std::size_t taken = profiles::segments_within(base, path)) return taken;
    }
    return 0;
}

/// How many segments stand before the word for users or groups, if they may be a base path: perhaps
/// that of a profile whose file is gone, or one that a profile had before. Whose key may come by it
/// the gate knows. Behind the word stands an id, `.search` or nothing; an id may be such a word.
std::size_t lost_base_of(const http::path_segments& path) {
    for (std::size_t behind = 0; behind < 2 && behind + 1 < path.size(); ++behind) {
        const std::size_t taken = path.size() - 1 - behind;
        if (!profiles::names_resources(path[taken])) continue;
        if (taken > profiles::base_path_segments_max) return 0;
        std::string base;
        for (std::size_t i = 0; i < taken; ++i)
            base.append("/").append(path[i]);
        if (profiles::base_path_fault(base).empty()) return taken;
    }
    return 0;
}

} // namespace

area scim_area(const scim_services& with, gate& access) {
    const auto people = std::make_shared<users>(with);
    const auto groups = std::make_shared<teams>(with);
    const auto pages = std::make_shared<discovery_pages>(with.urls, with.bounds);
    const auto of = [](const auto& owner, auto member) {
        return [owner, member](call& c) { ((*owner).*member)(c); };
    };
    using enum permission;
    using enum pace_class;

    area scim;
    scim.prefixes = {"/scim/v2", "/t/{tenant}/scim/v2"};
    scim.more_prefixes = [&shelf = with.profiles](const http::path_segments& path) {
        // The longer one: a lost base path may lie within another profile's.
        return std::max(base_of(*shelf.book(), path), lost_base_of(path));
    };
    scim.unknown_needs = provision;
    scim.packing = {with.bounds.packed_bytes_min, with.bounds.packed_inline_bytes_max};
    scim.admit = [&access](call& c, permission needs) { return access.admit(c, needs); };
    scim.refuse = [](call& c, unsigned status, std::string_view detail) {
        refuse_as_scim(c.reply(), status, detail);
    };
    scim.routes = {
        {method::post, "/Users/.search", read, "search_users", of(people, &users::search)},
        {method::get, "/Users/{id}", read, "get_user", of(people, &users::get), look_up},
        {method::get, "/Users", read, "list_users", of(people, &users::list), look_up},
        {method::post, "/Users", change, "create_user", of(people, &users::create)},
        {method::patch, "/Users/{id}", change, "patch_user", of(people, &users::patch), leaving},
        {method::put, "/Users/{id}", change, "replace_user", of(people, &users::replace), leaving},
        {method::del, "/Users/{id}", change, "delete_user", of(people, &users::remove), leaving},

        {method::post, "/Groups/.search", read, "search_groups", of(groups, &teams::search)},
        {method::get, "/Groups/{id}", read, "get_group", of(groups, &teams::get)},
        {method::get, "/Groups", read, "list_groups", of(groups, &teams::list)},
        {method::post, "/Groups", change, "create_group", of(groups, &teams::create)},
        {method::patch, "/Groups/{id}", change, "patch_group", of(groups, &teams::patch)},
        {method::put, "/Groups/{id}", change, "replace_group", of(groups, &teams::replace)},
        {method::del, "/Groups/{id}", change, "delete_group", of(groups, &teams::remove)},

        {method::get, "/ServiceProviderConfig", discover, "get_config",
         of(pages, &discovery_pages::service_provider_config)},
        {method::get, "/Schemas", discover, "list_schemas", of(pages, &discovery_pages::schemas)},
        {method::get, "/Schemas/{urn}", discover, "get_schema",
         of(pages, &discovery_pages::schema)},
        {method::get, "/ResourceTypes", discover, "list_resource_types",
         of(pages, &discovery_pages::resource_types)},
        {method::get, "/ResourceTypes/{name}", discover, "get_resource_type",
         of(pages, &discovery_pages::resource_type)},

        {method::post, "/.search", provision, "search_all", not_offered},
        {method::post, "/Bulk", provision, "bulk", not_offered},
        {method::get, "/Me", provision, "get_me", not_offered},
        {method::post, "/Me", provision, "create_me", not_offered},
        {method::put, "/Me", provision, "replace_me", not_offered},
        {method::patch, "/Me", provision, "patch_me", not_offered},
        {method::del, "/Me", provision, "delete_me", not_offered},
    };
    return scim;
}

} // namespace rollcall::gateway
