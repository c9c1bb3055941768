// Reading back what was told: enough to know where a message stands in which log. For whoever
// compares a topic with the log: the publisher at its start, `log verify --topic`.
//
// The value is read, since proxies between clusters drop headers; a tombstone has headers only.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/record.hpp"
#include "projections/told/message.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::told {

/// The place of an event in its tenant's chain.
struct chain_link {
    eventlog::position at;
    eventlog::digest hash{};
    eventlog::digest prev_hash{};
    friend bool operator==(const chain_link&, const chain_link&) = default;
};

struct read_back {
    base::uuid lineage{};
    std::string tenant; ///< the slug
    eventlog::tenant_seq seq;
    std::string type;               ///< `user_created`, `withheld`, `user`, `checkpoint`, ...
    std::optional<chain_link> link; ///< of every lifecycle message; of no other
    friend bool operator==(const read_back&, const read_back&) = default;
};

/// Reads a message of any of the topics, in either mode. Members that it does not know are ignored.
/// Errors: log_errc::damaged_payload with the name of the member that is not as it should be.
base::result<read_back> read_message(std::optional<std::string_view> value,
                                     std::span<const header> headers);

} // namespace rollcall::told
