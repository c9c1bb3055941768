#include "tests/tidy/rules.hpp"

#include <algorithm>

namespace rollcall::tidy {

const std::vector<rule>& rules() {
    static const std::vector<rule> all = {
        {"room-order", "cli → {gateway, consumers} → projections → eventlog; nobody looks up",
         check_room_order},
        {"library-doors", "each foreign library has one door", check_library_doors},
        {"includes-resolve", "quoted includes start at the root of the repository",
         check_includes_resolve},
        {"headers-used", "a header that nobody includes is dead", check_headers_used},
        {"sources-built", "a source that no CMakeLists.txt names is dead", check_sources_built},
        {"header-shape", "a header opens by saying what it is; #pragma once", check_header_shape},
        {"line-length", "100 columns", check_line_length},
        {"blanks", "no tabs, no trailing blanks, one newline at the end", check_blanks},
        {"file-length",
         "one noun a file; past 450 lines there are two (but tables of cases may be long)",
         check_file_length},
        {"file-size", "nothing over 1 MiB belongs into history", check_file_size},
        {"leftovers", "what is left to do is not left in the code", check_leftovers},
        {"dead-code", "git remembers what was commented out", check_dead_code},
        {"stray-output", "rooms speak through base/log.hpp and return values", check_stray_output},
        {"machine-paths", "the tree works on any machine", check_machine_paths},
        {"workplace", "the tree tells of the product, not of who wrote it where", check_workplace},
        {"one-title", "one document, one title", check_one_title},
        {"links", "a link leads to something", check_links},
        {"suite-name", "a failing case names the file to open", check_suite_name},
    };
    return all;
}

const std::vector<exception_to_rule>& exceptions() {
    static const std::vector<exception_to_rule> all = {
        {"leftovers", "tests/tidy/", "holds the words it looks for"},
        {"machine-paths", "tests/tidy/", "holds the words it looks for"},
        {"workplace", "tests/tidy/", "holds the words it looks for"},
    };
    return all;
}

findings check_all(const tree& all) {
    findings found;
    std::vector<bool> excused(exceptions().size(), false);
    for (const rule& r : rules()) {
        for (finding& f : r.check(all)) {
            bool pass = false;
            for (std::size_t i = 0; i < exceptions().size(); ++i) {
                const exception_to_rule& e = exceptions()[i];
                const bool covers =
                    e.path.ends_with('/') ? f.path.starts_with(e.path) : f.path == e.path;
                if (e.rule != r.name || !covers) continue;
                excused[i] = true;
                pass = true;
            }
            if (pass) continue;
            f.what = std::string(r.name) + ": " + f.what;
            found.push_back(std::move(f));
        }
    }
    for (std::size_t i = 0; i < excused.size(); ++i) {
        if (excused[i]) continue;
        const exception_to_rule& e = exceptions()[i];
        found.push_back({"tests/tidy/rules.cpp", 0,
                         "the exception of " + std::string(e.path) + " from " +
                             std::string(e.rule) + " excuses nothing: take it out"});
    }
    return found;
}

} // namespace rollcall::tidy
