// The import of a file of people into a tenant, as the work of a job: each row that names somebody
// new becomes a native user, through the command desk like everybody else.
//
// Who is there already is left as he is, active or not: a list that somebody keeps must not bring
// back who has left. So the same file again changes nothing, and an import that was cut short is
// simply run again. People are the same if their user names are (scim/user_name.hpp); that is
// looked up for each row, and decided for good in the writer's turn.
//
// A bounded number of commands is in flight, so that the writer has batches to make and other
// requests their turns. What does not fit is told row by row, and the others go in.
#pragma once

#include "eventlog/event.hpp"
#include "gateway/admin/csv_people.hpp"
#include "gateway/admin/jobs.hpp"
#include "gateway/user_wishes.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::admin {

struct import_limits {
    std::size_t bytes_max = std::size_t{32} * 1024 * 1024; ///< of a file; past it 413
    std::chrono::seconds upload_time_max{300};             ///< for it to come in; past it 408
    std::uint64_t rows_max = 500'000;                      ///< of a file; past it 413
    std::size_t running_max = 2; ///< imports of all tenants; one more is a 429, of one tenant a 409
    std::size_t dry_runs_max = 2;       ///< dry runs, which have places of their own; likewise
    std::size_t in_flight_max = 256;    ///< commands that wait for their turn
    std::size_t rows_told_max = 10'000; ///< rows named in the result, of each sort
};

/// What the tenant's product says of a row.
struct row_rules {
    gateway::product_rules shown_by;
    std::shared_ptr<const projections::policy> approvals; ///< see approvals_of
};

class people_import {
  public:
    struct order {
        projections::tenant_state tenant;
        eventlog::actor by;
        std::optional<eventlog::admin_role> as_role; ///< of an admin or operator: see command
        std::optional<eventlog::digest> as_token;    ///< likewise
        std::string request_id;
        std::optional<base::trace_context> trace;
        bool dry_run = false; ///< decide what can be, write nothing
        /// Asked anew for each row, since the tenant may be given another profile while the import
        /// runs, and the profile other terms. An error ends the import.
        std::function<result<row_rules>()> rules = [] { return row_rules{}; };
    };

    people_import(const projections::directory& directory, projections::command_desk& desk,
                  const import_limits& limits, order asked, csv_people rows);

    /// The result as JSON: how many rows were read, `created`, `unchanged`, `differing`, `refused`;
    /// seats; and which rows. Errors: what ends an import before its end (the server stops, the
    /// disk is full, the tenant is deleted), saying what was done until then and how to go on.
    result<std::string> run(job_progress& progress);

  private:
    using name_hash = std::array<std::uint8_t, 16>;

    struct hash_of_hash {
        std::size_t operator()(const name_hash& h) const;
    };

    struct differing_row {
        std::uint64_t line = 0;
        std::string id;
        std::vector<std::string> attributes;
    };

    /// What became of a command.
    struct settled {
        std::uint64_t line;
        projections::answer said;
    };

    void read_all(job_progress& progress);
    void take(const person& who);
    void compare(const person& who, const projections::user_wish& wanted,
                 const projections::subject_id& id);
    void refuse_row(row_fault why);
    void make(projections::user_wish wish);
    void suppose(const projections::user_wish& wish);
    void submit(std::uint64_t line);
    void settle(std::size_t in_flight_max);
    void judge(settled& one);
    void give_up(problem why);
    [[nodiscard]] std::string told_end(std::string why) const;
    [[nodiscard]] std::optional<std::uint64_t> free_seats() const;
    [[nodiscard]] std::string tell() const;

    const projections::directory& directory_;
    projections::command_desk& desk_;
    const import_limits& limits_;
    const order asked_;
    csv_people rows_;

    std::unordered_map<name_hash, std::uint64_t, hash_of_hash> lines_; ///< of each name
    std::map<std::uint64_t, projections::create_user> waiting_;        ///< in flight, by line
    std::vector<std::uint64_t> again_; ///< of these, those whom the queue did not take
    std::optional<problem> given_up_;

    std::uint64_t read_ = 0, created_ = 0, unchanged_ = 0, differing_ = 0, refused_ = 0;
    std::uint64_t seats_needed_ = 0;
    std::optional<std::uint64_t> seats_left_; ///< in a dry run
    std::uint64_t seats_taken_ = 0;           ///< likewise, by the rows so far
    std::vector<row_fault> refused_rows_;
    std::vector<differing_row> differing_rows_;

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<settled> settled_; ///< guarded
};

} // namespace rollcall::admin
