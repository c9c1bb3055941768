// A page of the log as messages. The records are read first, then one snapshot of the rows is
// taken: so every state message tells what was so at the page's end or later, and whoever tells of
// a later event tells the rest (projections/told/state_changes.hpp).
//
// What cannot be decoded still has its place: the lifecycle topic gets its bare envelope, so that a
// tenant's count stays without a gap, and the dead letters say why. Only a record whose envelope
// itself cannot be read ends the page: without tenant and seq there is nothing true to say.
//
// Runs in the publisher's own thread and never in a rebuild. Holds no view of the store afterwards.
#pragma once

#include "consumers/publishing/already_there.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"
#include "projections/told/checkpoint_message.hpp"
#include "projections/told/message.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace rollcall::publishing {

/// How each topic is told.
struct tellings {
    told::telling lifecycle{.personal = told::privacy::minimal};
    told::telling state{.personal = told::privacy::full};

    void set_lineage(const base::uuid& lineage) {
        lifecycle.lineage = lineage;
        state.lineage = lineage;
    }
};

struct page_limits {
    std::size_t events_max = 512;
    /// Ends the page behind the event that reaches it.
    std::size_t bytes_max = 2u << 20;
};

/// An event and everything that is sent for it, in the order of sending; maybe nothing.
struct told_event {
    eventlog::position at;
    std::uint32_t partition = 0;
    base::moment time;
    std::vector<told::message> messages;
};

struct page {
    std::vector<told_event> events; ///< without a gap, from the first that was wished
    /// Of the tenants whose newest event is in the page: to be sent once that is acknowledged.
    std::vector<told::checkpoint> checkpoints;
    std::string unreadable; ///< the record behind the last event, in words; empty: none
};

struct page_wish {
    eventlog::position first;
    std::uint32_t partitions = 1;
    page_limits limits = {};
    already_there* there = nullptr; ///< in the lifecycle topic; asked in order; null: nothing is
    /// For each partition, up to where the state topic has been told; empty: nowhere.
    std::vector<std::uint64_t> state_up_to = {};
};

/// Throws eventlog::storage_failure.
page read_page(const eventlog::store& log, eventlog::keyring& keys, const tellings& how,
               const page_wish& wish);

} // namespace rollcall::publishing
