#include "gateway/team_stream.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/team_list.hpp"

#include <utility>

namespace rollcall::gateway {

/// One piece on its way through the worker pool.
struct team_stream::job {
    std::shared_ptr<team_stream> stream;
    http::pending_answer to;

    /// Whatever the turn: what has begun is finished, also while the server stops.
    void operator()(job_turn, const std::atomic<bool>&) { stream->produce(std::move(to)); }

    [[nodiscard]] bool wanted() const { return to.wanted(); }
};

team_stream::team_stream(const scim_services& with, projections::tenant_no tenant,
                         std::vector<projections::team_state> teams, scim::selection shown,
                         std::string base_url, std::optional<list_frame> frame,
                         std::shared_ptr<const void> kept)
    : with_(with),
      tenant_(tenant),
      teams_(std::move(teams)),
      shown_(std::move(shown)),
      base_url_(std::move(base_url)),
      kept_(std::move(kept)) {
    if (frame) list_.emplace(piece_, frame->total, frame->start_index, teams_.size());
}

void team_stream::next(http::pending_answer to) noexcept {
    job work{shared_from_this(), std::move(to)};
    job_terms terms;
    terms.tenant = tenant_;
    terms.until = std::chrono::steady_clock::now() + with_.bounds.list_wait_max;
    if (with_.lists.post(work, terms) == worker_pool::verdict::taken) return;
    produce(std::move(work.to));
}

void team_stream::produce(http::pending_answer to) noexcept {
    std::string bytes;
    bool more = false;
    try {
        more = append_piece(bytes);
        if (packer_) {
            std::string packed;
            packer_->append(packed, bytes, !more);
            bytes.swap(packed);
        }
    } catch (const std::exception& failure) {
        base::log_error("The members of a team cannot be read to their end.",
                        {{"team", at_ < teams_.size() ? team().id.text() : ""},
                         {"reason", std::string_view(failure.what())}});
        std::move(to).complete([](http::exchange& x) { x.answer().break_off(); });
        return;
    }
    std::move(to).complete([more, bytes = std::move(bytes)](http::exchange& x) mutable {
        x.answer().body.swap(bytes);
        if (more) x.answer().more_follows();
    });
}

bool team_stream::append_piece(std::string& out) {
    while (!ended_ && piece_.size() < team_piece_bytes_max) {
        projections::subject_id member;
        if (!writer_ && at_ < teams_.size()) {
            if (!begin_team()) throw team_gone("team " + id_ + " was deleted meanwhile");
        } else if (!writer_) {
            if (list_) list_->close();
            ended_ = true;
        } else if (members_ && members_->next(member)) {
            writer_->member(member.text());
        } else {
            writer_->close();
            writer_.reset();
            members_.reset();
            ++at_;
        }
    }
    // A slow client must not hold a view of the rows, or nothing could be cleaned away.
    if (members_) members_->let_go();
    out += piece_;
    piece_.clear();
    return !ended_;
}

void team_stream::append_all(std::string& out) {
    while (append_piece(out)) {}
}

bool team_stream::begin_team() {
    id_ = team().id.text();
    if (shows_members(shown_)) {
        // The team and its members from one view, or a deleted team would be shown as an empty one.
        members_ = with_.directory.members(tenant_, team().id);
        if (!members_->team()) return false;
        teams_[at_] = *members_->team();
    }
    if (list_) list_->next();
    facts_ = computed_of(team(), id_, base_url_);
    writer_.emplace(piece_, team().content.document, facts_, shown_);
    if (const auto opened = writer_->open(); !opened) {
        throw eventlog::storage_failure("the stored attributes of team " + id_ + " cannot be read");
    }
    return true;
}

bool shows_members(const scim::selection& shown) {
    std::string nothing;
    return scim::group_writer(nothing, {}, {}, shown).shows_members();
}

std::uint64_t rows_to_read(const std::vector<projections::team_state>& teams,
                           const scim::selection& shown) {
    std::uint64_t rows = teams.size();
    if (!shows_members(shown)) return rows;
    for (const projections::team_state& team : teams)
        rows += team.core.members;
    return rows;
}

} // namespace rollcall::gateway
