// What an operator says about publishing to Kafka, as plain values; and what the publisher is given
// for it. Without brokers nothing is published, and nothing else may be said.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/connection.hpp"
#include "projections/told/message.hpp"
#include "projections/told/privacy.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace rollcall::publishing {
struct publisher_options;
} // namespace rollcall::publishing

namespace rollcall::cli {

/// The variable that holds the password itself, instead of a file.
inline constexpr const char* kafka_password_variable = "ROLLCALL_KAFKA_PASSWORD";

struct publish_settings {
    std::string brokers; ///< empty: nothing is published
    kafka::security security = kafka::security::plaintext;
    std::optional<kafka::sasl_mechanism> mechanism;
    std::string user;
    std::filesystem::path password_file;
    std::optional<std::string> password; ///< from the environment
    std::filesystem::path ca_file;
    std::filesystem::path cert_file;
    std::filesystem::path key_file;
    std::string topic_prefix = "rollcall.";
    std::int32_t partitions = 8;             ///< of topics that are made
    std::optional<std::int32_t> replication; ///< likewise; nothing: see kafka::topic_plan
    std::uint32_t retention_days = 0;        ///< likewise, of lifecycle; 0: for ever
    told::privacy personal_state = told::privacy::full;
    told::privacy personal_lifecycle = told::privacy::minimal;
    told::event_mode mode = told::event_mode::binary;
    friend bool operator==(const publish_settings&, const publish_settings&) = default;
};

/// The options of the publisher; nothing if nothing is to be published. Fails with
/// kafka_errc::bad_options or std::errc::invalid_argument: what does not fit together, and files
/// that cannot be read. Asks no broker.
base::result<std::optional<publishing::publisher_options>>
publisher_options_of(const publish_settings& said);

} // namespace rollcall::cli
