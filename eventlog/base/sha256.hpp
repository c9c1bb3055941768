// SHA-256 (FIPS 180-4), piecewise. OpenSSL does the work; one context per thread is reused.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <string_view>

namespace rollcall::base {

/// The digest of the pieces, one after the other.
std::array<std::uint8_t, 32> sha256(std::initializer_list<std::string_view> pieces);

/// The digest of what comes bit by bit: a file as it is written or read.
class running_sha256 {
  public:
    running_sha256();
    ~running_sha256();
    running_sha256(running_sha256&&) noexcept;
    running_sha256& operator=(running_sha256&&) noexcept;

    void add(std::string_view bytes);
    /// Of everything added so far; more may follow.
    [[nodiscard]] std::array<std::uint8_t, 32> digest() const;

  private:
    struct impl;
    std::unique_ptr<impl> impl_;
};

} // namespace rollcall::base
