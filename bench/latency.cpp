#include "bench/latency.hpp"

#include <algorithm>
#include <bit>

namespace rollcall::bench {

// Values below `steps` have a bucket each. Above, bucket = doubling * steps + the next five bits.
void latency_histogram::record(std::chrono::nanoseconds took) {
    const auto ns = static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0));
    std::size_t bucket = ns;
    if (ns >= steps) {
        const auto shift = static_cast<std::size_t>(std::bit_width(ns) - std::bit_width(steps));
        bucket = shift * steps + (ns >> shift);
    }
    ++seen_[std::min(bucket, buckets - 1)];
    ++count_;
}

latency_histogram& latency_histogram::operator+=(const latency_histogram& other) {
    for (std::size_t i = 0; i < buckets; ++i)
        seen_[i] += other.seen_[i];
    count_ += other.count_;
    return *this;
}

double latency_histogram::microseconds(double share) const {
    if (count_ == 0) return 0;
    auto wanted = static_cast<std::uint64_t>(share * static_cast<double>(count_));
    wanted = std::min(wanted, count_ - 1);
    std::size_t bucket = 0;
    for (std::uint64_t passed = seen_[0]; passed <= wanted; passed += seen_[bucket])
        ++bucket;
    if (bucket < 2 * steps) return static_cast<double>(bucket) / 1000;
    const std::size_t shift = bucket / steps - 1;
    const std::size_t top = bucket % steps + steps;
    const std::size_t middle = (top << shift) + ((std::size_t{1} << shift) >> 1);
    return static_cast<double>(middle) / 1000;
}

} // namespace rollcall::bench
