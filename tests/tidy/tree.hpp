// The tree as the tidy rules see it: every tracked file with its text, read once. A rule is a pure
// function from such a tree to findings, so a test can hand it a tree of one bad file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::tidy {

struct file {
    std::string path; ///< from the root of the repository, with '/'
    std::string text; ///< empty for a file with NUL bytes
    std::uint64_t size = 0;
};

struct tree {
    std::vector<file> files; ///< sorted by path

    [[nodiscard]] const file* find(std::string_view path) const;
    /// True for a file, and for a folder that holds one.
    [[nodiscard]] bool has(std::string_view path) const;
};

/// Makes a tree from these files, in any order.
tree make_tree(std::vector<file> files);

/// Every file that git tracks in `root` and that is there. Throws std::runtime_error when git
/// cannot say which: a check that sees no files would always be content.
tree read_tracked(const std::string& root);

struct line {
    std::size_t number = 0; ///< from 1
    std::string_view text;  ///< without its line end
};

std::vector<line> lines_of(std::string_view text);

bool starts_with_any(std::string_view path, const std::vector<std::string_view>& prefixes);

/// .cpp and .hpp.
bool is_code(std::string_view path);
/// Recorded input of tests, kept as it came over the wire or from the disk.
bool is_recorded(std::string_view path);
/// The name of the folder that holds `path`, with a '/' behind it; empty for the root.
std::string_view folder_of(std::string_view path);
/// `folder` joined with `relative`, `.` and `..` resolved. Empty when it leads out of the tree.
std::string join(std::string_view folder, std::string_view relative);

} // namespace rollcall::tidy
