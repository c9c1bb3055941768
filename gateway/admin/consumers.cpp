// Endpoints of consumers.
#include "eventlog/base/json_writer.hpp"
#include "gateway/admin/body.hpp"
#include "gateway/admin/parts.hpp"

namespace rollcall::admin {
namespace {

using gateway::call;

/// Null for an empty text.
void write_text(base::json_writer& json, std::string_view name, std::string_view text) {
    json.key(name);
    if (text.empty()) {
        json.null();
    } else {
        json.value(text);
    }
}

void write_published(base::json_writer& json, const consumer_view::published& state) {
    json.key("publishing").begin_object();
    write_text(json, "alarm", state.alarm);
    const bool all = state.oldest_unpublished == base::moment();
    write_text(json, "oldest_unpublished", all ? "" : state.oldest_unpublished.text());
    json.member("messages", state.messages).member("dead_letters", state.dead_letters);
    json.member("under_way", static_cast<std::uint64_t>(state.under_way));
    json.member("producers", state.producers).end_object();
}

void write_consumer(base::json_writer& json, const consumer_view& one, eventlog::position head) {
    json.begin_object().member("name", one.name).member("position", one.at.text());
    json.member("lag", one.at < head ? head.offset - one.at.offset : std::uint64_t{0});
    json.member("paused", one.paused);
    write_text(json, "last_error", one.last_error);
    json.member("parked_total", one.parked_total).key("parked").begin_array();
    for (const consumer_view::parked_event& event : one.parked) {
        json.begin_object().member("position", event.at.text()).member("time", event.time.text());
        json.member("reason", event.reason).end_object();
    }
    json.end_array();
    if (one.publishing) write_published(json, *one.publishing);
    json.end_object();
}

/// The consumer of that name; nothing if there is none.
said say_of(parts& p, std::string_view name) {
    said s;
    base::json_writer json(s.json);
    for (const consumer_view& one : p.with.consumers()) {
        if (one.name == name) write_consumer(json, one, p.with.store.head());
    }
    return s;
}

result<said> list(parts& p, call& c) {
    if (const auto ok = only_parameters(c, {}); !ok) return tl::unexpected(ok.error());
    said s;
    base::json_writer json(s.json);
    json.begin_array();
    // Asked first, a consumer never seems to be ahead of the log.
    const auto all = p.with.consumers();
    for (const consumer_view& one : all)
        write_consumer(json, one, p.with.store.head());
    json.end_array();
    return s;
}

/// Waits for the log, which a reading's thread may.
result<said> set_paused(parts& p, call& c, bool paused) {
    const auto b = body::read(c.asked(), {});
    if (!b) return tl::unexpected(b.error());
    const std::string name(c.argument("consumer"));
    if (const auto done = p.with.pause_consumer(name, paused); !done) {
        return tl::unexpected(done.error());
    }
    return say_of(p, name);
}

result<said> pause(parts& p, call& c) {
    return set_paused(p, c, true);
}

result<said> resume(parts& p, call& c) {
    return set_paused(p, c, false);
}

/// Waits for the log, as a resumption of any consumer.
result<said> resume_publishing(parts& p, call& c) {
    const auto b = body::read(c.asked(), {"new_lineage"});
    if (!b) return tl::unexpected(b.error());
    const auto new_lineage = b->flag("new_lineage");
    if (!new_lineage) return tl::unexpected(new_lineage.error());
    if (const auto done = p.with.resume_publishing(new_lineage->value_or(false)); !done) {
        return tl::unexpected(done.error());
    }
    return say_of(p, "publisher");
}

} // namespace

std::vector<gateway::route> consumer_routes(parts& p) {
    using http::method;
    return {
        reading(p, method::get, "/consumers", "admin_list_consumers", list),
        reading(p, method::post, "/consumers/{consumer}/pause", "admin_pause_consumer", pause),
        reading(p, method::post, "/consumers/{consumer}/resume", "admin_resume_consumer", resume),
        reading(p, method::post, "/publishing/resume", "admin_resume_publishing",
                resume_publishing),
    };
}

} // namespace rollcall::admin
