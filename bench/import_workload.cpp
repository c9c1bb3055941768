// csv_import: a file of people becomes users by the code that an uploaded file runs through, beside
// a program that writes the same rows in as large batches as the product may make.
#include "bench/bare_commit.hpp"
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/workload.hpp"
#include "eventlog/error.hpp"
#include "gateway/admin/people_import.hpp"
#include "tests/support/temp_directory.hpp"

#include <algorithm>

namespace rollcall::bench {
namespace {

using namespace std::string_view_literals;

std::string file_of(std::uint64_t people) {
    std::string text = "userName,givenName,familyName,displayName,email,externalId\n";
    for (std::uint64_t i = 0; i < people; ++i) {
        const std::string digits = std::to_string(i);
        const std::string_view n = digits;
        for (const std::string_view piece :
             {"person."sv, n, "@example.com,Ada,Person "sv, n, ",Ada Person "sv, n, ",person."sv, n,
              "@example.com,ext-"sv, n, "\n"sv}) {
            text += piece;
        }
    }
    return text;
}

/// A data directory with one tenant and nobody in it.
struct empty_tenant {
    support::temp_directory directory;
    std::unique_ptr<loader> live;
    customer acme;

    static base::result<std::unique_ptr<empty_tenant>> make() {
        auto t = std::make_unique<empty_tenant>();
        auto l = loader::open(t->directory / "data");
        if (!l) return tl::unexpected(l.error());
        t->live = std::move(*l);
        auto acme = t->live->add_customer("acme");
        if (!acme) return tl::unexpected(acme.error());
        t->acme = std::move(*acme);
        if (auto settled = t->live->settle(); !settled) return tl::unexpected(settled.error());
        return t;
    }
};

base::result<void> import(empty_tenant& into, const std::string& text) {
    const auto failed = [](const std::string& why) {
        return base::fail(std::make_error_code(std::errc::protocol_error), "importing: " + why);
    };
    auto rows = admin::csv_people::open(text, false);
    if (!rows) return failed(rows.error().detail);
    admin::people_import::order order;
    const auto tenant = into.live->directory().tenant(into.acme.tenant);
    if (!tenant) return failed("the tenant is not there");
    order.tenant = *tenant;
    order.by.kind = eventlog::actor_kind::local_operator;
    order.request_id = "bench";
    const admin::import_limits limits;
    admin::people_import todo(into.live->directory(), into.live->desk(), limits, order,
                              std::move(*rows));
    admin::job_progress progress;
    const auto said = todo.run(progress);
    if (!said) return failed(said.error().detail);
    if (said->find(R"("refused":0)") == std::string::npos) return failed(*said);
    return {};
}

} // namespace

base::result<void> run_csv_import(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t people = plan.smoke ? 300 : 100'000;
    const std::string text = file_of(people);
    std::unique_ptr<empty_tenant> target;
    report_row row;
    const auto renew = [&]() -> base::result<void> {
        target.reset();
        auto made = empty_tenant::make();
        if (!made) return tl::unexpected(made.error());
        target = std::move(*made);
        return {};
    };
    if (auto made = renew(); !made) return made;
    wait_until_idle();
    reset_peak_resident();
    if (auto done = import(*target, text); !done) return done;
    row.peak_resident_bytes = peak_resident_bytes();
    target->live.reset();
    const auto writes = recorded_writes::read(target->directory / "data" / "db");
    if (!writes) return tl::unexpected(writes.error());

    // Each with a database of its own, which is made in the time that counts.
    const round ours = work_round([&]() -> base::result<std::uint64_t> {
        if (auto made = renew(); !made) return tl::unexpected(made.error());
        if (auto done = import(*target, text); !done) return tl::unexpected(done.error());
        return people;
    });
    const round ceiling = work_round([&] {
        const support::temp_directory database;
        return bare_commit::write_all(database / "rows", *writes,
                                      eventlog::writer_options().batch_submissions_max);
    });
    run_plan few = plan;
    few.rounds = std::min(plan.rounds, 3u);
    const auto what = compare(few, ours, ceiling);
    if (!what) return tl::unexpected(what.error());
    row.variant = grouped(people) + " people, " + grouped(text.size()) + " bytes";
    row.reference = "ceiling";
    row.what = *what;
    tell(std::move(row));
    return {};
}

} // namespace rollcall::bench
