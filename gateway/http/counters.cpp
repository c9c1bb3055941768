#include "gateway/http/counters.hpp"

namespace rollcall::http {

counters_snapshot& counters_snapshot::operator+=(const counters_snapshot& other) {
    connections_open += other.connections_open;
    connections_accepted += other.connections_accepted;
    connections_refused += other.connections_refused;
    accept_failures += other.accept_failures;
    requests += other.requests;
    bytes_in += other.bytes_in;
    bytes_out += other.bytes_out;
    head_bytes += other.head_bytes;
    body_bytes += other.body_bytes;
    for (std::size_t i = 0; i < faults.size(); ++i)
        faults[i] += other.faults[i];
    timeouts_head += other.timeouts_head;
    timeouts_body += other.timeouts_body;
    timeouts_handling += other.timeouts_handling;
    timeouts_write += other.timeouts_write;
    timeouts_idle += other.timeouts_idle;
    timeouts_handshake += other.timeouts_handshake;
    handshakes_done += other.handshakes_done;
    handshakes_resumed += other.handshakes_resumed;
    handshakes_failed += other.handshakes_failed;
    handshakes_crowded_out += other.handshakes_crowded_out;
    handshakes_plain += other.handshakes_plain;
    answers_unclaimed += other.answers_unclaimed;
    answers_broken_off += other.answers_broken_off;
    return *this;
}

counters_snapshot thread_counters::read() const {
    counters_snapshot s;
    s.connections_open = connections_open.value();
    s.connections_accepted = connections_accepted.value();
    s.connections_refused = connections_refused.value();
    s.accept_failures = accept_failures.value();
    s.requests = requests.value();
    s.bytes_in = bytes_in.value();
    s.bytes_out = bytes_out.value();
    s.head_bytes = head_bytes.value();
    s.body_bytes = body_bytes.value();
    for (std::size_t i = 0; i < faults.size(); ++i)
        s.faults[i] = faults[i].value();
    s.timeouts_head = timeouts_head.value();
    s.timeouts_body = timeouts_body.value();
    s.timeouts_handling = timeouts_handling.value();
    s.timeouts_write = timeouts_write.value();
    s.timeouts_idle = timeouts_idle.value();
    s.timeouts_handshake = timeouts_handshake.value();
    s.handshakes_done = handshakes_done.value();
    s.handshakes_resumed = handshakes_resumed.value();
    s.handshakes_failed = handshakes_failed.value();
    s.handshakes_crowded_out = handshakes_crowded_out.value();
    s.handshakes_plain = handshakes_plain.value();
    s.answers_unclaimed = answers_unclaimed.value();
    s.answers_broken_off = answers_broken_off.value();
    return s;
}

} // namespace rollcall::http
