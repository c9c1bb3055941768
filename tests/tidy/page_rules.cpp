#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <cctype>
#include <set>

namespace rollcall::tidy {

namespace {

bool is_page(std::string_view path) {
    return path.ends_with(".md");
}

/// The lines of a page outside of fenced code.
std::vector<line> prose_of(const file& f) {
    std::vector<line> prose;
    bool fenced = false;
    for (const line& l : lines_of(f.text)) {
        const std::size_t start = l.text.find_first_not_of(' ');
        if (start != l.text.npos && l.text.substr(start).starts_with("```"))
            fenced = !fenced;
        else if (!fenced)
            prose.push_back(l);
    }
    return prose;
}

/// The name under which a heading can be linked: lower case, blanks to dashes, no punctuation.
std::string anchor_of(std::string_view heading) {
    while (heading.starts_with('#'))
        heading.remove_prefix(1);
    while (heading.starts_with(' '))
        heading.remove_prefix(1);
    std::string anchor;
    for (const char c : heading) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == ' ')
            anchor += '-';
        else if (std::isalnum(byte) != 0 || c == '-' || c == '_' || byte >= 0x80)
            anchor += static_cast<char>(std::tolower(byte));
    }
    return anchor;
}

std::set<std::string> anchors_of(const file& f) {
    std::set<std::string> anchors;
    for (const line& l : prose_of(f))
        if (l.text.starts_with('#')) anchors.insert(anchor_of(l.text));
    return anchors;
}

/// Targets of `[text](target)`.
std::vector<std::string_view> links_in(std::string_view text) {
    std::vector<std::string_view> targets;
    for (std::size_t at = text.find("]("); at != text.npos; at = text.find("](", at + 2)) {
        const std::size_t end = text.find(')', at);
        if (end != text.npos) targets.push_back(text.substr(at + 2, end - at - 2));
    }
    return targets;
}

} // namespace

findings check_one_title(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_page(f.path)) continue;
        std::size_t titles = 0;
        for (const line& l : prose_of(f))
            titles += l.text.starts_with("# ") ? 1u : 0u;
        if (titles != 1) found.push_back({f.path, 0, std::to_string(titles) + " titles (# …)"});
    }
    return found;
}

findings check_links(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_page(f.path)) continue;
        for (const line& l : prose_of(f)) {
            for (const std::string_view target : links_in(l.text)) {
                if (target.find("://") != target.npos || target.starts_with("mailto:")) continue;
                const std::size_t hash = target.find('#');
                const std::string_view path = target.substr(0, hash);
                const std::string full = path.empty() ? f.path : join(folder_of(f.path), path);
                if (full.empty() || !all.has(full)) {
                    found.push_back({f.path, l.number, "leads nowhere: " + std::string(target)});
                    continue;
                }
                const file* page = all.find(full);
                if (hash == target.npos || !page || !is_page(full)) continue;
                if (!anchors_of(*page).contains(std::string(target.substr(hash + 1))))
                    found.push_back({f.path, l.number, "no such heading: " + std::string(target)});
            }
        }
    }
    return found;
}

findings check_suite_name(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!f.path.starts_with("tests/") || !f.path.ends_with("_test.cpp")) continue;
        const std::string name =
            f.path.substr(folder_of(f.path).size(), f.path.size() - folder_of(f.path).size() - 4);
        if (f.text.find("BOOST_AUTO_TEST_SUITE(" + name + ")") == std::string::npos &&
            f.text.find("BOOST_FIXTURE_TEST_SUITE(" + name + ",") == std::string::npos)
            found.push_back({f.path, 0, "its suite is not named " + name});
    }
    return found;
}

} // namespace rollcall::tidy
