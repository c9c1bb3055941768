// The profiles of a running server: read at the start, read again on a reload, and what of them the
// operator has to know.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/ops.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "projections/directory.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace rollcall::cli {

class product_profiles {
  public:
    /// The shipped ones and those of `directory` (empty: none). The error has every fault of every
    /// file.
    static base::result<std::unique_ptr<product_profiles>> open(std::filesystem::path directory);

    [[nodiscard]] const profiles::profile_shelf& shelf() const { return shelf_; }

    /// Reads the directory again. If one file does not hold, or one is gone whose profile tenants
    /// have (though there be a shipped one of that id), everything stays as it was.
    base::result<void> reload(const projections::directory& views);

    [[nodiscard]] gateway::profile_figures figures(const projections::directory& views) const;

    /// Bad if the last reload failed, or tenants have a profile that is not here.
    [[nodiscard]] admin::finding look(const projections::directory& views) const;

    /// Writes to the log which tenants have a profile that is not here.
    void tell_of_missing(const projections::directory& views) const;

  private:
    explicit product_profiles(std::filesystem::path directory) : directory_(std::move(directory)) {}

    /// Tenants whose profile is not in the book.
    static std::vector<projections::tenant_state> orphans(const projections::directory& views,
                                                          const profiles::profile_book& book);

    /// Tenants whose profile came from a file and would come from none: gone, or the shipped one
    /// again, which may ask for less.
    static std::vector<projections::tenant_state> losers(const projections::directory& views,
                                                         const profiles::profile_book& before,
                                                         const profiles::profile_book& after);

    const std::filesystem::path directory_;
    profiles::profile_shelf shelf_;
    mutable std::mutex mutex_;
    std::string last_failure_;
    std::uint64_t reloads_failed_ = 0;
    /// Tenants are counted again only when one of them, or the profiles, have changed.
    mutable std::uint64_t counted_epoch_ = 0;
    mutable std::size_t missing_tenants_ = 0;
    mutable std::shared_ptr<const profiles::profile_book> counted_book_;
};

} // namespace rollcall::cli
