// Where /metrics takes its figures of the log and what lies beneath it from.
#pragma once

#include "cli/consumer_set.hpp"
#include "consumers/erasure.hpp"
#include "consumers/seat_keeper.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/disk_guard.hpp"
#include "eventlog/embedded_log.hpp"
#include "eventlog/witness.hpp"
#include "gateway/ops.hpp"
#include "gateway/worker_pool.hpp"
#include "projections/command_desk.hpp"

namespace rollcall::cli {

/// The parts of a running server that are asked; they outlive whoever asks.
struct watched_parts {
    const eventlog::data_directory& home;
    eventlog::disk_limits limits;
    const eventlog::store& rows;
    const eventlog::embedded_log& log;
    const eventlog::writer& writer;
    const eventlog::witness& acknowledged;
    const eventlog::disk_guard& disk;
    const consumers::erasure& erasures;
    const consumer_set& followers;
    const consumers::seat_figures& seats;
    const projections::command_desk& desk;
    const gateway::worker_pool& lists;
    unsigned list_threads = 0;
};

/// Sources of all that these parts know; the rest is the caller's to fill in.
gateway::ops_sources figures_of(const watched_parts& of);

} // namespace rollcall::cli
