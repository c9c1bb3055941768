// How plans are told in JSON.
#pragma once

#include "eventlog/base/json_writer.hpp"
#include "eventlog/event.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace rollcall::told {

/// A number, or null for no limit.
void write_limit(base::json_writer& json, std::string_view member,
                 const std::optional<std::uint64_t>& limit);

/// `seats`, `scim`, `seat_states`, `on_downgrade`, `grace_days` and `version`, into the object that
/// is open.
void write_terms(base::json_writer& json, const eventlog::plan_terms& terms);

/// `suspended`: null, or the reasons and since when.
void write_suspension(base::json_writer& json, const eventlog::suspension& suspended);

} // namespace rollcall::told
