#include "cli/certificate.hpp"

#include "eventlog/base/log.hpp"

#include <chrono>

namespace rollcall::cli {
namespace {

/// How long before its end `doctor` begins to speak of it: a renewal that has not happened by then
/// is late, with all issuers that renew by themselves.
constexpr std::chrono::hours notice{14 * 24};

const char* const how_to_reload =
    "Put the renewed pair in the place of these files and send SIGHUP (systemctl reload rollcall)";

void tell(const http::tls_source& source, std::string_view what) {
    const auto now = source.state();
    const std::string until = now.not_after.text();
    base::log_info(what, {{"names", std::string_view(now.names)},
                          {"not_after", std::string_view(until)},
                          {"fingerprint", std::string_view(now.fingerprint)}});
}

} // namespace

base::result<std::unique_ptr<http::tls_source>> open_certificate(const server_options& options) {
    if (options.tls_cert.empty() && options.tls_key.empty()) return nullptr;
    if (options.tls_cert.empty() || options.tls_key.empty()) {
        return base::fail(std::make_error_code(std::errc::invalid_argument),
                          options.tls_key.empty()
                              ? "--tls-cert needs --tls-key: name the file with the certificate's "
                                "private key too"
                              : "--tls-key needs --tls-cert: name the file with the certificate "
                                "and its chain too");
    }
    auto source = http::tls_source::open({options.tls_cert, options.tls_key}, base::now());
    if (source) tell(**source, "Certificate loaded.");
    return source;
}

base::result<void> reload_certificate(http::tls_source& source) {
    auto done = source.reload(base::now());
    if (done) {
        tell(source, "Certificate loaded again.");
    } else {
        const std::string until = source.state().not_after.text();
        base::log_error("The certificate was not loaded again; the one of before stays in use.",
                        {{"reason", std::string_view(done.error().message)},
                         {"not_after", std::string_view(until)}});
    }
    return done;
}

admin::finding look_at_certificate(const http::tls_source& source, base::moment now) {
    using grade = admin::finding::grade;
    const auto seen = source.state();
    const std::string named = "the one for " + seen.names + ", good until " + seen.not_after.text();
    if (!seen.last_failure.empty()) {
        return {grade::bad, "certificate",
                "the last reload failed: " + seen.last_failure + "; in use stays " + named,
                how_to_reload};
    }
    if (now >= seen.not_after) {
        return {grade::bad, "certificate",
                "the one for " + seen.names + " expired at " + seen.not_after.text() +
                    ", and clients refuse it",
                how_to_reload};
    }
    const auto left = std::chrono::milliseconds(seen.not_after.unix_ms - now.unix_ms);
    if (left < notice) return {grade::note, "certificate", named, how_to_reload};
    return {grade::good, "certificate", named, {}};
}

} // namespace rollcall::cli
