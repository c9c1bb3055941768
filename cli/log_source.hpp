// Where a verb reads the log from: the running server of a data directory or, when there is none,
// the directory itself, opened to be read. Both give the same JSON.
#pragma once

#include "cli/context.hpp"
#include "cli/operator_client.hpp"
#include "eventlog/data_directory.hpp"
#include "eventlog/keyring.hpp"
#include "eventlog/store.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::cli {

inline constexpr std::string_view key_file_variable = "ROLLCALL_KEY_FILE";

/// Where the master key of a directory comes from, for verbs that open it: ROLLCALL_KEY_FILE
/// (which stands for --key-file too), ROLLCALL_MASTER_KEY, else the file in the directory.
eventlog::master_key_source key_source_of(const environment& env);

enum class directory_access : std::uint8_t {
    read,  ///< writes nothing at all
    alone, ///< for a rebuild: nobody else may have the directory open
};

/// A data directory that nobody serves.
struct closed_directory {
    eventlog::data_directory home;
    std::unique_ptr<eventlog::store> log;
    std::unique_ptr<eventlog::keyring> keys;

    /// Errors: those of data_directory and store; a directory that somebody has open is refused
    /// with who that is.
    static base::result<closed_directory> open(const context& c, directory_access how);
};

struct log_wish {
    std::optional<std::string> tenant;
    std::optional<eventlog::position> from; ///< nothing: the last events
    std::uint64_t last = 20;
    bool whole = false;  ///< everything in each event
    unsigned wait_s = 0; ///< for an event to come; only a server can
};

struct log_part {
    std::string lines; ///< JSON lines
    eventlog::position next;
};

class log_source {
  public:
    explicit log_source(const context& c) : context_(c), server_(c) {}

    base::result<log_part> read(const log_wish& wish);
    base::result<std::string> read_one(eventlog::position at);

    /// True once the log was read from the directory: there will be no further event.
    [[nodiscard]] bool is_closed() const { return closed_ != nullptr; }

  private:
    base::result<log_part> read_served(const log_wish& wish);
    base::result<log_part> read_closed(const log_wish& wish);
    base::result<void> open_closed();

    const context& context_;
    operator_client server_;
    std::unique_ptr<closed_directory> closed_;
};

} // namespace rollcall::cli
