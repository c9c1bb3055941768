// Teams on their way out, one after another, each with its members: made piece by piece, so that a
// team of any size costs one piece of memory. A single team, or a ListResponse.
//
// Pieces are made by the list workers, since each reads hundreds of rows; if they have no room for
// it, on the connection's thread: what has begun is finished.
#pragma once

#include "gateway/http/body_source.hpp"
#include "gateway/http/gzip_packer.hpp"
#include "gateway/scim/group_render.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/scim_services.hpp"

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace rollcall::gateway {

/// A piece ends behind the member who passes it.
inline constexpr std::size_t team_piece_bytes_max = std::size_t{64} * 1024;

/// What stands around the teams of a list.
struct list_frame {
    std::uint64_t total = 0;
    std::uint64_t start_index = 1;
};

/// A team that was to be shown with its members is gone meanwhile: nothing true can be said of it.
class team_gone : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

class team_stream final : public http::body_source,
                          public std::enable_shared_from_this<team_stream> {
  public:
    /// `kept` is let go when all is sent: for who counts the memory of `teams`.
    team_stream(const scim_services& with, projections::tenant_no tenant,
                std::vector<projections::team_state> teams, scim::selection shown,
                std::string base_url, std::optional<list_frame> frame,
                std::shared_ptr<const void> kept = nullptr);

    void next(http::pending_answer to) noexcept override;

    /// What next() makes is packed with gzip from now on. To be said before the first piece.
    void pack() { packer_.emplace(); }

    /// Begins with the next team: false if it is gone. Nobody need call it but who has to know that
    /// of the first.
    bool begin_team();

    /// Appends the next piece; false when that was the last. Throws eventlog::storage_failure,
    /// team_gone.
    bool append_piece(std::string& out);

    /// Appends all of it: for what is known to be small.
    void append_all(std::string& out);

  private:
    struct job;

    void produce(http::pending_answer to) noexcept;

    [[nodiscard]] const projections::team_state& team() const { return teams_[at_]; }

    scim_services with_;
    projections::tenant_no tenant_;
    std::vector<projections::team_state> teams_;
    scim::selection shown_;
    std::string base_url_;
    std::shared_ptr<const void> kept_;

    std::optional<http::gzip_packer> packer_;
    std::string piece_;
    std::optional<scim::list_writer> list_;
    std::size_t at_ = 0;
    std::string id_; ///< of the team at at_, as text
    scim::computed facts_;
    std::optional<scim::group_writer> writer_;
    std::unique_ptr<projections::member_walk> members_;
    bool ended_ = false;
};

/// True unless the members of groups are not to be shown.
bool shows_members(const scim::selection& shown);

/// How much is read to answer with these teams: members, if they are shown, and one for each team.
std::uint64_t rows_to_read(const std::vector<projections::team_state>& teams,
                           const scim::selection& shown);

} // namespace rollcall::gateway
