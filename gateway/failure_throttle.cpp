#include "gateway/failure_throttle.hpp"

#include "eventlog/base/encoding.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstring>
#include <netinet/in.h>

namespace rollcall::gateway {

std::string throttle_key(std::string_view peer) {
    const std::string text(peer.substr(0, peer.find('%'))); // without a zone
    in6_addr address{};
    if (inet_pton(AF_INET6, text.c_str(), &address) != 1) return std::string(peer);
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &address, bytes.size());
    if (IN6_IS_ADDR_V4MAPPED(&address)) return text.substr(text.rfind(':') + 1);
    return base::hex(std::span(bytes).first(8)) + "/64";
}

failure_throttle::failure_throttle(const limits& bounds)
    : failure_throttle(bounds.failures_burst, bounds.failure_forgotten_after,
                       bounds.failing_peers_max) {}

failure_throttle::failure_throttle(unsigned burst, std::chrono::milliseconds forgotten_after,
                                   std::size_t peers_max)
    : cost_(forgotten_after), burst_(forgotten_after * burst), peers_max_(peers_max) {}

std::optional<std::chrono::seconds> failure_throttle::count_failure(std::string_view peer,
                                                                    time_point now) {
    const std::lock_guard lock(mutex_);
    bucket& b = bucket_of(peer, now);
    // What is over the limit is not added, so a peer that keeps on trying is not shut out for ever.
    const auto wait = over(b, now);
    if (!wait) b.empty_at = std::max(b.empty_at, now) + cost_;
    return wait;
}

std::optional<std::chrono::seconds> failure_throttle::wait_of(std::string_view peer,
                                                              time_point now) const {
    const std::lock_guard lock(mutex_);
    const auto found = buckets_.find(throttle_key(peer));
    if (found != buckets_.end()) return over(found->second, now);
    return buckets_.size() < peers_max_ ? std::nullopt : over(others_, now);
}

std::optional<std::chrono::seconds> failure_throttle::over(const bucket& b, time_point now) const {
    const auto by = std::max(b.empty_at, now) + cost_ - now - burst_;
    if (by <= std::chrono::nanoseconds::zero()) return std::nullopt;
    return std::max(std::chrono::ceil<std::chrono::seconds>(by), std::chrono::seconds{1});
}

failure_throttle::bucket& failure_throttle::bucket_of(std::string_view peer, time_point now) {
    std::string key = throttle_key(peer);
    if (const auto found = buckets_.find(key); found != buckets_.end()) return found->second;
    if (buckets_.size() >= peers_max_) erase_forgotten(now);
    if (buckets_.size() >= peers_max_) return others_;
    return buckets_.emplace(std::move(key), bucket{now}).first->second;
}

void failure_throttle::erase_forgotten(time_point now) {
    std::erase_if(buckets_, [now](const auto& entry) { return entry.second.empty_at <= now; });
}

void failure_throttle::forget(time_point now) {
    const std::lock_guard lock(mutex_);
    erase_forgotten(now);
}

std::size_t failure_throttle::peers() const {
    const std::lock_guard lock(mutex_);
    return buckets_.size();
}

} // namespace rollcall::gateway
