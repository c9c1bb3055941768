#include "gateway/http/fault.hpp"

#include <array>
#include <cassert>
#include <cstddef>

namespace rollcall::http {
namespace {

// In the order of the enumeration.
constexpr std::array rows{
    fault_row{
        fault::malformed, 400, "malformed",
        "The request is not well-formed HTTP/1.1, or its framing is ambiguous. Send one Host, "
        "at most one Content-Length, and Transfer-Encoding only as 'chunked'.",
        false},
    fault_row{fault::bad_target, 400, "bad_target",
              "The request target must be a path with an optional query, in ASCII, without '.' or "
              "'..' segments, and its percent escapes must spell UTF-8 text.",
              false},
    fault_row{fault::head_timeout, 408, "head_timeout",
              "The request line and header did not arrive in time. Send the request again.", false},
    fault_row{fault::body_timeout, 408, "body_timeout",
              "The request body did not arrive in time. Send the request again.", false},
    fault_row{fault::body_too_large, 413, "body_too_large",
              "The request body is too large. Send less in one request.", false},
    fault_row{fault::bad_coding, 400, "bad_coding",
              "The body is not what its Content-Encoding says: one whole gzip member with nothing "
              "behind it.",
              false},
    fault_row{fault::unsupported_coding, 415, "unsupported_coding",
              "Send the body as it is or with Content-Encoding: gzip. Others are not understood.",
              false},
    fault_row{
        fault::target_too_long, 414, "target_too_long",
        "The request target is too long or has too many parts. Shorten the path or the query.",
        false},
    fault_row{
        fault::bad_expectation, 417, "bad_expectation",
        "The only expectation that can be met is '100-continue'. Leave out the Expect header.",
        false},
    fault_row{fault::head_too_large, 431, "head_too_large",
              "The request header is too large or has too many fields. Send fewer or shorter ones.",
              false},
    fault_row{
        fault::no_memory, 503, "no_memory",
        "The server holds too much unfinished input. Nothing was done; send the request again "
        "later.",
        true, true},
    fault_row{fault::input_share_used_up, 429, "input_share_used_up",
              "You have as much unfinished input under way as you may. Nothing was done; let your "
              "other requests come to their end, then send this one again.",
              true, true},
    fault_row{
        fault::too_many_connections, 503, "too_many_connections",
        "The server has too many open connections. Nothing was done; use fewer connections or "
        "try again later.",
        true, true},
    fault_row{
        fault::handling_timeout, 503, "handling_timeout",
        "The request took too long. Whether it was carried out is unknown; look before sending "
        "it again.",
        true},
    fault_row{fault::answer_lost, 503, "answer_lost",
              "The server stopped working on the request. Whether it was carried out is unknown; "
              "look before sending it again.",
              true},
};

static_assert(rows.size() == faults_count);

} // namespace

const fault_row& describe(fault what) {
    const fault_row& row = rows.at(static_cast<std::size_t>(what));
    assert(row.what == what);
    return row;
}

} // namespace rollcall::http
