// What the admin API works with. References outlive the API; functions stand for what the gateway
// may not know by name (consumers, the data directory). Filled in once by the wiring.
#pragma once

#include "eventlog/cursor.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "eventlog/writer.hpp"
#include "gateway/admin/backups.hpp"
#include "gateway/admin/consumers.hpp"
#include "gateway/admin/findings.hpp"
#include "gateway/admin/jobs.hpp"
#include "gateway/admin_gate.hpp"
#include "gateway/password_office.hpp"
#include "gateway/profiles/profile_book.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/command_desk.hpp"
#include "projections/directory.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace rollcall::admin {

struct services {
    eventlog::store& store;
    eventlog::keyring& keys;
    eventlog::log_signal& signal;
    projections::directory& directory;
    projections::command_desk& desk;
    eventlog::writer& writer;
    gateway::admin_gate& gate;
    gateway::worker_pool& workers; ///< of the gateway: readings at the doors of the world
    gateway::password_office& passwords;
    const profiles::profile_shelf& profiles;
    base::uuid lineage{}; ///< of the log

    /// Where the world finds this server, e.g. `https://id.example.com`.
    std::function<std::string()> public_url;
    /// When a bearer key was last shown, to the minute; nothing if never.
    std::function<std::optional<base::moment>(const projections::key_state&)> key_last_used;
    /// Likewise an admin's token.
    std::function<std::optional<base::moment>(const projections::admin_state&)> token_last_used;
    /// Waits until erasures up to a position are complete; false when `until` passes first.
    std::function<bool(eventlog::position, std::chrono::steady_clock::time_point until)> erased;
    /// Who follows the log, and how far.
    std::function<std::vector<consumer_view>()> consumers;
    /// Holds one of them up, or lets him go on; durable when it returns. 404 for an unknown name.
    std::function<result<void>(std::string_view name, bool paused)> pause_consumer;
    /// Lets publishing go on; with `new_lineage`, after what raised its alarm was accepted. 409 if
    /// that is not how it is, or nothing is published.
    std::function<result<void>(bool new_lineage)> resume_publishing;
    /// Compares all of the lifecycle topic with the log; the result as JSON has `ok`.
    std::function<result<std::string>(job_progress&)> prove_topic;
    /// What `doctor` looks at beyond the log: directory, witness, disk, consumers.
    std::function<std::vector<finding>()> examine;
    /// Backs up the directory: admin::back_up with all that it needs.
    std::function<result<std::string>(const backup_order&, job_progress&)> back_up;
};

} // namespace rollcall::admin
