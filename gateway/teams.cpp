#include "gateway/teams.hpp"

#include "gateway/key_holder.hpp"
#include "gateway/list_job.hpp"
#include "gateway/packed_answer.hpp"
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

void add_team_headers(call& c, const team_state& team, std::string_view base_url) {
    const std::string id = team.id.text();
    const scim::computed facts = computed_of(team, id, base_url);
    c.reply().add_header("ETag", scim::etag(facts.version));
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
    const bool none = c.facts.holder->product.groups_are_empty();
    auto team = id && !none ? with_.directory.team(c.facts.holder->tenant.number, *id)
                            : std::optional<team_state>();
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
    if (!stream->begin_team()) return refuse_unknown(c);
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
    if (!room) return refuse_full_memory(c);
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

void teams::answer_list(call& c, query_place where) {
    auto asked = read_query(with_, c, scim::group_type(), where);
    if (!asked) return;
    if (c.facts.holder->product.groups_are_empty()) return reply_with_page(c, {}, *asked);
    if (auto found = lister_.find_quickly(*asked)) {
        return reply_with_page(c, std::move(*found), *asked);
    }
    answer_by_worker(with_, lists_in_memory_, c, std::move(*asked),
                     [this](resource_query& all, const auto& stop) {
                         return lister_.find(all, stop).map([&](found_teams found) -> list_answer {
                             return [this, all = std::move(all),
                                     found = std::move(found)](call& again) mutable {
                                 reply_with_page(again, std::move(found), all);
                             };
                         });
                     });
}

} // namespace rollcall::gateway
