// /Groups as long as there are no teams: identity providers probe it while they are set up and give
// up on a 404, so questions get an honest empty answer, and changes are refused in words.
#pragma once

#include "gateway/call.hpp"
#include "gateway/limits.hpp"

namespace rollcall::gateway {

class no_groups {
  public:
    explicit no_groups(const limits& bounds) : bounds_(bounds) {}

    /// 200 with an empty ListResponse for every valid question.
    void list(call& c);
    void get(call& c);
    void refuse(call& c);

  private:
    const limits bounds_;
};

} // namespace rollcall::gateway
