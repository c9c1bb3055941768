#include "projections/told/cloud_event.hpp"

#include "eventlog/base/json_writer.hpp"

namespace rollcall::told {
namespace {

constexpr std::string_view source_prefix = "urn:rollcall:log:";

/// CloudEvents compares `sequence` as text: numbers of one length sort as they count.
std::string sequence_text(eventlog::tenant_seq seq) {
    std::string digits = std::to_string(seq.value);
    return std::string(20 - digits.size(), '0') + digits;
}

/// Each attribute that is there, in one order for headers and JSON.
template <class Take>
void each_attribute(const cloud_event& about, Take&& take) {
    take("specversion", std::string_view("1.0"));
    take("id", std::string_view(about.id));
    take("source", std::string_view(about.source));
    take("type", std::string_view(about.type));
    if (!about.subject.empty()) take("subject", std::string_view(about.subject));
    if (about.time) take("time", std::string_view(about.time->text()));
    if (!about.partitionkey.empty()) take("partitionkey", std::string_view(about.partitionkey));
    take("sequence", std::string_view(sequence_text(about.sequence)));
}

void put_attributes(message& m, const cloud_event& about) {
    m.headers.clear();
    each_attribute(about, [&](std::string_view name, std::string_view value) {
        m.headers.push_back({"ce_" + std::string(name), std::string(value)});
    });
}

} // namespace

std::string source_of(const base::uuid& lineage) {
    return std::string(source_prefix) + lineage.text();
}

std::optional<base::uuid> lineage_of(std::string_view source) {
    if (!source.starts_with(source_prefix)) return std::nullopt;
    return base::uuid::parse(source.substr(source_prefix.size()));
}

std::string type_name(std::string_view word) {
    return "io.rollcall." + std::string(word) + ".v1";
}

std::string structured(const cloud_event& about, std::string_view data) {
    std::string out;
    out.reserve(data.size() + 400);
    base::json_writer json(out);
    json.begin_object();
    each_attribute(
        about, [&](std::string_view name, std::string_view value) { json.member(name, value); });
    json.member("datacontenttype", "application/json");
    json.key("data").raw(data);
    json.end_object();
    return out;
}

void put(message& m, const cloud_event& about, event_mode mode, std::string data) {
    if (mode == event_mode::structured) {
        m.headers = {{"content-type", "application/cloudevents+json; charset=UTF-8"}};
        m.value = structured(about, data);
        return;
    }
    put_attributes(m, about);
    m.headers.push_back({"content-type", "application/json"});
    m.value = std::move(data);
}

void put_tombstone(message& m, const cloud_event& about) {
    put_attributes(m, about);
    m.value.reset();
}

} // namespace rollcall::told
