// get_user, filter_user_name, page_100: reads over HTTP, beside a bare server that sends the bytes
// of one of the product's own answers. import_pages: the last page beside the first.
#include "bench/bare_server.hpp"
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/requests.hpp"
#include "bench/workload.hpp"
#include "tests/support/temp_directory.hpp"

namespace rollcall::bench {
namespace {

constexpr unsigned read_connections = 32;
constexpr unsigned page_connections = 8;

/// What a read workload asks, once the users are there.
using make_source =
    std::function<request_source(const customer&, const std::vector<projections::subject_id>&)>;

std::uint64_t users_of(const run_plan& plan) {
    return plan.smoke ? 500 : 10'000;
}

/// A page of 100 users, asked for with `more` header fields.
request_source page_from(const customer& of, std::uint64_t start, std::string_view more = "") {
    auto text = request_text(
        "GET", "/scim/v2/Users?startIndex=" + std::to_string(start) + "&count=100", of.bearer, "");
    text.insert(text.find("Accept:"), more);
    return [text = std::move(text)]() -> std::string_view { return text; };
}

base::result<void> run_read(const run_plan& plan, unsigned connections, const make_source& make,
                            const row_sink& tell, std::string_view how = "") {
    const support::temp_directory directory;
    request_source ask;
    {
        auto l = loader::open(directory / "data");
        if (!l) return tl::unexpected(l.error());
        const auto acme = (*l)->add_customer("acme");
        if (!acme) return tl::unexpected(acme.error());
        const auto ids = (*l)->add_users(*acme, 0, users_of(plan));
        if (!ids) return tl::unexpected(ids.error());
        ask = make(*acme, *ids);
    }
    reset_peak_resident();
    auto server = product::start(directory / "data", nullptr);
    if (!server) return tl::unexpected(server.error());
    const auto answer = ask_once((*server)->port(), ask());
    if (!answer) return tl::unexpected(answer.error());
    auto ceiling = bare_server::start({product::io_threads(), 0, *answer, nullptr});
    if (!ceiling) return tl::unexpected(ceiling.error());

    load_plan load;
    load.connections = connections;
    load.port = (*server)->port();
    const round ours = http_round(plan, load, ask);
    load.port = (*ceiling)->port();
    const round theirs = http_round(plan, load, ask);
    const auto what = compare(plan, ours, theirs);
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant =
        std::to_string(connections) + " connections, " + grouped(answer->size()) + " bytes";
    row.variant += how;
    row.reference = "ceiling";
    row.what = *what;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(std::move(row));
    return {};
}

} // namespace

base::result<void> run_get_user(const run_plan& plan, const row_sink& tell) {
    return run_read(
        plan, read_connections,
        [](const customer& of, const auto& ids) { return get_users(of.bearer, ids); }, tell);
}

base::result<void> run_filter_user_name(const run_plan& plan, const row_sink& tell) {
    return run_read(
        plan, read_connections,
        [](const customer& of, const auto& ids) { return filter_users(of.bearer, ids.size()); },
        tell);
}

base::result<void> run_page_100(const run_plan& plan, const row_sink& tell) {
    const auto page = [](std::string_view more) {
        return [more](const customer& of, const auto&) { return page_from(of, 101, more); };
    };
    if (auto done = run_read(plan, page_connections, page(""), tell); !done) return done;
    return run_read(plan, page_connections, page("Accept-Encoding: gzip\r\n"), tell,
                    ", packed with gzip");
}

base::result<void> run_import_pages(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t people = plan.smoke ? 500 : 100'000;
    const support::temp_directory directory;
    customer acme;
    {
        auto l = loader::open(directory / "data");
        if (!l) return tl::unexpected(l.error());
        auto added = (*l)->add_customer("acme");
        if (!added) return tl::unexpected(added.error());
        acme = std::move(*added);
        if (auto ids = (*l)->add_users(acme, 0, people); !ids) return tl::unexpected(ids.error());
    }
    reset_peak_resident();
    auto server = product::start(directory / "data", nullptr);
    if (!server) return tl::unexpected(server.error());
    load_plan load;
    load.connections = page_connections;
    load.port = (*server)->port();
    const auto what = compare(plan, http_round(plan, load, page_from(acme, people - 99)),
                              http_round(plan, load, page_from(acme, 1)));
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = "page " + grouped(people / 100) + " of " + grouped(people) + " users";
    row.reference = "page 1";
    row.what = *what;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(std::move(row));
    return {};
}

} // namespace rollcall::bench
