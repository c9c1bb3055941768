// Endpoints of long jobs, and of what there is to be examined.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/admins_left.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/gates_left.hpp"
#include "gateway/admin/parts.hpp"
#include "gateway/admin/proof.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;

void answer_started(call& c, const result<std::string>& id) {
    if (!id) return answer(c, id.error());
    said s{202, {}};
    base::json_writer json(s.json);
    json.begin_object().member("job", *id).end_object();
    answer(c, s);
}

void verify(parts& p, call& c) {
    const auto b = body::read(c.asked(), {"topic"});
    if (!b) return answer(c, b.error());
    const auto topic = b->flag("topic");
    if (!topic) return answer(c, topic.error());
    answer_started(c, p.work.start("verify", true,
                                   [&p, topic = topic->value_or(false)](job_progress& progress) {
                                       if (topic) return p.with.prove_topic(progress);
                                       return prove_log(p.with.store, &p.with.writer, progress);
                                   }));
}

void rebuild(parts& p, call& c) {
    const auto b = body::read(c.asked(), {"verify"});
    if (!b) return answer(c, b.error());
    const auto verify_only = b->flag("verify");
    if (!verify_only) return answer(c, verify_only.error());
    answer_started(c,
                   p.work.start("rebuild", true,
                                [&p, only = verify_only->value_or(false)](job_progress& progress) {
                                    return rebuild_all(p.with.store, p.with.keys, &p.with.writer,
                                                       &p.with.directory, only, progress);
                                }));
}

/// The server writes where it is told, so only the operator of this machine may tell it, and in
/// words that mean the same wherever the server was started.
result<std::filesystem::path> folder_of(std::string_view name, const std::string& text) {
    if (text.starts_with('/') && text.find('\0') == std::string::npos) return text;
    return refuse(400, "bad_value", std::string(name) + " must be an absolute path");
}

void backup(parts& p, call& c) {
    const auto b = body::read(c.asked(), {"to", "keys_to"});
    if (!b) return answer(c, b.error());
    const auto to = b->required_text("to", "the directory of the backup");
    if (!to) return answer(c, to.error());
    const auto keys_to = b->text("keys_to");
    if (!keys_to) return answer(c, keys_to.error());
    backup_order order;
    const auto log_folder = folder_of("to", *to);
    if (!log_folder) return answer(c, log_folder.error());
    order.to = *log_folder;
    if (*keys_to) {
        const auto keys_folder = folder_of("keys_to", **keys_to);
        if (!keys_folder) return answer(c, keys_folder.error());
        order.keys_to = *keys_folder;
    }
    answer_started(c, p.work.start("backup", true, [&p, order](job_progress& progress) {
        return p.with.back_up(order, progress);
    }));
}

void answer_job(parts& p, call& c, const std::string& id) {
    const auto job = p.work.describe(id, bound_to(c));
    if (job) return answer(c, said{200, *job});
    answer(c, problem{404,
                      "not_found",
                      "there is no job '" + id + "': it was long ago, or the server was restarted",
                      {},
                      0});
}

void job(parts& p, call& c) {
    const std::string id(c.argument("job"));
    const auto until = wait_of(p, c);
    if (!until) return answer(c, until.error());
    if (*until == c.facts.began || !p.work.describe(id, bound_to(c))) return answer_job(p, c, id);
    const auto place = p.waits.wait(
        c, *until,
        [&p, id](call& again) {
            if (let_in(p, again, gateway::permission::operate)) answer_job(p, again, id);
        },
        waiter_of(c));
    if (!place) return answer_job(p, c, id);
    p.waits.keep(*place, p.work.when_finished(id, [&p, at = *place] { p.waits.wake(at); }));
}

result<said> doctor(parts& p, call&) {
    auto all = p.with.examine();
    for (finding& one : look_at_gates(p.with.directory, *p.with.profiles.book(), base::now()))
        all.push_back(std::move(one));
    for (finding& one : look_at_admins(p.with.directory, base::now()))
        all.push_back(std::move(one));
    return said{200, findings_json(all)};
}

} // namespace

std::vector<gateway::route> job_routes(parts& p) {
    using http::method;
    return {
        doing(p, method::post, "/verify", "admin_verify", verify),
        doing(p, method::post, "/rebuild", "admin_rebuild", rebuild),
        doing(p, method::post, "/backups", "admin_backup", backup),
        doing(p, method::get, "/jobs/{job}", "admin_get_job", job),
        reading(p, method::get, "/doctor", "admin_doctor", doctor),
    };
}

} // namespace rollcall::admin
