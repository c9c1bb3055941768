#include "cli/terminal.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace rollcall::cli {
namespace {

/// Calls `each(code point, its bytes)`; -1 for a byte that is not UTF-8.
template <class F>
void each_character(std::string_view text, F&& each) {
    while (!text.empty()) {
        utf8proc_int32_t code = -1;
        auto size = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                     static_cast<utf8proc_ssize_t>(text.size()), &code);
        if (size <= 0) {
            size = 1;
            code = -1;
        }
        each(code, text.substr(0, static_cast<std::size_t>(size)));
        text.remove_prefix(static_cast<std::size_t>(size));
    }
}

bool is_harmless(utf8proc_int32_t code) {
    if (code < 0) return false;
    const auto category = utf8proc_category(code);
    // Formatting characters too: they can turn the reading direction of what follows.
    return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF &&
           category != UTF8PROC_CATEGORY_ZL && category != UTF8PROC_CATEGORY_ZP;
}

std::string_view code_of(tone t) {
    switch (t) {
    case tone::plain: return "";
    case tone::dim: return "\x1b[2m";
    case tone::strong: return "\x1b[1m";
    case tone::good: return "\x1b[32m";
    case tone::warning: return "\x1b[33m";
    case tone::bad: return "\x1b[31m";
    }
    return "";
}

} // namespace

terminal terminal::of_process() {
    const bool out = isatty(STDOUT_FILENO) != 0;
    const char* no_colour =
        std::getenv("NO_COLOR"); // NOLINT(concurrency-mt-unsafe): one thread yet
    return {std::cout, std::cerr, out, isatty(STDERR_FILENO) != 0,
            out && (no_colour == nullptr || *no_colour == '\0')};
}

std::string toned(std::string_view text, tone t, bool on) {
    std::string out;
    if (on) out += code_of(t);
    const bool coloured = !out.empty();
    out += text;
    if (coloured) out += "\x1b[0m";
    return out;
}

std::string printable(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    each_character(text, [&](utf8proc_int32_t code, std::string_view bytes) {
        if (is_harmless(code)) {
            out += bytes;
        } else {
            out += '?';
        }
    });
    return out;
}

std::string printable_lines(std::string_view text) {
    std::string out;
    for (;;) {
        const auto end = text.find('\n');
        out += printable(text.substr(0, end));
        if (end == std::string_view::npos) return out;
        out += "\n  ";
        text.remove_prefix(end + 1);
    }
}

std::size_t columns_of(std::string_view text) {
    std::size_t columns = 0;
    each_character(text, [&](utf8proc_int32_t code, std::string_view) {
        const int width = code < 0 ? 1 : utf8proc_charwidth(code);
        columns += static_cast<std::size_t>(std::max(width, 0));
    });
    return columns;
}

table::table(std::vector<std::string> headings) {
    rows_.push_back({std::move(headings), tone::strong});
}

void table::add(std::vector<std::string> cells, tone t) {
    for (std::string& cell : cells)
        cell = printable(cell);
    rows_.push_back({std::move(cells), t});
}

void table::print(const terminal& to) const {
    std::vector<std::size_t> widths(rows_.front().cells.size());
    for (const row& r : rows_) {
        for (std::size_t i = 0; i < r.cells.size(); ++i)
            widths[i] = std::max(widths[i], columns_of(r.cells[i]));
    }
    for (const row& r : rows_) {
        std::string line;
        for (std::size_t i = 0; i < r.cells.size(); ++i) {
            line += r.cells[i];
            if (i + 1 < r.cells.size()) {
                line.append(widths[i] - columns_of(r.cells[i]) + 2, ' ');
            }
        }
        to.out << toned(line, r.how, to.colours) << '\n';
    }
}

} // namespace rollcall::cli
