// Rows beside the log: what projections keep in the same batch as the events. Neutral: a table, a
// key, a value; no meaning. RocksDB stays behind store.cpp.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollcall::eventlog {

/// `state`, `index` and `links` are derived: a rebuild makes them anew beside the live ones. The
/// others are not derived and have one instance. `links` is for rows that are walked in a turn.
enum class table : std::uint8_t { state, index, links, keys, idempotency, attempts, checkpoints };

inline constexpr std::array derived_tables_all{table::state, table::index, table::links};

/// Reads single rows. Implementations: the store (what is durable), a snapshot, the writer's
/// overlay (what is durable plus what is decided but not yet committed).
class row_reader {
  public:
    virtual ~row_reader() = default;
    /// True and `value` set if the row exists. Throws storage_failure: see store.hpp.
    virtual bool get(table t, std::string_view key, std::string& value) const = 0;
};

/// Walks rows of table::links within one writer's turn, those that are decided among them.
class link_reader {
  public:
    virtual ~link_reader() = default;
    using visitor = std::function<bool(std::string_view key, std::string_view value)>;
    /// The rows whose key begins with `prefix`, in key order, until `visit` returns false. Nothing
    /// may be changed meanwhile. Throws storage_failure.
    virtual void walk_links(std::string_view prefix, const visitor& visit) const = 0;
};

/// Reads and changes rows within one writer's turn.
class row_editor : public row_reader {
  public:
    virtual void put(table t, std::string_view key, std::string_view value) = 0;
    virtual void erase(table t, std::string_view key) = 0;
};

/// One changed row; no value = erased.
struct row_change {
    table where{};
    std::string key;
    std::optional<std::string> value;
};

/// Walks rows in key order.
class row_cursor {
  public:
    virtual ~row_cursor() = default;
    virtual void seek(std::string_view key) = 0;          ///< first row with a key >= `key`
    virtual void seek_for_prev(std::string_view key) = 0; ///< last row with a key <= `key`
    virtual void next() = 0;
    virtual void prev() = 0;
    [[nodiscard]] virtual bool valid() const = 0;
    [[nodiscard]] virtual std::string_view key() const = 0;   ///< until the next move
    [[nodiscard]] virtual std::string_view value() const = 0; ///< until the next move
};

/// One unchanging view of all tables. Cheap to take; do not keep for long: it holds back clean-up.
class row_snapshot : public row_reader {
  public:
    /// `prefix` bounds the walk: the cursor is not valid outside of it.
    [[nodiscard]] virtual std::unique_ptr<row_cursor> cursor(table t,
                                                             std::string_view prefix) const = 0;
};

} // namespace rollcall::eventlog
