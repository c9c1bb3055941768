#include "gateway/admin/findings.hpp"

#include "eventlog/base/json_writer.hpp"

#include <algorithm>
#include <string_view>

namespace rollcall::admin {
namespace {

std::string_view grade_word(finding::grade g) {
    switch (g) {
    case finding::grade::good: return "good";
    case finding::grade::note: return "note";
    case finding::grade::bad: return "bad";
    }
    return "bad";
}

} // namespace

std::string findings_json(const std::vector<finding>& all) {
    const bool ok = std::none_of(all.begin(), all.end(),
                                 [](const finding& f) { return f.how == finding::grade::bad; });
    std::string out;
    base::json_writer json(out);
    json.begin_object().member("ok", ok);
    json.key("findings").begin_array();
    for (const finding& f : all) {
        json.begin_object();
        json.member("grade", grade_word(f.how)).member("what", f.what);
        json.member("says", f.says).member("advice", f.advice);
        json.end_object();
    }
    json.end_array().end_object();
    return out;
}

} // namespace rollcall::admin
