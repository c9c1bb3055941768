#include "tests/tidy/tree.hpp"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

namespace rollcall::tidy {

namespace {

std::string output_of(const std::string& command) {
    const auto close = [](std::FILE* pipe) { return ::pclose(pipe); };
    std::unique_ptr<std::FILE, decltype(close)> pipe(::popen(command.c_str(), "r"), close);
    if (!pipe) throw std::runtime_error("cannot run: " + command);
    std::string all;
    char some[4096];
    for (std::size_t n = 0; (n = std::fread(some, 1, sizeof some, pipe.get())) > 0;)
        all.append(some, n);
    if (::pclose(pipe.release()) != 0) throw std::runtime_error("failed: " + command);
    return all;
}

} // namespace

const file* tree::find(std::string_view path) const {
    const auto at = std::lower_bound(files.begin(), files.end(), path,
                                     [](const file& f, std::string_view p) { return f.path < p; });
    return at != files.end() && at->path == path ? &*at : nullptr;
}

bool tree::has(std::string_view path) const {
    while (path.ends_with('/'))
        path.remove_suffix(1);
    if (path.empty() || find(path)) return true;
    const std::string folder = std::string(path) + '/';
    return std::any_of(files.begin(), files.end(),
                       [&](const file& f) { return f.path.starts_with(folder); });
}

tree make_tree(std::vector<file> files) {
    std::sort(files.begin(), files.end(),
              [](const file& a, const file& b) { return a.path < b.path; });
    return {std::move(files)};
}

tree read_tracked(const std::string& root) {
    const std::string names = output_of("git -C '" + root + "' ls-files -z");
    std::vector<file> files;
    for (std::size_t from = 0; from < names.size();) {
        const std::size_t end = names.find('\0', from);
        file f{names.substr(from, end - from), {}, 0};
        from = end + 1;
        const std::filesystem::path path = std::filesystem::path(root) / f.path;
        if (!std::filesystem::is_regular_file(path)) continue;
        f.size = std::filesystem::file_size(path);
        std::ifstream in(path, std::ios::binary);
        f.text.assign(std::istreambuf_iterator<char>(in), {});
        if (f.text.find('\0') != std::string::npos) f.text.clear();
        files.push_back(std::move(f));
    }
    if (files.empty()) throw std::runtime_error("git tracks no file in " + root);
    return make_tree(std::move(files));
}

std::vector<line> lines_of(std::string_view text) {
    std::vector<line> lines;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        lines.push_back({number, text.substr(0, end)});
        text.remove_prefix(end == text.npos ? text.size() : end + 1);
    }
    return lines;
}

bool starts_with_any(std::string_view path, const std::vector<std::string_view>& prefixes) {
    return std::any_of(prefixes.begin(), prefixes.end(),
                       [&](std::string_view prefix) { return path.starts_with(prefix); });
}

bool is_code(std::string_view path) {
    return path.ends_with(".cpp") || path.ends_with(".hpp");
}

bool is_recorded(std::string_view path) {
    return starts_with_any(
        path, {"tests/data/", "tests/fuzz/seeds/", "tests/fuzz/crashes/", "tests/gateway/wire/"});
}

std::string_view folder_of(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    return slash == path.npos ? std::string_view() : path.substr(0, slash + 1);
}

std::string join(std::string_view folder, std::string_view relative) {
    std::string joined;
    if (!relative.starts_with('/')) joined = folder;
    while (!relative.empty()) {
        const std::size_t slash = relative.find('/');
        const std::string_view step = relative.substr(0, slash);
        relative.remove_prefix(slash == relative.npos ? relative.size() : slash + 1);
        if (step == "..") {
            if (joined.empty()) return {};
            joined.pop_back();
            joined.erase(joined.rfind('/') == joined.npos ? 0 : joined.rfind('/') + 1);
        } else if (!step.empty() && step != ".") {
            joined += step;
            joined += '/';
        }
    }
    if (joined.ends_with('/')) joined.pop_back();
    return joined;
}

} // namespace rollcall::tidy
