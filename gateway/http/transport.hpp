// The seam between a connection and its socket: the few things that a session asks of a byte
// stream. Plain sockets, TCP and Unix alike, are one kind; TLS (tls_transport.hpp) is the other,
// behind the same verbs.
//
// Everything happens on the thread that runs the event loop. At most one read and one write are
// under way; each ends in exactly one call of its event, close() included, and the owner keeps the
// transport and the buffers alive until then.
#pragma once

#include "gateway/http/descriptor.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

namespace rollcall::http {

class transport_events {
  public:
    /// `bytes` have arrived in the span given to read(); an error or 0 bytes: no more will.
    virtual void on_read(boost::system::error_code failed, std::size_t bytes) = 0;
    /// `bytes` of what was given to write() are gone, perhaps not all.
    virtual void on_written(boost::system::error_code failed, std::size_t bytes) = 0;

  protected:
    ~transport_events() = default;
};

class transport {
  public:
    virtual ~transport() = default;

    /// Waits for bytes and puts them into `room`, which must not be empty.
    virtual void read(std::span<char> room) = 0;

    /// Writes what can be written without waiting; how much that was, 0 if nothing. What it did not
    /// take must be the next that is written, if anything is.
    virtual std::size_t try_write(std::string_view bytes, boost::system::error_code& failed) = 0;

    /// Writes at least one byte of `bytes`, when that becomes possible.
    virtual void write(std::string_view bytes) = 0;

    /// Has a read under way end soon: with what it has taken from the kernel already, or else with
    /// operation_aborted. Not while a write is under way. A client within a TLS handshake is let
    /// finish it and ask.
    virtual void stop_reading() = 0;

    /// Whether bytes have arrived that no read has taken.
    [[nodiscard]] virtual bool input_waits() = 0;

    /// Whether the other side has closed its sending direction, or the connection is broken; also
    /// with bytes in front of that which no read has taken.
    [[nodiscard]] virtual bool peer_finished() = 0;

    /// Tells the other side that nothing more will be sent.
    virtual void finish_sending() = 0;

    /// Ends it at once. A read or write under way fails soon.
    virtual void close() = 0;

    /// Like close(), and what the kernel has not sent yet is thrown away: for a client that does
    /// not read, and would keep the kernel's memory for as long as it likes.
    virtual void abandon() = 0;
};

/// A transport over a connected stream socket of any family.
std::unique_ptr<transport> plain_transport(boost::asio::io_context& loop, descriptor socket,
                                           transport_events& events);

} // namespace rollcall::http
