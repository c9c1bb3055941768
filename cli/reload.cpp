#include "cli/reload.hpp"

#include "cli/certificate.hpp"

namespace rollcall::cli {

base::result<void> read_again(http::tls_source* certificate, product_profiles& products,
                              projections::directory& views) {
    std::string failed;
    if (certificate != nullptr) {
        auto done = reload_certificate(*certificate);
        if (!done) failed = "the certificate: " + done.error().message;
    }
    if (auto done = products.reload(views); done) {
        // Who is remembered with a profile of before is looked up again.
        views.bump_access_epoch();
        products.tell_of_missing(views);
    } else {
        failed += (failed.empty() ? "" : "; ") + ("the profiles: " + done.error().message);
    }
    if (failed.empty()) return {};
    return base::fail(std::make_error_code(std::errc::invalid_argument), std::move(failed));
}

} // namespace rollcall::cli
