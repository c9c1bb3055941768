// Topics as a stranger's program reads them: kcat, from the first message to the last.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::integration {

struct topic_line {
    int partition = 0;
    std::int64_t offset = 0;
    std::string key;
    std::optional<std::string> value; ///< nothing: a tombstone
};

/// All that the topic holds now; of each partition in order. Throws std::runtime_error with what
/// kcat complained of.
std::vector<topic_line> read_topic(const std::string& brokers, const std::string& topic);

/// The last value of each key that is no tombstone: what compaction leaves.
std::map<std::string, std::string> compacted(const std::vector<topic_line>& lines);

/// What is wrong with the order of a lifecycle topic, as a subscriber sees it who knows nothing but
/// the page: for each tenant the first occurrences of `seq` without a gap, and again from where a
/// change of lineage says.
std::vector<std::string> gaps_in(const std::vector<topic_line>& lines);

/// The member of a JSON object, as it stands there; empty if it is not there.
std::string raw_member(std::string_view object, std::string_view name);

} // namespace rollcall::integration
