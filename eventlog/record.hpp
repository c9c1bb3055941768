// The event record: its grammar, shared by reader and writer. Nothing else knows these offsets.
//
//   record  = fixed request_id clear sealed crc          integers little-endian
//   fixed (224 bytes):
//     0  magic u32 "RLC1"          4  partition u16         6  flags u16 (bit 0: sealed removed)
//     8  offset u64               16  hash 32
//    48  format u8 = 1            49  actor kind u8        50  type u16
//    52  schema u16               54  request_id size u8   55  zero
//    56  clear size u32           60  sealed size u32      64  tenant u32       68  zero u32
//    72  seq u64                  80  time i64 (Unix ms)   88  epoch u64
//    96  subject 16              112  actor id 16
//   128  cause offset u64        136  cause partition u16 138  zero 6
//   144  idempotency 16          160  sealed_hash 32      192  prev_hash 32
//   224  request_id, clear, sealed
//   end  crc u32 = CRC-32C of everything before it
//
//   sealed_hash = SHA-256(0x00 sealed), 32 zero bytes when there is no sealed part
//   hash        = SHA-256(0x01 bytes[48 .. end of clear])
//   prev_hash   = hash of the same tenant's event seq-1; zero for seq 1
//
// Why two levels: the hash covers the sealed part only through its own hash, so a sealed part can
// be removed later (flag bit 0) and the chain still verifies. Stored bytes are hashed, ciphertext
// and never plaintext: a hash of personal data could be guessed. Place (partition, offset) is
// outside the hash, because in a cluster the broker gives it after the record was made; the crc
// covers it. epoch: 0 on one machine; in a cluster the claim under which the owner wrote.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/event.hpp"

#include <array>
#include <span>
#include <string>
#include <string_view>

namespace rollcall::eventlog {

using digest = std::array<std::uint8_t, 32>;

inline constexpr std::size_t record_fixed_size = 224;
inline constexpr std::size_t record_clear_size_max = 1u << 20;
inline constexpr std::size_t record_sealed_size_max = 8u << 20;

/// A record's parts as views into its bytes. Valid as long as the bytes are.
struct record_view {
    position at;
    bool sealed_removed = false;
    digest hash{};
    std::uint16_t type = 0; ///< may be a number that this version does not know
    std::uint16_t schema = 0;
    tenant_no tenant;
    tenant_seq seq;
    base::moment time;
    std::uint64_t epoch = 0;
    subject_id subject{};
    actor by;
    std::optional<position> cause;
    std::array<std::uint8_t, 16> idempotency{};
    digest sealed_hash{};
    digest prev_hash{};
    std::string_view request_id;
    std::string_view clear;
    std::string_view sealed;
};

/// A record without its place: bytes complete but for partition, offset and crc.
struct record_draft {
    tenant_no tenant;
    tenant_seq seq;
    subject_id subject{};
    base::moment time;
    digest hash{};
    digest sealed_hash{};
    std::string bytes;
};

/// Makes a draft of `e` with `sealed` as its sealed bytes, as number `seq` of its tenant's chain.
/// @pre sizes are within the limits above; request_id is at most 64 characters.
record_draft draft_record(const event& e, std::string_view clear, std::uint16_t schema,
                          std::string_view sealed, tenant_seq seq, const digest& prev_hash,
                          std::uint64_t epoch);

/// Gives the draft its place: fills partition, offset and crc into `draft.bytes`.
void place_record(record_draft& draft, position at);

/// Which checks read_record makes beside the grammar.
enum class record_check : std::uint8_t { crc, crc_and_hashes };

/// Reads a record. Errors: log_errc::damaged_record with what is wrong (cut off, crc, hash, ...),
/// log_errc::newer_format. An unknown type or schema is not an error here: see event_codec.
base::result<record_view> read_record(std::string_view bytes, record_check check);

/// SHA-256(0x00 sealed) as in the grammar.
digest hash_sealed(std::string_view sealed);

} // namespace rollcall::eventlog
