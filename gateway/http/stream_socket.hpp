// The one instantiation of Asio's stream socket: for TCP and Unix sockets alike, with the loop's
// own executor type, since Asio's default one erases the type and counts work at every step.
#pragma once

#include "gateway/http/descriptor.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/socket.h>

namespace rollcall::http {

using stream_socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol,
                                                       boost::asio::io_context::executor_type>;

/// Makes `into` the owner of a connected socket of any family.
inline void take_socket(stream_socket& into, descriptor socket) {
    sockaddr_storage address{};
    socklen_t size = sizeof address;
    ::getsockname(socket.get(), reinterpret_cast<sockaddr*>(&address), &size);
    into.assign(boost::asio::generic::stream_protocol(address.ss_family, 0), socket.release());
}

} // namespace rollcall::http
