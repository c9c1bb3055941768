#include "gateway/http/session.hpp"

#include "eventlog/base/time.hpp"
#include "eventlog/base/uuid.hpp"
#include "gateway/http/io_thread.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <cassert>
#include <utility>

namespace rollcall::http {
namespace {

using boost::system::error_code;
using std::chrono::steady_clock;

constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

} // namespace

session::session(io_thread& home, slot_id self, arrival who)
    : home_(home),
      self_(self),
      handler_(*who.answers),
      reader_(home.common().bounds, home.common().budget, std::move(who.peer)),
      stream_(home.transport_for(std::move(who.socket), who.tls, *this)),
      over_limit_(who.over_limit) {}

session::~session() {
    assert(!reading_ && !writing_);
    if (over_limit_) home_.common().refusals.fetch_sub(1);
}

void session::start() {
    if (over_limit_) {
        refuse(fault::too_many_connections);
        return;
    }
    step_until_ = steady_clock::now() + bounds().head_time_max;
    work();
    if (home_.common().draining) on_drain();
}

// --- Input -------------------------------------------------------------------------------------

void session::work() {
    for (std::size_t answered = 0;;) {
        switch (reader_.advance()) {
        case request_reader::step::need_bytes: await_input(); return;
        case request_reader::step::refused: refuse(reader_.why()); return;
        case request_reader::step::head: admit(); break;
        case request_reader::step::complete:
            if (answered++ == bounds().pipelined_requests_max) {
                if (!flush()) return;
                home_.clear_deadline(self_); // resume() comes soon and without fail
                home_.yield(self_);
                return;
            }
            handle();
            break;
        }
        if (last_answer_ && phase_ != phase::streaming) {
            end();
            return;
        }
        const bool much = home_.scratch_output().size() >= bounds().gathered_answer_bytes_max;
        if ((is_answering() || much) && !flush()) return;
        if (phase_ == phase::streaming) {
            ask_for_piece();
            return;
        }
        if (phase_ == phase::handling) return;
    }
}

void session::resume() {
    if (phase_ != phase::closed && !last_answer_ && !writing_) work();
}

void session::await_input() {
    if (!flush()) return;
    if (phase_ == phase::idle && reader_.under_way()) {
        phase_ = phase::head;
        step_until_ = steady_clock::now() + bounds().head_time_max;
    }
    if (phase_ == phase::idle) {
        expire(bounds().idle_time_max);
    } else {
        home_.set_deadline(self_, step_until_);
    }
    assert(!reading_);
    reading_ = true;
    stream_->read(reader_.room());
}

void session::on_read(error_code failed, std::size_t bytes) {
    reading_ = false;
    if (phase_ == phase::closed) {
        release_if_quiet();
        return;
    }
    home_.count().bytes_in.add(bytes);
    const bool over = failed || bytes == 0;
    if (last_answer_) {
        discarded_ += bytes;
        if (writing_) return; // linger() will look again
        if (over || discarded_ > bounds().linger_bytes_max) {
            cut();
        } else {
            discard_more();
        }
        return;
    }
    if (over) {
        // Stopped by on_drain(), but a request may have come in the meantime.
        const bool stopped = failed == boost::asio::error::operation_aborted;
        if (stopped && stream_->input_waits()) {
            await_input();
        } else {
            cut();
        }
        return;
    }
    reader_.add(bytes);
    pace_.add(bytes);
    work();
}

// --- One request -------------------------------------------------------------------------------

void session::admit() {
    reader_.stamp(base::now());
    home_.count().head_bytes.add(reader_.head_bytes());
    phase_ = phase::body;
    if (!reader_.body_announced()) return;
    body_allowance allowed{bounds().body_bytes_max, bounds().body_time_max};
    if (reader_.body_may_be_large()) {
        allowed = handler_.allow_body(reader_.asked(), allowed);
        reader_.allow_body(allowed.bytes_max);
    }
    step_until_ = pace_.begin(steady_clock::now(), bounds().body_time_max, allowed.time_max);
    reply& answer = home_.scratch_reply();
    answer.clear(bounds().thread_buffer_bytes_max);
    remembered_.reset();
    exchange x(reader_.asked(), answer, {}, &remembered_);
    if (handler_.check_head(x) == handler::verdict::refuse) {
        const bool skippable = reader_.body_at_hand();
        render(skippable);
        if (skippable) reader_.finish();
        return;
    }
    held_ = answer.take_kept();
    if (reader_.body_unwanted()) return; // which the reader says next
    reader_.charge_to(x.take_payer());
    if (reader_.continue_expected()) home_.scratch_output() += continue_line;
}

void session::handle() {
    phase_ = phase::handling;
    home_.count().requests.add(1);
    home_.count().body_bytes.add(reader_.asked().body().size());
    reply& answer = home_.scratch_reply();
    answer.clear(bounds().thread_buffer_bytes_max);
    remembered_.reset();
    exchange x(reader_.asked(), answer, answer_ticket{home_.office(), self_}, &remembered_);
    handler_.handle(x);
    if (x.deferred()) {
        const auto now = steady_clock::now();
        step_until_ = now + bounds().handling_time_max;
        home_.set_deadline(
            self_, now + std::min(bounds().handling_time_max, bounds().client_watch_period));
    } else {
        settle();
    }
}

void session::on_letter(continuation then) {
    if (phase_ == phase::streaming) {
        on_piece(std::move(then));
        return;
    }
    if (phase_ != phase::handling) {
        home_.count().answers_unclaimed.add(1);
        return;
    }
    if (!then) {
        refuse(fault::answer_lost);
        return;
    }
    reply& answer = home_.scratch_reply();
    answer.clear(bounds().thread_buffer_bytes_max);
    exchange x(reader_.asked(), answer, answer_ticket{home_.office(), self_}, &remembered_);
    then(x);
    if (x.deferred()) return;
    settle();
    go_on();
}

/// What comes after an answer, or the head of one, has been rendered.
void session::go_on() {
    if (phase_ == phase::streaming) {
        if (flush()) ask_for_piece();
    } else if (last_answer_) {
        end();
    } else if (writing_) {
        flush(); // behind what is still being written; the rest of the input waits
    } else {
        work();
    }
}

void session::settle() {
    auto source = home_.scratch_reply().take_source();
    const bool pieces = source != nullptr && reader_.asked().method() != method::head;
    if (source != nullptr) home_.scratch_reply().stream(source); // said in the head all the same
    render(true);
    if (pieces) {
        begin_stream(std::move(source));
    } else {
        remembered_.reset();
        reader_.finish();
    }
}

bool session::is_answering() const {
    return phase_ == phase::handling || phase_ == phase::streaming;
}

void session::render(bool keep_alive) {
    held_.reset();
    const request& asked = reader_.asked();
    reply& answer = home_.scratch_reply();
    const bool endless = answer.streams() && asked.version() != 11; // its end is the connection's
    const bool stay = keep_alive && asked.keep_alive() && !answer.closes() && !endless &&
                      !home_.common().draining.load(std::memory_order_relaxed);
    answer.append_to(home_.scratch_output(), reply::framing{asked.request_id(), asked.version(),
                                                            asked.method() == method::head, stay});
    if (auto kept = answer.take_kept()) kept_.push_back(std::move(kept));
    phase_ = phase::idle;
    last_answer_ = !stay;
}

void session::refuse(fault what) {
    const fault_row& row = describe(what);
    held_.reset();
    home_.count().faults[static_cast<std::size_t>(what)].add(1);
    reply& answer = home_.scratch_reply();
    answer.clear(bounds().thread_buffer_bytes_max);

    reply::framing how;
    how.keep_alive = false;
    std::string fresh_id;
    if (reader_.head_read()) {
        if (phase_ != phase::body && phase_ != phase::handling) reader_.stamp(base::now());
        how.request_id = reader_.asked().request_id();
        how.head_only = reader_.asked().method() == method::head;
    } else {
        fresh_id = reader_.request_id_seen();
        if (fresh_id.empty()) fresh_id = base::uuid::make_v7(base::now().unix_ms).text();
        how.request_id = fresh_id;
    }
    handler_.render_fault({row, reader_.head_read() ? &reader_.asked() : nullptr,
                           reader_.target_seen(), how.request_id, remembered_.get()},
                          answer);
    remembered_.reset();
    answer.status = row.status;
    if (row.retry) answer.add_header("Retry-After", std::to_string(bounds().retry_after.count()));
    answer.append_to(home_.scratch_output(), how);
    last_answer_ = true;
    phase_ = phase::lingering;
    end();
}

// --- Output ------------------------------------------------------------------------------------

bool session::flush() {
    std::string& out = home_.scratch_output();
    if (out.empty()) return !writing_;
    if (writing_) {
        next_unsent_ += out;
        home_.clear_scratch_output();
        if (phase_ != phase::handling) expire(bounds().write_time_max);
        return false;
    }
    error_code failed;
    const std::size_t sent = stream_->try_write(out, failed);
    home_.count().bytes_out.add(sent);
    if (!failed && sent < out.size()) {
        // Without a copy, unless the buffer is much larger than what is in it.
        if (out.size() - sent > out.capacity() / 2) {
            unsent_.swap(out);
            unsent_begin_ = sent;
        } else {
            unsent_.assign(out, sent);
            unsent_begin_ = 0;
        }
        writing_ = true;
        stream_->write(std::string_view(unsent_).substr(unsent_begin_));
        if (phase_ != phase::handling) expire(bounds().write_time_max);
    }
    home_.clear_scratch_output();
    if (!writing_) kept_.clear();
    if (failed) cut();
    return !failed && !writing_;
}

void session::on_written(error_code failed, std::size_t bytes) {
    writing_ = false;
    if (phase_ == phase::closed) {
        release_if_quiet();
        return;
    }
    if (failed) {
        cut();
        return;
    }
    home_.count().bytes_out.add(bytes);
    unsent_begin_ += bytes;
    if (unsent_begin_ == unsent_.size()) {
        unsent_.swap(next_unsent_);
        std::string().swap(next_unsent_);
        unsent_begin_ = 0;
    }
    if (!unsent_.empty()) {
        writing_ = true;
        stream_->write(std::string_view(unsent_).substr(unsent_begin_));
        return;
    }
    std::string().swap(unsent_);
    kept_.clear();
    if (phase_ == phase::streaming) {
        ask_for_piece();
    } else if (last_answer_) {
        linger();
    } else if (phase_ != phase::handling) {
        work();
    }
}

// --- The end -----------------------------------------------------------------------------------

void session::end() {
    if (flush()) linger();
}

void session::linger() {
    phase_ = phase::lingering;
    stream_->finish_sending();
    expire(bounds().linger_time_max);
    if (!reading_) discard_more();
}

void session::discard_more() {
    reader_.discard();
    reading_ = true;
    stream_->read(reader_.room());
}

void session::on_deadline() {
    thread_counters& count = home_.count();
    if (phase_ == phase::handling && steady_clock::now() < step_until_) {
        watch_client();
    } else if (phase_ == phase::handling) {
        count.timeouts_handling.add(1);
        refuse(fault::handling_timeout);
    } else if (writing_) {
        count.timeouts_write.add(1);
        cut();
    } else if (phase_ == phase::streaming) {
        count.timeouts_handling.add(1);
        handler_.on_broken_off(reader_.asked(), remembered_.get());
        cut();
    } else if (phase_ == phase::lingering) {
        cut();
    } else if (phase_ == phase::body && pace_.goes_on(steady_clock::now(), step_until_)) {
        home_.set_deadline(self_, step_until_);
    } else if (phase_ == phase::body) {
        count.timeouts_body.add(1);
        refuse(fault::body_timeout);
    } else if (phase_ == phase::head) {
        count.timeouts_head.add(1);
        if (reader_.under_way()) {
            refuse(fault::head_timeout);
        } else {
            cut(); // it never said anything
        }
    } else if (phase_ == phase::idle) {
        count.timeouts_idle.add(1);
        cut();
    }
}

void session::on_drain() {
    const bool between_requests = phase_ == phase::idle || phase_ == phase::head;
    if (between_requests && reading_ && !reader_.under_way() && !last_answer_) {
        stream_->stop_reading(); // not cut(): the read may hold a request that we have not seen
    }
}

void session::cut() {
    if (phase_ == phase::closed) return;
    phase_ = phase::closed;
    held_.reset();
    home_.clear_deadline(self_);
    if (writing_) {
        stream_->abandon();
    } else {
        stream_->close();
    }
    release_if_quiet();
}

void session::release_if_quiet() {
    if (!reading_ && !writing_) home_.release(self_);
}

void session::expire(std::chrono::milliseconds time_max) {
    home_.set_deadline(self_, steady_clock::now() + time_max);
}

/// While an answer is made nothing is read, so nothing else tells that the client has gone. Only
/// noted: who has closed but half of the connection still gets the answer, unless what makes it
/// asks and then ends sooner, as a list does.
void session::watch_client() {
    if (stream_->peer_finished()) (*home_.office())->note_left(self_);
    const auto again = steady_clock::now() + bounds().client_watch_period;
    home_.set_deadline(self_, std::min(step_until_, again));
}

const http::limits& session::bounds() const {
    return home_.common().bounds;
}

} // namespace rollcall::http
