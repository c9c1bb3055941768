// What the publisher remembers between two lives, as a row of table::checkpoints beside those of
// the other consumers:
//
//   publisher/progress   its memory, see tail_check.hpp; format 1, integers little-endian:
//       u8 format  u8 flags (bit 0: to announce)  u32 partitions  lineage 16  previous 16
//       each partition: through u64, last u64, lifecycle, state and accepted offset i64
//       u32 CRC-32C of everything before it
//   publisher/paused     as of any follower, see pause_row.hpp
//
// It is not derived from the log and no part of a backup: a restored directory knows nothing, and
// then the topics are asked.
#pragma once

#include "consumers/publishing/tail_check.hpp"
#include "eventlog/rows.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace rollcall::publishing {

inline constexpr std::string_view publisher_name = "publisher";
inline constexpr std::size_t partitions_max = 10'000; ///< of a topic; a row with more is damaged

std::string encode(const memory& known);
/// Nothing for bytes that encode() did not make.
std::optional<memory> decode_memory(std::string_view row);

struct remembered {
    std::optional<memory> known;
    bool damaged = false; ///< there is a row and it cannot be read
};

remembered read_memory(const eventlog::row_reader& rows);

/// In a writer's turn.
void write_memory(eventlog::row_editor& rows, const memory& known);

} // namespace rollcall::publishing
