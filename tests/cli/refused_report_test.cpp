// The report of refused rows: each is found by its line and written so that it can be mended.
#include "cli/refused_report.hpp"

#include <boost/test/unit_test.hpp>

namespace rollcall::cli {

BOOST_AUTO_TEST_SUITE(refused_report_test)

BOOST_AUTO_TEST_CASE(refused_rows_are_written_with_the_reason) {
    struct row {
        const char* name;
        std::string file;
        std::map<std::uint64_t, std::string> reasons;
        std::string report;
    };

    const std::string heading = "userName,title,refused_because,refused_row\r\n";
    const row rows[] = {
        {"none", "userName,title\na,b\n", {}, heading},
        {"one of three", "userName,title\na,1\nb,2\nc,3\n", {{3, "no"}}, heading + "b,2,no,\r\n"},
        {"the last, without a line end",
         "userName,title\na,1\nb,2",
         {{3, "no"}},
         heading + "b,2,no,\r\n"},
        {"behind blank lines", "userName,title\n\n\r\na,1\n", {{4, "no"}}, heading + "a,1,no,\r\n"},
        {"found on its second line",
         "userName,title\n\"a\nb\",1\nc,2\n",
         {{3, "no"}},
         heading + "\"a\nb\",1,no,\r\n"},
        {"the row behind one of two lines",
         "userName,title\n\"a\nb\",1\nc,2\n",
         {{4, "no"}},
         heading + "c,2,no,\r\n"},
        {"too few fields", "userName,title\na\n", {{2, "no"}}, heading + ",,no,a\r\n"},
        {"one field too many",
         "userName,title\na,b,c\n",
         {{2, "no"}},
         heading + ",,no,\"a,b,c\"\r\n"},
        {"too many fields",
         "userName,title\na,b,c,d\n",
         {{2, "no"}},
         heading + ",,no,\"a,b,c,d\"\r\n"},
        {"no CSV", "userName,title\na\"b,c\nd,e\n", {{2, "no"}}, heading + ",,no,\"a\"\"b,c\"\r\n"},
        {"a quote that is never closed",
         "userName,title\na,\"b\nc,d\n",
         {{2, "no"}},
         heading + ",,no,\"a,\"\"b\nc,d\"\r\n"},
        {"a reason with commas",
         "userName,title\na,1\n",
         {{2, "no, \"never\""}},
         heading + "a,1,\"no, \"\"never\"\"\",\r\n"},
        {"a report again",
         "userName,refused_because,title\na,old,1\nb,old,2\n",
         {{3, "new"}},
         "userName,refused_because,title,refused_row\r\nb,new,2,\r\n"},
        {"a report again, a row not mended",
         "userName,refused_row,refused_because\n,a;b,old\n",
         {{2, "new"}},
         "userName,refused_row,refused_because\r\n,a;b,new\r\n"},
        {"lines that are not there", "userName,title\na,1\n", {{1, "x"}, {9, "y"}}, heading},
        {"no heading", "user\"Name\n", {{1, "x"}}, ""},
        {"nothing", "", {}, ""},
    };
    for (const row& r : rows)
        BOOST_TEST_CONTEXT(r.name) BOOST_TEST(refused_report(r.file, r.reasons) == r.report);
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace rollcall::cli
