#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace rollcall::tidy {

namespace {

struct include {
    std::size_t line = 0;
    std::string_view name;
    bool quoted = false;
};

std::vector<include> includes_of(const file& f) {
    std::vector<include> found;
    for (const line& l : lines_of(f.text)) {
        constexpr std::string_view directive = "#include ";
        if (!l.text.starts_with(directive)) continue;
        std::string_view name = l.text.substr(directive.size());
        if (name.size() < 3 || (name.front() != '"' && name.front() != '<')) continue;
        const bool quoted = name.front() == '"';
        name.remove_prefix(1);
        name = name.substr(0, name.find(quoted ? '"' : '>'));
        found.push_back({l.number, name, quoted});
    }
    return found;
}

/// A folder and what its files may include from this tree.
struct room {
    std::string_view folder;
    std::vector<std::string_view> may_include;
};

/// The first row whose folder holds a file is its room. Tests mirror the rooms and add `tests/`.
const std::vector<room>& rooms() {
    static const std::vector<room> all = {
        {"eventlog/base/", {"eventlog/base/"}},
        {"eventlog/kafka/", {"eventlog/kafka/", "eventlog/base/"}},
        {"eventlog/", {"eventlog/"}},
        {"projections/", {"projections/", "eventlog/"}},
        {"gateway/scim/", {"gateway/scim/", "eventlog/base/"}},
        {"gateway/http/", {"gateway/http/", "eventlog/base/"}},
        {"gateway/profiles/", {"gateway/profiles/", "gateway/scim/", "eventlog/base/"}},
        {"gateway/", {"gateway/", "projections/", "eventlog/"}},
        {"consumers/", {"consumers/", "projections/", "eventlog/"}},
        {"cli/", {"cli/", "gateway/", "consumers/", "projections/", "eventlog/"}},
    };
    return all;
}

const room* room_of(std::string_view path) {
    for (const room& r : rooms())
        if (path.starts_with(r.folder)) return &r;
    return nullptr;
}

/// A foreign library: only these may include it.
struct door {
    std::string_view library; ///< start of the included name
    std::vector<std::string_view> allowed;
    std::vector<std::string_view> denied; ///< within what is allowed
};

const std::vector<door>& doors() {
    static const std::vector<door> all = {
        {"rocksdb/", {"eventlog/", "tests/support/", "tests/eventlog/", "bench/"}, {}},
        {"boost/asio",
         {"eventlog/kafka/", "gateway/", "consumers/publishing/", "cli/", "cmake/", "tests/",
          "bench/"},
         {"gateway/scim/", "gateway/profiles/"}},
        {"boost/beast", {"gateway/http/", "cmake/", "tests/gateway/http/"}, {}},
        {"simdjson", {"gateway/", "cli/", "projections/told/", "tests/", "bench/"}, {}},
        {"librdkafka/", {"eventlog/kafka/", "tests/eventlog/kafka/"}, {}},
        {"spdlog/", {"eventlog/base/log.cpp"}, {}},
        {"CLI/", {"cli/"}, {}},
        {"toml++/", {"cli/", "gateway/profiles/"}, {}},
        {"re2/", {"gateway/profiles/text_pattern.cpp"}, {}},
        {"libxml/", {"gateway/admin/saml_"}, {}},
        {"boost/test/", {"tests/"}, {}},
        {"rapidcheck", {"tests/"}, {}},
    };
    return all;
}

bool is_header_of_store(std::string_view path) {
    return path.starts_with("eventlog/") && path.ends_with(".hpp") &&
           path != "eventlog/store_impl.hpp";
}

/// `*` stands for any text without a '/'.
bool matches(std::string_view pattern, std::string_view text) {
    if (pattern.empty()) return text.empty();
    if (pattern.front() != '*')
        return !text.empty() && text.front() == pattern.front() &&
               matches(pattern.substr(1), text.substr(1));
    for (std::size_t taken = 0; taken <= text.size(); ++taken) {
        if (matches(pattern.substr(1), text.substr(taken))) return true;
        if (taken < text.size() && text[taken] == '/') break;
    }
    return false;
}

/// The sources that a CMake file names, as patterns from the root: variables that stand for a known
/// folder are replaced, others become `*`.
std::vector<std::string> sources_named(const file& f) {
    const std::string here(folder_of(f.path));
    std::vector<std::string> named;
    for (const line& l : lines_of(f.text)) {
        std::string_view rest = l.text.substr(0, l.text.find('#'));
        while (!rest.empty()) {
            const std::size_t start = rest.find_first_not_of(" \t()\";");
            if (start == rest.npos) break;
            rest.remove_prefix(start);
            const std::size_t end = std::min(rest.find_first_of(" \t()\";"), rest.size());
            const std::string_view word = rest.substr(0, end);
            rest.remove_prefix(end);
            if (!word.ends_with(".cpp")) continue;
            std::string pattern;
            bool from_root = false;
            for (std::size_t i = 0; i < word.size();) {
                const std::size_t close = word.find('}', i);
                if (word.substr(i, 2) != "${" || close == word.npos) {
                    pattern += word[i++];
                    continue;
                }
                const std::string_view name = word.substr(i + 2, close - i - 2);
                if (name == "PROJECT_SOURCE_DIR" || name == "CMAKE_SOURCE_DIR") {
                    from_root = true;
                } else if (name != "CMAKE_CURRENT_SOURCE_DIR" && name != "CMAKE_CURRENT_LIST_DIR") {
                    pattern += '*';
                }
                i = close + 1;
            }
            while (pattern.starts_with('/'))
                pattern.erase(0, 1);
            named.push_back(join(from_root ? "" : here, pattern));
        }
    }
    return named;
}

} // namespace

findings check_room_order(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path)) continue;
        const bool test = f.path.starts_with("tests/");
        const room* home = room_of(test ? std::string_view(f.path).substr(6) : f.path);
        if (!home || (test && home->folder == "cli/")) continue;
        for (const include& i : includes_of(f)) {
            if (!i.quoted || starts_with_any(i.name, home->may_include)) continue;
            if (test && i.name.starts_with("tests/")) continue;
            found.push_back(
                {f.path, i.line,
                 std::string(home->folder) + " may not include " + std::string(i.name)});
        }
    }
    return found;
}

findings check_library_doors(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path)) continue;
        for (const include& i : includes_of(f)) {
            for (const door& d : doors()) {
                if (!i.name.starts_with(d.library)) continue;
                const bool open = starts_with_any(f.path, d.allowed) &&
                                  !starts_with_any(f.path, d.denied) &&
                                  !(d.library == "rocksdb/" && is_header_of_store(f.path));
                if (!open)
                    found.push_back({f.path, i.line, std::string(i.name) + " has no door here"});
            }
        }
    }
    return found;
}

findings check_includes_resolve(const tree& all) {
    findings found;
    for (const file& f : all.files) {
        if (!is_code(f.path)) continue;
        for (const include& i : includes_of(f))
            if (i.quoted && !all.find(i.name))
                found.push_back(
                    {f.path, i.line, "no tracked file " + std::string(i.name) + " from the root"});
    }
    return found;
}

findings check_headers_used(const tree& all) {
    std::set<std::string_view> used;
    for (const file& f : all.files)
        if (is_code(f.path))
            for (const include& i : includes_of(f))
                if (i.name != f.path) used.insert(i.name);
    findings found;
    for (const file& f : all.files)
        if (f.path.ends_with(".hpp") && !used.contains(f.path))
            found.push_back({f.path, 0, "nobody includes it"});
    return found;
}

findings check_sources_built(const tree& all) {
    std::vector<std::string> named;
    for (const file& f : all.files) {
        if (!f.path.ends_with("CMakeLists.txt") && !f.path.ends_with(".cmake")) continue;
        for (std::string& pattern : sources_named(f))
            named.push_back(std::move(pattern));
    }
    findings found;
    for (const file& f : all.files) {
        if (!f.path.ends_with(".cpp")) continue;
        const bool built = std::any_of(named.begin(), named.end(), [&](const std::string& pattern) {
            return matches(pattern, f.path);
        });
        if (!built) found.push_back({f.path, 0, "no CMake file names it"});
    }
    return found;
}

} // namespace rollcall::tidy
