#include "gateway/admin/people_import.hpp"

#include "eventlog/base/json_writer.hpp"
#include "eventlog/base/sha256.hpp"
#include "gateway/user_wishes.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace rollcall::admin {
namespace {

using projections::refusal_code;

/// How long a full queue is given before its door is knocked at again.
constexpr std::chrono::milliseconds queue_pause{20};

void write_fault(base::json_writer& json, const row_fault& fault) {
    json.begin_object().member("line", fault.line).member("column", fault.column);
    json.member("field", fault.field).member("error", fault.word).member("reason", fault.reason);
    json.end_object();
}

/// What a refusal of one row says about all of them: its own words are about that row only, such as
/// that nothing was done.
problem end_of(const projections::refusal& refused) {
    problem p = problem_of(refused);
    switch (refused.code) {
    case refusal_code::disk_low: p.detail = "the disk is almost full, so free space first"; break;
    case refusal_code::not_permitted:
        p.detail = "your rights have changed, or your token has expired or was replaced";
        break;
    case refusal_code::tenant_deleted: p.detail = "the tenant was deleted"; break;
    case refusal_code::stopped: p.detail = "the server is stopping"; break;
    case refusal_code::unknown:
        p.detail = "whether the last rows became users is unknown, as the disk did not say";
        break;
    default: break;
    }
    return p;
}

} // namespace

std::size_t people_import::hash_of_hash::operator()(const name_hash& h) const {
    std::size_t value = 0;
    std::memcpy(&value, h.data(), sizeof value);
    return value;
}

people_import::people_import(const projections::directory& directory,
                             projections::command_desk& desk, const import_limits& limits,
                             order asked, csv_people rows)
    : directory_(directory),
      desk_(desk),
      limits_(limits),
      asked_(std::move(asked)),
      rows_(std::move(rows)) {}

result<std::string> people_import::run(job_progress& progress) {
    progress.total = rows_.count_rows();
    if (asked_.dry_run) seats_left_ = free_seats();
    try {
        read_all(progress);
    } catch (const eventlog::storage_failure& failure) {
        give_up({500, "storage", failure.what(), {}, 0});
    }
    settle(0); // whatever happens: what is in flight refers to this object
    if (!given_up_) return tell();
    given_up_->detail = told_end(std::move(given_up_->detail));
    return tl::unexpected(std::move(*given_up_));
}

/// `why` begins a sentence.
std::string people_import::told_end(std::string why) const {
    why += ": the import ended before its end. ";
    if (asked_.dry_run) return why + "It was a dry run, so nothing was written: ask for it again";
    // Some of those whose outcome is unknown may be there too.
    return why + (given_up_->word == "unknown" ? "At least " : "") + std::to_string(created_) +
           " users were made before that, and stay. Import the same file again to go on: who is "
           "there already stays as he is";
}

void people_import::read_all(job_progress& progress) {
    for (auto step = rows_.next(); step != csv_people::step::end; step = rows_.next()) {
        ++read_;
        if (step == csv_people::step::fault) {
            refuse_row(rows_.why());
        } else {
            take(rows_.who());
        }
        if (progress.stopping) {
            give_up({503, "stopped", "the server is stopping", {}, 0});
        }
        if (given_up_) return;
        progress.done = read_;
    }
}

void people_import::take(const person& who) {
    const auto rules = asked_.rules();
    if (!rules) return give_up(rules.error());
    auto wish = gateway::read_creation(who.creation(), rules->shown_by);
    if (!wish) return refuse_row(rows_.fault_of("bad_value", wish.error().detail));
    const std::string& key = wish->content.user_name_key;
    const auto digest = base::sha256({key});
    name_hash hash{};
    std::copy_n(digest.begin(), hash.size(), hash.begin());
    const auto [at, fresh] = lines_.emplace(hash, rows_.line());
    if (!fresh) {
        return refuse_row(rows_.fault_of("duplicate", "userName: is the same as in line " +
                                                          std::to_string(at->second)));
    }
    const auto there =
        directory_.find(asked_.tenant.number, projections::directory::lookup::user_name, key, 1);
    if (!there.empty()) return compare(who, *wish, there.front());
    if (wish->active) ++seats_needed_;
    if (asked_.dry_run) {
        suppose(*wish);
    } else {
        make(std::move(*wish));
    }
}

/// Whether the row says anything else of somebody who is there than what is so.
void people_import::compare(const person& who, const projections::user_wish& wanted,
                            const projections::subject_id& id) {
    const auto user = directory_.user(asked_.tenant.number, id);
    // The same file again: nobody needs to look closer.
    if (user && user->content == wanted.content && user->core.active == wanted.active) {
        ++unchanged_;
        return;
    }
    const auto change = gateway::read_change(gateway::change_kind::patch, who.change());
    if (!user || !change) {
        ++unchanged_;
        return;
    }
    const auto wish = change->evaluate(*user);
    differing_row row{rows_.line(), id.text(), {}};
    if (wish) row.attributes = wish->changed;
    if (wish && wish->active != user->core.active) row.attributes.emplace_back("active");
    if (row.attributes.empty()) {
        ++unchanged_;
        return;
    }
    std::sort(row.attributes.begin(), row.attributes.end());
    row.attributes.erase(std::unique(row.attributes.begin(), row.attributes.end()),
                         row.attributes.end());
    ++differing_;
    if (differing_rows_.size() < limits_.rows_told_max) differing_rows_.push_back(std::move(row));
}

void people_import::refuse_row(row_fault why) {
    ++refused_;
    if (refused_rows_.size() < limits_.rows_told_max) refused_rows_.push_back(std::move(why));
}

/// What the desk would decide, as far as one can know.
void people_import::suppose(const projections::user_wish& wish) {
    if (wish.active && seats_left_) {
        if (*seats_left_ == 0) {
            return refuse_row({rows_.line(),
                               0,
                               {},
                               "seat_limit",
                               seats_taken_ > 0
                                   ? "no seat is left: the people in the rows above take them"
                                   : "no seat is free: free one, or raise the limit"});
        }
        --*seats_left_;
        ++seats_taken_;
    }
    ++created_;
}

void people_import::make(projections::user_wish wish) {
    projections::create_user body;
    body.new_id = projections::subject_id::make_v7(base::now().unix_ms);
    body.wish = std::move(wish);
    body.origin = eventlog::user_origin::native;
    body.only_new = true;
    waiting_.emplace(rows_.line(), std::move(body));
    submit(rows_.line());
    settle(limits_.in_flight_max - 1);
}

void people_import::submit(std::uint64_t line) {
    auto rules = asked_.rules();
    if (!rules) {
        waiting_.erase(line);
        return give_up(rules.error());
    }
    projections::command command;
    command.tenant = asked_.tenant.number;
    command.by = asked_.by;
    command.as_role = asked_.as_role;
    command.as_token = asked_.as_token;
    command.request_id = asked_.request_id;
    command.trace = asked_.trace;
    command.judged_by = std::move(rules->approvals);
    command.body = waiting_.at(line);
    desk_.submit(std::move(command), [this, line](projections::answer said) {
        const std::lock_guard lock(mutex_);
        settled_.push_back({line, std::move(said)});
        changed_.notify_one();
    });
}

/// Waits until no more than so many commands are in flight. What the queue did not take is handed
/// in again.
void people_import::settle(std::size_t in_flight_max) {
    while (waiting_.size() > in_flight_max) {
        std::vector<settled> some;
        {
            std::unique_lock lock(mutex_);
            const auto any = [this] { return !settled_.empty(); };
            if (waiting_.size() > again_.size()) {
                changed_.wait(lock, any);
            } else {
                changed_.wait_for(lock, queue_pause, any);
            }
            some.swap(settled_);
        }
        for (settled& one : some)
            judge(one);
        if (given_up_) {
            for (const std::uint64_t line : std::exchange(again_, {}))
                waiting_.erase(line);
        } else if (some.empty()) {
            for (const std::uint64_t line : std::exchange(again_, {}))
                submit(line);
        }
    }
}

void people_import::judge(settled& one) {
    if (one.said) {
        ++created_;
        waiting_.erase(one.line);
        return;
    }
    const projections::refusal& why = one.said.error();
    switch (why.code) {
    case refusal_code::queue_full:
    case refusal_code::profile_changed: // between the asking for the rules and its turn
    case refusal_code::expired: again_.push_back(one.line); return;
    case refusal_code::disk_low:
    case refusal_code::unknown:
    case refusal_code::stopped:
    case refusal_code::not_permitted: // he who asked may no longer, and so for every row
    case refusal_code::tenant_deleted:
    case refusal_code::not_found: give_up(end_of(why)); break;
    default: refuse_row({one.line, 0, {}, projections::refusal_name(why.code), why.message}); break;
    }
    waiting_.erase(one.line);
}

void people_import::give_up(problem why) {
    if (!given_up_) given_up_ = std::move(why);
}

std::optional<std::uint64_t> people_import::free_seats() const {
    const auto tenant = directory_.tenant(asked_.tenant.number);
    const auto limit = tenant ? projections::seat_limit(tenant->settings) : std::nullopt;
    if (!limit) return std::nullopt;
    const std::uint64_t used = projections::seats_used(
        tenant->settings.terms, directory_.counters(asked_.tenant.number).by_status);
    return *limit - std::min(*limit, used);
}

std::string people_import::tell() const {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.member("tenant", asked_.tenant.slug).member("dry_run", asked_.dry_run);
    json.member("rows", read_).member("created", created_).member("unchanged", unchanged_);
    json.member("differing", differing_).member("refused", refused_);
    json.key("seats").begin_object().member("needed", seats_needed_);
    json.key("free");
    if (const auto left = free_seats()) {
        json.value(*left);
    } else {
        json.null();
    }
    json.end_object();
    json.key("ignored_columns").begin_array();
    for (const std::string& heading : rows_.passed_over())
        json.value(heading);
    json.end_array();

    std::vector<const row_fault*> refused;
    for (const row_fault& row : refused_rows_)
        refused.push_back(&row);
    std::sort(refused.begin(), refused.end(),
              [](const auto* a, const auto* b) { return a->line < b->line; });
    json.key("refused_rows").begin_array();
    for (const row_fault* row : refused)
        write_fault(json, *row);
    json.end_array().member("refused_not_listed", refused_ - refused_rows_.size());
    json.key("differing_rows").begin_array();
    for (const differing_row& row : differing_rows_) {
        json.begin_object().member("line", row.line).member("id", row.id);
        json.key("attributes").begin_array();
        for (const std::string& name : row.attributes)
            json.value(name);
        json.end_array().end_object();
    }
    json.end_array().member("differing_not_listed", differing_ - differing_rows_.size());
    json.end_object();
    return out;
}

} // namespace rollcall::admin
