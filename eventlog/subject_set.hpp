// A set of subjects of all tenants, 20 bytes each: for walks of the log that must know of millions.
#pragma once

#include "eventlog/ids.hpp"

#include <compare>
#include <cstddef>
#include <vector>

namespace rollcall::eventlog {

struct tenant_subject {
    tenant_no tenant;
    subject_id id{};
    friend auto operator<=>(const tenant_subject&, const tenant_subject&) = default;
};

class subject_set {
  public:
    void add(const tenant_subject& who);

    /// In order, each once; valid until the next add.
    [[nodiscard]] const std::vector<tenant_subject>& all() const;

    [[nodiscard]] bool contains(const tenant_subject& who) const;

    [[nodiscard]] std::size_t size() const { return all().size(); }

    [[nodiscard]] bool empty() const { return all_.empty(); }

    /// Those of this set that are not in `others`.
    [[nodiscard]] subject_set without(const subject_set& others) const;

  private:
    void tidy() const;

    // Sorted up to `tidy_`; what comes behind is sorted in when it has become as many again.
    mutable std::vector<tenant_subject> all_;
    mutable std::size_t tidy_ = 0;
};

} // namespace rollcall::eventlog
