// The part of a session that sends a body in pieces.
#include "gateway/http/io_thread.hpp"
#include "gateway/http/session.hpp"

#include <utility>

namespace rollcall::http {

using std::chrono::steady_clock;

void session::begin_stream(std::shared_ptr<body_source> source) {
    phase_ = phase::streaming;
    source_ = std::move(source);
    stream_until_ = steady_clock::now() + bounds().stream_time_max;
}

void session::ask_for_piece() {
    const auto now = steady_clock::now();
    if (now >= stream_until_) {
        home_.count().timeouts_write.add(1);
        handler_.on_broken_off(reader_.asked(), remembered_.get());
        cut();
        return;
    }
    home_.set_deadline(self_, now + bounds().handling_time_max);
    source_->next(pending_answer(answer_ticket{home_.office(), self_}));
}

/// The status line has gone out long ago: whatever goes wrong now, the client can only be cut off.
void session::on_piece(continuation then) {
    reply& answer = home_.scratch_reply();
    answer.clear(bounds().thread_buffer_bytes_max);
    if (!then) answer.break_off();
    if (then) {
        exchange x(reader_.asked(), answer, answer_ticket{});
        then(x);
    }
    if (answer.is_broken_off()) {
        home_.count().answers_broken_off.add(1);
        handler_.on_broken_off(reader_.asked(), remembered_.get());
        cut();
        return;
    }
    const bool last = !answer.has_more();
    answer.append_piece_to(home_.scratch_output(), reader_.asked().version() == 11, last);
    if (last) {
        source_.reset();
        remembered_.reset();
        reader_.finish();
        phase_ = phase::idle;
        // A drain that came meanwhile has passed this connection over.
        last_answer_ = last_answer_ || home_.common().draining;
    }
    go_on();
}

} // namespace rollcall::http
