#include "consumers/publishing/topic_proof.hpp"

#include "projections/told/lineage_message.hpp"

#include <utility>

namespace rollcall::publishing {
namespace {

std::string name_of(const told::read_back& said) {
    return said.tenant + ':' + std::to_string(said.seq.value);
}

} // namespace

bool topic_proof::differs(std::int64_t offset, std::string what) {
    if (!report_.first_bad) report_.first_bad = {partition_, offset, std::move(what)};
    return false;
}

void topic_proof::begin(std::uint32_t partition, std::int64_t low) {
    end_partition();
    partition_ = partition;
    cut_off_ = low > 0;
    if (!cut_off_) return;
    any_cut_off_ = true;
    report_.notes.push_back("partition " + std::to_string(partition) + " begins at offset " +
                            std::to_string(low) + ": what came before is kept no longer");
}

void topic_proof::end_partition() {
    for (const auto& [slug, of] : stories_) {
        // A tenant that only the other log has is none of this one's business.
        if (of.partition == partition_ && of.stranger >= 0 && log_.find(slug, {1})) {
            differs(of.stranger,
                    "another log tells of " + slug + ", and it is not told that this one goes on");
        }
    }
}

bool topic_proof::take(std::int64_t offset, const base::result<told::read_back>& said) {
    if (report_.first_bad) return false;
    if (!said) return differs(offset, said.error().message);
    const auto [at, is_new] = stories_.try_emplace(said->tenant);
    story& of = at->second;
    if (is_new) of.partition = partition_;
    if (of.partition != partition_) {
        return differs(offset, said->tenant + " is told of in partition " +
                                   std::to_string(of.partition) + " too");
    }
    const bool ours = said->lineage == log_.lineage;
    const bool before = log_.origin && said->lineage == log_.origin->lineage;
    if (said->type == told::lineage_changed_word) {
        return ours || before ? take_change(of, offset, *said) : take_stranger(of, offset, *said);
    }
    if (!said->link) return differs(offset, name_of(*said) + " has no place in the log");
    const bool shared = before && said->link->at <= log_.origin->at;
    return ours || shared ? take_event(of, offset, *said) : take_stranger(of, offset, *said);
}

bool topic_proof::take_stranger(story& of, std::int64_t offset, const told::read_back& said) {
    if (of.stranger < 0) of.stranger = offset;
    of.lineage = said.lineage;
    ++report_.earlier_lineages;
    return true;
}

bool topic_proof::take_change(story& of, std::int64_t offset, const told::read_back& said) {
    const bool again = of.stranger < 0 && of.lineage == said.lineage;
    const bool others_told = of.lineage && of.lineage != said.lineage;
    of.stranger = -1;
    of.lineage = said.lineage;
    if (again && said.seq.value <= of.next) return true; // told once more after a crash
    if (said.seq.value > of.next && of.began) {
        return differs(offset, said.tenant + ':' + std::to_string(of.next) +
                                   " is missing: the lineage changes behind it");
    }
    if (said.seq.value > of.next && !others_told && !cut_off_) {
        return differs(offset, "the topic has nothing of " + said.tenant + " before " +
                                   name_of(said) + ", where the lineage changes");
    }
    of.next = said.seq.value;
    of.began = of.next > 1;
    return true;
}

bool topic_proof::take_event(story& of, std::int64_t offset, const told::read_back& said) {
    const bool ours = said.lineage == log_.lineage;
    const bool changes = ours && of.lineage && of.lineage != said.lineage;
    if (changes && said.seq.value == 1) {
        // Another log had a tenant of this name, which was made anew here: nobody was there to be
        // told when the lineage changed.
        of = {.partition = of.partition};
    } else if (changes) {
        return differs(offset, name_of(said) +
                                   " is told under this log's lineage, and that it changed was not "
                                   "told before");
    }
    of.lineage = said.lineage;
    const auto known = log_.find(said.tenant, said.seq);
    if (!known) return differs(offset, "the log has no event " + name_of(said));
    if (known->at != said.link->at) {
        return differs(offset, name_of(said) + " is told to be at " + said.link->at.text() +
                                   "; the log has it at " + known->at.text());
    }
    if (known->hash != said.link->hash) {
        return differs(offset, name_of(said) + " has another hash than in the log");
    }
    if (known->prev_hash != said.link->prev_hash) {
        return differs(offset, name_of(said) + " follows another event than in the log");
    }
    if (said.seq.value < of.next) {
        ++report_.copies;
        return true;
    }
    if (said.seq.value > of.next && (of.began || !cut_off_)) {
        return differs(offset, said.tenant + ':' + std::to_string(of.next) + " is missing before " +
                                   name_of(said));
    }
    of.next = said.seq.value + 1;
    of.began = true;
    ++report_.events;
    return true;
}

topic_report topic_proof::finish(const std::vector<chain_end>& tenants, std::uint64_t checkpoint) {
    end_partition();
    for (const chain_end& one : tenants) {
        const auto at = stories_.find(one.slug);
        const std::uint64_t next = at == stories_.end() ? 1 : at->second.next;
        if (one.seq.value < next) continue;
        const auto missing = log_.find(one.slug, {next});
        const bool acknowledged = missing && missing->at.offset <= checkpoint;
        const bool began = at != stories_.end() && at->second.began;
        if (!acknowledged) {
            report_.waiting += one.seq.value - next + 1;
        } else if (!began && any_cut_off_) {
            report_.notes.push_back("nothing of " + one.slug +
                                    " is there: it may be kept no longer");
        } else {
            partition_ = at == stories_.end() ? 0 : at->second.partition;
            differs(-1, one.slug + ':' + std::to_string(next) +
                            " was acknowledged and is not there; its last event is " + one.slug +
                            ':' + std::to_string(one.seq.value));
        }
    }
    return std::move(report_);
}

} // namespace rollcall::publishing
