#include "gateway/profiles/profile_book.hpp"

#include "gateway/profiles/profile_file.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::profiles {

std::span<const std::string_view> shipped_texts(); // cmake/Embed.cmake

std::span<const profile_book::entry> shipped_profiles() {
    static const std::vector<profile_book::entry> all = [] {
        std::vector<profile_book::entry> out;
        for (const std::string_view text : shipped_texts()) {
            auto read = read_profile(text, std::string(shipped_source));
            assert(read.has_value() && "a shipped profile does not hold");
            out.push_back(std::make_shared<const profile>(std::move(*read)));
        }
        return out;
    }();
    return all;
}

base::result<std::shared_ptr<const profile_book>, std::string>
profile_book::open(const std::filesystem::path& directory) {
    auto book = std::make_shared<profile_book>();
    for (const entry& one : shipped_profiles())
        book->all_[one->id] = one;

    std::string faults;
    if (!directory.empty()) {
        std::error_code error;
        std::vector<std::filesystem::path> files;
        for (auto at = std::filesystem::directory_iterator(directory, error);
             !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
            if (at->path().extension() == ".toml") files.push_back(at->path());
        }
        if (error) {
            return tl::unexpected("the directory of profiles " + directory.string() +
                                  " cannot be read: " + error.message());
        }
        if (files.size() + book->all_.size() > profiles_max) {
            return tl::unexpected(directory.string() + " has " + std::to_string(files.size()) +
                                  " profiles: more than fit in " + std::to_string(profiles_max));
        }
        std::sort(files.begin(), files.end());
        for (const std::filesystem::path& file : files) {
            auto read = read_profile_file(file);
            if (read) {
                auto one = std::make_shared<const profile>(std::move(*read));
                book->all_[one->id] = std::move(one);
            } else {
                faults += (faults.empty() ? "" : "\n") + text_of(read.error(), file.string());
            }
        }
    }
    if (!faults.empty()) return tl::unexpected(std::move(faults));
    auto& paths = book->base_paths_;
    for (const auto& [id, one] : book->all_)
        paths.insert(paths.end(), one->base_paths.begin(), one->base_paths.end());
    std::sort(paths.begin(), paths.end(), [](const std::string& a, const std::string& b) {
        return a.size() != b.size() ? a.size() > b.size() : a < b;
    });
    paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
    return book;
}

profile_book::entry profile_book::find(std::string_view id) const {
    const auto at = all_.find(id);
    return at == all_.end() ? nullptr : at->second;
}

std::string profile_book::ids() const {
    std::string out;
    for (const auto& [id, one] : all_)
        out += (out.empty() ? "" : ", ") + id;
    return out;
}

std::vector<std::string> changed_without_version(const profile_book& before,
                                                 const profile_book& after) {
    std::vector<std::string> out;
    for (const auto& [id, now] : after.all()) {
        const auto was = before.find(id);
        if (was && was->version == now->version && was->text != now->text) out.push_back(id);
    }
    return out;
}

profile_shelf::profile_shelf() : book_(*profile_book::open({})) {}

} // namespace rollcall::profiles
