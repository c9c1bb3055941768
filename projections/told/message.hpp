// A message for a topic: what is sent, and by what its sender knows how far he is. No broker is
// named here; whoever sends it copies topic, key, headers and value into his client's form.
#pragma once

#include "eventlog/base/uuid.hpp"
#include "eventlog/ids.hpp"
#include "projections/told/privacy.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::told {

enum class topic_kind : std::uint8_t {
    lifecycle,    ///< every event, in order; key: the tenant
    state,        ///< what is so; compacted; key: the user, team, membership or `TENANT/seats`
    checkpoints,  ///< how far each tenant has come; compacted; key: the tenant
    dead_letters, ///< what could not be told, and why; key: the tenant
};

inline constexpr std::array topic_kinds_all{topic_kind::lifecycle, topic_kind::state,
                                            topic_kind::checkpoints, topic_kind::dead_letters};

/// `lifecycle`, `state`, `checkpoints`, `dead-letters`.
std::string_view topic_word(topic_kind kind);

/// `rollcall.` and lifecycle give `rollcall.lifecycle.v1`.
std::string topic_name(std::string_view prefix, topic_kind kind);

/// The partition of all that is told of a tenant, the same in each topic. @pre partitions > 0
std::uint32_t partition_of(eventlog::tenant_no tenant, std::uint32_t partitions);

/// How a message carries the attributes of its CloudEvent.
enum class event_mode : std::uint8_t {
    binary,     ///< as headers `ce_…`; the value is the data
    structured, ///< in the value, around the data
};

/// `binary`, `structured`.
std::string_view event_mode_name(event_mode mode);
std::optional<event_mode> parse_event_mode(std::string_view word);

/// How the messages of one topic are made.
struct telling {
    base::uuid lineage{}; ///< of the log
    event_mode mode = event_mode::binary;
    privacy personal = privacy::minimal;
    /// Past it a message is told by ids and states alone, with `truncated`. Counts as
    /// message_bytes() does; what a broker takes (max.message.bytes) must be somewhat more.
    std::size_t message_bytes_max = 1'000'000;
};

struct header {
    std::string name;
    std::string value;
    friend bool operator==(const header&, const header&) = default;
};

struct message {
    topic_kind topic = topic_kind::lifecycle;
    std::string key;
    std::vector<header> headers;
    std::optional<std::string> value; ///< nothing: a tombstone
    eventlog::tenant_no tenant;       ///< partition_of() takes it
    eventlog::tenant_seq seq;         ///< that the message tells of: the version, of a state
    eventlog::position at;            ///< of the event that it is sent for
    bool truncated = false;           ///< something was too large: worth a dead letter
    friend bool operator==(const message&, const message&) = default;
};

/// Key, value and headers together.
std::size_t message_bytes(const message& m);

} // namespace rollcall::told
