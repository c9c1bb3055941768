// The entry point of every test binary: Boost.Test's own, the libraries' one-time start, and
// somebody who says which case hangs before whoever runs the binary loses patience with all of it.
#define BOOST_TEST_MODULE rollcall
#include "tests/support/watchdog.hpp"

#include <boost/test/unit_test.hpp>
#include <sodium.h>

struct libraries_started {
    libraries_started() { BOOST_REQUIRE(sodium_init() >= 0); }
};

BOOST_TEST_GLOBAL_FIXTURE(libraries_started);

using rollcall::support::watchdog;
BOOST_TEST_GLOBAL_FIXTURE(watchdog);
