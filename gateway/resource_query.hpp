// A list as a request asks for it, by GET with parameters or by POST to .search.
#pragma once

#include "gateway/query_plan.hpp"
#include "gateway/scim/paging.hpp"
#include "gateway/scim/selection.hpp"
#include "gateway/scim_services.hpp"

#include <optional>
#include <string>

namespace rollcall::gateway {

/// Owns everything, so that it can go to a worker.
struct resource_query {
    projections::tenant_no tenant;
    query_plan plan;
    scim::page_request page;
    scim::selection shown;
    std::string base_url;
    bool groups_are_empty = false; ///< for the tenant's product nobody is in a group
};

/// Where the parameters stand: RFC 7644 sections 3.4.2 and 3.4.3.
enum class query_place : std::uint8_t { url, body };

/// Reads what is asked; nothing if something is wrong with it, and then the call is answered.
std::optional<resource_query> read_query(const scim_services& with, call& c,
                                         const scim::resource_type& type, query_place where);

} // namespace rollcall::gateway
