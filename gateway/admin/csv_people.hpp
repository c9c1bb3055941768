// A CSV file as people: the first row names the fields (person.hpp), each further row is a person.
// Pure; one for each file.
//
// Values lose the blanks around them; an empty one says nothing, and a row of such is passed over.
// Several e-mail addresses in one
// field are separated by semicolons.
#pragma once

#include "gateway/admin/csv_reader.hpp"
#include "gateway/admin/person.hpp"
#include "gateway/admin/problem.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::admin {

/// The column that a report of refused rows adds. Passed over when a mended report is imported.
inline constexpr std::string_view refused_because_column = "refused_because";
/// Likewise, for a row whose fields could not be told apart: the row as it was. As long as nothing
/// stands in the other columns, such a row is refused again.
inline constexpr std::string_view refused_row_column = "refused_row";

/// What is wrong with one row.
struct row_fault {
    std::uint64_t line = 0;
    std::uint64_t column = 0; ///< 0: the row as a whole
    std::string_view field;   ///< the person's field; empty if it is none's
    std::string_view word;    ///< for scripts; lives as long as the program
    std::string reason;
};

class csv_people {
  public:
    /// Reads the heading. 400 bad_file: no heading, columns that are unknown (unless they are to be
    /// passed over), twice, or without userName; a file that is not UTF-8.
    static result<csv_people> open(std::string_view text, bool pass_over_unknown);

    enum class step : std::uint8_t { somebody, fault, end };

    step next();

    /// After `somebody`.
    [[nodiscard]] const person& who() const { return who_; }

    /// After `fault`.
    [[nodiscard]] const row_fault& why() const { return fault_; }

    /// The line that the row begins on.
    [[nodiscard]] std::uint64_t line() const { return reader_.line(); }

    /// A fault of the row that was read last, in the field that `detail` of gateway/scim is about.
    [[nodiscard]] row_fault fault_of(std::string_view word, std::string_view detail) const;

    /// Headings that are passed over.
    [[nodiscard]] const std::vector<std::string>& passed_over() const { return passed_over_; }

    /// How many rows follow, at most.
    [[nodiscard]] std::uint64_t count_rows() const;

  private:
    explicit csv_people(std::string_view text) : reader_(text) {}

    result<void> read_heading(bool pass_over_unknown);
    step read_row();
    [[nodiscard]] bool waits_to_be_mended() const;
    bool read_person();
    bool read_cell(const person_field& field, std::string_view text, std::uint64_t column);

    csv_reader reader_;
    std::vector<const person_field*> columns_; ///< null: passed over
    std::vector<std::string> passed_over_;
    std::optional<std::size_t> refused_row_; ///< the place of that column
    person who_;
    row_fault fault_;
};

} // namespace rollcall::admin
