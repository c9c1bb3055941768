// How far the log has come to the topics: what was sent, what of it is acknowledged, and how much
// may be under way. Pure; one thread.
//
// The log's positions are begun one after the other. Each belongs to a partition and has any number
// of messages, also none (it was there already, or is not for subscribers). A position is done when
// all of its messages are acknowledged. Acknowledgements come in any order.
//
//   through(p)    everything of partition p up to this position is done
//   checkpoint()  everything up to this position is done, whatever the partition
//
// What is under way has bounds: messages, bytes, and how far the newest begun position may be ahead
// of the checkpoint, so that one partition without a leader does not make the others run away.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <unordered_map>
#include <vector>

namespace rollcall::publishing {

struct progress_limits {
    std::size_t messages_max = 10'000;    ///< under way
    std::size_t bytes_max = 16u << 20;    ///< likewise
    std::uint64_t positions_max = 65'536; ///< begun ahead of the checkpoint
};

/// A message that was acknowledged.
struct acknowledged_message {
    std::uint64_t at = 0;    ///< its position; 0 for one that belongs to none
    std::uint32_t topic = 0; ///< as given to sent()
};

class progress {
  public:
    /// Goes on behind what is done: for each partition the position up to which it is. @pre there
    /// is one partition at least
    progress(std::vector<std::uint64_t> through, progress_limits limits);

    /// The position to begin next.
    [[nodiscard]] std::uint64_t next() const { return next_; }

    /// Whether another position may be begun. One that is begun is sent whole: a single fact about
    /// ten thousand members goes over the bounds, once.
    [[nodiscard]] bool has_room() const;

    /// Begins next(), of `partition`, with so many messages to come. @pre none for what is done
    /// already in a partition that is ahead of the others
    void begin(std::uint32_t partition, std::size_t messages);

    /// A message of position `at` is under way; `at` = 0: of none, it counts for the bounds only.
    /// Returns the number by which its acknowledgement will name it.
    std::uint64_t sent(std::uint64_t at, std::uint32_t topic, std::size_t bytes);

    /// Nothing for a number that is not under way (from before a rewind, or named twice).
    std::optional<acknowledged_message> acknowledge(std::uint64_t number);

    [[nodiscard]] std::uint64_t through(std::uint32_t partition) const;
    [[nodiscard]] std::uint64_t checkpoint() const;

    [[nodiscard]] std::size_t partitions() const { return through_.size(); }

    [[nodiscard]] std::size_t messages() const { return under_way_.size(); }

    [[nodiscard]] std::size_t bytes() const { return bytes_; }

    /// Everything begun is done.
    [[nodiscard]] bool idle() const { return open_.empty() && under_way_.empty(); }

    /// Forgets what is under way and goes back to what is done: next() is behind the lowest
    /// through().
    void rewind();

  private:
    struct begun {
        std::uint32_t partition = 0;
        std::size_t missing = 0; ///< messages not acknowledged
    };

    struct message {
        std::uint64_t at = 0;
        std::uint32_t topic = 0;
        std::size_t bytes = 0;
    };

    [[nodiscard]] std::uint64_t first_open() const { return next_ - open_.size(); }

    void settle(std::uint32_t partition);

    progress_limits limits_;
    std::vector<std::uint64_t> through_; ///< where a partition has nothing open: see through()
    std::vector<std::deque<std::uint64_t>> open_of_; ///< of each partition, oldest first
    std::deque<begun> open_; ///< first_open() and those behind it; the first is not done
    std::uint64_t next_ = 1;
    std::unordered_map<std::uint64_t, message> under_way_; ///< by number
    std::uint64_t numbered_ = 0;
    std::size_t bytes_ = 0;
};

} // namespace rollcall::publishing
