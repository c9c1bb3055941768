#include "gateway/admin/csv_writer.hpp"

#include <algorithm>
#include <iterator>

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

std::string harmless_cell(std::string_view text) {
    // Some spreadsheets take the wide signs of other scripts too.
    constexpr std::string_view signs[] = {"=",      "+",      "-",      "@",
                                          "\uff1d", "\uff0b", "\uff0d", "\uff20"};
    std::string cell;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        // U+0080 to U+009F, which terminals obey as well.
        const bool wide_control =
            byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (wide_control) ++i;
        cell += wide_control || byte < 0x20 || byte == 0x7F ? ' ' : text[i];
    }
    const auto first = cell.find_first_not_of(' ');
    if (first == std::string::npos) return cell;
    const std::string_view rest = std::string_view(cell).substr(first);
    if (std::any_of(std::begin(signs), std::end(signs),
                    [&](std::string_view sign) { return rest.starts_with(sign); })) {
        cell.insert(0, 1, '\'');
    }
    return cell;
}

} // namespace rollcall::admin
