// A message on its way to a topic, and one that was read from it.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::kafka {

/// Whether a topic can have this name: 1 to 249 of letters, digits, `.`, `_` and `-`, but not `.`
/// or
/// `..` alone.
bool is_topic_name(std::string_view name);

/// Names may repeat; order is kept.
struct header {
    std::string_view name;
    std::string_view value;
};

/// A message to be sent: views, copied by producer::send.
struct message {
    std::string_view topic;
    std::int32_t partition = 0;
    std::string_view key;
    std::optional<std::string_view> value; ///< nothing: a tombstone. Not the same as an empty value
    std::span<const header> headers;
    std::uint64_t number = 0; ///< the caller's own: comes back in the delivery
};

struct kept_header {
    std::string name;
    std::string value;
};

/// A message as a partition holds it.
struct record {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
    std::int64_t unix_ms = 0; ///< as the topic's setting has it: of sending, or of arrival
    std::optional<std::string> key;
    std::optional<std::string> value; ///< nothing: a tombstone
    std::vector<kept_header> headers;

    /// The last one of this name, as Kafka's own clients take it; null if there is none.
    [[nodiscard]] const std::string* header(std::string_view name) const;
};

} // namespace rollcall::kafka
