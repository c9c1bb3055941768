// The library's own log lines in ours. Internal to this room.
#pragma once

#include <librdkafka/rdkafka.h>

namespace rollcall::kafka {

/// Writes a log event to base::log: of each kind of line one a minute, with the number of those
/// since the last.
void tell(rd_kafka_event_t* line);

} // namespace rollcall::kafka
