// What can go wrong in the log, as codes to branch on.
#pragma once

#include <system_error>

namespace rollcall::eventlog {

enum class log_errc {
    damaged_record = 1, ///< crc, hash or grammar of a record does not hold
    damaged_payload,    ///< a payload does not fit its type and schema
    unknown_event,      ///< a type or schema newer than this program
    newer_format,       ///< data directory or record of a newer program
    not_found,          ///< no such position, tenant or row
    storage,            ///< RocksDB or the file system refused; see the message
    out_of_order,       ///< a gap or a fork in the order of events
    lost_suffix,        ///< the log ends before what was acknowledged
    wrong_master_key,   ///< the master key does not open this data directory
    bad_master_key,     ///< the given master key is not 32 bytes of hex
    key_destroyed,      ///< the subject was erased
    sealed_damaged,     ///< a sealed part does not open under its key
    foreign_directory,  ///< not a data directory, or locked by another process
    disk_low,           ///< below the reserve: only deprovisioning is accepted
    stopped,            ///< the log no longer accepts writes
    unfinished_restore, ///< a restore into this directory was cut short
    damaged_backup,     ///< a file of a backup is not what its manifest says
    missing_keys,       ///< people in a backup of a log have no key in that of the keys
    forged_backup,      ///< a file of a backup is not signed with this master key
    unsigned_backup,    ///< a file of a backup is of a format from before there were signatures
    older_rows,         ///< derived rows of an older program: not to be compared, only made again
};

const std::error_category& log_category();

inline std::error_code make_error_code(log_errc code) {
    return {static_cast<int>(code), log_category()};
}

} // namespace rollcall::eventlog

template <>
struct std::is_error_code_enum<rollcall::eventlog::log_errc> : std::true_type {};
