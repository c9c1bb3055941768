// The transport of a TLS connection: OpenSSL's state machine on a socket, driven by the event loop.
//
//                first byte                 done
//     greeting ────────────▶ handshaking ────────▶ open ──▶ broken
//         │ a letter                                         ▲
//         └─────────▶ refusing ──────────────────────────────┘
//
// The handshake runs behind the first read() or write(), so that a session notices nothing of it.
// Until a client has sent something it holds a socket and nothing else. One that begins to speak
// plain HTTP is answered 400 in plain HTTP. close() and finish_sending() say close_notify if
// everything before it could be sent.
#pragma once

#include "gateway/http/counters.hpp"
#include "gateway/http/descriptor.hpp"
#include "gateway/http/tls_handshakes.hpp"
#include "gateway/http/tls_source.hpp"
#include "gateway/http/transport.hpp"

#include <boost/asio/io_context.hpp>

#include <memory>

namespace rollcall::http {

/// What the TLS connections of a thread share; outlives them.
struct tls_surroundings {
    boost::asio::io_context& loop;
    tls_handshakes& handshakes;
    thread_counters& count;
};

/// A transport over a connected stream socket that was just accepted. `source` outlives it.
std::unique_ptr<transport> tls_transport(const tls_surroundings& around, const tls_source& source,
                                         descriptor socket, transport_events& events);

} // namespace rollcall::http
