#include "tests/tidy/rules.hpp"

#include <algorithm>

namespace rollcall::tidy {

namespace {

constexpr std::size_t columns_max = 100;
constexpr std::size_t lines_max = 450;
constexpr std::uint64_t bytes_max = 1u << 20;

/// Characters, not bytes: continuation bytes of UTF-8 take no column.
std::size_t columns(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u;
    }));
}

/// Follows raw string literals from line to line. What is shown to people or sent over the wire
/// stands in them as it is, however long.
class raw_strings {
  public:
    /// True if a part of this line, the next one of its file, is in a raw string.
    bool touches(std::string_view text) {
        bool touched = !end_.empty();
        for (;;) {
            if (end_.empty()) {
                const std::size_t open = text.find("R\"");
                if (open == text.npos) return touched;
                const std::size_t bracket = text.find('(', open);
                if (bracket == text.npos) return touched;
                end_ = ")" + std::string(text.substr(open + 2, bracket - open - 2)) + "\"";
                text.remove_prefix(bracket + 1);
                touched = true;
            }
            const std::size_t close = text.find(end_);
            if (close == text.npos) return true;
            text.remove_prefix(close + end_.size());
            end_.clear();
        }
    }

  private:
    std::string end_; ///< what closes the open one; empty: none is open
};

} // namespace

findings check_header_shape(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!f.path.ends_with(".hpp")) continue;
        if (!f.text.starts_with("// "))
            found.push_back({f.path, 1, "a header opens with a comment that says what it is"});
        if (!f.text.starts_with("#pragma once\n") &&
            f.text.find("\n#pragma once\n") == std::string::npos)
            found.push_back({f.path, 0, "#pragma once is missing"});
    }
    return found;
}

findings check_line_length(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path)) continue;
        raw_strings texts;
        for (const line& l : lines_of(f.text))
            if (!texts.touches(l.text) && columns(l.text) > columns_max)
                found.push_back({f.path, l.number, std::to_string(columns(l.text)) + " columns"});
    }
    return found;
}

findings check_blanks(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (is_recorded(f.path) || f.text.empty()) continue;
        for (const line& l : lines_of(f.text)) {
            if (l.text.find('\t') != l.text.npos)
                found.push_back({f.path, l.number, "a tab: use spaces"});
            if (l.text.find('\r') != l.text.npos)
                found.push_back({f.path, l.number, "a carriage return"});
            if (l.text.ends_with(' ')) found.push_back({f.path, l.number, "trailing blank"});
        }
        if (!f.text.ends_with('\n') || f.text.ends_with("\n\n"))
            found.push_back({f.path, 0, "ends with one newline"});
    }
    return found;
}

findings check_file_length(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path) || f.path.starts_with("tests/")) continue; // tables of cases are long
        if (const std::size_t n = lines_of(f.text).size(); n > lines_max)
            found.push_back({f.path, 0, std::to_string(n) + " lines: find the second noun in it"});
    }
    return found;
}

findings check_file_size(const tree& all) {
    findings found;
    for (const file& f : all.files)
        if (f.size > bytes_max) found.push_back({f.path, 0, std::to_string(f.size) + " bytes"});
    return found;
}

} // namespace rollcall::tidy
