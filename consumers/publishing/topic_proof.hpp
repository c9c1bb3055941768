// Does the lifecycle topic say what the log says, all of it? Fed with every message that the topic
// holds, partition by partition, in order. Pure: whoever reads the topic and knows the log brings
// both along (topic_walk.hpp).
//
//   an event              the log has it at that position, with that hash and that one before
//   its first occurrence  follows that of the event before it, for each tenant; a gap is a
//                         difference, unless retention has cut off what the partition began with
//   a copy                tells of the same place in the chain
//   another lineage       may stand before this one's, and the change of lineage has to be told
//                         behind it, unless the tenant begins with seq 1; what was told by the log
//                         from which this one was restored, up to where it ended, is this one's too
//   a tenant's last event is there, if the publisher says that it was acknowledged
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/directory_identity.hpp"
#include "projections/told/read_message.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::publishing {

/// What the log is asked.
struct proof_log {
    base::uuid lineage;
    std::optional<eventlog::log_origin> origin;
    /// Where an event stands; nothing if there is no such tenant or event.
    std::function<std::optional<told::chain_link>(std::string_view slug, eventlog::tenant_seq)>
        find;
};

/// The first thing that is not as it should be.
struct topic_difference {
    std::uint32_t partition = 0;
    std::int64_t offset = -1; ///< -1: of what is not there
    std::string what;
};

struct topic_report {
    std::uint64_t events = 0;           ///< of this log, each once
    std::uint64_t copies = 0;           ///< of them
    std::uint64_t earlier_lineages = 0; ///< messages that other logs have told before
    std::uint64_t waiting = 0;          ///< events that are not published yet
    std::vector<std::string> notes;     ///< what could not be looked at, and why
    std::optional<topic_difference> first_bad;
};

class topic_proof {
  public:
    explicit topic_proof(proof_log log) : log_(std::move(log)) {}

    /// The messages of a partition follow; `low` is its first offset. Ends the one before.
    void begin(std::uint32_t partition, std::int64_t low);

    /// The next message of the partition, or why it is none. False: there is a difference, and
    /// nothing more need be taken.
    bool take(std::int64_t offset, const base::result<told::read_back>& said);

    /// A tenant of the log.
    struct chain_end {
        std::string slug;
        eventlog::tenant_seq seq; ///< of its last event
    };

    /// After the last message. `checkpoint`: everything up to this position was acknowledged, as
    /// the publisher said before the topic was read.
    topic_report finish(const std::vector<chain_end>& tenants, std::uint64_t checkpoint);

  private:
    struct story {
        std::uint32_t partition = 0;
        std::uint64_t next = 1;            ///< the seq that has to follow
        bool began = false;                ///< an event of this log was there
        std::optional<base::uuid> lineage; ///< who tells at the moment
        std::int64_t stranger = -1;        ///< the first that another log told, and no change since
    };

    bool differs(std::int64_t offset, std::string what);
    bool take_change(story& of, std::int64_t offset, const told::read_back& said);
    bool take_event(story& of, std::int64_t offset, const told::read_back& said);
    bool take_stranger(story& of, std::int64_t offset, const told::read_back& said);
    void end_partition();

    proof_log log_;
    topic_report report_;
    std::uint32_t partition_ = 0;
    bool cut_off_ = false;     ///< of this partition, the beginning is gone
    bool any_cut_off_ = false; ///< of some
    std::map<std::string, story, std::less<>> stories_; ///< by slug
};

} // namespace rollcall::publishing
