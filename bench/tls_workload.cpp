// tls: what encryption costs a read, beside the same read in clear: on connections that stay, and
// on a new one for each request.
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/requests.hpp"
#include "bench/visits.hpp"
#include "bench/workload.hpp"
#include "tests/support/made_certificate.hpp"
#include "tests/support/temp_directory.hpp"

#include <csignal>

namespace rollcall::bench {
namespace {

using support::key_kind;
using support::made_certificate;

constexpr unsigned visitors = 32;

/// A directory with users, and requests for them.
struct town {
    support::temp_directory directory;
    request_source ask;
};

base::result<void> settle(town& t, const run_plan& plan) {
    auto l = loader::open(t.directory / "data");
    if (!l) return tl::unexpected(l.error());
    const auto acme = (*l)->add_customer("acme");
    if (!acme) return tl::unexpected(acme.error());
    const auto ids = (*l)->add_users(*acme, 0, plan.smoke ? 500 : 10'000);
    if (!ids) return tl::unexpected(ids.error());
    t.ask = get_users(acme->bearer, *ids);
    return {};
}

http::tls_files write_certificate(const town& t, key_kind kind) {
    made_certificate::plan how;
    how.kind = kind;
    const made_certificate made(how);
    http::tls_files files{t.directory / "cert.pem", t.directory / "key.pem"};
    support::write_bytes(files.certificate, made.certificate_pem());
    support::write_bytes(files.key, made.key_pem());
    std::filesystem::permissions(files.key, std::filesystem::perms::owner_read);
    return files;
}

struct variant {
    const char* name;
    key_kind kind;
    bool stay;
    bool resume;
};

constexpr variant variants[]{
    {"32 connections that stay", key_kind::p256, true, false},
    {"a connection each, resumed", key_kind::p256, false, true},
    {"a connection each, full, P-256", key_kind::p256, false, false},
    {"a connection each, full, RSA 2048", key_kind::rsa_2048, false, false},
};

} // namespace

base::result<void> run_tls(const run_plan& plan, const row_sink& tell) {
    // Visitors write through OpenSSL, which would end the program where an error can be told.
    std::signal(SIGPIPE, SIG_IGN);
    town secret;
    town open;
    if (auto settled = settle(secret, plan); !settled) return settled;
    if (auto settled = settle(open, plan); !settled) return settled;
    auto plain = product::start(open.directory / "data", nullptr);
    if (!plain) return tl::unexpected(plain.error());
    for (const variant& v : variants) {
        const auto files = write_certificate(secret, v.kind);
        reset_peak_resident();
        auto server = product::start(secret.directory / "data", nullptr, &files);
        if (!server) return tl::unexpected(server.error());
        visit_plan visits;
        visits.visitors = visitors;
        visits.stay = v.stay;
        visits.time = plan.round_time;
        visit_plan theirs = visits;
        theirs.port = (*plain)->port();
        visits.port = (*server)->port();
        visits.tls = true;
        visits.resume = v.resume;
        const auto what = compare(plan, load_round([&] { return run_visits(visits, secret.ask); }),
                                  load_round([&] { return run_visits(theirs, open.ask); }));
        if (!what) return tl::unexpected(what.error());
        report_row row;
        row.variant = v.name;
        row.reference = "in clear";
        row.what = *what;
        row.peak_resident_bytes = peak_resident_bytes();
        tell(std::move(row));
        std::filesystem::remove(files.key);
    }
    return {};
}

} // namespace rollcall::bench
