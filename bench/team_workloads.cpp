// team_members: one member more or less in a team of 100,000, beside the same in a team of 10, and
// a thousand at once. What a team costs must not grow with those who are in it already.
//
// team_read: such a team with all its members, beside a bare server that has the same bytes ready.
#include "bench/bare_server.hpp"
#include "bench/loader.hpp"
#include "bench/process_usage.hpp"
#include "bench/product.hpp"
#include "bench/requests.hpp"
#include "bench/workload.hpp"
#include "tests/support/temp_directory.hpp"

#include <algorithm>
#include <memory>

namespace rollcall::bench {
namespace {

constexpr unsigned crowd = 64;
constexpr unsigned readers = 8;
constexpr std::size_t push_size = 1'000;
constexpr std::string_view verb_mark = "VVVVVVVV";

/// A server with one tenant and two teams, and people who are in neither yet.
struct club {
    support::temp_directory directory;
    std::unique_ptr<product> server;
    customer owner;
    projections::subject_id large = projections::subject_id::make_v7(1);
    projections::subject_id small = projections::subject_id::make_v7(1);
    std::vector<projections::subject_id> spare;
};

projections::command made(const customer& owner, projections::command_body body) {
    projections::command c;
    c.tenant = owner.tenant;
    c.by.kind = eventlog::actor_kind::local_operator;
    c.body = std::move(body);
    return c;
}

projections::command team_of(const customer& owner, const projections::subject_id& id,
                             const std::string& name,
                             std::vector<projections::subject_id> members) {
    std::sort(members.begin(), members.end());
    projections::create_team body;
    body.new_id = id;
    body.wish.content.name = body.wish.content.name_key = name;
    body.wish.content.document = R"({"displayName":")" + name + R"("})";
    body.wish.changed = {"displayName"};
    body.members = std::move(members);
    return made(owner, std::move(body));
}

base::result<std::unique_ptr<club>> build(std::uint64_t many) {
    auto c = std::make_unique<club>();
    {
        auto l = loader::open(c->directory / "data");
        if (!l) return tl::unexpected(l.error());
        auto owner = (*l)->add_customer("acme");
        if (!owner) return tl::unexpected(owner.error());
        c->owner = std::move(*owner);
        const auto ids = (*l)->add_users(c->owner, 0, many + push_size);
        if (!ids) return tl::unexpected(ids.error());
        const auto first_spare = ids->begin() + static_cast<std::ptrdiff_t>(many);
        c->spare.assign(first_spare, ids->end());
        (*l)->submit(team_of(c->owner, c->large, "large", {ids->begin(), first_spare}));
        (*l)->submit(team_of(c->owner, c->small, "small", {ids->begin(), ids->begin() + 10}));
        if (auto settled = (*l)->settle(); !settled) return tl::unexpected(settled.error());
    }
    auto server = product::start(c->directory / "data", nullptr);
    if (!server) return tl::unexpected(server.error());
    c->server = std::move(*server);
    return c;
}

std::string change_of(const club& c, const projections::subject_id& team,
                      const std::string& members) {
    return request_text(
        "PATCH", "/scim/v2/Groups/" + team.text(), c.owner.bearer,
        R"({"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":)" +
            std::string(verb_mark) + R"(,"path":"members","value":[)" + members + "]}]}");
}

/// The one takes turns between joining and leaving: all join, then all leave.
struct turns {
    stencil request;
    std::vector<projections::subject_id> people;
    std::size_t next = 0;
    bool leave = false;

    std::string_view operator()() {
        request.fill(0, std::string_view(leave ? R"("remove")" : R"("add"   )"));
        if (people.empty()) {
            leave = !leave;
            return request.text();
        }
        request.fill(1, std::string_view(people[next].text()));
        if (++next == people.size()) {
            next = 0;
            leave = !leave;
        }
        return request.text();
    }
};

std::uint64_t large_team(const run_plan& plan) {
    return plan.smoke ? 300 : 100'000;
}

request_source read_team(const club& c, const projections::subject_id& team) {
    return [text = request_text("GET", "/scim/v2/Groups/" + team.text(), c.owner.bearer,
                                "")]() -> std::string_view { return text; };
}

} // namespace

base::result<void> run_team_members(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t many = large_team(plan);
    const auto c = build(many);
    if (!c) return tl::unexpected(c.error());
    wait_until_idle();
    reset_peak_resident();
    const auto one = R"({"value":")" + std::string(id_mark) + R"("})";
    const auto requests = [&](const projections::subject_id& team) -> request_source {
        const auto t = std::make_shared<turns>(
            turns{{change_of(**c, team, one), {verb_mark, id_mark}}, (*c)->spare});
        return [t] { return (*t)(); };
    };
    load_plan load;
    load.connections = crowd;
    load.status = 204;
    load.port = (*c)->server->port();
    const auto what = compare(plan, http_round(plan, load, requests((*c)->large)),
                              http_round(plan, load, requests((*c)->small)));
    if (!what) return tl::unexpected(what.error());
    report_row row;
    row.variant = "one in or out of a team of " + grouped(many);
    row.reference = "of a team of 10";
    row.what = *what;
    tell(row);

    std::string all;
    for (const projections::subject_id& id : (*c)->spare)
        all += (all.empty() ? R"({"value":")" : R"(,{"value":")") + id.text() + R"("})";
    const auto push = [&](const projections::subject_id& team) -> request_source {
        const auto t = std::make_shared<turns>(turns{{change_of(**c, team, all), {verb_mark}}, {}});
        return [t] { return (*t)(); };
    };
    load.connections = 1;
    const auto pushed = compare(plan, http_round(plan, load, push((*c)->large)),
                                http_round(plan, load, push((*c)->small)));
    if (!pushed) return tl::unexpected(pushed.error());
    row.variant = "1,000 in or out of it at once, 1 connection";
    row.what = *pushed;
    row.peak_resident_bytes = peak_resident_bytes();
    tell(row);
    return {};
}

base::result<void> run_team_read(const run_plan& plan, const row_sink& tell) {
    const std::uint64_t many = large_team(plan);
    const auto c = build(many);
    if (!c) return tl::unexpected(c.error());
    const std::uint16_t port = (*c)->server->port();
    const request_source ask = read_team(**c, (*c)->large);
    load_plan load;
    load.port = port;
    load.connections = readers;
    load.time = plan.round_time;
    // Memory first: what the ceiling sends lies in this process too.
    wait_until_idle();
    reset_peak_resident();
    if (auto read = run_load(load, ask); !read) return tl::unexpected(read.error());
    report_row row;
    row.peak_resident_bytes = peak_resident_bytes();

    const auto answer = ask_once(port, ask());
    if (!answer) return tl::unexpected(answer.error());
    auto ceiling = bare_server::start({product::io_threads(), 0, *answer, nullptr});
    if (!ceiling) return tl::unexpected(ceiling.error());
    const round ours = http_round(plan, load, ask);
    load.port = (*ceiling)->port();
    const auto whole = compare(plan, ours, http_round(plan, load, ask));
    if (!whole) return tl::unexpected(whole.error());
    row.variant = grouped(many) + " members, " + std::to_string(readers) + " connections, " +
                  grouped(answer->size()) + " bytes";
    row.reference = "ceiling";
    row.what = *whole;
    tell(row);

    load.port = port;
    load.connections = 1;
    load.first_byte = true;
    const auto first = compare(plan, http_round(plan, load, ask),
                               http_round(plan, load, read_team(**c, (*c)->small)));
    if (!first) return tl::unexpected(first.error());
    row.variant = grouped(many) + " members, 1 connection; p50 and p99 to the first byte";
    row.reference = "10 members";
    row.what = *first;
    row.peak_resident_bytes = 0;
    tell(row);
    return {};
}

} // namespace rollcall::bench
