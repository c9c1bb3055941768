// Tenants whom a finding is about: the first few by name, the others by number.
#pragma once

#include <cstddef>
#include <string>

namespace rollcall::admin {

class named_tenants {
  public:
    static constexpr std::size_t named_max = 5;

    void add(const std::string& slug) {
        if (++many_ == 1) first_ = slug;
        if (many_ <= named_max) named_ += (many_ > 1 ? ", " : "") + slug;
    }

    [[nodiscard]] bool any() const { return many_ > 0; }

    [[nodiscard]] const std::string& first() const { return first_; }

    /// `acme, bold and 3 more`
    [[nodiscard]] std::string text() const {
        if (many_ <= named_max) return named_;
        return named_ + " and " + std::to_string(many_ - named_max) + " more";
    }

  private:
    std::string first_, named_;
    std::size_t many_ = 0;
};

} // namespace rollcall::admin
