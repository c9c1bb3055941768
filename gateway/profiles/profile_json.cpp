#include "gateway/profiles/profile_json.hpp"

#include "eventlog/base/json_writer.hpp"

namespace rollcall::profiles {
namespace {

void write_texts(base::json_writer& json, std::string_view name,
                 const std::vector<std::string>& texts) {
    json.key(name).begin_array();
    for (const std::string& one : texts)
        json.value(one);
    json.end_array();
}

} // namespace

void append_profile(std::string& out, const profile& what, bool whole) {
    base::json_writer json(out);
    json.begin_object();
    json.member("id", what.id).member("version", std::uint64_t{what.version});
    json.member("title", what.title).member("about", what.about);
    json.member("source", what.source);
    write_texts(json, "base_paths", what.base_paths);
    write_texts(json, "plans", what.plans);
    if (whole) json.member("text", what.text);
    json.end_object();
}

std::string check_report(std::string_view file, const profile* read, const file_faults& faults) {
    std::string out;
    base::json_writer json(out);
    json.begin_object();
    json.member("file", file).member("holds", faults.empty());
    if (read != nullptr) {
        json.member("id", read->id).member("version", std::uint64_t{read->version});
    }
    json.key("faults").begin_array();
    for (const file_fault& one : faults) {
        json.begin_object();
        json.member("line", std::uint64_t{one.line}).member("column", std::uint64_t{one.column});
        json.member("message", one.message);
        json.end_object();
    }
    json.end_array();
    json.end_object();
    return out;
}

} // namespace rollcall::profiles
