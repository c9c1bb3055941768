#include "gateway/admin/csv_writer.hpp"

namespace rollcall::admin {
namespace {

/// Also what would be taken for a blank line or a byte order mark, and blanks at an end, which
/// spreadsheets drop.
bool needs_quotes(std::string_view field, bool alone) {
    if (field.empty()) return alone;
    return field.find_first_of(",\"\r\n") != std::string_view::npos || field.front() == ' ' ||
           field.back() == ' ' || field.front() == '\xEF';
}

} // namespace

void append_csv_row(std::string& out, const std::vector<std::string_view>& fields) {
    bool first = true;
    for (const std::string_view field : fields) {
        if (!first) out += ',';
        first = false;
        if (!needs_quotes(field, fields.size() == 1)) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

} // namespace rollcall::admin
