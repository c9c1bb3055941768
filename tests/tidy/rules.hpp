// The manners of this repository, as a table: each rule has a name, a reason and a pure function.
// What a rule lets pass is listed beside the table with why; an exception that excuses nothing any
// more is itself reported, so the list cannot outlive its reasons.
#pragma once

#include "tests/tidy/tree.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace rollcall::tidy {

struct finding {
    std::string path;
    std::size_t line = 0; ///< 0: the file as a whole
    std::string what;     ///< what is wrong, and what to do if that is not plain
};

using findings = std::vector<finding>;

struct rule {
    std::string_view name;
    std::string_view why;
    findings (*check)(const tree&);
};

const std::vector<rule>& rules();

/// A path (or folder, with a '/' at its end) that a rule lets pass, and the reason.
struct exception_to_rule {
    std::string_view rule;
    std::string_view path;
    std::string_view why;
};

const std::vector<exception_to_rule>& exceptions();

/// Checks everything. Each finding's `what` starts with the rule's name.
findings check_all(const tree& all);

// --- include_rules.cpp -------------------------------------------------------------------------
findings check_room_order(const tree& all);
findings check_library_doors(const tree& all);
findings check_includes_resolve(const tree& all);
findings check_headers_used(const tree& all);
findings check_sources_built(const tree& all);

// --- shape_rules.cpp ---------------------------------------------------------------------------
findings check_header_shape(const tree& all);
findings check_line_length(const tree& all);
findings check_blanks(const tree& all);
findings check_file_length(const tree& all);
findings check_file_size(const tree& all);

// --- word_rules.cpp ----------------------------------------------------------------------------
findings check_leftovers(const tree& all);
findings check_dead_code(const tree& all);
findings check_stray_output(const tree& all);
findings check_machine_paths(const tree& all);
findings check_workplace(const tree& all);

// --- page_rules.cpp ----------------------------------------------------------------------------
findings check_one_title(const tree& all);
findings check_links(const tree& all);
findings check_suite_name(const tree& all);

} // namespace rollcall::tidy
