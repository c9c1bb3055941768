// How much more one request may look at: a number of resources, and a time. Asked before each of
// them, since one alone may be megabytes and take a long filter a while.
#pragma once

#include "gateway/limits.hpp"
#include "gateway/scim/error.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

namespace rollcall::gateway {

/// What a list is answered that was not carried out to its end.
tl::unexpected<scim::error> list_unfinished();

class patience {
  public:
    /// `stop` must outlive it: true as soon as nobody wants the list any more.
    patience(const limits& bounds, const std::function<bool()>& stop);

    /// False, from then on for ever, if it is over.
    bool one_more();

    /// What the client is told: `advice`, with 400 tooMany, if it was he who asked too much.
    [[nodiscard]] scim::result<void> outcome(std::string advice) const;

  private:
    std::uint64_t left_;
    std::chrono::steady_clock::time_point until_;
    const std::function<bool()>& stop_;
    bool over_ = false;
    bool stopped_ = false;
};

} // namespace rollcall::gateway
