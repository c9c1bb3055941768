#include "gateway/list_job.hpp"

#include "gateway/packed_answer.hpp"
#include "gateway/patience.hpp"
#include "gateway/replies.hpp"

#include <exception>
#include <memory>
#include <string>
#include <utility>

namespace rollcall::gateway {
namespace {

constexpr std::string_view memory_full =
    "Too many lists wait for clients to read them. Read the answers, or ask for smaller pages.";

} // namespace

void refuse_list(call& c, std::string_view why) {
    c.refuse(429, std::string(why) + " Try again in a moment.");
    c.reply().add_header("Retry-After", std::to_string(retry_after_full.count()));
}

void refuse_unfinished(call& c, const scim::error& why) {
    refuse_as_scim(c.reply(), why);
    if (why.status != 503) return;
    c.reply().add_header("Retry-After", std::to_string(retry_after_unknown.count()));
}

void refuse_full_queue(call& c, bool his) {
    refuse_list(c,
                his ? "Too many lists of this tenant are waiting." : "Too many lists are waiting.");
}

void list_job::operator()(job_turn turn, const std::atomic<bool>& stop) {
    const auto refuse = [this](std::string_view why) {
        std::move(duty).answer([why](call& again) { refuse_list(again, why); });
    };
    if (turn == job_turn::late) return refuse("The server is busy with other lists.");
    if (memory.used_up(asked.tenant)) return refuse(memory_full);

    std::string body;
    scim::result<void> done;
    try {
        const auto no_use = [&] { return stop || !duty.wanted(); };
        done = turn == job_turn::run ? lister.run(asked, no_use, body) : list_unfinished();
    } catch (const std::exception& why) {
        std::move(duty).answer([text = std::string(why.what())](call& again) { again.fail(text); });
        return;
    }
    if (!done) {
        std::move(duty).answer(
            [why = std::move(done.error())](call& again) { refuse_unfinished(again, why); });
        return;
    }
    const bool packed = body.size() >= packed_from;
    if (packed) pack(body);
    auto room = memory.take(asked.tenant, body.size());
    if (!room) return refuse(memory_full);
    std::move(duty).answer(
        [room = std::move(room), body = std::move(body), packed](call& again) mutable {
            again.reply().empty(200);
            if (packed) again.reply().content_encoding = http::gzip_coding;
            again.reply().body.swap(body);
            again.reply().content_type = answer_media_type(again.asked());
            again.reply().keep_until_sent(std::move(room));
        });
}

} // namespace rollcall::gateway
