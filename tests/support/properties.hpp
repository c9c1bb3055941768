// Properties whose single case costs a database: fewer cases than RapidCheck's default.
#pragma once

#include <boost/test/unit_test.hpp>
#include <rapidcheck.h>
#include <rapidcheck/detail/Configuration.h>

#include <sstream>
#include <utility>

namespace rollcall::support {

/// Checks `property` in `cases` cases; a failure prints the seed that repeats it (RC_PARAMS).
template <class F>
void check_in_cases(int cases, F&& property) {
    rc::detail::TestMetadata about;
    about.id = boost::unit_test::framework::current_test_case().full_name();
    about.description = about.id;
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = cases;
    params.maxSize = cases;
    params.disableShrinking = false;
    const auto result = rc::detail::checkTestable(std::forward<F>(property), about, params);
    std::ostringstream said;
    rc::detail::printResultMessage(result, said);
    BOOST_TEST(result.template is<rc::detail::SuccessResult>(),
               said.str() << " (seed " << params.seed << ")");
}

} // namespace rollcall::support
