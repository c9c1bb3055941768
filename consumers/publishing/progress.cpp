#include "consumers/publishing/progress.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace rollcall::publishing {

progress::progress(std::vector<std::uint64_t> through, progress_limits limits)
    : limits_(limits), through_(std::move(through)), open_of_(through_.size()) {
    assert(!through_.empty());
    rewind();
}

bool progress::has_room() const {
    return under_way_.size() < limits_.messages_max && bytes_ < limits_.bytes_max &&
           open_.size() < limits_.positions_max;
}

void progress::begin(std::uint32_t partition, std::size_t messages) {
    assert(partition < through_.size());
    const std::uint64_t at = next_++;
    assert(messages == 0 || at > through_[partition]);
    open_.push_back({partition, messages});
    if (messages > 0) open_of_[partition].push_back(at);
    settle(partition);
}

std::uint64_t progress::sent(std::uint64_t at, std::uint32_t topic, std::size_t bytes) {
    assert(at < next_);
    under_way_.emplace(++numbered_, message{at, topic, bytes});
    bytes_ += bytes;
    return numbered_;
}

std::optional<acknowledged_message> progress::acknowledge(std::uint64_t number) {
    const auto found = under_way_.find(number);
    if (found == under_way_.end()) return std::nullopt;
    const message said = found->second;
    under_way_.erase(found);
    bytes_ -= said.bytes;
    if (said.at >= first_open() && said.at != 0) {
        begun& of = open_[said.at - first_open()];
        assert(of.missing > 0);
        if (--of.missing == 0) settle(of.partition);
    }
    return acknowledged_message{said.at, said.topic};
}

void progress::settle(std::uint32_t partition) {
    auto& mine = open_of_[partition];
    while (!mine.empty() && open_[mine.front() - first_open()].missing == 0) {
        through_[partition] = std::max(through_[partition], mine.front());
        mine.pop_front();
    }
    while (!open_.empty() && open_.front().missing == 0)
        open_.pop_front();
}

std::uint64_t progress::through(std::uint32_t partition) const {
    const auto& mine = open_of_[partition];
    return std::max(through_[partition], mine.empty() ? next_ - 1 : mine.front() - 1);
}

std::uint64_t progress::checkpoint() const {
    std::uint64_t least = UINT64_MAX;
    for (std::uint32_t p = 0; p < through_.size(); ++p)
        least = std::min(least, through(p));
    return least;
}

void progress::rewind() {
    for (std::uint32_t p = 0; p < through_.size(); ++p)
        through_[p] = through(p);
    for (auto& mine : open_of_)
        mine.clear();
    open_.clear();
    under_way_.clear();
    bytes_ = 0;
    next_ = *std::min_element(through_.begin(), through_.end()) + 1;
}

} // namespace rollcall::publishing
