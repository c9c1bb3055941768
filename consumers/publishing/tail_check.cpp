#include "consumers/publishing/tail_check.hpp"

#include "projections/told/lineage_message.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::publishing {
namespace {

constexpr std::string_view accept_words =
    "If what this log says is to count from now on: `rollcall publish resume --new-lineage`. ";

/// What is to be said of one partition.
struct finding {
    mark from = {};
    std::optional<std::int64_t> read_from = {};
    std::string warning = {};
    std::string fault = {};   ///< else
    std::uint64_t shared = 0; ///< with a fault: up to here the topic has what this log says
    base::uuid foreign = {};  ///< with a fault: whose it is, if it is another log's
};

std::string named(std::size_t partition) {
    return "partition " + std::to_string(partition) + " of the lifecycle topic";
}

std::string at(std::uint64_t position) {
    return "@" + std::to_string(position);
}

} // namespace

std::string contradiction(const our_log& log, const told::read_back& event, std::uint32_t partition,
                          std::uint32_t partitions) {
    const std::uint64_t position = event.link->at.offset;
    if (position > log.head) {
        return "but this log has not come so far: the topic is ahead. An older copy of the data "
               "directory was put back, or another program publishes the same log.";
    }
    const auto own = log.find(event.tenant, event.seq);
    if (!own) return "but this log has no such event.";
    if (own->hash != event.link->hash) {
        return "but this log has another event there: its hash differs. Run "
               "`rollcall log verify`.";
    }
    if (own->position != position) return "but in this log it stands at " + at(own->position) + ".";
    const std::uint32_t home = told::partition_of(own->tenant, partitions);
    if (home != partition) {
        return "but with " + std::to_string(partitions) + " partitions it belongs to partition " +
               std::to_string(home) + ": the number of partitions was another one.";
    }
    return {};
}

namespace {

class examination {
  public:
    examination(const our_log& log, const std::optional<memory>& known,
                const std::vector<partition_end>& now)
        : log_(log), now_(now) {
        // A row of another log says nothing about this one: it came with a copied directory.
        if (known && known->lineage == log.lineage && known->marks.size() <= now.size()) {
            known_ = &*known;
        }
        partitions_ = static_cast<std::uint32_t>(known_ ? known_->marks.size() : now.size());
        ours_ = known_ != nullptr || std::any_of(now.begin(), now.end(), [&](const auto& end) {
                    return end.last && end.last->lineage == log.lineage;
                });
    }

    [[nodiscard]] std::uint32_t partitions() const { return partitions_; }

    [[nodiscard]] finding of(std::uint32_t p) const {
        std::optional<mark> kept;
        if (known_) kept = known_->marks[p];
        // A topic that does not reach so far is not the one of which that was accepted.
        const bool anew = kept && now_[p].high <= kept->accepted_offset;
        if (anew) kept->accepted_offset = -1;
        if (anew && kept->lifecycle_offset < 0) *kept = {.state_offset = kept->state_offset};
        const mark* before = kept ? &*kept : nullptr;
        finding said = of_lifecycle(p, now_[p], before);
        if (anew && said.fault.empty() && said.warning.empty()) {
            said.warning = named(p) + " no longer has what was accepted: it was deleted and made "
                                      "anew, and is published again";
        }
        if (before && before->state_offset >= now_[p].state_high && said.fault.empty()) {
            said.from.through = 0;
            said.from.state_offset = -1;
            if (!said.warning.empty()) said.warning += "; ";
            said.warning += "partition " + std::to_string(p) +
                            " of the state topic has lost messages that were acknowledged, or was "
                            "made anew: its state is published again";
        }
        return said;
    }

  private:
    [[nodiscard]] finding of_lifecycle(std::uint32_t p, const partition_end& end,
                                       const mark* before) const {
        if (before && end.high > 0 && end.high - 1 == before->accepted_offset) {
            if (before->lifecycle_offset <= before->accepted_offset) return {.from = *before};
            return again(p, before, "has lost messages that were acknowledged");
        }
        if (!end.untrue.empty()) return fault(named(p) + " " + end.untrue);
        if (end.offset < 0) return of_nothing(p, end, before);
        if (!end.last) {
            return fault(named(p) + ": its last message (offset " + std::to_string(end.offset) +
                         ") cannot be read: " + end.why_unreadable +
                         ". Somebody else writes to this topic; find out who.");
        }
        return of_message(p, end, *end.last, before);
    }

    /// There is no message: there never was one, or there is none any more.
    [[nodiscard]] finding of_nothing(std::uint32_t p, const partition_end& end,
                                     const mark* before) const {
        const bool sent = before && before->lifecycle_offset >= 0;
        if (sent && before->lifecycle_offset >= end.high) {
            return again(p, before,
                         end.high == 0 ? "is empty: the topic was deleted and made anew, or has "
                                         "lost what was acknowledged"
                                       : "has lost messages that were acknowledged");
        }
        if (before && (sent || end.high == 0)) return {.from = *before};
        if (end.high == 0) return {};
        if (!ours_) {
            return fault(named(p) + " had " + std::to_string(end.high) +
                         " messages; retention has removed them, and nobody can tell which log "
                         "they were of.");
        }
        return again(p, before,
                     "had messages that retention has removed, and it is not known which");
    }

    [[nodiscard]] finding of_message(std::uint32_t p, const partition_end& end,
                                     const told::read_back& last, const mark* before) const {
        // Who was told that the lineage changed hears the rest from where it was accepted.
        const bool change = last.type == told::lineage_changed_word;
        if (!change && !last.link) {
            return fault(named(p) + " ends with a message of the type `" + last.type +
                         "`, which does not belong there. Check the names of the topics.");
        }
        const std::uint64_t position = change ? 0 : last.link->at.offset;
        std::string what = named(p) + " ends with event " + std::to_string(last.seq.value) +
                           " of the tenant " + last.tenant;
        if (!change) what += " (" + at(position) + ")";
        if (last.lineage != log_.lineage) return of_other(what, last);
        if (!change) {
            std::string wrong = contradiction(log_, last, p, partitions_);
            if (!wrong.empty()) return fault(what + " of this log, " + wrong);
        }
        // With nothing known the tail says what is there, and state is told anew.
        if (!before) return {.from = {.last = position, .lifecycle_offset = end.offset}};
        finding said{.from = *before};
        if (end.offset < before->lifecycle_offset && position > before->last) {
            // It was never acknowledged, and those before it that were are not before it.
            return again(p, before, "was deleted and made anew");
        }
        if (end.offset < before->lifecycle_offset) {
            said.from.last = position;
            said.from.through = std::min(said.from.through, position);
            said.from.lifecycle_offset = end.offset;
            said.warning = named(p) +
                           " has lost messages that were acknowledged: published again "
                           "behind " +
                           at(position);
        } else if (end.offset > before->lifecycle_offset) {
            const std::int64_t known = std::max(before->lifecycle_offset, before->accepted_offset);
            said.read_from = std::max(known + 1, end.low);
        }
        return said;
    }

    [[nodiscard]] finding of_other(const std::string& what, const told::read_back& last) const {
        finding said{.foreign = last.lineage};
        if (!log_.origin || log_.origin->lineage != last.lineage) {
            said.fault = what + " of another log, " + last.lineage.text() +
                         ". Two logs cannot share a topic: check `--kafka` and the prefix of the "
                         "topics.";
            return said;
        }
        const std::uint64_t end = log_.origin->at.offset;
        said.fault = what + " of the log " + last.lineage.text() +
                     ", from which this one was restored as of " + at(end) + ". ";
        if (!last.link) {
            said.shared = 0;
        } else if (last.link->at.offset > end) {
            said.fault += "Subscribers were told of events that this log does not have. ";
            said.shared = end;
        } else {
            const auto event = log_.find(last.tenant, last.seq);
            const bool same = event && event->hash == last.link->hash;
            said.shared = same ? last.link->at.offset : 0;
            if (!same) said.fault += "That event is another one here. ";
        }
        said.fault += "Make sure that nobody runs the old one any more.";
        return said;
    }

    /// Lifecycle and state: who lost the one may have lost the other.
    static finding again(std::uint32_t p, const mark* before, const std::string& why) {
        finding said{.warning = named(p) + " " + why + ": published again from the beginning"};
        if (before) said.from.accepted_offset = before->accepted_offset;
        return said;
    }

    static finding fault(std::string text) { return {.fault = std::move(text)}; }

    const our_log& log_;
    const std::vector<partition_end>& now_;
    const memory* known_ = nullptr;
    std::uint32_t partitions_ = 0;
    bool ours_ = false;
};

} // namespace

std::uint64_t memory::checkpoint() const {
    std::uint64_t least = marks.empty() ? 0 : UINT64_MAX;
    for (const mark& one : marks)
        least = std::min(least, one.through);
    return least;
}

verdict check_tails(const our_log& log, const std::optional<memory>& known,
                    const std::vector<partition_end>& now) {
    assert(!now.empty());
    const bool ours = known && known->lineage == log.lineage;
    if (ours && known->marks.size() > now.size()) {
        return raised_alarm{"The topics had " + std::to_string(known->marks.size()) +
                            " partitions and have " + std::to_string(now.size()) +
                            ": tenants would change their partition. Make the topics again with " +
                            std::to_string(known->marks.size()) + " partitions. " +
                            std::string(accept_words) +
                            "Then all is published again from the beginning."};
    }
    const examination examined(log, known, now);
    go_on result;
    if (ours) result.from = *known;
    result.from.lineage = log.lineage;
    result.from.marks.clear();
    std::string fault;
    std::size_t faults = 0;
    for (std::uint32_t p = 0; p < examined.partitions(); ++p) {
        finding said = examined.of(p);
        if (!said.fault.empty() && ++faults == 1) fault = std::move(said.fault);
        result.from.marks.push_back(said.from);
        // Who is told that the lineage changed, and from which event on, is sent all from there:
        // copies where they stand already.
        result.read_from.push_back(result.from.to_announce ? std::nullopt : said.read_from);
        if (!said.warning.empty()) result.warnings.push_back(std::move(said.warning));
    }
    if (faults > 0) {
        if (faults > 1) {
            fault += " So it is, or alike, with " + std::to_string(faults) + " partitions.";
        }
        return raised_alarm{"Nothing is published: " + fault + " " + std::string(accept_words) +
                            "Subscribers are told first."};
    }
    if (ours && now.size() > known->marks.size()) {
        result.warnings.push_back("the lifecycle topic has " + std::to_string(now.size()) +
                                  " partitions; the first " + std::to_string(known->marks.size()) +
                                  " are used, as at first, so that tenants keep theirs");
    }
    return result;
}

memory accept(const our_log& log, const std::optional<memory>& known,
              const std::vector<partition_end>& now) {
    const examination examined(log, known, now);
    // With fewer partitions no message stands where it would belong.
    const bool fewer = known && known->lineage == log.lineage && known->marks.size() > now.size();
    memory then;
    then.lineage = log.lineage;
    then.to_announce = true;
    for (std::uint32_t p = 0; p < examined.partitions(); ++p) {
        const finding said = examined.of(p);
        const partition_end& end = now[p];
        mark m = said.from;
        if (fewer || !said.fault.empty()) {
            m = {.last = said.shared, .accepted_offset = end.high - 1};
            if (then.previous.is_nil()) then.previous = said.foreign;
        }
        m.through = 0; // state is told anew everywhere
        then.marks.push_back(m);
    }
    return then;
}

} // namespace rollcall::publishing
