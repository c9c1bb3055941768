// CRC-32C (Castagnoli, RFC 3720 appendix B.4): finds torn and damaged bytes, proves nothing else.
#pragma once

#include <cstdint>
#include <string_view>

namespace rollcall::base {

/// The checksum of `bytes`. Uses the processor's instruction where there is one.
std::uint32_t crc32c(std::string_view bytes);

} // namespace rollcall::base
