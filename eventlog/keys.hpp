// How the log's own keys are spelt. No other line concatenates a key of these column families.
// All integers big-endian, so that keys sort by their meaning.
//
//   column family   key                                            value
//   log             partition u16 offset u64                       the record
//   seq             tenant u32 seq u64                             partition u16 offset u64
//   subject         tenant u32 subject 16 partition u16 offset u64 seq u64
//   time            partition u16 second u64                       offset u64 of the first in it
//   meta            "chain" tenant u32                             seq u64 hash 32 position 10
//   meta            "generation"                                   u32 of the live derived tables,
//                                                                  u32 version (absent: 1)
//   state.G index.G links.G                                        rows of their owners
//   keys idempotency attempts checkpoints                          likewise
#pragma once

#include "eventlog/base/wire.hpp"
#include "eventlog/ids.hpp"

#include <string>
#include <string_view>

namespace rollcall::eventlog::keys {

inline void put_position(std::string& out, position at) {
    base::put_be(out, at.partition);
    base::put_be(out, at.offset);
}

inline bool get_position(std::string_view& in, position& at) {
    return base::get_be(in, at.partition) && base::get_be(in, at.offset);
}

inline std::string log(position at) {
    std::string key;
    put_position(key, at);
    return key;
}

inline std::string seq(tenant_no tenant, tenant_seq number) {
    std::string key;
    base::put_be(key, tenant.value);
    base::put_be(key, number.value);
    return key;
}

inline std::string subject_prefix(tenant_no tenant, const subject_id& id) {
    std::string key;
    base::put_be(key, tenant.value);
    base::put_bytes(key, id.bytes);
    return key;
}

inline std::string subject(tenant_no tenant, const subject_id& id, position at) {
    std::string key = subject_prefix(tenant, id);
    put_position(key, at);
    return key;
}

inline std::string time(std::uint16_t partition, std::uint64_t second) {
    std::string key;
    base::put_be(key, partition);
    base::put_be(key, second);
    return key;
}

inline std::string chain(tenant_no tenant) {
    std::string key = "chain";
    base::put_be(key, tenant.value);
    return key;
}

inline constexpr std::string_view generation = "generation";

} // namespace rollcall::eventlog::keys
