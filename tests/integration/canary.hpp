// Canaries: random texts that stand for a person's data. A file contains one if it contains any
// eight bytes of it in a row: storage blocks are compressed, and compression cuts a text into
// pieces that stand elsewhere.
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollcall::integration {

class canaries {
  public:
    explicit canaries(std::uint64_t seed) : random_(seed) {}

    /// A new one: lower-case letters and digits, so that no preparation for comparison changes it.
    std::string make(std::string_view what);

    /// `file: what` for every canary that is found in a file below `directory`.
    [[nodiscard]] std::vector<std::string> found_in(const std::filesystem::path& directory) const;
    /// The same for a text.
    [[nodiscard]] std::vector<std::string> found_in_text(std::string_view text) const;

  private:
    std::mt19937_64 random_;
    std::unordered_map<std::uint64_t, std::string> pieces_; ///< eight bytes → what they are of
};

} // namespace rollcall::integration
