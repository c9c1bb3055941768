#include "gateway/teams.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/list_job.hpp"
#include "gateway/packed_answer.hpp"
#include "gateway/patience.hpp"
#include "gateway/preconditions.hpp"
#include "gateway/replies.hpp"
#include "gateway/team_stream.hpp"
#include "gateway/user_render.hpp"

namespace rollcall::gateway {
namespace {

using projections::team_state;

/// Members and teams that are read on the I/O thread; with more, workers do it.
constexpr std::uint64_t inline_rows_max = 64;

/// About what a member weighs in an answer.
constexpr std::size_t member_bytes = 256;

constexpr std::string_view memory_full =
    "Too many lists wait for clients to read them. Read the answers, or ask for smaller pages.";

void add_team_headers(call& c, const team_state& team, std::string_view base_url) {
    scim::computed facts;
    const std::string id = team.id.text();
    facts.id = id;
    facts.base_url = base_url;
    c.reply().add_header("ETag", scim::etag(team.core.version.value));
    c.reply().add_header("Location", scim::location(scim::group_type(), facts));
}

void send_in_pieces(call& c, const std::shared_ptr<team_stream>& stream) {
    if (packed_from(c) != SIZE_MAX) {
        stream->pack();
        c.reply().content_encoding = http::gzip_coding;
    }
    c.reply().stream(stream);
}

} // namespace

teams::teams(const scim_services& with)
    : with_(with),
      lister_(with.directory, with.bounds),
      lists_in_memory_(with.bounds.answer_bytes_total_max, with.bounds.answer_bytes_tenant_max) {}

void teams::get(call& c) {
    const auto id = id_of(c.argument("id"));
    auto team =
        id ? with_.directory.team(c.facts.holder->tenant.number, *id) : std::optional<team_state>();
    if (!team) return refuse_unknown(c);
    const std::string_view known = c.asked().header("If-None-Match");
    if (!known.empty() && none_match_hits(known, team->core.version.value)) {
        c.reply().empty(304);
        c.reply().add_header("ETag", scim::etag(team->core.version.value));
        return;
    }
    const auto shown = selection_of(scim::group_type(), c.asked());
    if (!shown) return refuse_as_scim(c.reply(), shown.error());
    std::string base;
    if (!set_base(with_, c, base)) return;
    reply_with_team(c, 200, std::move(*team), base, *shown);
}

void teams::reply_with_team(call& c, unsigned status, team_state team, const std::string& base_url,
                            const scim::selection& shown) const {
    std::vector<team_state> one{team};
    const bool small = rows_to_read(one, shown) <= inline_rows_max;
    const auto stream = std::make_shared<team_stream>(
        with_, c.facts.holder->tenant.number, std::move(one), shown, base_url, std::nullopt);
    if (!stream->begin()) return refuse_unknown(c);
    c.reply().empty(status);
    c.reply().content_type = answer_media_type(c.asked());
    add_team_headers(c, team, base_url);
    if (small) {
        stream->append_all(c.reply().body);
    } else {
        send_in_pieces(c, stream);
    }
}

void teams::reply_with_page(call& c, found_teams found, const resource_query& asked) {
    const std::uint64_t rows = rows_to_read(found.page, asked.shown);
    const bool small = rows <= inline_rows_max;
    // Of a large page only the attributes and one piece are held.
    const std::size_t held = found.bytes + (small ? rows : 0) * member_bytes + 1;
    const auto room = lists_in_memory_.take(asked.tenant, held);
    if (!room) return refuse_list(c, memory_full);
    const auto stream = std::make_shared<team_stream>(
        with_, asked.tenant, std::move(found.page), asked.shown, asked.base_url,
        list_frame{found.total, asked.page.start_index}, room);
    c.reply().empty(200);
    c.reply().content_type = answer_media_type(c.asked());
    if (!small) return send_in_pieces(c, stream);
    c.reply().keep_until_sent(room);
    try {
        stream->append_all(c.reply().body);
    } catch (const team_gone&) {
        c.reply().body.clear();
        refuse_list(c, "A group of this page was deleted while the page was made.");
    }
}

/// A list on its way through the workers: found there, answered on the connection's thread.
struct teams::list_work {
    teams& owner;
    later duty;
    resource_query asked;

    void operator()(job_turn turn, const std::atomic<bool>& stop) {
        const auto refuse = [this](std::string_view why) {
            std::move(duty).answer([why](call& again) { refuse_list(again, why); });
        };
        if (turn == job_turn::late) return refuse("The server is busy with other lists.");
        if (owner.lists_in_memory_.used_up(asked.tenant)) return refuse(memory_full);
        scim::result<found_teams> found;
        try {
            const auto no_use = [&] { return stop || !duty.wanted(); };
            found = turn == job_turn::run ? owner.lister_.find(asked, no_use) : list_unfinished();
        } catch (const std::exception& why) {
            std::move(duty).answer(
                [text = std::string(why.what())](call& again) { again.fail(text); });
            return;
        }
        std::move(duty).answer([&owner = owner, asked = std::move(asked),
                                found = std::move(found)](call& again) mutable {
            if (!found) return refuse_unfinished(again, found.error());
            owner.reply_with_page(again, std::move(*found), asked);
        });
    }

    [[nodiscard]] bool wanted() const { return duty.wanted(); }
};

void teams::answer_list(call& c, query_place where) {
    auto asked = read_query(with_, c, scim::group_type(), where);
    if (!asked) return;
    if (auto found = lister_.find_quickly(*asked)) {
        return reply_with_page(c, std::move(*found), *asked);
    }
    job_terms terms;
    terms.tenant = asked->tenant;
    terms.weight =
        asked->plan.how == query_plan::kind::page ? job_weight::light : job_weight::heavy;
    terms.until = c.facts.began + with_.bounds.list_wait_max;
    list_work todo{*this, c.put_off(), std::move(*asked)};
    const auto verdict = with_.lists.post(todo, terms);
    if (verdict == worker_pool::verdict::taken) return;
    const bool his = verdict == worker_pool::verdict::tenant_full;
    std::move(todo.duty).answer([his](call& again) { refuse_full_queue(again, his); });
}

} // namespace rollcall::gateway
