#include "eventlog/submission_queue.hpp"

namespace rollcall::eventlog {
namespace {

/// Empty lines that are kept for whoever comes next; making one costs an allocation or two.
constexpr std::size_t lines_kept_max = 256;

} // namespace

void submission_queue::push(std::unique_ptr<submission> work) {
    const tenant_no whose = work->tenant;
    auto& line = lines_[whose];
    if (line.empty()) turns_.push_back(whose);
    line.push_back(std::move(work));
    ++size_;
}

void submission_queue::push_front(std::unique_ptr<submission> work) {
    const tenant_no whose = work->tenant;
    auto& line = lines_[whose];
    if (line.empty()) turns_.push_back(whose);
    line.push_front(std::move(work));
    ++size_;
}

void submission_queue::push_first(std::unique_ptr<submission> work) {
    first_.push_back(std::move(work));
    ++size_;
}

std::unique_ptr<submission> submission_queue::pop() {
    if (size_ == 0) return nullptr;
    first_had_its_turn_ = !first_.empty() && (turns_.empty() || !first_had_its_turn_);
    if (first_had_its_turn_) {
        auto work = std::move(first_.front());
        first_.pop_front();
        --size_;
        return work;
    }
    const tenant_no whose = turns_.front();
    turns_.pop_front();
    const auto line = lines_.find(whose);
    auto work = std::move(line->second.front());
    line->second.pop_front();
    --size_;
    if (!line->second.empty()) {
        turns_.push_back(whose);
    } else if (lines_.size() > lines_kept_max) {
        lines_.erase(line);
    }
    return work;
}

} // namespace rollcall::eventlog
