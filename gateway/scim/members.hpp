// The members of a JSON object as attributes of a resource: what POST and PUT bodies are made of.
// Private to this folder, as json_input.hpp is.
#pragma once

#include "gateway/scim/error.hpp"
#include "gateway/scim/json_input.hpp"
#include "gateway/scim/resource.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace rollcall::scim {

/// Adds a fault, unless there are limits::faults_max already.
void note(std::vector<error>& faults, error what);

/// Checks that `schemas` is a non-empty array of URNs, each once, with `urn` among them, whatever
/// the case; others do not matter.
std::optional<error> check_schemas(json_object body, std::string_view urn);

/// Reads every member that names a stored, writable attribute. What is wrong with a member goes to
/// `faults`, and the member is left out.
resource read_members(const resource_type& type, json_object body, std::vector<error>& faults);

/// What the members say about the attribute that deprovisions: false if one of several says so,
/// which then is a fault beside; else nothing if one cannot be read.
std::optional<bool> read_lifecycle_switch(const resource_type& type, json_object body);

/// Required attributes without a value, also in elements and extensions that are there.
void check_required(const resource& what, std::vector<error>& faults);

} // namespace rollcall::scim
