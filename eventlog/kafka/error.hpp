// What can go wrong between us and a broker, as codes to branch on. The message beside a code (see
// base::failure) has the broker's address and the reason in words, and never a secret.
#pragma once

#include <cstdint>
#include <system_error>

namespace rollcall::kafka {

enum class kafka_errc : std::uint8_t {
    bad_options = 1, ///< the options do not fit together, or a file is missing; nothing was sent
    unreachable,     ///< no broker answers; goes away by itself when one does
    refused_credentials, ///< a broker does not take the user, his password or the mechanism
    tls_failed,          ///< no TLS with a broker: its certificate, ours, or no TLS at its port
    not_authorized,      ///< the user is known and may not do this
    unknown_topic,       ///< no such topic, or no such partition of it
    already_exists,      ///< a topic of this name is there
    message_too_large,   ///< larger than the producer or the broker takes
    queue_full,          ///< the producer's queue; some deliveries later there is room
    fatal_producer,      ///< this producer will never send again: close it and open a new one
    offset_out_of_range, ///< the partition does not hold that offset, or holds it no more
    timed_out,           ///< the deadline passed; what was asked may still happen
    closed,              ///< by close(), ours
    other,
};

const std::error_category& kafka_category();

inline std::error_code make_error_code(kafka_errc code) {
    return {static_cast<int>(code), kafka_category()};
}

} // namespace rollcall::kafka

template <>
struct std::is_error_code_enum<rollcall::kafka::kafka_errc> : std::true_type {};
