// The file rollcall.id: what makes a directory a data directory, and which log it holds.
//
//   rollcall data directory
//   format N              data_format of the program that wrote it last
//   lineage UUID          the log's id
//   check HEX             a known text sealed under the master key, bound to the lineage
//   restored UUID @N      the lineage that a backup was restored from, and where it ended; optional
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/ids.hpp"
#include "eventlog/seal.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace rollcall::eventlog {

/// What this program writes. It reads all older formats too:
///   1  users, tenants and keys
///   2  teams: events and derived rows that a program of format 1 does not know
///   3  admins and operators, likewise
inline constexpr std::uint32_t data_format = 5;

/// The log that a directory was restored from.
struct log_origin {
    base::uuid lineage;
    position at; ///< up to which the two logs are the same
    friend bool operator==(const log_origin&, const log_origin&) = default;
};

struct directory_identity {
    std::uint32_t format = 0;
    base::uuid lineage;
    std::string check; ///< see seal_check
    std::optional<log_origin> origin;

    [[nodiscard]] std::string text() const;

    /// Reads text(). The format is read even when the rest is of a newer program and not
    /// understood. `file` is for messages. Errors: log_errc::newer_format,
    /// log_errc::foreign_directory.
    static base::result<directory_identity> parse(const std::filesystem::path& file,
                                                  const std::string& text);
};

/// A check value: opens under `master` and for this lineage only.
std::string seal_check(const secret_key& master, const base::uuid& lineage);

/// True if `check` was sealed under `master` for this lineage.
bool opens_check(const secret_key& master, const base::uuid& lineage, std::string_view check);

} // namespace rollcall::eventlog
