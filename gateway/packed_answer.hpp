// Answers packed with gzip for clients who accept it: which, and where.
//
// Only areas that say so: what the operator's door answers may hold the secret of a new key, and is
// never packed. Only for who has shown a key, or may scrape: strangers must not make work. Lists
// and teams are packed by the list workers who make them; what is made on an I/O thread is packed
// there when it is complete, up to a size beyond which it would hold up the other connections.
//
// Entity tags stay as they are: ours are weak, and a weak tag stands for what is meant, however it
// is packed (RFC 9110 section 8.8.3.2). So a client's If-Match holds, packed or not.
#pragma once

#include "gateway/call.hpp"

#include <cstddef>
#include <string>

namespace rollcall::gateway {

/// From how many bytes on the answer to this call is packed; SIZE_MAX: it never is.
std::size_t packed_from(const call& c);

/// Replaces the body by the same, packed.
void pack(std::string& body);

/// The last step of every complete reply: says what it depends on, and packs what is worth it and
/// not packed already.
void pack_answer(call& c);

} // namespace rollcall::gateway
