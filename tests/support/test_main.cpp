// The entry point of every test binary: Boost.Test's own, plus the libraries' one-time start.
#define BOOST_TEST_MODULE rollcall
#include <boost/test/unit_test.hpp>
#include <sodium.h>

struct libraries_started {
    libraries_started() { BOOST_REQUIRE(sodium_init() >= 0); }
};

BOOST_TEST_GLOBAL_FIXTURE(libraries_started);
