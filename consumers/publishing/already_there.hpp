// What of a partition need not be sent to the lifecycle topic again: everything up to a mark, and
// what came after the last acknowledgement, as it was read from the topic. Only as far as that has
// no hole: behind the first event that is missing everything is sent, in order, and a subscriber
// sees copies. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace rollcall::publishing {

class already_there {
  public:
    /// For each partition the position up to which the topic has everything.
    explicit already_there(std::vector<std::uint64_t> up_to)
        : up_to_(std::move(up_to)), offset_(up_to_.size(), -1), found_(up_to_.size()) {}

    /// The topic has the event of this position too, at this offset.
    void found(std::uint32_t partition, std::uint64_t position, std::int64_t offset) {
        if (position > up_to_[partition]) found_[partition].try_emplace(position, offset);
    }

    /// Whether the topic has it. Asked of the positions of a partition in their order; of one that
    /// it has not, all behind it are taken as missing too.
    bool has(std::uint32_t partition, std::uint64_t position) {
        if (position <= up_to_[partition]) return true;
        auto& rest = found_[partition];
        const auto one = rest.find(position);
        if (one == rest.end()) {
            rest.clear();
            return false;
        }
        up_to_[partition] = position;
        offset_[partition] = std::max(offset_[partition], one->second);
        rest.erase(one);
        return true;
    }

    /// The last position of which has() knew that everything up to it is there.
    [[nodiscard]] std::uint64_t up_to(std::uint32_t partition) const { return up_to_[partition]; }

    /// The highest offset at which one of those was found; -1: none was.
    [[nodiscard]] std::int64_t offset(std::uint32_t partition) const { return offset_[partition]; }

  private:
    std::vector<std::uint64_t> up_to_;
    std::vector<std::int64_t> offset_;
    std::vector<std::map<std::uint64_t, std::int64_t>> found_; ///< positions and their offsets
};

} // namespace rollcall::publishing
