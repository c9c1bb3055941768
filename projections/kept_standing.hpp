// What approvals say of a user, as part of his facts: nothing, for most, and then it takes the room
// of a pointer. A value: never changed, only replaced.
#pragma once

#include "eventlog/approval.hpp"

#include <memory>

namespace rollcall::projections {

class kept_standing {
  public:
    kept_standing() = default;

    kept_standing(eventlog::standing what) { // NOLINT(google-explicit-constructor)
        if (what == eventlog::standing{}) return;
        what_ = std::make_shared<const eventlog::standing>(std::move(what));
    }

    const eventlog::standing& operator*() const {
        static const eventlog::standing nothing;
        return what_ ? *what_ : nothing;
    }

    const eventlog::standing* operator->() const { return &**this; }

    [[nodiscard]] bool any() const { return what_ != nullptr; }

    friend bool operator==(const kept_standing& a, const kept_standing& b) { return *a == *b; }

  private:
    std::shared_ptr<const eventlog::standing> what_;
};

} // namespace rollcall::projections
