// What a request may take with its body. By default that is limits::body_bytes_max and
// limits::body_time_max; a handler may allow one request more (handler::allow_body).
#pragma once

#include <chrono>
#include <cstddef>

namespace rollcall::http {

struct body_allowance {
    std::size_t bytes_max = 0; ///< as sent
    std::chrono::milliseconds time_max{0};
};

} // namespace rollcall::http
