#include "gateway/http/async_client.hpp"

#include "gateway/http/client.hpp"

#include <cassert>
#include <chrono>
#include <utility>

namespace rollcall::http {

using boost::system::error_code;

base::result<std::unique_ptr<async_client>>
async_client::connect(boost::asio::io_context& loop, const endpoint& where, events heard) {
    auto socket = dial(where, client_options().connect_time_max);
    if (!socket) return tl::unexpected(socket.error());
    std::unique_ptr<async_client> made(
        new async_client(loop, std::move(*socket), std::move(heard)));
    made->listen();
    return made;
}

async_client::async_client(boost::asio::io_context& loop, descriptor socket, events heard)
    : heard_(std::move(heard)), stream_(plain_transport(loop, std::move(socket), *this)) {}

async_client::~async_client() {
    assert(!reading_ && !writing_);
}

void async_client::send(std::string_view requests) {
    if (closed_) return;
    if (writing_) {
        next_unsent_ += requests;
        return;
    }
    error_code failed;
    const std::size_t sent = stream_->try_write(requests, failed);
    if (failed) {
        close();
    } else if (sent < requests.size()) {
        unsent_.assign(requests, sent);
        writing_ = true;
        stream_->write(unsent_);
    }
}

void async_client::close() {
    if (closed_) return;
    closed_ = true;
    stream_->close();
}

void async_client::listen() {
    reading_ = true;
    stream_->read(input_);
}

void async_client::on_read(error_code failed, std::size_t bytes) {
    reading_ = false;
    if (failed || bytes == 0) close();
    if (!closed_) reader_.add({input_.data(), bytes});
    while (!closed_) {
        const auto step = reader_.advance(false);
        if (step == response_reader::step::need_bytes) break;
        if (step == response_reader::step::bad) {
            close();
        } else {
            heard_.on_answer(reader_);
            reader_.finish();
        }
    }
    if (closed_) {
        end_if_quiet();
    } else {
        listen();
    }
}

void async_client::on_written(error_code failed, std::size_t bytes) {
    writing_ = false;
    if (failed) close();
    if (closed_) {
        end_if_quiet();
        return;
    }
    unsent_.erase(0, bytes);
    unsent_ += next_unsent_;
    next_unsent_.clear();
    if (unsent_.empty()) return;
    writing_ = true;
    stream_->write(unsent_);
}

void async_client::end_if_quiet() {
    if (!reading_ && !writing_) heard_.on_end();
}

} // namespace rollcall::http
