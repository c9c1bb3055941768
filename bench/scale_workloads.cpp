// million_users, ten_thousand_tenants: the same requests where there is much and where there is
// little. What they are compared with is no ceiling but the product itself.
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/requests.hpp"
#include "bench/workload.hpp"
#include "tests/support/temp_directory.hpp"

#include <memory>

namespace rollcall::bench {
namespace {

constexpr unsigned crowd = 32;

/// One connection shows what a read costs who asks; a crowd, what it costs the machine.
constexpr unsigned crowds[] = {1, crowd};

std::string told(unsigned connections) {
    return std::to_string(connections) + (connections == 1 ? " connection" : " connections");
}

/// A server with tenants that all have equally many users.
struct town {
    support::temp_directory directory;
    std::unique_ptr<product> server;
    std::vector<customer> customers;
    std::vector<projections::subject_id> ids; ///< one customer's after the other's

    [[nodiscard]] std::size_t users_each() const { return ids.size() / customers.size(); }
};

base::result<std::unique_ptr<town>> build(std::uint64_t tenants, std::uint64_t users_each) {
    auto t = std::make_unique<town>();
    {
        auto l = loader::open(t->directory / "data");
        if (!l) return tl::unexpected(l.error());
        for (std::uint64_t i = 0; i < tenants; ++i) {
            auto c = (*l)->add_customer("customer-" + std::to_string(i));
            if (!c) return tl::unexpected(c.error());
            t->customers.push_back(std::move(*c));
        }
        t->ids.reserve(tenants * users_each);
        for (const customer& c : t->customers) {
            const auto ids = (*l)->add_users(c, 0, users_each);
            if (!ids) return tl::unexpected(ids.error());
            t->ids.insert(t->ids.end(), ids->begin(), ids->end());
        }
    }
    auto server = product::start(t->directory / "data", nullptr);
    if (!server) return tl::unexpected(server.error());
    t->server = std::move(*server);
    return t;
}

/// GET of any user of the town with his tenant's key.
request_source get_anybody(const town& t) {
    const std::string target = "/scim/v2/Users/" + std::string(id_mark);
    const auto request = std::make_shared<stencil>(request_text("GET", target, bearer_mark, ""),
                                                   std::vector{id_mark, bearer_mark});
    const auto order = std::make_shared<shuffler>(t.ids.size());
    return [&t, request, order]() -> std::string_view {
        const std::uint64_t who = order->next();
        request->fill(0, std::string_view(t.ids[who].text()));
        request->fill(1, std::string_view(t.customers[who / t.users_each()].bearer));
        return request->text();
    };
}

/// POST of new persons, for one tenant after the other.
request_source create_anywhere(const town& t) {
    const auto request = std::make_shared<stencil>(
        request_text("POST", "/scim/v2/Users", bearer_mark, person_body()),
        std::vector{number_mark, bearer_mark});
    const auto next = std::make_shared<std::uint64_t>(t.users_each());
    return [&t, request, next]() -> std::string_view {
        const std::uint64_t number = (*next)++;
        request->fill(0, number);
        request->fill(1, std::string_view(t.customers[number % t.customers.size()].bearer));
        return request->text();
    };
}

base::result<comparison> duel(const run_plan& plan, const town& large, const request_source& there,
                              const town& small, const request_source& here, unsigned status,
                              unsigned connections = crowd) {
    load_plan load;
    load.connections = connections;
    load.status = status;
    load.port = large.server->port();
    const round ours = http_round(plan, load, there);
    load.port = small.server->port();
    return compare(plan, ours, http_round(plan, load, here));
}

} // namespace

base::result<void> run_million_users(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t many = plan.smoke ? 3'000 : 1'000'000;
    const std::uint64_t few = plan.smoke ? 100 : 1'000;
    reset_peak_resident();
    const auto large = build(1, many);
    if (!large) return tl::unexpected(large.error());
    report_row row;
    row.reference = grouped(few) + " users";
    const std::uint64_t loading = peak_resident_bytes();
    const auto small = build(1, few);
    if (!small) return tl::unexpected(small.error());
    wait_until_idle();
    reset_peak_resident();
    for (const unsigned connections : crowds) {
        const auto what = duel(plan, **large, get_anybody(**large), **small, get_anybody(**small),
                               200, connections);
        if (!what) return tl::unexpected(what.error());
        const bool first = connections == crowds[0];
        row.variant = "GET, " + told(connections) + (first ? " (RSS: loading)" : "");
        row.what = *what;
        row.peak_resident_bytes = first ? loading : peak_resident_bytes();
        tell(row);
    }
    for (const unsigned connections : crowds) {
        const auto what =
            duel(plan, **large, filter_users((*large)->customers[0].bearer, many), **small,
                 filter_users((*small)->customers[0].bearer, few), 200, connections);
        if (!what) return tl::unexpected(what.error());
        row.variant = "filter, " + told(connections);
        row.what = *what;
        row.peak_resident_bytes = peak_resident_bytes();
        tell(row);
    }
    return {};
}

base::result<void> run_ten_thousand_tenants(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t tenants = plan.smoke ? 20 : 10'000;
    const std::uint64_t users_each = 10;
    const auto large = build(tenants, users_each);
    if (!large) return tl::unexpected(large.error());
    const auto small = build(1, tenants * users_each);
    if (!small) return tl::unexpected(small.error());
    wait_until_idle();
    reset_peak_resident();
    report_row row;
    row.reference = "one tenant, as many users";
    row.variant = "GET";
    auto what = duel(plan, **large, get_anybody(**large), **small, get_anybody(**small), 200);
    if (!what) return tl::unexpected(what.error());
    row.what = *what;
    tell(row);

    row.variant = "create";
    what = duel(plan, **large, create_anywhere(**large), **small, create_anywhere(**small), 201);
    if (!what) return tl::unexpected(what.error());
    row.what = *what;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(row);
    return {};
}

} // namespace rollcall::bench
