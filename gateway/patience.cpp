#include "gateway/patience.hpp"

namespace rollcall::gateway {

tl::unexpected<scim::error> list_unfinished() {
    return tl::unexpected(
        scim::error{503, scim::scim_type::none, "The list was not finished. Try again."});
}

patience::patience(const limits& bounds, const std::function<bool()>& stop)
    : left_(bounds.examined_users_max),
      until_(std::chrono::steady_clock::now() + bounds.examine_time_max),
      stop_(stop) {}

bool patience::one_more() {
    stopped_ = stopped_ || stop_();
    over_ = over_ || stopped_ || left_ == 0 || std::chrono::steady_clock::now() > until_;
    if (!over_) --left_;
    return !over_;
}

scim::result<void> patience::outcome(std::string advice) const {
    if (!over_) return {};
    if (!stopped_) return scim::refuse(scim::scim_type::too_many, std::move(advice));
    return list_unfinished();
}

} // namespace rollcall::gateway
