#include "cli/publish_settings.hpp"

#include "cli/secret_file.hpp"
#include "consumers/publishing/publisher.hpp"
#include "eventlog/kafka/record.hpp"

#include <chrono>
#include <unistd.h>

namespace rollcall::cli {
namespace {

using kafka::kafka_errc;

tl::unexpected<base::failure> wrong(std::string message) {
    return base::fail(kafka_errc::bad_options, std::move(message));
}

base::result<base::secret_text> find_password(const publish_settings& said) {
    if (!said.password) {
        if (said.password_file.empty()) return base::secret_text();
        return read_secret_file(said.password_file, "a password");
    }
    if (!said.password_file.empty()) {
        return wrong(std::string("kafka-password-file and ") + kafka_password_variable +
                     " are both given: give one of them");
    }
    return base::secret_text(without_blanks(*said.password));
}

/// A file that is missing would be found by the publisher too, but only after the start.
base::result<void> find_file(const char* name, const std::filesystem::path& file) {
    std::error_code ignored;
    if (file.empty() ||
        (std::filesystem::is_regular_file(file, ignored) && ::access(file.c_str(), R_OK) == 0)) {
        return {};
    }
    return wrong(std::string(name) + ": " + file.string() +
                 " cannot be read: check its name and mode");
}

base::result<kafka::connection> connection_of(const publish_settings& said) {
    auto password = find_password(said);
    if (!password) return tl::unexpected(password.error());
    kafka::connection out;
    out.brokers = said.brokers;
    out.security = said.security;
    out.mechanism = said.mechanism;
    out.user = said.user;
    out.password = std::move(*password);
    out.ca_file = said.ca_file.string();
    out.certificate_file = said.cert_file.string();
    out.key_file = said.key_file.string();
    if (auto checked = kafka::check(out); !checked) return tl::unexpected(checked.error());
    for (const auto& [name, file] : {std::pair{"kafka-ca-file", said.ca_file},
                                     {"kafka-cert-file", said.cert_file},
                                     {"kafka-key-file", said.key_file}}) {
        if (auto found = find_file(name, file); !found) return tl::unexpected(found.error());
    }
    return out;
}

} // namespace

base::result<std::optional<publishing::publisher_options>>
publisher_options_of(const publish_settings& said) {
    if (said == publish_settings()) return std::nullopt;
    if (said.brokers.empty()) {
        return wrong("a setting that begins with kafka- is given without kafka, which names the "
                     "brokers: give kafka too, or none of them");
    }
    auto brokers = connection_of(said);
    if (!brokers) return tl::unexpected(brokers.error());
    for (const told::topic_kind kind : told::topic_kinds_all) {
        const std::string name = told::topic_name(said.topic_prefix, kind);
        if (kafka::is_topic_name(name)) continue;
        return wrong("kafka-topic-prefix: no topic can be called \"" + name +
                     "\": use letters, digits, '.', '_' and '-', at most 249 in all");
    }
    publishing::publisher_options out;
    out.brokers = std::move(*brokers);
    out.prefix = said.topic_prefix;
    out.partitions = said.partitions;
    out.replication = said.replication;
    if (said.retention_days > 0) {
        out.lifecycle_retention_ms =
            std::chrono::milliseconds(std::chrono::days(said.retention_days)).count();
    }
    out.told.lifecycle.personal = said.personal_lifecycle;
    out.told.state.personal = said.personal_state;
    out.told.lifecycle.mode = said.mode;
    out.told.state.mode = said.mode;
    return out;
}

} // namespace rollcall::cli
