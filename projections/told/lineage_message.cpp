#include "projections/told/lineage_message.hpp"

#include "eventlog/base/json_writer.hpp"
#include "projections/told/cloud_event.hpp"

namespace rollcall::told {

message lineage_message(const telling& how, eventlog::tenant_no tenant, std::string_view slug,
                        const base::uuid& previous, eventlog::tenant_seq from) {
    std::string data;
    base::json_writer json(data);
    json.begin_object().member("lineage", how.lineage.text());
    if (previous.is_nil()) {
        json.key("previous_lineage").null();
    } else {
        json.member("previous_lineage", previous.text());
    }
    json.member("tenant", slug).member("seq", from.value).member("type", lineage_changed_word);
    json.end_object();

    message m;
    m.topic = topic_kind::lifecycle;
    m.key = slug;
    m.tenant = tenant;
    m.seq = from;
    cloud_event about;
    about.id = m.key + ':' + std::to_string(from.value) + ":lineage:" + how.lineage.text();
    about.source = source_of(how.lineage);
    about.type = type_name(lineage_changed_word);
    about.subject = m.key;
    about.partitionkey = m.key;
    about.sequence = from;
    put(m, about, how.mode, std::move(data));
    return m;
}

} // namespace rollcall::told
