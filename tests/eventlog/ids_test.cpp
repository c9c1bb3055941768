#include "eventlog/ids.hpp"

#include <boost/test/unit_test.hpp>
#include <rapidcheck/boost_test.h>

using namespace rollcall::eventlog;

BOOST_AUTO_TEST_SUITE(ids_test)

BOOST_AUTO_TEST_CASE(positions_that_are_not_read) {
    const char* rows[] = {"",
                          "@",
                          "12",
                          "@-1",
                          "@+1",
                          "@ 1",
                          "@1 ",
                          "@1.0",
                          "@0x10",
                          "@:1",
                          "@1:",
                          "@1:2:3",
                          "@65535:1",
                          "@65536:1",
                          "@-1:1",
                          "@1:+2",
                          "@18446744073709551616",
                          "#1",
                          "@@1"};
    for (const char* text : rows) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!position::parse(text).has_value());
        }
    }
}

RC_BOOST_PROP(positions_read_back, (std::uint16_t partition, std::uint64_t offset)) {
    const position at{partition, offset};
    RC_ASSERT(position::parse(at.text()) == at);
    const position here{position::embedded, offset};
    RC_ASSERT(here.text() == "@" + std::to_string(offset));
    RC_ASSERT(position::parse(here.text()) == here);
}

BOOST_AUTO_TEST_SUITE_END()
