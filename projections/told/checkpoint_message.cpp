#include "projections/told/checkpoint_message.hpp"

#include "eventlog/base/encoding.hpp"
#include "eventlog/base/json_writer.hpp"
#include "projections/told/cloud_event.hpp"

namespace rollcall::told {

message checkpoint_message(const telling& how, const checkpoint& of) {
    constexpr std::string_view word = "checkpoint";
    std::string data;
    base::json_writer json(data);
    json.begin_object().member("lineage", how.lineage.text());
    json.member("position", of.head.at.text()).member("tenant", of.slug);
    json.member("seq", of.head.seq.value).member("type", word).member("time", of.time.text());
    json.member("hash", base::hex(of.head.hash));
    json.member("state_hash", base::hex(of.state_hash));
    json.end_object();

    cloud_event ce;
    ce.id = of.slug + ':' + std::to_string(of.head.seq.value) + ':' + std::string(word);
    ce.source = source_of(how.lineage);
    ce.type = type_name(word);
    ce.subject = of.slug;
    ce.time = of.time;
    ce.partitionkey = of.slug;
    ce.sequence = of.head.seq;
    message m;
    m.topic = topic_kind::checkpoints;
    m.key = of.slug;
    m.tenant = of.tenant;
    m.seq = of.head.seq;
    m.at = of.head.at;
    put(m, ce, how.mode, std::move(data));
    return m;
}

} // namespace rollcall::told
