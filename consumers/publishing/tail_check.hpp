// Is the topic the one that this log was published to, and where does publishing go on? Asked at
// each start and after each new producer, of the last message of every partition. Pure.
//
// Three answers: go on from here; go on, but a part has to be published again (its tail was lost,
// or the topic was deleted and made anew), which is told; or an alarm. With an alarm nothing is
// published until an operator has decided, because the topic holds something that this log does not
// say: subscribers would be told two stories under the same numbers.
//
// What the row remembers about a partition is a `mark`. It is by offsets, not by positions, that a
// lost tail is told from copies: a copy of an older message may well be the last one.
#pragma once

#include "eventlog/base/uuid.hpp"
#include "eventlog/directory_identity.hpp"
#include "eventlog/record.hpp"
#include "projections/told/read_message.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace rollcall::publishing {

/// What is known about one partition. Offsets: -1 for none.
struct mark {
    std::uint64_t through = 0; ///< everything of it up to this position is acknowledged
    /// The lifecycle topic has everything of it up to this position; not before `through`.
    std::uint64_t last = 0;
    std::int64_t lifecycle_offset = -1; ///< of the last acknowledged message there
    std::int64_t state_offset = -1;     ///< likewise in the state topic
    std::int64_t accepted_offset = -1;  ///< what stands up to here was accepted as not this log's
    friend bool operator==(const mark&, const mark&) = default;
};

/// What is remembered between two lives of the publisher.
struct memory {
    base::uuid lineage;
    std::vector<mark> marks; ///< one for each partition that is used
    /// Accepted, and not yet told to all subscribers: the change of lineage, and what of the state
    /// topic is nobody's any more.
    bool to_announce = false;
    base::uuid previous; ///< the lineage that was accepted last; nil: none, or this one
    friend bool operator==(const memory&, const memory&) = default;

    /// Everything up to here is acknowledged.
    [[nodiscard]] std::uint64_t checkpoint() const;
};

/// The end of one partition of the lifecycle topic, and how far that of the state topic reaches.
struct partition_end {
    std::int64_t low = 0;
    std::int64_t high = 0; ///< the offset of the next message
    std::int64_t state_high = 0;
    std::int64_t offset = -1;                 ///< of the last message; -1: there is none
    std::optional<told::read_back> last = {}; ///< nothing, with an offset: it cannot be read
    std::string why_unreadable = {};
    /// Of a message in front of the last one that claims to be of this log and is not: what it
    /// says, and in what it differs. Empty: there is none, or nobody has looked.
    std::string untrue = {};
};

/// This log, as far as it has to be asked.
struct our_log {
    base::uuid lineage;
    std::optional<eventlog::log_origin> origin;
    std::uint64_t head = 0;

    struct known_event {
        eventlog::tenant_no tenant;
        std::uint64_t position = 0;
        eventlog::digest hash{};
    };

    /// The event of a tenant by slug and seq; nothing if there is none.
    std::function<std::optional<known_event>(std::string_view, eventlog::tenant_seq)> find;
};

struct go_on {
    /// From here: what is behind `through` is sent to the state topic, what is behind `last` to
    /// the lifecycle topic.
    memory from;
    /// For each partition: what stands from this offset on came after the last acknowledgement; its
    /// positions are to be read, and are there already. Nothing: there is no such message, or a
    /// change of lineage has to be told first.
    std::vector<std::optional<std::int64_t>> read_from;
    std::vector<std::string> warnings; ///< what is published again, and why
};

/// Nothing may be published. `text` says what was found and what an operator can do.
struct raised_alarm {
    std::string text;
};

using verdict = std::variant<go_on, raised_alarm>;

/// In what an event that claims to be of this log, and stands in `partition` of so many that are
/// used, differs from it; empty if in nothing. The words do not change while the log grows: an
/// operator accepts them.
/// @pre it has a link
std::string contradiction(const our_log& log, const told::read_back& event, std::uint32_t partition,
                          std::uint32_t partitions);

/// `known`: nothing at a first start, after a restore, or when the row is damaged.
/// @pre there is one partition at least
verdict check_tails(const our_log& log, const std::optional<memory>& known,
                    const std::vector<partition_end>& now);

/// What is remembered once an operator has accepted what stands in the topic. Where that is the log
/// from which this one was restored, publishing goes on behind what both have; else it begins at
/// the beginning. A partition without an alarm goes on as it would have.
memory accept(const our_log& log, const std::optional<memory>& known,
              const std::vector<partition_end>& now);

} // namespace rollcall::publishing
