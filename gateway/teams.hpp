// The handlers of /Groups: SCIM's groups are our teams. As with users, what is small is answered at
// once; lists, and whatever has many members, is made by the workers and sent in pieces.
#pragma once

#include "gateway/answer_budget.hpp"
#include "gateway/resource_query.hpp"
#include "gateway/scim_services.hpp"
#include "gateway/scim_write.hpp"
#include "gateway/team_list.hpp"
#include "gateway/team_wishes.hpp"

namespace rollcall::gateway {

class teams {
  public:
    explicit teams(const scim_services& with);

    void get(call& c);

    void list(call& c) { answer_list(c, query_place::url); }

    /// POST /Groups/.search.
    void search(call& c) { answer_list(c, query_place::body); }

    void create(call& c);

    void replace(call& c) { change(c, change_kind::replace); }

    void patch(call& c) { change(c, change_kind::patch); }

    void remove(call& c);

  private:
    void change(call& c, change_kind kind);
    void answer_list(call& c, query_place where);
    void reply_with_page(call& c, found_teams found, const resource_query& asked);
    void reply_with_team(call& c, unsigned status, projections::team_state team,
                         const std::string& base_url, const scim::selection& shown) const;
    [[nodiscard]] answer_writer answer(change_kind kind) const;

    scim_services with_;
    team_list lister_;
    answer_budget lists_in_memory_;
};

} // namespace rollcall::gateway
