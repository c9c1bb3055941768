// What the handlers of the SCIM surface work with. References outlive them.
#pragma once

#include "gateway/base_url.hpp"
#include "gateway/call.hpp"
#include "gateway/limits.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::gateway {

class password_office;

struct scim_services {
    const projections::directory& directory;
    projections::command_desk& desk;
    answer_courier& courier;
    worker_pool& lists;
    base_url_options urls;
    limits bounds;
    const profiles::profile_shelf& profiles;
    password_office& passwords;
};

/// Reads an id as it stands in a URL. Compared exactly (RFC 7643 section 3.1): the spelling in
/// another case is no id of ours.
std::optional<projections::subject_id> id_of(std::string_view text);

/// The base URL that a request's answers name; false, and the call is answered, if its Host is no
/// part of a URL.
bool set_base(const scim_services& with, call& c, std::string& base);

/// 404 for the id in the path.
void refuse_unknown(call& c);

} // namespace rollcall::gateway
