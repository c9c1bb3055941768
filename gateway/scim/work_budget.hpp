// How much one evaluation may cost. A PATCH is small and may ask for a great deal: each step looks
// at each element of an attribute, with each term of a filter. Whoever evaluates what a stranger
// wrote opens a budget; what does the work spends from it; when it is used up, the work ends early
// and its outcome is not to be used.
//
// A budget is its thread's own, so that the judges of single values need not hand it down. At most
// one at a time.
#pragma once

#include <cstddef>

namespace rollcall::scim {

class work_budget {
  public:
    /// `units`: about a byte that is compared, folded or copied, each.
    explicit work_budget(std::size_t units) noexcept;
    ~work_budget();
    work_budget(const work_budget&) = delete;
    work_budget& operator=(const work_budget&) = delete;

    [[nodiscard]] bool exhausted() const noexcept;

    /// Spends from the thread's budget; false once it is used up. True where there is none.
    static bool spend(std::size_t units) noexcept;

  private:
    std::size_t left_;
    bool exhausted_ = false;
};

} // namespace rollcall::scim
