// How to reach the brokers and who we are there: typed, and checked before anything is sent. Pure:
// reads no file and asks no network.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/base/secret_text.hpp"
#include "eventlog/kafka/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace rollcall::kafka {

/// TLS or not, SASL or not. TLS trusts only what leads to `ca_file`.
enum class security : std::uint8_t { plaintext, ssl, sasl_plaintext, sasl_ssl };

/// `plain` shows the password to whoever listens, unless it goes through TLS.
enum class sasl_mechanism : std::uint8_t { plain, scram_sha_256, scram_sha_512 };

/// `plaintext`, `ssl`, `sasl_plaintext`, `sasl_ssl`.
std::string_view word_of(security s);
/// `PLAIN`, `SCRAM-SHA-256`, `SCRAM-SHA-512`: as brokers spell it.
std::string_view word_of(sasl_mechanism m);
std::optional<security> security_of(std::string_view word);
std::optional<sasl_mechanism> mechanism_of(std::string_view word);

/// Moved, never copied: it holds a password. Whoever opens something with it keeps it to open
/// the next one; a library keeps a copy of the password while a connection lives, and wipes it.
struct connection {
    std::string brokers; ///< `HOST:PORT[,HOST:PORT…]`; one that answers tells of the others
    kafka::security security = kafka::security::plaintext;
    std::optional<sasl_mechanism> mechanism; ///< with SASL; else none
    std::string user;
    base::secret_text password;
    std::string ca_file;          ///< PEM; empty: the system's
    std::string certificate_file; ///< PEM, our own, for brokers that ask; with key_file
    std::string key_file;         ///< PEM, without a password
    /// The broker's certificate must name the host that we dialled.
    bool checks_host_name = true;
};

inline constexpr std::size_t broker_addresses_max = 32;

/// Whether the parts fit together. Fails with kafka_errc::bad_options; the message names the part
/// and what to change, and shows no password.
base::result<void> check(const connection& c);

} // namespace rollcall::kafka
