// What the writer has decided but not yet seen committed: rows and chain heads, over the store's.
// Layers: the store < batches in flight < the batch being decided < the submission in its turn.
// Touched by the writer's thread only.
#pragma once

#include "eventlog/append_log.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/writer.hpp"

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace rollcall::eventlog {

class overlay {
  public:
    overlay(const store& rows, const append_log& log) : store_(rows), log_(log) {}

    /// Reads the newest value: true if the row exists.
    bool get(table t, std::string_view key, std::string& value) const;
    /// See link_reader.
    void walk_links(std::string_view prefix, const link_reader::visitor& visit) const;
    [[nodiscard]] chain_head chain(tenant_no tenant) const;

    /// Changes of the submission in its turn: seen by get at once, kept by accept.
    void set(table t, std::string_view key, std::optional<std::string> value);
    void set_chain(tenant_no tenant, const chain_head& head);

    /// The submission's changes become part of the batch being decided.
    void accept();
    /// The submission's changes are taken back.
    void reject();

    /// Ends the batch being decided: returns its rows, each touched key once with its final value.
    std::vector<row_change> end_batch();
    /// The oldest batch in flight is durable: its rows are the store's now.
    void committed();
    /// Nothing in flight will be committed: forgets everything.
    void discard();

    [[nodiscard]] std::size_t size() const { return rows_.size() + links_.size(); }

  private:
    struct entry {
        std::optional<std::string> value;
        std::uint64_t batch = 0;
    };

    struct head_entry {
        chain_head head;
        std::uint64_t batch = 0;
    };

    static std::string full_key(table t, std::string_view key);
    entry& row(const std::string& full_key);
    [[nodiscard]] const entry* find(const std::string& full_key) const;
    void forget_if_of(std::uint64_t batch, const std::string& full_key);

    const store& store_;
    const append_log& log_;
    std::uint64_t batch_ = 1;  ///< the batch being decided
    std::uint64_t oldest_ = 1; ///< the oldest in flight
    std::unordered_map<std::string, entry> rows_;
    std::map<std::string, entry> links_; ///< rows of table::links, in order for walks
    std::unordered_map<tenant_no, head_entry> heads_;
    std::map<std::string, std::optional<std::string>> turn_rows_;
    std::map<tenant_no, chain_head> turn_heads_;
    /// Keys that each batch touched, oldest first; the last is the batch being decided.
    std::map<std::uint64_t, std::vector<std::string>> touched_;
    std::map<std::uint64_t, std::vector<tenant_no>> touched_heads_;
};

} // namespace rollcall::eventlog
