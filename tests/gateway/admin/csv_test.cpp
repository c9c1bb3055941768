// CSV in and out: what RFC 4180 says, what files out of spreadsheets have, and where each fault is.
#include "gateway/admin/csv_people.hpp"
#include "gateway/admin/csv_reader.hpp"
#include "gateway/admin/csv_writer.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

namespace rollcall::admin {
namespace {

/// `1[a][b] 2![3]why`: rows with their first line, and faults with line, column and reason.
std::string read_all(std::string_view text, const csv_limits& limits = {}) {
    std::string out;
    csv_reader reader(text, limits);
    for (auto step = reader.next(); step != csv_reader::step::end; step = reader.next()) {
        if (!out.empty()) out += ' ';
        out += std::to_string(reader.line());
        if (step == csv_reader::step::fault) {
            out += "!" + std::to_string(reader.column()) + " " +
                   std::string(reader.why().substr(0, reader.why().find(':')));
            continue;
        }
        for (const csv_field& field : reader.fields())
            out += "[" + std::string(field.text) + "]";
    }
    return out;
}

struct csv_row {
    const char* name;
    std::string text;
    const char* read;
};

const std::string stray = "a quote inside a field";
const std::string behind = "text behind the closing quote";

const csv_row good[] = {
    {"nothing", "", ""},
    {"only line ends", "\r\n\n\r\n", ""},
    {"only a byte order mark", "\xEF\xBB\xBF", ""},
    {"LF", "a,b\n1,2\n", "1[a][b] 2[1][2]"},
    {"CR LF", "a,b\r\n1,2\r\n", "1[a][b] 2[1][2]"},
    {"no end at the last line", "a\nb", "1[a] 2[b]"},
    {"byte order mark",
     "\xEF\xBB\xBF"
     "a,b",
     "1[a][b]"},
    {"byte order mark before a quote", "\xEF\xBB\xBF\"a\",b", "1[a][b]"},
    {"blank lines are counted", "a\n\n\r\nb", "1[a] 4[b]"},
    {"empty fields", ",\n,,\n", "1[][] 2[][][]"},
    {"a field at the end", "a,", "1[a][]"},
    {"a quoted empty field is no blank line", "\"\"\na", "1[] 2[a]"},
    {"blanks stay", " a , b\t", "1[ a ][ b\t]"},
    {"a comma in quotes", "\"a,b\",c", "1[a,b][c]"},
    {"quotes in quotes", "\"a\"\"b\",\"\"\"\",\"\"\"\"\"\"", "1[a\"b][\"][\"\"]"},
    {"line ends in quotes", "\"a\nb\r\nc\",d\ne", "1[a\nb\r\nc][d] 4[e]"},
    {"quoted to the very end", "\"a\"", "1[a]"},
    {"other alphabets", "Jürgen,日本,🙂", "1[Jürgen][日本][🙂]"},
};

const csv_row bad[] = {
    {"a quote in the middle", "x\na\"b,c\nd", "1[x] 2!1 a quote inside a field 3[d]"},
    {"a quote at the end", "a,b\"\nc", "1!2 a quote inside a field 2[c]"},
    {"a blank before a quote", "a, \"b\"\nc", "1!2 a quote inside a field 2[c]"},
    {"text behind a quote", "\"a\"b,c\nd", "1!1 text behind the closing quote 2[d]"},
    {"a blank behind a quote", "\"a\" ,c\nd", "1!1 text behind the closing quote 2[d]"},
    {"single quotes inside", "a,\"b \"c\" d\"\ne", "1!2 text behind the closing quote 2[e]"},
    {"text behind a quote lines below", "\"a\nb\"c\nd", "2!1 text behind the closing quote 3[d]"},
    {"an open quote", "a\nb,\"c\nd,e\nf",
     "1[a] 2!2 the quote that opens this field is never closed"},
    {"a quote opened at the end", "a,\"", "1!2 the quote that opens this field is never closed"},
    {"an odd number of quotes", "\"a\"\"", "1!1 the quote that opens this field is never closed"},
    {"old line ends", "a\rb\rc", "1!1 a carriage return without a line feed"},
    {"an old line end behind a quote", "\"a\"\rb\nc",
     "1!1 a carriage return without a line feed 2[c]"},
    {"two carriage returns", "a\r\r\nb", "1!1 a carriage return without a line feed 2[b]"},
    {"Latin-1", "a,J\xFCrgen\nb", "1!2 is not UTF-8 2[b]"},
    {"a lone surrogate", "\xED\xA0\x80", "1!1 is not UTF-8"},
    {"too long in UTF-8", "\xC0\xAF", "1!1 is not UTF-8"},
    {"cut UTF-8 before a comma", "a\xE6\x97,b", "1!1 is not UTF-8"},
    {"the first fault is told", "\xFF,\xFF,a\"b\nc", "1!1 is not UTF-8 2[c]"},
    {"a fault leaves the row whole", "\xFF,\"a\nb\"\nc", "1!1 is not UTF-8 3[c]"},
};

} // namespace

BOOST_AUTO_TEST_SUITE(csv_test)

BOOST_AUTO_TEST_CASE(rows_are_read) {
    for (const csv_row& row : good)
        BOOST_TEST_CONTEXT(row.name) BOOST_TEST(read_all(row.text) == row.read);
}

BOOST_AUTO_TEST_CASE(a_fault_is_told_with_its_place_and_the_others_are_read) {
    for (const csv_row& row : bad)
        BOOST_TEST_CONTEXT(row.name) BOOST_TEST(read_all(row.text) == row.read);
}

BOOST_AUTO_TEST_CASE(fields_have_limits) {
    const csv_limits tight{.fields_max = 2, .field_bytes_max = 3};
    BOOST_TEST(read_all("abc,\"d\"\"f\"\na", tight) == "1[abc][d\"f] 2[a]");
    BOOST_TEST(read_all("abcd\na", tight) == "1!1 the field is too long 2[a]");
    BOOST_TEST(read_all("a,\"b\"\"cd\"\na", tight) == "1!2 the field is too long 2[a]");
    BOOST_TEST(read_all("a,b,c\na", tight) == "1!3 the row has too many fields 2[a]");
    // What is inside a row that is refused is never taken for a row.
    BOOST_TEST(read_all("a,b,\"c\nd,e\n\"\nf", tight) == "1!3 the row has too many fields 4[f]");
}

RC_BOOST_PROP(what_is_written_is_read, (const std::vector<std::vector<std::string>>& given)) {
    // Texts of what matters to CSV, and of what is longer than a byte.
    const auto piece = rc::gen::elementOf(std::vector<std::string>{
        "a", " ", ",", "\"", "\"\"", "\r", "\n", "\r\n", "\xEF\xBB\xBF", "é", ";", "\t"});
    const auto text = rc::gen::map(rc::gen::container<std::vector<std::string>>(piece),
                                   [](const std::vector<std::string>& pieces) {
                                       std::string all;
                                       for (const std::string& one : pieces)
                                           all += one;
                                       return all;
                                   });
    std::string file;
    std::vector<std::vector<std::string>> rows;
    for (const auto& shape : given) {
        std::vector<std::string> row;
        for (std::size_t i = 0; i <= shape.size(); ++i)
            row.push_back(*text);
        append_csv_row(file, {row.begin(), row.end()});
        rows.push_back(std::move(row));
    }
    csv_reader reader(file);
    for (const auto& row : rows) {
        RC_ASSERT(reader.next() == csv_reader::step::row);
        std::vector<std::string> read;
        for (const csv_field& field : reader.fields())
            read.emplace_back(field.text);
        RC_ASSERT(read == row);
    }
    RC_ASSERT(reader.next() == csv_reader::step::end);
}

BOOST_AUTO_TEST_CASE(headings_that_are_refused) {
    struct row {
        const char* name;
        std::string text;
        const char* said;
    };

    const row rows[] = {
        {"empty", "", "the file is empty"},
        {"only blank lines", "\n\n", "the file is empty"},
        {"UTF-16",
         std::string("\xFF\xFE"
                     "u\0",
                     4),
         "UTF-16"},
        {"UTF-16, the other way", "\xFE\xFF", "UTF-16"},
        {"a fault", "user\"Name,emails\n", "column 1 has a fault"},
        {"semicolons", "userName;emails\n", "not separated by commas"},
        {"tabs", "userName\temails\n", "not separated by commas"},
        {"unknown", "userName,shoe size\n", "unknown column 'shoe size'; known: userName, emails"},
        {"several unknown", "a,userName,b\n", "unknown column 'a', 'b'"},
        {"without a name", "userName,\n", "unknown column ''"},
        {"a password", "userName,password\n", "unknown column 'password'"},
        {"twice", "userName,emails,E-Mail\n", "two columns are emails; the second is 'E-Mail'"},
        {"no userName", "emails\n", "no column is userName"},
        {"data and no heading", "jane,jane@x.example\n", "unknown column 'jane'"},
    };
    for (const row& r : rows) {
        BOOST_TEST_CONTEXT(r.name) {
            const auto people = csv_people::open(r.text, false);
            BOOST_REQUIRE(!people);
            BOOST_TEST_INFO(people.error().detail);
            BOOST_TEST(people.error().status == 400u);
            BOOST_TEST(people.error().word == "bad_file");
            BOOST_TEST(people.error().detail.find(r.said) != std::string::npos);
        }
    }
    const auto loose = csv_people::open("a,userName,b\n", true);
    BOOST_REQUIRE(loose);
    BOOST_TEST((loose->passed_over() == std::vector<std::string>{"a", "b"}));
    BOOST_TEST(!csv_people::open("a,b\n", true));
    BOOST_TEST(!csv_people::open("userName,a,emails,email\n", true));
}

BOOST_AUTO_TEST_CASE(a_row_that_was_refused_whole_waits_to_be_mended) {
    const std::string file = "userName,active,refused_because,refused_row\n"
                             ",,why,\"jane,no,3\"\n"
                             "joe,no,why,\"joe,no,3\"\n"
                             ",,why,\n"
                             " , ,,x\n";
    auto people = csv_people::open(file, false);
    BOOST_REQUIRE(people);
    BOOST_TEST(people->passed_over().empty());
    BOOST_TEST((people->next() == csv_people::step::fault));
    BOOST_TEST(people->why().line == 2u);
    BOOST_TEST(people->why().column == 4u);
    BOOST_TEST(people->why().word == "bad_row");
    BOOST_TEST((people->next() == csv_people::step::somebody));
    BOOST_TEST(people->who().members() == R"({"userName":"joe","active":false})");
    BOOST_TEST((people->next() == csv_people::step::fault));
    BOOST_TEST(people->why().line == 5u);
    BOOST_TEST((people->next() == csv_people::step::end));
}

BOOST_AUTO_TEST_CASE(a_row_is_a_person) {
    const std::string file = "User Name,E-Mail,active,department,refused_because\n"
                             " jane , a@x.example ; b@x.example;,YES,,old reason\n"
                             ",,,,\n"
                             "joe,,no,\"Sales, \"\"EU\"\"\",\n"
                             "jim,,perhaps,,\n"
                             "jack,,true\n"
                             "jill,,,,,,\n"
                             "bad\"quote\n"
                             "june,;,,,\n";
    auto people = csv_people::open(file, false);
    BOOST_REQUIRE(people);
    BOOST_TEST(people->passed_over().empty());
    BOOST_TEST(people->count_rows() == 8u);
    std::vector<std::string> told;
    for (auto step = people->next(); step != csv_people::step::end; step = people->next()) {
        if (step == csv_people::step::somebody) {
            told.push_back(std::to_string(people->line()) + people->who().members());
        } else {
            const row_fault& why = people->why();
            told.push_back(std::to_string(why.line) + "!" + std::to_string(why.column) + " " +
                           std::string(why.field) + " " + std::string(why.word));
        }
    }
    const std::vector<std::string> wanted = {
        R"(2{"userName":"jane","emails":["a@x.example","b@x.example"],"active":true})",
        R"(4{"userName":"joe","department":"Sales, \"EU\"","active":false})",
        "5!3 active bad_value",
        "6!4  bad_row",
        "7!6  bad_row",
        "8!1 userName bad_csv",
        R"(9{"userName":"june","emails":null})",
    };
    BOOST_TEST(told == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::admin
