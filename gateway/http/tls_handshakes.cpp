#include "gateway/http/tls_handshakes.hpp"

#include <algorithm>
#include <cassert>

namespace rollcall::http {

tls_handshakes::tls_handshakes(std::size_t handshakes_max, std::chrono::milliseconds time_max,
                               thread_counters& count)
    : handshakes_max_(std::max<std::size_t>(handshakes_max, 1)),
      time_max_(time_max),
      count_(count) {}

void tls_handshakes::enter(member& who, time_point now) {
    assert(!who.inside_);
    if (members_.size() == handshakes_max_) {
        count_.handshakes_crowded_out.add(1);
        expel_oldest();
    }
    who.began_ = now;
    who.inside_ = true;
    who.place_ = members_.insert(members_.end(), &who);
}

void tls_handshakes::leave(member& who) {
    if (!who.inside_) return;
    who.inside_ = false;
    members_.erase(who.place_);
}

void tls_handshakes::sweep(time_point now) {
    while (!members_.empty() && now - members_.front()->began_ >= time_max_) {
        count_.timeouts_handshake.add(1);
        expel_oldest();
    }
}

void tls_handshakes::expel_oldest() {
    member& oldest = *members_.front();
    leave(oldest);
    oldest.give_up();
}

} // namespace rollcall::http
