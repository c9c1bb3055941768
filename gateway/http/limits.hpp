// Every limit of the HTTP room: how large, how many, how long. One place, so that an operator's
// option, a test at the edge and the sentence in an error page all speak of the same number.
// Plain data: a server takes a copy when it starts, and nothing changes it afterwards.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace rollcall::http {

struct limits {
    // --- Bytes and counts of one request -------------------------------------------------------

    /// Request line and header fields with the blank line that ends them. Past it: 431.
    std::size_t head_bytes_max = std::size_t{16} * 1024;
    /// The request target (path and query as sent). Past it: 414.
    std::size_t target_bytes_max = std::size_t{8} * 1024;
    /// Header fields. Past it: 431.
    std::size_t head_fields_max = 100;
    /// The body after chunks are put together. Past it: 413.
    std::size_t body_bytes_max = std::size_t{1024} * 1024;
    /// Chunk sizes, chunk extensions and trailers of one request together. Past it: 413.
    std::size_t chunk_overhead_bytes_max = std::size_t{64} * 1024;
    /// Segments of a path. Past it: 414.
    std::size_t path_segments_max = 32;
    /// Parameters of a query. Past it: 414.
    std::size_t query_parameters_max = 64;

    // --- One connection ------------------------------------------------------------------------

    /// Size of a connection's input buffer before a request asks for more.
    std::size_t input_bytes_start = std::size_t{4} * 1024;
    /// An input buffer that grew past this is given back once its request has been answered.
    std::size_t idle_buffer_bytes_max = std::size_t{16} * 1024;
    /// Pipelined requests answered in one turn; then the other connections get theirs.
    std::size_t pipelined_requests_max = 32;
    /// Answers to pipelined requests are gathered up to here before they are written.
    std::size_t gathered_answer_bytes_max = std::size_t{64} * 1024;
    /// Input thrown away after a final answer, so that the client can read that answer.
    std::size_t linger_bytes_max = std::size_t{1024} * 1024;

    /// What an I/O thread keeps of the buffers in which it makes answers for all its connections.
    std::size_t thread_buffer_bytes_max = std::size_t{1024} * 1024;

    // --- The whole server ----------------------------------------------------------------------

    /// Open connections. One more is answered 503 and closed.
    std::size_t connections_max = 4096;
    /// Connections on their way out with such a 503; past it, accepting stops until one has gone.
    std::size_t refusals_max = 64;
    /// Input buffers of all connections together, beyond their starting size. Past it: 503.
    std::size_t input_bytes_total_max = std::size_t{256} * 1024 * 1024;
    /// The last part of these, for small buffers only: a few clients with large bodies that they do
    /// not finish keep out nobody with an ordinary one.
    std::size_t input_bytes_reserve = std::size_t{64} * 1024 * 1024;
    /// An input buffer up to this size is small.
    std::size_t small_input_bytes_max = std::size_t{64} * 1024;
    /// Connections that the kernel keeps for us until we accept them.
    int listen_backlog = 1024;

    /// TLS handshakes under way on one I/O thread, or less if they would be half of all
    /// connections. Past it the oldest is cut.
    std::size_t tls_handshakes_max = 256;

    // --- Time ----------------------------------------------------------------------------------

    /// From the start of a connection to the end of its TLS handshake. The connection is cut.
    std::chrono::milliseconds tls_handshake_time_max{5'000};
    /// From the first byte of a request (or the start of a connection) to the end of its head. 408.
    std::chrono::milliseconds head_time_max{10'000};
    /// From the end of the head to the end of the body. 408.
    std::chrono::milliseconds body_time_max{30'000};
    /// From the end of the request to the handler's answer. 503: the outcome is unknown.
    std::chrono::milliseconds handling_time_max{30'000};
    /// While an answer is made: how often to look whether the client is still there.
    std::chrono::milliseconds client_watch_period{1'000};
    /// For the client to take in an answer. The connection is cut.
    std::chrono::milliseconds write_time_max{30'000};
    /// For a body in pieces, from its first to its last: what it is made from may be held as it is
    /// for so long. The connection is cut.
    std::chrono::milliseconds stream_time_max{300'000};
    /// Between two requests. The connection is closed.
    std::chrono::milliseconds idle_time_max{75'000};
    /// For the client to notice that we have closed our side.
    std::chrono::milliseconds linger_time_max{2'000};
    /// How long accepting rests when the process is out of file descriptors or memory.
    std::chrono::milliseconds accept_pause{100};
    /// How often deadlines are looked at, and so how late one may be noticed.
    std::chrono::milliseconds deadline_tick{250};

    /// Told to a client with a 503 as `Retry-After`, in whole seconds.
    std::chrono::seconds retry_after{5};
};

/// Readable bytes behind every request body, so that a JSON parser may read past its end.
inline constexpr std::size_t body_padding_bytes = 64;

} // namespace rollcall::http
