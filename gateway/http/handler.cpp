#include "gateway/http/handler.hpp"

#include <cassert>

namespace rollcall::http {

pending_answer exchange::defer() {
    assert(!deferred_ && "an exchange is deferred at most once");
    deferred_ = true;
    return pending_answer(ticket_);
}

body_allowance handler::allow_body(const request&, body_allowance usual) noexcept {
    return usual;
}

handler::verdict handler::check_head(exchange&) noexcept {
    return verdict::go_on;
}

void handler::render_fault(const faulty_request& refused, reply& answer) noexcept {
    answer.text(refused.what.status, refused.what.detail);
    answer.body += '\n';
}

void handler::on_turned_away() noexcept {}

void handler::on_broken_off(const request&, const void*) noexcept {}

} // namespace rollcall::http
