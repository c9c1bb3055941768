// The library's error numbers as ours. Internal to this room.
#pragma once

#include "eventlog/base/result.hpp"
#include "eventlog/kafka/error.hpp"

#include <librdkafka/rdkafka.h>
#include <string>
#include <string_view>

namespace rollcall::kafka {

kafka_errc code_of(rd_kafka_resp_err_t error);

/// `doing: reason`; the library's own words for the error if there is no reason.
base::failure failure_of(rd_kafka_resp_err_t error, std::string_view doing,
                         std::string_view reason = {});

} // namespace rollcall::kafka
