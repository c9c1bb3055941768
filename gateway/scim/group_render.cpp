#include "gateway/scim/group_render.hpp"

#include "eventlog/base/json_writer.hpp"
#include "gateway/scim/render.hpp"

#include <algorithm>

namespace rollcall::scim {
namespace {

/// `"$ref":"URL/` up to the id.
void append_reference_head(std::string& out, std::string_view base_url, const resource_type& to) {
    out += "\"$ref\":";
    base::append_json_string(out, base_url);
    out.pop_back();
    out += to.endpoint();
    out += '/';
}

bool shows_part(const selection& shown, std::string_view part) {
    static const attribute& members = *find_attribute(group_type().attributes(), "members");
    return shown.shows(members, *find_attribute(members.sub_attributes, part));
}

} // namespace

group_writer::group_writer(std::string& out, std::string_view document, const computed& facts,
                           const selection& shown)
    : out_(out),
      document_(document),
      facts_(facts),
      shown_(shown),
      ref_(shows_part(shown, "$ref")),
      type_(shows_part(shown, "type")) {
    // A list without ids would read as an empty one.
    value_ = shows_part(shown, "value") || ref_ || type_;
}

result<void> group_writer::open() {
    std::string whole;
    if (auto done = append_resource(whole, group_type(), document_, facts_, shown_); !done) {
        return done;
    }
    // In a JSON text a quote within a string is escaped, so this is meta and nothing else; the
    // members stand before it, or at the end of an answer without it.
    const std::size_t meta = whole.rfind(",\"meta\":{");
    const std::size_t cut = std::min(meta, whole.size() - 1);
    out_.append(whole, 0, cut);
    if (shows_members()) {
        out_ += ",\"members\":[";
        append_reference_head(ref_head_, facts_.base_url, user_type());
        rest_ = "]";
    }
    rest_.append(whole, cut);
    return {};
}

void group_writer::member(std::string_view id) {
    char separator = '{';
    const auto begin_part = [&] {
        out_ += separator;
        separator = ',';
    };
    if (!first_) out_ += ',';
    first_ = false;
    if (value_) {
        begin_part();
        out_ += "\"value\":\"";
        out_ += id;
        out_ += '"';
    }
    if (ref_) {
        begin_part();
        out_ += ref_head_;
        out_ += id;
        out_ += '"';
    }
    if (type_) {
        begin_part();
        out_ += "\"type\":\"User\"";
    }
    out_ += '}';
}

void group_writer::close() {
    out_ += rest_;
}

void append_group_reference(std::string& out, bool first, std::string_view id,
                            std::string_view display, std::string_view base_url) {
    if (!first) out += ',';
    out += "{\"value\":\"";
    out += id;
    out += "\",";
    append_reference_head(out, base_url, group_type());
    out += id;
    out += "\",\"display\":";
    base::append_json_string(out, display);
    out += ",\"type\":\"direct\"}";
}

} // namespace rollcall::scim
