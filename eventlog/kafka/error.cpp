#include "eventlog/kafka/error.hpp"

#include <string>

namespace rollcall::kafka {
namespace {

class category final : public std::error_category {
  public:
    [[nodiscard]] const char* name() const noexcept override { return "kafka"; }

    [[nodiscard]] std::string message(int code) const override {
        switch (static_cast<kafka_errc>(code)) {
        case kafka_errc::bad_options: return "options do not fit";
        case kafka_errc::unreachable: return "no broker answers";
        case kafka_errc::refused_credentials: return "credentials refused";
        case kafka_errc::tls_failed: return "TLS failed";
        case kafka_errc::not_authorized: return "not authorized";
        case kafka_errc::unknown_topic: return "no such topic or partition";
        case kafka_errc::already_exists: return "topic exists";
        case kafka_errc::message_too_large: return "message too large";
        case kafka_errc::queue_full: return "producer's queue is full";
        case kafka_errc::fatal_producer: return "producer has failed for good";
        case kafka_errc::offset_out_of_range: return "offset out of range";
        case kafka_errc::timed_out: return "timed out";
        case kafka_errc::closed: return "closed";
        case kafka_errc::other: return "broker error";
        }
        return "unknown error";
    }
};

} // namespace

const std::error_category& kafka_category() {
    static const category instance;
    return instance;
}

} // namespace rollcall::kafka
