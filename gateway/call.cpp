#include "gateway/call.hpp"

#include "eventlog/base/log.hpp"
#include "gateway/packed_answer.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace rollcall::gateway {

void call::refuse(unsigned status, std::string_view detail) {
    facts.match.area->refuse(*this, status, detail);
}

void call::fail(std::string_view why) {
    base::log_error("A request failed on our side.",
                    {{"request", asked().request_id()}, {"why", why}});
    if (is_put_off()) return;
    reply().clear(SIZE_MAX);
    refuse(500, "The server could not do this. Its log says why under request id " +
                    std::string(asked().request_id()) + ".");
}

void call::remember() {
    x_.remember(std::make_shared<const call_facts>(facts));
}

later call::put_off() {
    remember();
    return {x_.defer(), facts};
}

later::later(http::pending_answer duty, call_facts facts)
    : duty_(std::move(duty)), facts_(std::move(facts)) {}

void later::finish(call& c) {
    if (c.is_put_off()) return;
    pack_answer(c);
    if (c.reply().streams()) c.remember();
    if (c.facts.listener != nullptr) c.facts.listener->on_answered(c);
}

} // namespace rollcall::gateway
