#include "eventlog/submission_queue.hpp"

namespace rollcall::eventlog {
namespace {

/// Empty lines that are kept for whoever comes next; making one costs an allocation or two.
constexpr std::size_t lines_kept_max = 256;

} // namespace

void submission_queue::lane::push(std::unique_ptr<submission> work) {
    const tenant_no whose = work->tenant;
    auto& line = lines[whose];
    if (line.empty()) turns.push_back(whose);
    line.push_back(std::move(work));
    ++size;
}

std::unique_ptr<submission> submission_queue::lane::pop() {
    const tenant_no whose = turns.front();
    turns.pop_front();
    const auto line = lines.find(whose);
    auto work = std::move(line->second.front());
    line->second.pop_front();
    --size;
    if (!line->second.empty()) {
        turns.push_back(whose);
    } else if (lines.size() > lines_kept_max) {
        lines.erase(line);
    }
    return work;
}

void submission_queue::push(std::unique_ptr<submission> work, queue_class room) {
    (room == queue_class::always ? always_ : ordinary_).push(std::move(work));
}

std::unique_ptr<submission> submission_queue::pop() {
    if (size() == 0) return nullptr;
    const bool others_turn = always_in_a_row_ >= always_in_a_row_max && ordinary_.size > 0;
    if (always_.size > 0 && !others_turn) {
        ++always_in_a_row_;
        return always_.pop();
    }
    always_in_a_row_ = 0;
    return ordinary_.pop();
}

} // namespace rollcall::eventlog
