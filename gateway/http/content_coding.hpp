// What an Accept-Encoding field comes to (RFC 9110 section 12.5.3) for a server that has bodies as
// they are, and packed with gzip. Pure.
//
// Of two codings that are equally welcome gzip is taken, and so it is if only gzip is named. What
// is malformed counts as not said. Who accepts neither gets the body as it is: that he may be sent
// 406 instead helps nobody.
#pragma once

#include "gateway/http/request.hpp"

#include <cstdint>

namespace rollcall::http {

enum class coding_wish : std::uint8_t {
    plain,     ///< gzip was not asked for
    gzip,      ///< gzip is welcome
    only_gzip, ///< and the body as it is, is not
};

coding_wish wished_coding(const request& asked);

} // namespace rollcall::http
