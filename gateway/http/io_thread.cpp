#include "gateway/http/io_thread.hpp"

#include "gateway/http/tls_transport.hpp"

#include <boost/asio/post.hpp>

#include <cassert>
#include <utility>

namespace rollcall::http {

namespace asio = boost::asio;

io_thread::io_thread(shared_state& common, std::size_t handshakes_max)
    : common_(common),
      loop_(1), // one thread runs it: spares the loop most of its locks
      work_(asio::make_work_guard(loop_)),
      ticker_(loop_),
      handshakes_(handshakes_max, common.bounds.tls_handshake_time_max, counters_),
      mailbox_(std::make_shared<mailbox>([this] { asio::post(loop_, [this] { deliver(); }); })) {}

io_thread::~io_thread() {
    stop();
}

void io_thread::start() {
    thread_ = std::thread([this] { loop_.run(); });
}

void io_thread::adopt(session::arrival who) {
    connections_.fetch_add(1);
    common_.connections.fetch_add(1);
    asio::post(loop_, [this, who = std::move(who)]() mutable { open(std::move(who)); });
}

void io_thread::run_here(std::function<void()> what) {
    asio::post(loop_, std::move(what));
}

void io_thread::drain() {
    asio::post(loop_, [this] {
        for (const slot& s : slots_) {
            if (s.lives) s.lives->on_drain();
        }
    });
}

void io_thread::stop() {
    if (!thread_.joinable()) return;
    asio::post(loop_, [this] {
        stopping_ = true;
        mailbox_->close();
        for (const slot& s : slots_) {
            if (s.lives) s.lives->cut();
        }
        ticker_.cancel();
        work_.reset();
    });
    thread_.join(); // the loop ends when the last operation of the last session has
    assert(living_ == 0);
}

void io_thread::open(session::arrival who) {
    if (stopping_) {
        if (who.over_limit) common_.refusals.fetch_sub(1);
        connections_.fetch_sub(1);
        common_.one_connection_less();
        return;
    }
    counters_.connections_accepted.add(1);
    counters_.connections_open.add(1);
    if (who.over_limit) counters_.connections_refused.add(1);
    slot_id id;
    if (free_slots_.empty()) {
        id.index = static_cast<std::uint32_t>(slots_.size());
        slots_.emplace_back();
    } else {
        id.index = free_slots_.back();
        free_slots_.pop_back();
    }
    slot& place = slots_[id.index];
    id.generation = place.generation;
    place.lives = std::make_unique<session>(*this, id, std::move(who));
    ++living_;
    place.lives->start();
    keep_ticking();
}

std::unique_ptr<transport> io_thread::transport_for(descriptor socket, const tls_source* tls,
                                                    transport_events& events) {
    if (tls == nullptr) return plain_transport(loop_, std::move(socket), events);
    return tls_transport({loop_, handshakes_, counters_}, *tls, std::move(socket), events);
}

void io_thread::release(slot_id who) {
    asio::post(loop_, [this, who] {
        slot& place = slots_[who.index];
        assert(place.lives && place.generation == who.generation);
        place.lives.reset();
        mailbox_->note_left(who);
        ++place.generation;
        free_slots_.push_back(who.index);
        --living_;
        counters_.connections_open.subtract(1);
        connections_.fetch_sub(1);
        common_.one_connection_less();
    });
}

session* io_thread::find(slot_id who) {
    const slot& place = slots_[who.index];
    return place.generation == who.generation ? place.lives.get() : nullptr;
}

void io_thread::deliver() {
    mailbox_->take(letters_);
    for (mailbox::letter& one : letters_) {
        if (session* waiting = find(one.to)) {
            waiting->on_letter(std::move(one.then));
        } else {
            counters_.answers_unclaimed.add(1);
        }
    }
    letters_.clear();
}

void io_thread::yield(slot_id who) {
    asio::post(loop_, [this, who] {
        if (session* waiting = find(who)) waiting->resume();
    });
}

void io_thread::set_deadline(slot_id who, session::time_point when) {
    slots_[who.index].deadline = when;
}

void io_thread::clear_deadline(slot_id who) {
    slots_[who.index].deadline = session::time_point::max();
}

void io_thread::clear_scratch_output() {
    output_.clear();
    if (output_.capacity() > common_.bounds.thread_buffer_bytes_max) std::string().swap(output_);
}

void io_thread::keep_ticking() {
    if (ticking_ || living_ == 0 || stopping_) return;
    ticking_ = true;
    ticker_.expires_after(common_.bounds.deadline_tick);
    ticker_.async_wait([this](const boost::system::error_code&) {
        ticking_ = false;
        tick();
        keep_ticking();
    });
}

void io_thread::tick() {
    const auto now = std::chrono::steady_clock::now();
    handshakes_.sweep(now);
    for (slot& s : slots_) {
        if (s.deadline > now) continue;
        s.deadline = session::time_point::max();
        s.lives->on_deadline();
    }
}

} // namespace rollcall::http
