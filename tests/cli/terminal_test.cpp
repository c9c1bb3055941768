// Tables, widths, and that no text steers the terminal.
#include "cli/terminal.hpp"

#include <boost/test/unit_test.hpp>

#include <sstream>

namespace rollcall::cli {
namespace {

struct shown_row {
    const char* name;
    std::string text;
    std::string shown;
    std::size_t columns;
};

const shown_row shown_rows[] = {
    {"plain", "Jane", "Jane", 4},
    {"empty", "", "", 0},
    {"accents", "Zoë", "Zoë", 3},
    {"wide", "東京", "東京", 4},
    {"escape", "a\x1b[31mb", "a?[31mb", 7},
    {"newline", "a\nb", "a?b", 3},
    {"carriage return", "a\rb", "a?b", 3},
    {"zero byte", std::string("a\0b", 3), "a?b", 3},
    {"C1 control",
     "a\xc2\x9b"
     "31mb",
     "a?31mb", 6},
    {"right-to-left override",
     "a\xe2\x80\xae"
     "b",
     "a?b", 3},
    {"line separator",
     "a\xe2\x80\xa8"
     "b",
     "a?b", 3},
    {"not UTF-8",
     "a\xff"
     "b",
     "a?b", 3},
    {"cut off in the middle", "a\xc3", "a?", 2},
};

} // namespace

BOOST_AUTO_TEST_SUITE(terminal_test)

BOOST_AUTO_TEST_CASE(text_is_shown_without_steering_anything) {
    for (const shown_row& row : shown_rows) {
        BOOST_TEST_CONTEXT(row.name) {
            BOOST_TEST(printable(row.text) == row.shown);
            BOOST_TEST(columns_of(row.shown) == row.columns);
        }
    }
}

BOOST_AUTO_TEST_CASE(lines_of_a_message_stay_lines_and_cannot_pass_for_another_message) {
    const std::pair<const char*, const char*> rows[] = {
        {"one", "one"},
        {"", ""},
        {"one\ntwo\nthree", "one\n  two\n  three"},
        {"one\n", "one\n  "},
        {"a\x1b[2J\nrollcall: b\r", "a?[2J\n  rollcall: b?"},
    };
    for (const auto& [text, shown] : rows)
        BOOST_TEST(printable_lines(text) == shown);
}

BOOST_AUTO_TEST_CASE(columns_line_up) {
    std::ostringstream out;
    const terminal to{out, out};
    table rows({"name", "x"});
    rows.add({"東京", "1"});
    rows.add({"Zoë", "2"});
    rows.print(to);
    BOOST_TEST(out.str() == "name  x\n東京  1\nZoë   2\n");
}

BOOST_AUTO_TEST_CASE(tones_are_plain_text_without_colours) {
    BOOST_TEST(toned("x", tone::bad, false) == "x");
    BOOST_TEST(toned("x", tone::plain, true) == "x");
    BOOST_TEST(toned("x", tone::bad, true) == "\x1b[31mx\x1b[0m");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
