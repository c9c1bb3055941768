// Endpoints of imports: a CSV file becomes a job; the job tells how far it is and what became of
// each row.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/aside.hpp"
#include "gateway/admin/media_type.hpp"
#include "gateway/admin/parts.hpp"

#include <charconv>

namespace rollcall::admin {
namespace {

using gateway::call;

/// The file and the work on it, which reads from it.
struct import_work {
    std::string file;
    std::optional<people_import> todo;
};

struct choices {
    bool dry_run = false;
    bool pass_over_unknown = false;
};

result<choices> read_choices(call& c) {
    if (const auto ok = only_parameters(c, {"dry_run", "unknown_columns"}); !ok) {
        return tl::unexpected(ok.error());
    }
    choices out;
    if (const auto word = c.asked().query().first("dry_run")) {
        if (*word != "true" && *word != "false") {
            return refuse(400, "bad_value", "dry_run must be true or false");
        }
        out.dry_run = *word == "true";
    }
    if (const auto word = c.asked().query().first("unknown_columns")) {
        if (*word != "ignore" && *word != "refuse") {
            return refuse(400, "bad_value", "unknown_columns must be ignore or refuse");
        }
        out.pass_over_unknown = *word == "ignore";
    }
    return out;
}

/// Looks through the file and begins the work on it.
result<said> begin(parts& p, const std::shared_ptr<import_work>& work, people_import::order order,
                   bool pass_over_unknown) {
    auto people = csv_people::open(work->file, pass_over_unknown);
    if (!people) return tl::unexpected(people.error());
    const std::uint64_t rows = people->count_rows();
    if (rows > p.limits.imports.rows_max) {
        return refuse(413, "too_many_rows",
                      "the file has " + std::to_string(rows) + " rows; at most " +
                          std::to_string(p.limits.imports.rows_max) +
                          " are imported at once: split it");
    }
    const projections::tenant_no tenant = order.tenant.number;
    const std::string slug = order.tenant.slug;
    auto place = (order.dry_run ? p.rehearsing : p.importing).take(tenant);
    if (!place) return tl::unexpected(place.error());
    work->todo.emplace(p.with.directory, p.with.desk, p.limits.imports, std::move(order),
                       std::move(*people));
    const auto job = p.work.start(
        "import", false,
        [work, place = std::move(*place)](job_progress& progress) mutable {
            auto outcome = work->todo->run(progress);
            work->todo.reset();
            std::string().swap(work->file);
            place.reset();
            return outcome;
        },
        tenant);
    if (!job) return tl::unexpected(job.error());
    said s{202, {}};
    base::json_writer json(s.json);
    json.begin_object();
    json.member("tenant", slug).member("job", *job).member("rows", rows);
    json.end_object();
    return s;
}

void start(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (t->deleted) {
        return answer(c,
                      problem{410, "tenant_deleted", "Tenant " + t->slug + " was deleted.", {}, 0});
    }
    const auto how = read_choices(c);
    if (!how) return answer(c, how.error());
    if (!is_text_of(c.asked().header("Content-Type"), "text/csv")) {
        return answer(
            c,
            problem{
                415, "unsupported_media_type", "send the file with Content-Type text/csv", {}, 0});
    }
    const auto rules = [&p, tenant = t->number]() -> result<row_rules> {
        const auto now = p.with.directory.tenant(tenant);
        if (!now) return row_rules{};
        auto approvals = approvals_of(p, *now);
        if (!approvals) return tl::unexpected(approvals.error());
        return row_rules{shown_by(p, *now), std::move(*approvals)};
    };
    if (const auto known = rules(); !known) return answer(c, known.error());
    const auto work = std::make_shared<import_work>();
    work->file = c.asked().body();
    people_import::order order{*t,
                               c.facts.by,
                               role_of(c),
                               token_of(c),
                               std::string(c.asked().request_id()),
                               c.asked().trace(),
                               how->dry_run,
                               rules};
    aside(p, c, gateway::job_weight::heavy,
          [&p, work, order = std::move(order), pass = how->pass_over_unknown] {
              return begin(p, work, order, pass);
          });
}

void answer_import(parts& p, call& c, const projections::tenant_state& t, const std::string& id) {
    const bool his = p.work.is_of(id, t.number);
    if (const auto job = his ? p.work.describe(id) : std::nullopt) {
        return answer(c, said{200, *job});
    }
    answer(c, problem{404,
                      "not_found",
                      t.slug + " has no import '" + id +
                          "': it was long ago, or the server was restarted",
                      {},
                      0});
}

void look(parts& p, call& c) {
    const auto t = tenant_of(p, c);
    if (!t) return answer(c, t.error());
    if (const auto ok = only_parameters(c, {"wait"}); !ok) return answer(c, ok.error());
    const std::string id(c.argument("job"));
    const auto until = wait_of(p, c);
    if (!until) return answer(c, until.error());
    const auto say = [&p, t = *t, id](call& again) { answer_import(p, again, t, id); };
    if (*until == c.facts.began || !p.work.is_of(id, t->number)) return say(c);
    const auto place = p.waits.wait(
        c, *until,
        [&p, say](call& again) {
            if (let_in(p, again, gateway::permission::operate)) say(again);
        },
        waiter_of(c));
    if (!place) return say(c);
    p.waits.keep(*place, p.work.when_finished(id, [&p, at = *place] { p.waits.wake(at); }));
}

/// A body up to this size is like any other.
constexpr std::size_t small_upload_max = std::size_t{1024} * 1024;

bool may_be_large(const http::request& asked) {
    const std::string_view text = asked.header("Content-Length");
    std::size_t bytes = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    return text.empty() || error != std::errc{} || bytes > small_upload_max;
}

constexpr std::string_view import_name = "admin_import_users";

} // namespace

bool let_upload(parts& p, call& c) {
    const gateway::route* where = c.facts.match.where;
    // The operator's socket has input memory of its own.
    if (where == nullptr || where->name != import_name || is_local(c) || !may_be_large(c.asked())) {
        return true;
    }
    const auto t = tenant_of(p, c);
    auto place = t ? p.uploading.take(t->number) : tl::unexpected(t.error());
    if (place) {
        c.reply().keep_until_sent(std::move(*place));
        c.charge_body_to(nullptr); // its place bounds it, and no share holds such a file
    } else {
        answer(c, place.error());
    }
    return place.has_value();
}

std::vector<gateway::route> import_routes(parts& p) {
    using http::method;
    auto take = doing(p, method::post, "/tenants/{tenant}/imports", import_name, start);
    take.body = http::body_allowance{p.limits.imports.bytes_max, p.limits.imports.upload_time_max};
    return {
        std::move(take),
        doing(p, method::get, "/tenants/{tenant}/imports/{job}", "admin_get_import", look),
    };
}

} // namespace rollcall::admin
