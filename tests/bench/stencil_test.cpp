#include "bench/stencil.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_SUITE(stencil_test)

using rollcall::bench::stencil;

BOOST_AUTO_TEST_CASE(every_place_of_a_mark_is_filled_again_and_again) {
    stencil s("a ### b ### c @@@@", {"###", "@@@@", "%%"});
    s.fill(0, std::uint64_t{7});
    s.fill(1, std::string_view("true"));
    s.fill(2, std::string_view("no")); // a mark that is nowhere
    BOOST_TEST(s.text() == "a 007 b 007 c true");
    s.fill(0, std::uint64_t{999});
    BOOST_TEST(s.text() == "a 999 b 999 c true");
}

BOOST_AUTO_TEST_CASE(a_text_without_marks_stays) {
    stencil s("plain", {"#"});
    s.fill(0, std::uint64_t{1});
    BOOST_TEST(s.text() == "plain");
}

BOOST_AUTO_TEST_SUITE_END()
