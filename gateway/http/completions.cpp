#include "gateway/http/completions.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::http {

void mailbox::put(letter one) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    letters_.push_back(std::move(one));
    if (letters_.size() == 1) wake_();
}

void mailbox::put(std::vector<letter>& many) {
    if (many.empty()) return;
    {
        const std::lock_guard lock(mutex_);
        if (!closed_) {
            const bool was_empty = letters_.empty();
            std::move(many.begin(), many.end(), std::back_inserter(letters_));
            if (was_empty) wake_();
        }
    }
    many.clear();
}

void mailbox::take(std::vector<letter>& out) {
    assert(out.empty());
    const std::lock_guard lock(mutex_);
    letters_.swap(out);
}

void mailbox::note_left(slot_id who) {
    const std::lock_guard lock(mutex_);
    if (who.index >= left_.size()) left_.resize(who.index + std::size_t{1});
    left_[who.index] = who.generation + 1;
}

bool mailbox::awaited(slot_id who) const {
    const std::lock_guard lock(mutex_);
    return !closed_ && (who.index >= left_.size() || left_[who.index] <= who.generation);
}

void mailbox::close() {
    std::vector<letter> unread; // destroyed after unlocking: a continuation may own anything
    const std::lock_guard lock(mutex_);
    closed_ = true;
    letters_.swap(unread);
}

pending_answer::pending_answer(const answer_ticket& ticket) : to_(ticket.to) {
    assert(ticket.office != nullptr && "this exchange cannot be deferred");
    office_ = *ticket.office;
}

pending_answer& pending_answer::operator=(pending_answer&& other) noexcept {
    if (this != &other) {
        pending_answer given_up(std::move(*this));
        office_ = std::move(other.office_);
        to_ = other.to_;
    }
    return *this;
}

pending_answer::~pending_answer() {
    if (office_ != nullptr) office_->put(mailbox::letter{to_, continuation()});
}

void pending_answer::complete(continuation then) && {
    assert(office_ != nullptr && "an answer is completed once");
    const std::shared_ptr<mailbox> office = std::move(office_);
    office->put(mailbox::letter{to_, std::move(then)});
}

void completion_batch::add(pending_answer who, continuation then) {
    assert(who && "an answer is completed once");
    const auto found = std::find_if(bags_.begin(), bags_.end(),
                                    [&](const bag& b) { return b.office == who.office_; });
    bag& into = found != bags_.end() ? *found : bags_.emplace_back();
    if (into.office == nullptr) into.office = who.office_;
    into.letters.push_back(mailbox::letter{who.to_, std::move(then)});
    who.office_.reset();
}

void completion_batch::flush() {
    for (bag& b : bags_) {
        b.office->put(b.letters);
    }
}

} // namespace rollcall::http
