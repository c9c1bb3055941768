// For tests with very many connections: a machine's default allows 1024 descriptors.
#pragma once

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <sys/resource.h>

namespace rollcall::integration {

/// Lets this process, and those that it starts from now on, have so many open; the test fails if
/// the machine forbids it.
inline void allow_descriptors(rlim_t wanted) {
    rlimit limit{};
    BOOST_REQUIRE(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = std::min(std::max(limit.rlim_cur, wanted), limit.rlim_max);
    BOOST_REQUIRE(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
    BOOST_REQUIRE(limit.rlim_cur >= wanted);
}

} // namespace rollcall::integration
