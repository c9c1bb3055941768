// Where a verb prints, and how: colours and moving lines only on a terminal, never with NO_COLOR,
// and no byte of somebody's data may steer the terminal.
#pragma once

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::cli {

struct terminal {
    std::ostream& out;
    std::ostream& err;
    bool out_is_terminal = false;
    bool err_is_terminal = false;
    bool colours = false; ///< on `out`

    /// Standard output and error of this process.
    static terminal of_process();
};

enum class tone : std::uint8_t { plain, dim, strong, good, warning, bad };

/// `text` in that tone if `on`, else as it is.
std::string toned(std::string_view text, tone t, bool on);

/// `text` as it may be shown: control characters become `?`, so that a name can neither move the
/// cursor nor start a line. Broken UTF-8 likewise.
std::string printable(std::string_view text);

/// A message whose line breaks are its own: each line made printable, all but the first indented,
/// so that a break in somebody's data cannot make a line that looks like ours.
std::string printable_lines(std::string_view text);

/// Columns that `text` takes on a terminal.
std::size_t columns_of(std::string_view text);

/// Rows under headings, each column as wide as its widest cell. Cells are made printable.
class table {
  public:
    explicit table(std::vector<std::string> headings);

    void add(std::vector<std::string> cells, tone t = tone::plain);
    void print(const terminal& to) const;

  private:
    struct row {
        std::vector<std::string> cells;
        tone how;
    };

    std::vector<row> rows_; ///< the first is the headings
};

} // namespace rollcall::cli
