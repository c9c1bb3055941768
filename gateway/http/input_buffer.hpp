// The bytes that a connection has received and not yet used up, in one piece of memory that grows
// on demand. Growth beyond the starting size is charged to a budget that all connections share, so
// that many clients with large bodies cannot take all memory, and on demand to the share of whoever
// sends, so that he cannot take all of the budget. `body_padding_bytes` of memory stand behind the
// last byte at all times.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rollcall::http {

/// How many bytes all input buffers of a server may have beyond their starting size. The last
/// `reserve` of them are for buffers of up to `small_bytes_max`, so that a few clients with large
/// bodies do not keep out all those with ordinary ones. Thread-safe.
class input_budget {
  public:
    explicit input_budget(std::size_t bytes_max, std::size_t reserve = 0,
                          std::size_t small_bytes_max = 0)
        : reserve_(reserve), small_bytes_max_(small_bytes_max), left_(bytes_max) {}

    /// For a buffer that grows to `size`. False, and nothing taken, if fewer are left for it.
    bool take(std::size_t bytes, std::size_t size);

    void give_back(std::size_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }

    [[nodiscard]] std::size_t left() const { return left_.load(std::memory_order_relaxed); }

  private:
    const std::size_t reserve_;
    const std::size_t small_bytes_max_;
    std::atomic<std::size_t> left_;
};

/// What one sender may have of that budget at a time. Who that is, a handler knows, when it has
/// seen the head of his request (exchange::charge_body_to). Thread-safe.
class input_share {
  public:
    explicit input_share(std::size_t bytes_max) : left_(bytes_max) {}

    /// False, and nothing taken, if fewer are left.
    bool take(std::size_t bytes);

    void give_back(std::size_t bytes) { left_.fetch_add(bytes, std::memory_order_relaxed); }

    [[nodiscard]] std::size_t left() const { return left_.load(std::memory_order_relaxed); }

  private:
    std::atomic<std::size_t> left_;
};

class input_buffer {
  public:
    /// The budget outlives the buffer.
    input_buffer(std::size_t bytes_start, input_budget& budget);
    input_buffer(const input_buffer&) = delete;
    input_buffer& operator=(const input_buffer&) = delete;
    ~input_buffer();

    /// What is there, oldest byte first. Valid until make_room(), shrink() or the destructor.
    [[nodiscard]] std::string_view bytes() const { return {data_.get() + begin_, end_ - begin_}; }

    [[nodiscard]] std::size_t size() const { return end_ - begin_; }

    /// Makes free space for at least one byte, moving what is there to the front or growing (by
    /// doubling, but not past `useful_bytes` of content, if that is enough). False: over budget, or
    /// over the share.
    bool make_room(std::size_t useful_bytes);

    /// From here on growth is charged to `share` as well. What was charged to another is given back
    /// to it. Null: to nobody.
    void charge_to(std::shared_ptr<input_share> share);

    /// After make_room() has failed: whether that was for the share.
    [[nodiscard]] bool over_share() const { return over_share_; }

    /// The free space behind the content; empty unless make_room() was called since it was filled.
    [[nodiscard]] std::span<char> room() { return {data_.get() + end_, capacity_ - end_}; }

    /// `n` bytes of room() were written.
    void add(std::size_t n);

    /// The first `n` bytes are used up. They stay readable until the next make_room().
    void consume(std::size_t n);

    void clear() { begin_ = end_ = 0; }

    /// Goes back to the starting size if larger than `kept_bytes_max` and the content fits.
    void shrink(std::size_t kept_bytes_max);

  private:
    bool take(std::size_t bytes, std::size_t size);
    void move_to(std::size_t capacity);

    std::size_t start_;
    input_budget& budget_;
    std::shared_ptr<input_share> share_;
    std::size_t charged_ = 0; // to the share
    bool over_share_ = false;
    std::size_t capacity_;
    std::unique_ptr<char[]> data_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

} // namespace rollcall::http
