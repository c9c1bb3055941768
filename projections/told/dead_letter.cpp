#include "projections/told/dead_letter.hpp"

#include "eventlog/base/json_writer.hpp"
#include "projections/told/cloud_event.hpp"

namespace rollcall::told {
namespace {

std::string plain(std::string_view detail) {
    std::string text(detail.substr(0, dead_detail_bytes_max));
    for (char& c : text)
        if (c < ' ' || c > '~') c = '?';
    return text;
}

} // namespace

std::string_view dead_reason_name(dead_reason why) {
    switch (why) {
    case dead_reason::truncated: return "truncated";
    case dead_reason::unreadable: return "unreadable";
    }
    return {};
}

message dead_letter_message(const telling& how, std::string_view slug, const message& dead,
                            dead_reason why, std::string_view detail) {
    constexpr std::string_view word = "dead_letter";
    const std::string_view topic = topic_word(dead.topic);
    const std::string_view reason = dead_reason_name(why);
    std::string data;
    base::json_writer json(data);
    json.begin_object().member("lineage", how.lineage.text());
    json.member("position", dead.at.text()).member("tenant", slug);
    json.member("seq", dead.seq.value).member("type", word);
    json.member("topic", topic).member("key", dead.key).member("reason", reason);
    json.member("detail", plain(detail));
    json.member("bytes", std::uint64_t{message_bytes(dead)});
    json.end_object();

    cloud_event ce;
    ce.id = std::string(slug) + ':' + std::to_string(dead.seq.value) + ':' + std::string(topic) +
            ':' + dead.key + ':' + std::string(reason);
    ce.source = source_of(how.lineage);
    ce.type = type_name(word);
    ce.subject = dead.key;
    ce.partitionkey = slug;
    ce.sequence = dead.seq;
    message m;
    m.topic = topic_kind::dead_letters;
    m.key = slug;
    m.tenant = dead.tenant;
    m.seq = dead.seq;
    m.at = dead.at;
    put(m, ce, how.mode, std::move(data));
    return m;
}

} // namespace rollcall::told
