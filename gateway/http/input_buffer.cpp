#include "gateway/http/input_buffer.hpp"

#include "gateway/http/limits.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <utility>

namespace rollcall::http {

bool input_budget::take(std::size_t bytes, std::size_t size) {
    const std::size_t untouched = size <= small_bytes_max_ ? 0 : reserve_;
    std::size_t left = left_.load(std::memory_order_relaxed);
    while (left >= untouched && left - untouched >= bytes) {
        if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    }
    return false;
}

bool input_share::take(std::size_t bytes) {
    std::size_t left = left_.load(std::memory_order_relaxed);
    while (left >= bytes) {
        if (left_.compare_exchange_weak(left, left - bytes, std::memory_order_relaxed)) return true;
    }
    return false;
}

input_buffer::input_buffer(std::size_t bytes_start, input_budget& budget)
    : start_(bytes_start),
      budget_(budget),
      capacity_(bytes_start),
      data_(std::make_unique_for_overwrite<char[]>(bytes_start + body_padding_bytes)) {}

input_buffer::~input_buffer() {
    charge_to(nullptr);
    budget_.give_back(capacity_ - start_);
}

bool input_buffer::make_room(std::size_t useful_bytes) {
    if (end_ < capacity_) return true;
    if (begin_ > 0 && useful_bytes <= capacity_) {
        std::memmove(data_.get(), data_.get() + begin_, size());
        end_ -= begin_;
        begin_ = 0;
        return true;
    }
    const std::size_t wanted =
        std::max(size() + 1, std::min(capacity_ * 2, std::max(useful_bytes, capacity_)));
    if (wanted > capacity_ && !take(wanted - capacity_, wanted)) return false;
    move_to(wanted);
    return true;
}

bool input_buffer::take(std::size_t bytes, std::size_t size) {
    over_share_ = share_ != nullptr && !share_->take(bytes);
    if (over_share_) return false;
    if (!budget_.take(bytes, size)) {
        if (share_ != nullptr) share_->give_back(bytes);
        return false;
    }
    if (share_ != nullptr) charged_ += bytes;
    return true;
}

void input_buffer::charge_to(std::shared_ptr<input_share> share) {
    if (share_ != nullptr) share_->give_back(std::exchange(charged_, 0));
    share_ = std::move(share);
}

void input_buffer::add(std::size_t n) {
    assert(n <= capacity_ - end_);
    end_ += n;
}

void input_buffer::consume(std::size_t n) {
    assert(n <= size());
    begin_ += n;
    if (begin_ == end_) begin_ = end_ = 0;
}

void input_buffer::shrink(std::size_t kept_bytes_max) {
    if (capacity_ <= std::max(kept_bytes_max, start_) || size() > start_) return;
    budget_.give_back(capacity_ - start_);
    if (share_ != nullptr) share_->give_back(std::exchange(charged_, 0));
    move_to(start_);
}

void input_buffer::move_to(std::size_t capacity) {
    assert(capacity >= size());
    auto grown = std::make_unique_for_overwrite<char[]>(capacity + body_padding_bytes);
    std::memcpy(grown.get(), data_.get() + begin_, size());
    data_ = std::move(grown);
    capacity_ = capacity;
    end_ -= begin_;
    begin_ = 0;
}

} // namespace rollcall::http
