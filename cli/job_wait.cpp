#include "cli/job_wait.hpp"

#include "cli/json_view.hpp"
#include "cli/progress.hpp"

#include <chrono>
#include <future>

namespace rollcall::cli {
namespace {

/// How often the line moves while work of this process goes on.
constexpr std::chrono::milliseconds redraw_every{100};

std::error_code job_failed() {
    return std::make_error_code(std::errc::operation_canceled);
}

} // namespace

base::result<std::string> wait_for_job(const context& c, operator_client& server,
                                       const std::string& id) {
    return wait_for_job_at(c, server, "/jobs/" + escaped(id), "events");
}

base::result<std::string> wait_for_job_at(const context& c, operator_client& server,
                                          const std::string& target, std::string_view unit) {
    std::optional<progress> bar;
    for (;;) {
        // The server answers as soon as the job has ended, else after a second.
        const auto answer = server.ask("GET", target + "?wait=1");
        if (!answer) return tl::unexpected(answer.error());
        const json_view job(*answer);
        const std::string state = job->text("state");
        if (state == "done") return job->json("result");
        if (state == "failed") return base::fail(job_failed(), job->text("detail"));
        if (!bar) bar.emplace(c.to, job->text("kind"), unit);
        bar->show(job->number("done"), job->number("total"));
    }
}

base::result<std::string> run_here(const context& c, std::string_view title,
                                   const admin::jobs::work& work) {
    admin::job_progress how_far;
    progress bar(c.to, title);
    auto result = std::async(std::launch::async, [&] { return work(how_far); });
    while (result.wait_for(redraw_every) != std::future_status::ready)
        bar.show(how_far.done, how_far.total);
    auto said = result.get();
    if (!said) return base::fail(job_failed(), said.error().detail);
    return std::move(*said);
}

} // namespace rollcall::cli
