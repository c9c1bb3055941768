// The profiles that a server knows: an immutable set by id, and the shelf on which the set of today
// lies. Whoever takes a book keeps it for as long as he reads; a new one takes its place at once
// and whole.
#pragma once

#include "eventlog/base/result.hpp"
#include "gateway/profiles/profile.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::profiles {

/// The profile that a tenant has unless another is named.
inline constexpr std::string_view usual_profile = "generic";

class profile_book {
  public:
    using entry = std::shared_ptr<const profile>;

    /// The shipped profiles, and those of the `*.toml` files in `directory` (empty: none), which
    /// add to them or take their place. One file that does not hold, and there is no book: the
    /// message has every fault of every file, a line each.
    static base::result<std::shared_ptr<const profile_book>, std::string>
    open(const std::filesystem::path& directory);

    /// Null if there is none of that id.
    [[nodiscard]] entry find(std::string_view id) const;

    /// By id.
    [[nodiscard]] const std::map<std::string, entry, std::less<>>& all() const { return all_; }

    /// The ids, for messages: `auzmor, generic, zamp`.
    [[nodiscard]] std::string ids() const;

    /// Every base path of any profile, the longest first.
    [[nodiscard]] const std::vector<std::string>& base_paths() const { return base_paths_; }

  private:
    std::map<std::string, entry, std::less<>> all_;
    std::vector<std::string> base_paths_;
};

/// The profiles of the program itself.
std::span<const profile_book::entry> shipped_profiles();

/// What of two books of one id is not the same although the version is: whoever changes a file is
/// to raise its version, or the log of events cannot say what was decided under which text.
std::vector<std::string> changed_without_version(const profile_book& before,
                                                 const profile_book& after);

class profile_shelf {
  public:
    /// With the book that the program itself brings.
    profile_shelf();

    explicit profile_shelf(std::shared_ptr<const profile_book> first) : book_(std::move(first)) {}

    [[nodiscard]] std::shared_ptr<const profile_book> book() const { return book_.load(); }

    void replace(std::shared_ptr<const profile_book> by) { book_.store(std::move(by)); }

  private:
    std::atomic<std::shared_ptr<const profile_book>> book_;
};

} // namespace rollcall::profiles
