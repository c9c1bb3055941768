#include "gateway/scim/work_budget.hpp"

#include <cassert>

namespace rollcall::scim {
namespace {

thread_local work_budget* open_budget = nullptr;

} // namespace

work_budget::work_budget(std::size_t units) noexcept : left_(units) {
    assert(open_budget == nullptr);
    open_budget = this;
}

work_budget::~work_budget() {
    open_budget = nullptr;
}

bool work_budget::exhausted() const noexcept {
    return exhausted_;
}

bool work_budget::spend(std::size_t units) noexcept {
    work_budget* budget = open_budget;
    if (budget == nullptr) return true;
    if (budget->left_ < units) {
        budget->left_ = 0;
        budget->exhausted_ = true;
        return false;
    }
    budget->left_ -= units;
    return true;
}

} // namespace rollcall::scim
