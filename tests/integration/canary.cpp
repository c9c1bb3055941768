#include "tests/integration/canary.hpp"

#include "tests/support/temp_directory.hpp"

#include <cstring>
#include <set>

namespace rollcall::integration {

namespace {

constexpr std::size_t canary_size = 24;
constexpr std::size_t piece_size = sizeof(std::uint64_t);

std::uint64_t piece_at(std::string_view text, std::size_t at) {
    std::uint64_t piece = 0;
    std::memcpy(&piece, text.data() + at, piece_size);
    return piece;
}

} // namespace

std::string canaries::make(std::string_view what) {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string text;
    while (text.size() < canary_size)
        text += alphabet[random_() % alphabet.size()];
    for (std::size_t at = 0; at + piece_size <= text.size(); ++at)
        pieces_[piece_at(text, at)] = what;
    return text;
}

std::vector<std::string> canaries::found_in_text(std::string_view text) const {
    std::set<std::string> found;
    for (std::size_t at = 0; at + piece_size <= text.size(); ++at) {
        const auto piece = pieces_.find(piece_at(text, at));
        if (piece != pieces_.end()) found.insert(piece->second);
    }
    return {found.begin(), found.end()};
}

std::vector<std::string> canaries::found_in(const std::filesystem::path& directory) const {
    std::vector<std::string> found;
    for (const auto& [name, bytes] : support::all_files(directory))
        for (const std::string& what : found_in_text(bytes))
            found.push_back(std::string(name).append(": ").append(what));
    return found;
}

} // namespace rollcall::integration
