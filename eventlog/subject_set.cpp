#include "eventlog/subject_set.hpp"

#include <algorithm>
#include <iterator>

namespace rollcall::eventlog {
namespace {

constexpr std::size_t untidy_min = 4096;

} // namespace

void subject_set::add(const tenant_subject& who) {
    all_.push_back(who);
    if (all_.size() >= 2 * tidy_ + untidy_min) tidy();
}

const std::vector<tenant_subject>& subject_set::all() const {
    tidy();
    return all_;
}

bool subject_set::contains(const tenant_subject& who) const {
    tidy();
    return std::binary_search(all_.begin(), all_.end(), who);
}

subject_set subject_set::without(const subject_set& others) const {
    subject_set rest;
    std::set_difference(all().begin(), all().end(), others.all().begin(), others.all().end(),
                        std::back_inserter(rest.all_));
    rest.tidy_ = rest.all_.size();
    return rest;
}

void subject_set::tidy() const {
    if (tidy_ == all_.size()) return;
    const auto middle = all_.begin() + static_cast<std::ptrdiff_t>(tidy_);
    std::sort(middle, all_.end());
    std::inplace_merge(all_.begin(), middle, all_.end());
    all_.erase(std::unique(all_.begin(), all_.end()), all_.end());
    tidy_ = all_.size();
}

} // namespace rollcall::eventlog
