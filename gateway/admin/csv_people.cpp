#include "gateway/admin/csv_people.hpp"

#include <algorithm>

namespace rollcall::admin {
namespace {

constexpr char list_separator = ';';

std::string_view trimmed(std::string_view text) {
    constexpr std::string_view blanks = " \t\r\n";
    const std::size_t begin = text.find_first_not_of(blanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> all;
    while (!text.empty()) {
        const std::string_view one = text.substr(0, text.find(list_separator));
        all.emplace_back(trimmed(one));
        text.remove_prefix(std::min(text.size(), one.size() + 1));
    }
    return all;
}

auto bad_file(std::string detail) {
    return refuse(400, "bad_file", std::move(detail));
}

std::string in_quotes(std::string_view heading) {
    return "'" + std::string(heading) + "'";
}

/// A heading of one column that has these in it was written with another separator.
bool has_other_separator(const std::vector<csv_field>& heading) {
    return heading.size() == 1 && heading[0].text.find_first_of(";\t|") != std::string_view::npos;
}

} // namespace

result<csv_people> csv_people::open(std::string_view text, bool pass_over_unknown) {
    if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
        return bad_file("the file is UTF-16: save it as CSV in UTF-8");
    }
    csv_people out(text);
    if (auto read = out.read_heading(pass_over_unknown); !read) {
        return tl::unexpected(read.error());
    }
    return out;
}

result<void> csv_people::read_heading(bool pass_over_unknown) {
    switch (reader_.next()) {
    case csv_reader::step::end:
        return bad_file("the file is empty: its first row must name the columns, such as "
                        "userName,emails,givenName,familyName");
    case csv_reader::step::fault:
        return bad_file("the first row names the columns, but column " +
                        std::to_string(reader_.column()) +
                        " has a fault: " + std::string(reader_.why()));
    case csv_reader::step::row: break;
    }
    if (has_other_separator(reader_.fields())) {
        return bad_file(
            "the columns are not separated by commas: save the file as CSV with commas");
    }
    std::string unknown;
    for (const csv_field& heading : reader_.fields()) {
        const std::string_view name = trimmed(heading.text);
        const person_field* field = field_of_heading(name);
        const bool taken = field != nullptr &&
                           std::find(columns_.begin(), columns_.end(), field) != columns_.end();
        if (taken) {
            return bad_file("two columns are " + std::string(field->name) + "; the second is " +
                            in_quotes(name));
        }
        if (name == refused_row_column) refused_row_ = columns_.size();
        columns_.push_back(field);
        if (name == refused_row_column) continue;
        if (field != nullptr || name == refused_because_column) continue;
        passed_over_.emplace_back(name);
        unknown += (unknown.empty() ? "" : ", ") + in_quotes(name);
    }
    if (!unknown.empty() && !pass_over_unknown) {
        return bad_file("unknown column " + unknown + "; known: " + field_names() +
                        ". Rename it, or pass over unknown columns");
    }
    if (std::find(columns_.begin(), columns_.end(), field_named("userName")) == columns_.end()) {
        return bad_file("no column is userName: each person needs one");
    }
    return {};
}

csv_people::step csv_people::next() {
    for (;;) {
        const step one = read_row();
        if (one != step::somebody || !who_.says_nothing()) return one;
        if (waits_to_be_mended()) {
            fault_ = {line(),
                      *refused_row_ + 1,
                      {},
                      "bad_row",
                      "the row stands in " + std::string(refused_row_column) +
                          " as it was refused: put its fields into their columns"};
            return step::fault;
        }
    }
}

csv_people::step csv_people::read_row() {
    switch (reader_.next()) {
    case csv_reader::step::end: return step::end;
    case csv_reader::step::fault: {
        const std::uint64_t column = reader_.column();
        fault_ = {reader_.line(), column, {}, "bad_csv", std::string(reader_.why())};
        if (column <= columns_.size() && columns_[column - 1] != nullptr) {
            fault_.field = columns_[column - 1]->name;
        }
        return step::fault;
    }
    case csv_reader::step::row: return read_person() ? step::somebody : step::fault;
    }
    return step::end;
}

bool csv_people::waits_to_be_mended() const {
    return refused_row_ && *refused_row_ < reader_.fields().size() &&
           !trimmed(reader_.fields()[*refused_row_].text).empty();
}

bool csv_people::read_person() {
    who_ = {};
    const auto& fields = reader_.fields();
    if (fields.size() != columns_.size()) {
        fault_ = {line(),
                  std::min(fields.size(), columns_.size()) + 1,
                  {},
                  "bad_row",
                  "the row has " + std::to_string(fields.size()) + " fields and the heading " +
                      std::to_string(columns_.size())};
        return false;
    }
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (columns_[i] == nullptr) continue;
        const std::string_view text = trimmed(fields[i].text);
        if (text.empty()) continue;
        if (!read_cell(*columns_[i], text, i + 1)) return false;
    }
    return true;
}

bool csv_people::read_cell(const person_field& field, std::string_view text, std::uint64_t column) {
    if (field.what == person_field::shape::list) {
        who_.set(field, split(text));
        return true;
    }
    if (field.what == person_field::shape::text) {
        who_.set(field, {std::string(text)});
        return true;
    }
    if (const auto flag = read_flag(text)) {
        who_.set(field, {*flag ? "true" : "false"});
        return true;
    }
    fault_ = {line(), column, field.name, "bad_value",
              std::string(field.name) + " must be true or false"};
    return false;
}

row_fault csv_people::fault_of(std::string_view word, std::string_view detail) const {
    row_fault fault{line(), 0, {}, word, std::string(detail)};
    const person_field* field = field_of_fault(detail);
    if (field == nullptr) return fault;
    fault.field = field->name;
    const auto at = std::find(columns_.begin(), columns_.end(), field);
    if (at != columns_.end()) {
        fault.column = static_cast<std::uint64_t>(at - columns_.begin()) + 1;
    }
    return fault;
}

std::uint64_t csv_people::count_rows() const {
    csv_reader rest = reader_;
    std::uint64_t rows = 0;
    while (rest.next() != csv_reader::step::end)
        ++rows;
    return rows;
}

} // namespace rollcall::admin
