#include "gateway/profiles/toml_reader.hpp"

#include <boost/test/unit_test.hpp>

#include <array>

namespace rollcall::profiles {
namespace {

constexpr std::array<std::string_view, 4> known{"create", "update", "user_name", "required"};

struct row {
    std::string_view word;
    std::string_view nearest;
};

const row rows[] = {
    {"updat", "update"},
    {"updates", "update"},
    {"crate", "create"},
    {"username", "user_name"},
    {"requierd", "required"},
    {"x", ""},
    {"", ""},
    {"groups", ""},
};

BOOST_AUTO_TEST_SUITE(toml_reader_test)

BOOST_AUTO_TEST_CASE(the_key_that_was_meant) {
    for (const row& r : rows)
        BOOST_TEST(nearest(r.word, known) == r.nearest, r.word);
    BOOST_TEST(nearest(std::string(100'000, 'u'), known) == "");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace
} // namespace rollcall::profiles
