#include "gateway/user_list.hpp"

#include "gateway/patience.hpp"
#include "gateway/scim/match.hpp"
#include "gateway/scim/render.hpp"
#include "gateway/scim/resource.hpp"
#include "gateway/scim/user_name.hpp"
#include "gateway/user_groups.hpp"
#include "gateway/user_render.hpp"

#include <algorithm>
#include <chrono>

namespace rollcall::gateway {
namespace {

using projections::subject_id;
using projections::user_view;

[[noreturn]] void damaged(const subject_id& id) {
    throw eventlog::storage_failure("the stored attributes of user " + id.text() +
                                    " cannot be read");
}

bool satisfies(const scim::filter& filter, const shown_user& user, std::string_view base_url,
               const subject_id& id) {
    const auto resource = scim::resource::from_document(scim::user_type(), user.document);
    if (!resource) damaged(id);
    return scim::matches(filter, *resource, computed_of(user, base_url));
}

/// True if an exact look-up still holds for the row that was read after it.
bool still_holds(const scim::exact_lookup& by, const user_view& user) {
    if (by.field != scim::lookup_field::user_name) return true; // ids never change
    const auto key = scim::user_name_key(user.user_name);
    return key && *key == by.key;
}

} // namespace

/// Counts hits and keeps those of the page, rendered one after another.
class user_list::page_builder {
  public:
    page_builder(const projections::directory& directory, const resource_query& asked,
                 std::size_t bytes_max, user_groups::users whose)
        : asked_(asked),
          bytes_max_(bytes_max),
          groups_(directory, asked.tenant, asked.base_url,
                  !asked.groups_are_empty &&
                      (asked.plan.asks_for_groups || shows_groups(asked.shown)),
                  whose) {}

    /// One more user to look at.
    void offer(const user_view& user) {
        const std::string id = user.id.text();
        shown_user shown{id, user.core, user.document, {}};
        if (asked_.plan.asks_for_groups) shown.groups = groups_.of(user.id);
        const query_plan& plan = asked_.plan;
        const bool hit = plan.exact ? still_holds(plan.by, user)
                                    : satisfies(*plan.filter, shown, asked_.base_url, user.id);
        if (!hit) return;
        ++total_;
        if (total_ >= asked_.page.start_index) keep(user, shown);
    }

    /// The next user of the page, unless it is full.
    void keep(const user_view& user, shown_user shown) {
        if (full()) return;
        if (!asked_.plan.asks_for_groups) shown.groups = groups_.of(user.id);
        const std::size_t before = items_.size();
        if (!append_user(items_, shown, asked_.base_url, asked_.shown)) damaged(user.id);
        if (items_.size() > bytes_max_ && !ends_.empty()) {
            items_.resize(before);
            ended_ = true; // a page has no gaps: whoever comes behind him is not on it either
        } else {
            ends_.push_back(items_.size());
        }
    }

    [[nodiscard]] std::size_t kept() const { return ends_.size(); }

    [[nodiscard]] bool full() const { return ended_ || ends_.size() >= asked_.page.count; }

    void write(std::string& out, std::uint64_t total) const {
        constexpr std::size_t around = 256;
        out.reserve(out.size() + items_.size() + ends_.size() + around);
        scim::list_writer list(out, total, asked_.page.start_index, ends_.size());
        std::size_t begin = 0;
        for (const std::size_t end : ends_) {
            list.next();
            out.append(items_, begin, end - begin);
            begin = end;
        }
        list.close();
    }

    void write(std::string& out) const { write(out, total_); }

  private:
    const resource_query& asked_;
    const std::size_t bytes_max_;
    user_groups groups_;
    std::uint64_t total_ = 0;
    std::string items_;
    std::vector<std::size_t> ends_;
    bool ended_ = false;
};

bool user_list::run_inline(const resource_query& asked, std::string& out) const {
    static thread_local std::string row;

    const query_plan& plan = asked.plan;
    page_builder page(directory_, asked, bounds_.page_bytes_max, user_groups::users::few);
    if (plan.how == query_plan::kind::look_up) {
        if (plan.comparisons > bounds_.inline_comparisons_max) return false;
        const auto found = candidates(asked, bounds_.inline_candidates_max + 1);
        if (found.size() > bounds_.inline_candidates_max) return false;
        std::size_t bytes = 0;
        for (const subject_id& id : found) {
            user_view user;
            if (!directory_.user(asked.tenant, id, row, user)) continue;
            bytes += user.document.size();
            if (bytes > bounds_.inline_bytes_max) return false;
            page.offer(user);
        }
    } else if (plan.how != query_plan::kind::nothing) {
        return false;
    }
    page.write(out);
    return true;
}

scim::result<void> user_list::run(const resource_query& asked, const std::function<bool()>& stop,
                                  std::string& out) const {
    if (asked.plan.how == query_plan::kind::page) {
        list(asked, out);
        return {};
    }
    page_builder page(directory_, asked, bounds_.page_bytes_max, user_groups::users::many);
    patience left(bounds_, stop);
    scim::result<void> done;
    if (asked.plan.how == query_plan::kind::look_up) done = look_up(asked, left, page);
    if (asked.plan.how == query_plan::kind::scan) done = scan(asked, left, page);
    if (done) page.write(out);
    return done;
}

std::vector<subject_id> user_list::candidates(const resource_query& asked, std::size_t most) const {
    using lookup = projections::directory::lookup;
    const scim::exact_lookup& by = asked.plan.by;
    switch (by.field) {
    case scim::lookup_field::id: {
        const auto id = subject_id::parse(by.key);
        if (!id || id->text() != by.key) return {};
        return {*id};
    }
    case scim::lookup_field::user_name:
        return directory_.find(asked.tenant, lookup::user_name, by.key, most);
    case scim::lookup_field::external_id:
        return directory_.find(asked.tenant, lookup::external_id, by.key, most);
    case scim::lookup_field::email:
        return directory_.find(asked.tenant, lookup::email, by.key, most);
    case scim::lookup_field::team_name:
    case scim::lookup_field::member: break; // of teams only
    }
    return {};
}

scim::result<void> user_list::look_up(const resource_query& asked, patience& left,
                                      page_builder& page) const {
    const auto most = static_cast<std::size_t>(bounds_.examined_users_max);
    const auto found = candidates(asked, most + 1);
    if (found.size() > most) {
        return scim::refuse(scim::scim_type::too_many,
                            "More than " + std::to_string(most) +
                                " users have this value. Add a condition on userName or id.");
    }
    std::string row;
    for (const subject_id& id : found) {
        if (!left.one_more()) break;
        user_view user;
        if (directory_.user(asked.tenant, id, row, user)) page.offer(user);
    }
    return left.outcome("Too many users have this value to look at them all in time. Add a "
                        "condition on userName or id.");
}

scim::result<void> user_list::scan(const resource_query& asked, patience& left,
                                   page_builder& page) const {
    directory_.list(asked.tenant, 0, [&](const user_view& user) {
        if (!left.one_more()) return false;
        page.offer(user);
        return true;
    });
    return left.outcome("This filter has no index to use, and the tenant has too many users to "
                        "look at all of them. Add an eq condition on userName, externalId, "
                        "emails.value or id, joined with and.");
}

void user_list::list(const resource_query& asked, std::string& out) const {
    page_builder page(directory_, asked, bounds_.page_bytes_max, user_groups::users::many);
    // Before the walk: users made meanwhile may then show up, and the total is raised to them.
    std::uint64_t total = directory_.counters(asked.tenant).users;
    const std::uint64_t first = asked.page.start_index - 1;
    bool at_end = false;
    if (asked.page.count > 0 && first < total) {
        at_end = true;
        directory_.list(asked.tenant, first, [&](const user_view& user) {
            const std::size_t before = page.kept();
            const std::string id = user.id.text();
            page.keep(user, {id, user.core, user.document, {}});
            at_end = page.kept() > before; // he is there, but not on this page
            return at_end;
        });
    }
    const std::uint64_t seen = first + page.kept();
    if (page.kept() > 0) {
        total = at_end ? seen : std::max(total, seen + 1);
    } else if (at_end) {
        total = std::min(first, directory_.counters(asked.tenant).users);
    }
    page.write(out, total);
}

} // namespace rollcall::gateway
