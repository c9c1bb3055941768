// What is read again on SIGHUP: the certificate with its key, and the profiles. Each by itself: of
// what does not hold, that of before stays in use, and the other is taken all the same.
#pragma once

#include "cli/product_profiles.hpp"
#include "gateway/http/tls_source.hpp"
#include "projections/directory.hpp"

namespace rollcall::cli {

/// `certificate` may be null. The error names what was not taken.
base::result<void> read_again(http::tls_source* certificate, product_profiles& products,
                              projections::directory& views);

} // namespace rollcall::cli
