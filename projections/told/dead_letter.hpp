// What could not be told as it should have been, and why, as a message of the dead letters topic.
// It names the message and never quotes it: there is no personal data in a dead letter.
//
//   {"lineage", "position", "tenant", "seq", "type": "dead_letter", "topic", "key", "reason",
//    "detail", "bytes"}
#pragma once

#include "projections/told/message.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace rollcall::told {

enum class dead_reason : std::uint8_t {
    truncated,  ///< too large; it was told by ids and states instead
    unreadable, ///< the record could not be decoded; the lifecycle topic has its bare envelope
};

/// `truncated` and so on.
std::string_view dead_reason_name(dead_reason why);

/// The longest detail, in bytes; a longer one is cut.
inline constexpr std::size_t dead_detail_bytes_max = 512;

/// The dead letter of `dead`, of which only topic, key, place and size are told. `detail` is for
/// people: the reason in the words of who refused, which must not quote values. What is not
/// printable ASCII in it becomes `?`.
message dead_letter_message(const telling& how, std::string_view slug, const message& dead,
                            dead_reason why, std::string_view detail);

} // namespace rollcall::told
