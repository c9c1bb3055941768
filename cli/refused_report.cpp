#include "cli/refused_report.hpp"

#include "gateway/admin/csv_people.hpp"
#include "gateway/admin/csv_writer.hpp"

#include <algorithm>
#include <vector>

namespace rollcall::cli {
namespace {

using admin::csv_reader;

std::vector<std::string_view> texts_of(const csv_reader& row) {
    std::vector<std::string_view> texts;
    for (const admin::csv_field& field : row.fields())
        texts.push_back(field.text);
    return texts;
}

std::string_view without_line_end(std::string_view text) {
    while (text.ends_with('\n') || text.ends_with('\r'))
        text.remove_suffix(1);
    return text;
}

} // namespace

std::string refused_report(std::string_view file,
                           const std::map<std::uint64_t, std::string>& reasons) {
    std::string out;
    csv_reader reader(file);
    if (reader.next() != csv_reader::step::row) return out;
    auto heading = texts_of(reader);
    const std::size_t columns = heading.size();
    // A report that was mended in part has them already.
    const auto place_of = [&heading](std::string_view name) {
        const auto at = std::find(heading.begin(), heading.end(), name);
        if (at == heading.end()) heading.push_back(name);
        return static_cast<std::size_t>(std::find(heading.begin(), heading.end(), name) -
                                        heading.begin());
    };
    const std::size_t because = place_of(admin::refused_because_column);
    const std::size_t as_it_was = place_of(admin::refused_row_column);
    admin::append_csv_row(out, heading);

    auto next = reader.next();
    auto reason = reasons.begin();
    while (next != csv_reader::step::end && reason != reasons.end()) {
        const std::uint64_t begin = reader.first_line();
        const bool whole = next == csv_reader::step::row && reader.fields().size() == columns;
        const std::string raw(without_line_end(reader.raw()));
        const std::uint64_t last =
            begin + static_cast<std::uint64_t>(std::count(raw.begin(), raw.end(), '\n'));
        std::vector<std::string> kept;
        for (const std::string_view text : texts_of(reader))
            kept.emplace_back(text);
        next = reader.next();
        while (reason != reasons.end() && reason->first < begin)
            ++reason;
        if (reason == reasons.end() || reason->first > last) continue;
        std::vector<std::string_view> cells(heading.size());
        if (whole) {
            for (std::size_t i = 0; i < kept.size(); ++i)
                cells[i] = kept[i];
        } else {
            cells[as_it_was] = raw;
        }
        cells[because] = reason->second;
        admin::append_csv_row(out, cells);
    }
    return out;
}

} // namespace rollcall::cli
