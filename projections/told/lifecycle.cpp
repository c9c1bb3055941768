#include "projections/told/lifecycle.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "eventlog/event_codec.hpp"
#include "projections/told/cloud_event.hpp"
#include "projections/told/event_json.hpp"

namespace rollcall::told {
namespace {

using namespace eventlog;
using base::json_writer;

constexpr std::string_view withheld_word = "withheld";

void write_links(json_writer& json, const record_view& record) {
    json.member("hash", base::hex(record.hash)).member("prev_hash", base::hex(record.prev_hash));
}

void end(json_writer& json, bool truncated) {
    if (truncated) json.member("truncated", true);
    json.end_object();
}

message begin(const record_view& record, const std::string& slug) {
    message m;
    m.topic = topic_kind::lifecycle;
    m.key = slug;
    m.tenant = record.tenant;
    m.seq = record.seq;
    m.at = record.at;
    return m;
}

cloud_event about(const telling& how, const record_view& record, const std::string& slug,
                  std::string_view word) {
    cloud_event ce;
    ce.id = slug + ':' + std::to_string(record.seq.value);
    ce.source = source_of(how.lineage);
    ce.type = type_name(word);
    ce.partitionkey = slug;
    ce.sequence = record.seq;
    return ce;
}

message whole(const telling& how, const record_view& record, const read_event& e, names& known,
              privacy personal, bool truncated) {
    const std::string& slug = known.tenant(record.tenant);
    std::string data;
    json_writer json(data);
    json.begin_object().member("lineage", how.lineage.text());
    write_event(json, e, known,
                personal == privacy::full ? event_detail::full : event_detail::minimal);
    write_links(json, record);
    if (personal == privacy::sealed && !record.sealed.empty()) {
        json.member("sealed_hash", base::hex(record.sealed_hash));
        json.member("sealed", base::base64url(base::as_bytes(record.sealed)));
    }
    end(json, truncated);

    cloud_event ce = about(how, record, slug, event_type_name(type_of(e.what.body)));
    ce.subject = e.what.subject.is_nil() ? slug : e.what.subject.text();
    ce.time = record.time;
    message m = begin(record, slug);
    m.truncated = truncated;
    put(m, ce, how.mode, std::move(data));
    return m;
}

} // namespace

message lifecycle_message(const telling& how, const record_view& record, const read_event& e,
                          names& known) {
    if (is_withheld(record.tenant, type_of(e.what.body))) {
        return withheld_message(how, record, known);
    }
    message m = whole(how, record, e, known, how.personal, false);
    if (message_bytes(m) <= how.message_bytes_max) return m;
    m = whole(how, record, e, known, privacy::minimal, true);
    if (message_bytes(m) <= how.message_bytes_max) return m;
    return withheld_message(how, record, known, true);
}

message withheld_message(const telling& how, const record_view& record, names& known,
                         bool truncated) {
    const std::string& slug = known.tenant(record.tenant);
    std::string data;
    json_writer json(data);
    json.begin_object().member("lineage", how.lineage.text());
    json.member("position", record.at.text()).member("tenant", slug);
    json.member("seq", record.seq.value).member("type", withheld_word);
    write_links(json, record);
    end(json, truncated);

    message m = begin(record, slug);
    m.truncated = truncated;
    put(m, about(how, record, slug, withheld_word), how.mode, std::move(data));
    return m;
}

} // namespace rollcall::told
