#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <cctype>

namespace rollcall::tidy {

namespace {

bool is_word_character(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

char lower(char c) {
    return static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
}

/// Finds `word` where it does not continue to either side.
bool has_word(std::string_view text, std::string_view word, bool ignore_case) {
    const auto same = [&](char a, char b) { return ignore_case ? lower(a) == lower(b) : a == b; };
    for (auto from = text.begin();;) {
        const auto at = std::search(from, text.end(), word.begin(), word.end(), same);
        if (at == text.end()) return false;
        const auto after = at + static_cast<std::ptrdiff_t>(word.size());
        const bool left =
            at == text.begin() || !is_word_character(*(at - 1)) || !is_word_character(word.front());
        const bool right =
            after == text.end() || !is_word_character(*after) || !is_word_character(word.back());
        if (left && right) return true;
        from = at + 1;
    }
}

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && text.front() == ' ')
        text.remove_prefix(1);
    while (!text.empty() && text.back() == ' ')
        text.remove_suffix(1);
    return text;
}

/// Reports each line that holds one of `words`.
findings lines_with(const tree& all, const std::vector<std::string_view>& words, bool ignore_case,
                    bool (*looked_at)(std::string_view path)) {
    findings found;
    for (const file& f : all.files) {
        if (!looked_at(f.path)) continue;
        for (const line& l : lines_of(f.text))
            for (const std::string_view word : words)
                if (has_word(l.text, word, ignore_case))
                    found.push_back({f.path, l.number, "\"" + std::string(word) + "\""});
    }
    return found;
}

bool is_written(std::string_view path) {
    return !is_recorded(path);
}

/// Looks like a statement and not like a sentence: how code ends, with what code has inside.
bool looks_like_code(std::string_view text) {
    text = trimmed(text);
    if (starts_with_any(text, {"#include", "#define", "#if", "std::"})) return true;
    if (text.ends_with(';')) {
        const bool call =
            text.ends_with(");") && text.find('(') != text.npos && text.find(' ') > text.find('(');
        const bool assigns = text.find(" = ") != text.npos || text.find(" += ") != text.npos;
        return call || assigns || text.starts_with("return ") || text == "return;" ||
               text == "break;" || text == "continue;" || text.starts_with("auto ") ||
               text.starts_with("const ");
    }
    return (text.ends_with('{') || text == "}") &&
           (starts_with_any(text, {"if (", "for (", "while (", "switch (", "} else", "}"}) ||
            text.find(") {") != text.npos);
}

bool is_room(std::string_view path) {
    return is_code(path) &&
           starts_with_any(path, {"eventlog/", "projections/", "gateway/", "consumers/"});
}

} // namespace

findings check_leftovers(const tree& all) {
    findings found = lines_with(all, {"TODO", "FIXME", "XXX", "HACK", "WIP"}, false, is_written);
    findings words =
        lines_with(all, {"for now", "temporarily disabled", "not implemented yet", "remove me"},
                   true, is_written);
    found.insert(found.end(), words.begin(), words.end());
    return found;
}

findings check_dead_code(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path)) continue;
        for (const line& l : lines_of(f.text)) {
            const std::string_view text = trimmed(l.text);
            if (text.starts_with("#if 0"))
                found.push_back({f.path, l.number, "code that is switched off"});
            // A header may show in a few indented lines how it is used.
            const bool example = f.path.ends_with(".hpp") && text.starts_with("//   ");
            if (text.starts_with("// ") && !example && looks_like_code(text.substr(3)))
                found.push_back({f.path, l.number, "reads like code: " + std::string(text)});
        }
    }
    return found;
}

findings check_stray_output(const tree& all) {
    return lines_with(all,
                      {"std::cerr", "std::cout", "std::clog", "printf(", "fprintf(", "puts(",
                       "perror(", "std::exit("},
                      false, is_room);
}

findings check_machine_paths(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        for (const line& l : lines_of(f.text)) {
            for (const std::string_view start : {"/work/", "/root/", "/home/"}) {
                const std::size_t at = l.text.find(start);
                if (at == l.text.npos) continue;
                // `example.com/work/` and `${dir}/work/` are no places on this machine's disk.
                const char before = at == 0 ? ' ' : l.text[at - 1];
                if (!is_word_character(before) && before != '.' && before != '}')
                    found.push_back({f.path, l.number, std::string(start)});
            }
        }
    }
    return found;
}

findings check_workplace(const tree& all) {
    return lines_with(all, {"deb.debian.org",  "registry.npmjs.org",
                            "pypi.org",        "pythonhosted.org",
                            "crates.io",       "proxy.golang.org",
                            "repo1.maven.org", "repo.maven.apache",
                            "artifactory",     "issues show",
                            "issue #",         "this session",
                            "another session", "helper session",
                            "the coordinator", "founder-engineer",
                            "the brief",       "shared/DESIGN",
                            "language model",  "chatgpt",
                            "claude",          "as an ai"},
                      true, is_written);
}

} // namespace rollcall::tidy
